"""TLS records and the handshakes that name a party (RFC 8446, RFC 5246; SSL 3 RFC 6101)."""

from __future__ import annotations

from collections.abc import Iterator

from overlanded.wire.dissect import hello, x509
from overlanded.wire.dissect.fields import gather
from overlanded.wire.dissect.ja4 import ja4
from overlanded.wire.facts import Fact, Recognised, Sample

ALERT, HANDSHAKE, KINDS = 0x15, 0x16, range(0x14, 0x19)
CLIENT_HELLO, SERVER_HELLO, CERTIFICATE = 1, 2, 11
LONGEST_RECORD = 16384 + 2048
"""RFC 5246 section 6.2.3: ciphertext may be 2048 bytes longer than 2^14."""
MOST_RECORDS = 64
MOST_MESSAGES = 16
CHOSEN_VERSION = 43
NAMES = {
    0x0300: "SSL 3.0",
    0x0301: "TLS 1.0",
    0x0302: "TLS 1.1",
    0x0303: "TLS 1.2",
    0x0304: "TLS 1.3",
    0xFEFF: "DTLS 1.0",
    0xFEFD: "DTLS 1.2",
    0xFEFC: "DTLS 1.3",
}

PROGRAMS = {"CN=AnyDesk Client": "anydesk"}
"""Subject of a certificate that a program makes for itself → the program's protocol."""


def dissect(sample: Sample) -> Recognised | None:
    """The client's hello, or the server's choice and certificate."""
    records = tuple(_records(sample.payload))
    if not records:
        return None
    if records[0][0] != HANDSHAKE:
        return _later(sample, records)
    for kind, body in _messages(records):
        if kind == CLIENT_HELLO:
            return client(body, "tls", "t")
        if kind == SERVER_HELLO:
            facts = gather(server(*message) for message in _messages(records))
            return Recognised(_program(facts), facts, "dst") if len(body) > 34 else None
        break
    return None


def _program(facts: tuple[Fact, ...]) -> str:
    """The program whose certificate this is, else plain TLS."""
    subject = next((fact.value for fact in facts if fact.property == "tls.subject"), "")
    return PROGRAMS.get(subject, "tls")


def client(body: bytes, protocol: str, transport: str) -> Recognised | None:
    """What a ClientHello says of its sender."""
    found = hello.parse(body)
    if found is None:
        return None
    facts = [Fact("src", "tls.sni", found.server_name)]
    if found.whole:
        facts.append(Fact("src", "tls.ja4", ja4(found, transport)))
        facts.append(Fact("src", "tls.version", NAMES.get(found.highest, "")))
    return Recognised(protocol, tuple(facts), "src")


def _records(payload: bytes) -> Iterator[tuple[int, bytes]]:
    """(content type, body) of each record; the last one may be cut."""
    at = 0
    for _ in range(MOST_RECORDS):
        head = payload[at : at + 5]
        size = int.from_bytes(head[3:5], "big")
        if len(head) < 5 or head[0] not in KINDS or head[1] != 3 or head[2] > 4:
            return
        if not 0 < size <= LONGEST_RECORD:
            return
        yield head[0], payload[at + 5 : at + 5 + size]
        at += 5 + size


def _messages(records: tuple[tuple[int, bytes], ...]) -> Iterator[tuple[int, bytes]]:
    """(handshake type, body) of the plain messages at the start; the last one may be cut."""
    plain = b""
    for kind, body in records:
        if kind != HANDSHAKE:
            break
        plain += body
    at = 0
    for _ in range(MOST_MESSAGES):
        if at + 4 > len(plain):
            return
        size = int.from_bytes(plain[at + 1 : at + 4], "big")
        yield plain[at], plain[at + 4 : at + 4 + size]
        at += 4 + size


def server(kind: int, body: bytes) -> Iterator[Fact]:
    """What one handshake message of a server says of it: its choice or its certificate."""
    if kind == SERVER_HELLO:
        yield Fact("src", "tls.version", NAMES.get(_chosen(body), ""))
    elif kind == CERTIFICATE:
        first = int.from_bytes(body[3:6], "big")
        if first and len(body) >= 6 + first:
            yield from x509.facts(body[6 : 6 + first])


def _chosen(body: bytes) -> int:
    """The version of a ServerHello: its extension where there is one, else the old field."""
    at = 35 + body[34] + 3
    end = at + 2 + int.from_bytes(body[at : at + 2], "big")
    at += 2
    while at + 4 <= min(end, len(body)):
        size = int.from_bytes(body[at + 2 : at + 4], "big")
        if int.from_bytes(body[at : at + 2], "big") == CHOSEN_VERSION:
            return int.from_bytes(body[at + 4 : at + 6], "big")
        at += 4 + size
    return int.from_bytes(body[:2], "big")


def _later(sample: Sample, records: tuple[tuple[int, bytes], ...]) -> Recognised | None:
    """A conversation caught in its middle: the records must tile what there is."""
    covered = sum(5 + len(body) for _, body in records)
    sure = len(records) > 1 or 443 in (sample.src_port, sample.dst_port)
    alert = records[0][0] == ALERT and len(sample.payload) == 7
    return Recognised("tls") if (sure or alert) and covered == len(sample.payload) else None
