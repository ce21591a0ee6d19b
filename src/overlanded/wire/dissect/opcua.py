"""OPC UA over TCP: connection protocol and secure conversation (OPC 10000-6 sections 6.7, 7.1)."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from urllib.parse import urlsplit

from msgspec import Struct

from overlanded.wire.dissect import fields
from overlanded.wire.dissect.opcua_values import Application, Reader, application, endpoint
from overlanded.wire.dissect.plain import once, text
from overlanded.wire.facts import Fact, Recognised, Sample

HELLO, REVERSE, OPEN, MESSAGE = b"HEL", b"RHE", b"OPN", b"MSG"
KINDS = (HELLO, b"ACK", b"ERR", REVERSE, OPEN, MESSAGE, b"CLO")
LONGEST = 1 << 24
MOST = 128
SENDER = {HELLO: "src", b"ACK": "dst", b"CLO": "src", REVERSE: "dst"}
"""The client by kind of message; a reverse hello comes from a server that dials out."""

FIND_SERVERS, ENDPOINTS, REGISTER, CREATE_SESSION, READ = 422, 428, 437, 461, 631
REGISTER_2 = 12211
SERVICES = {
    **dict.fromkeys((422, 428, 12208), "identify"),
    **dict.fromkeys((527, 533, 554, 560, 566, 615, 621, 631, 664), "read"),
    **dict.fromkeys((673, 700, 712), "write"),
    **dict.fromkeys((488, 494, 500, 506), "program"),
    **dict.fromkeys((751, 763, 769, 775, 781, 787, 793, 799, 826, 832, 841, 847), "subscribe"),
    **dict.fromkeys((437, 446, 452, 461, 467, 473, 479, 12211), ""),
}
"""Encoding ids of requests (OPC 10000-6 annex A, NodeIds.csv); a method call changes things."""
ANSWERS = {12209: 12208, 12212: 12211} | {number + 3: number for number in SERVICES}
"""Request by the encoding id of its response."""

BUILD_INFO = re.compile(rb"\x01\x00\x54\x01\x01(?=....)", re.DOTALL)
STATUS = re.compile(rb"\x01\x00\x60\x03\x01(?=....)", re.DOTALL)
"""BuildInfo (encoding id 340) and ServerStatus (864, which has one after 20 bytes) in an answer."""
CERTIFICATE_URI = re.compile(rb"\x86(.)(?=urn:)", re.DOTALL)
"""A uniformResourceIdentifier among a certificate's alternative names (RFC 5280 4.2.1.6)."""


class Chunk(Struct, frozen=True):
    """One message chunk: its kind and what follows the size."""

    kind: bytes
    body: bytes


def chunks(payload: bytes) -> list[Chunk]:
    """The chunks from the first byte on; empty for anything that does not start with one."""
    found: list[Chunk] = []
    at = 0
    while at + 8 <= len(payload) and len(found) < MOST:
        kind, final, size = payload[at : at + 3], payload[at + 3 : at + 4], payload[at + 4 : at + 8]
        length = struct.unpack("<I", size)[0]
        if kind not in KINDS or final not in (b"F", b"C", b"A") or not 12 <= length <= LONGEST:
            break
        found.append(Chunk(kind, payload[at + 8 : at + length]))
        at += length
    return found


def dissect(sample: Sample) -> Recognised | None:
    """OPC UA chunks: functions asked, and applications that describe themselves."""
    found = chunks(sample.payload)
    if not found or not _opening(found[0]):
        return None
    words: list[str] = []
    sides = [SENDER[one.kind] for one in found if one.kind in SENDER]
    parts = []
    for one in found:
        service = _service(one)
        if service:
            number, answer, reader = service
            words.append(SERVICES[number])
            sides.append("dst" if answer else "src")
            parts.append(_described(number, reader, answer=answer))
        parts.append(_outside(one))
    facts = dict.fromkeys(fact for fact in fields.gather(parts) if fact.value)
    return Recognised("opcua", tuple(facts), sides[0] if sides else "", once(words))


def _opening(one: Chunk) -> bool:
    """Whether a first chunk holds what its kind must: versions, or a channel's number."""
    if one.kind in (HELLO, b"ACK"):
        return len(one.body) >= 20 and one.body[:4] in (b"\0\0\0\0", b"\x01\0\0\0")
    return len(one.body) >= 4


def _service(one: Chunk) -> tuple[int, bool, Reader] | None:
    """(request id, is an answer, reader after the id) of a chunk in clear."""
    reader = Reader(one.body, 4)
    try:
        if one.kind == OPEN:
            reader.raw(), reader.raw(), reader.raw()
        elif one.kind == MESSAGE:
            reader.skip(4)
        else:
            return None
        reader.skip(8)
        space, number = reader.node()
    except fields.HOSTILE:
        return None
    if space == 0 and number in SERVICES:
        return number, False, reader
    return (ANSWERS[number], True, reader) if space == 0 and number in ANSWERS else None


def _outside(one: Chunk) -> Iterator[Fact]:
    """What connection messages and certificates say, readable on encrypted channels too."""
    if one.kind == HELLO:
        yield from _url("dst", text(Reader(one.body, 20).raw()))
    elif one.kind == REVERSE:
        reader = Reader(one.body)
        yield Fact("src", "opcua.application", reader.string())
        yield from _url("src", reader.string())
    elif one.kind == OPEN:
        reader = Reader(one.body, 4)
        reader.raw()
        certificate = reader.raw()
        for found in CERTIFICATE_URI.finditer(certificate):
            uri = certificate[found.end() : found.end() + found.group(1)[0]]
            yield Fact("src", "opcua.application", text(uri))


def _described(number: int, reader: Reader, *, answer: bool) -> Iterator[Fact]:
    """Applications that a request or an answer describes."""
    if answer:
        reader.response_header()
        if number == FIND_SERVERS:
            yield from _servers(list(reader.array(lambda: application(reader))))
        elif number == ENDPOINTS:
            yield from _endpoints(reader)
        elif number == CREATE_SESSION:
            reader.node(), reader.node()
            reader.skip(8)
            reader.raw(), reader.raw()
            yield from _endpoints(reader)
        elif number == READ:
            yield from _build(reader.data)
    elif number in (REGISTER, REGISTER_2):
        reader.request_header()
        yield from _registered(reader)
    elif number == CREATE_SESSION:
        reader.request_header()
        yield from _application("src", application(reader))
        server, url = reader.string(), reader.string()
        yield Fact("dst", "opcua.application", server)
        yield from _url("dst", url)


def _registered(reader: Reader) -> Iterator[Fact]:
    """A server that makes itself known to a discovery server (OPC 10000-4 section 7.34)."""
    yield from (Fact("src", "opcua.application", reader.string()) for _ in range(2))
    yield from (Fact("src", "opcua.application", name) for name in reader.array(reader.localized))
    reader.skip(4)
    reader.raw()
    for url in reader.array(reader.string):
        yield from _url("src", url)


def _endpoints(reader: Reader) -> Iterator[Fact]:
    for url, server in reader.array(lambda: endpoint(reader)):
        yield from _application("src", server)
        yield from _url("src", url)


def _servers(found: list[Application]) -> Iterator[Fact]:
    """Servers that a discovery server knows; those elsewhere count for their own address."""
    for one in found:
        hosts = [urlsplit(url).hostname or "" for url in one.urls]
        address = next((host for host in hosts if _is_address(host)), "")
        about = f"ip:{address}" if address else "src" if len(found) == 1 else ""
        if about:
            yield from _application(about, one)
            yield from (Fact(about, "opcua.endpoint", url) for url in one.urls if url)


def _is_address(host: str) -> bool:
    return host[:1].isdigit() and fields.names_host(host)


def _application(about: str, one: Application) -> Iterator[Fact]:
    for value in (one.name, one.uri, one.product):
        if value:
            yield Fact(about, "opcua.application", value)


def _url(about: str, url: str) -> Iterator[Fact]:
    if url.startswith(("opc.tcp://", "opc.https://", "opc.wss://")):
        yield Fact(about, "opcua.endpoint", url)


def _build(data: bytes) -> Iterator[Fact]:
    """Maker, product and version of a server from the BuildInfo it was read."""
    for pattern, skip in ((STATUS, 20), (BUILD_INFO, 0)):
        for found in pattern.finditer(data):
            reader = Reader(data, found.end() + 4 + skip)
            uri, maker, product, software = (reader.string() for _ in range(4))
            yield Fact("src", "opcua.application", uri)
            yield Fact("src", "maker", maker)
            yield Fact("src", "model", product)
            yield Fact("src", "firmware", software)
