"""DTLS records and the client's hello (RFC 6347, RFC 9147 section 4)."""

from __future__ import annotations

from collections.abc import Iterator

from overlanded.wire.dissect.fields import gather
from overlanded.wire.dissect.tls import CLIENT_HELLO, HANDSHAKE, KINDS, SERVER_HELLO, client, server
from overlanded.wire.facts import Recognised, Sample

VERIFY = 3
RECORD, MESSAGE = 13, 12
"""Sizes of the headers of a record and of a handshake message in it."""
VERSIONS = (b"\xfe\xff", b"\xfe\xfd")
MOST_RECORDS = 16


def dissect(sample: Sample) -> Recognised | None:
    """The client's server name and fingerprint, the server's version and certificate."""
    records = tuple(_records(sample.payload))
    covered = sum(RECORD + len(body) for _, _, body in records)
    if not records or (covered != len(sample.payload) and sample.complete):
        return None
    messages = tuple(_messages(records))
    if not messages:
        return Recognised("dtls")
    kind, body = messages[0]
    if kind == CLIENT_HELLO:
        return client(body, "dtls", "d")
    opener = "dst" if kind in (SERVER_HELLO, VERIFY) else ""
    return Recognised("dtls", gather(server(*message) for message in messages), opener)


def _records(payload: bytes) -> Iterator[tuple[int, int, bytes]]:
    """(content type, epoch, body) of each record; the last one may be cut."""
    at = 0
    for _ in range(MOST_RECORDS):
        head = payload[at : at + RECORD]
        size = int.from_bytes(head[11:13], "big")
        if len(head) < RECORD or head[0] not in KINDS or head[1:3] not in VERSIONS or not size:
            return
        yield head[0], int.from_bytes(head[3:5], "big"), payload[at + RECORD : at + RECORD + size]
        at += RECORD + size


def _messages(records: tuple[tuple[int, int, bytes], ...]) -> Iterator[tuple[int, bytes]]:
    """(type, body) of the plain handshake messages that are not split over datagrams."""
    for kind, epoch, body in records:
        if kind != HANDSHAKE or epoch:  # a later epoch is encrypted
            return
        at = 0
        while at + MESSAGE <= len(body):
            size, part = int.from_bytes(body[at + 1 : at + 4], "big"), body[at + 9 : at + 12]
            if size != int.from_bytes(part, "big"):
                return
            yield body[at], body[at + MESSAGE : at + MESSAGE + size]
            at += MESSAGE + size
