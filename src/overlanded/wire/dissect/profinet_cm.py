"""PROFINET context management: DCE/RPC version 4 over UDP (IEC 61158-6-10 section 4.10, 5.2)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import lru_cache

from msgspec import Struct

from overlanded.wire.dissect import fields, profinet_dcp
from overlanded.wire.dissect.plain import facts, text
from overlanded.wire.facts import Fact, Recognised, Sample

HEADER = 80
PORT = 34964
"""Where stations have their endpoint mapper; Windows has one of the same form on port 135."""
REQUEST, RESPONSE = 0, 2
TYPES = range(10)
OBJECT = bytes.fromhex("6c9711d18271")
"""Middle of an object's UUID, DEA00000-6C97-11D1-8271-, before instance, device and vendor."""
INTERFACE = bytes.fromhex("6c9711d1827100a02442df7d")
DEVICE, CONTROLLER, SUPERVISOR, PARAMETERS = range(0xDEA00001, 0xDEA00005)
MAPPER = bytes.fromhex("e1af83085d1f11c991a408002b14a0fa")
"""Interface of the endpoint mapper, which lists what a station offers."""

CONNECT, RELEASE, READ, WRITE, CONTROL, READ_IMPLICIT = range(6)
FUNCTIONS = {CONNECT: "cyclic", READ: "read", WRITE: "write", READ_IMPLICIT: "read"}
AR_ASK, AR_SERVER, READ_HEADERS, IM0 = 0x0101, 0x8106, (0x0009, 0x8009), 0x0020
RECORDS = range(0xAFF0, 0xB000)
"""Record indexes of identification and maintenance data."""
SUPERVISOR_RELATION = 6
"""Type of an application relation that a supervisor opens; others are a controller's."""
MOST = 64


class Call(Struct, frozen=True):
    """One RPC message; numbers already in host order."""

    kind: int
    vendor: int
    device: int
    interface: int
    """``DEVICE`` … ``PARAMETERS``, or 0 for the endpoint mapper."""
    operation: int
    body: bytes
    """Empty in a later fragment, which does not start with a block."""
    order: str
    """``<`` or ``>``: byte order of the RPC part; the blocks are always big-endian."""


def call(payload: bytes) -> Call | None:
    """The RPC message in a datagram, or None when it is not one of PROFINET's."""
    if len(payload) < HEADER or payload[0] != 4 or payload[1] not in TYPES:
        return None
    order = "<" if payload[4] & 0x10 else ">"
    interface = _uuid(payload[24:40], order)
    length = struct.unpack_from(order + "H", payload, 74)[0]
    if interface == MAPPER:
        return Call(payload[1], 0, 0, 0, -1, payload[HEADER : HEADER + length], order)
    number = int.from_bytes(interface[:4], "big")
    if interface[4:] != INTERFACE or not DEVICE <= number <= PARAMETERS:
        return None
    item = _uuid(payload[8:24], order)
    device, vendor = struct.unpack_from(">HH", item, 12) if item[4:10] == OBJECT else (0, 0)
    operation = struct.unpack_from(order + "H", payload, 68)[0]
    fragment = struct.unpack_from(order + "H", payload, 76)[0]
    body = payload[HEADER : HEADER + length] if not fragment else b""
    return Call(payload[1], vendor, device, number, operation, body, order)


def _uuid(raw: bytes, order: str) -> bytes:
    """A UUID in network order: its first three fields follow the byte order of the sender."""
    return struct.pack(">IHH", *struct.unpack_from(order + "IHH", raw)) + raw[8:16]


def dissect(sample: Sample) -> Recognised | None:
    """PROFINET calls on any port: who connects to whom, and identification records."""
    return _read(sample.payload, PORT in (sample.src_port, sample.dst_port))


@lru_cache(maxsize=512)  # the same call comes again, to one station after the other
def _read(payload: bytes, at_port: bool) -> Recognised | None:  # noqa: FBT001 - part of the key
    found = call(payload)
    if found is None or not (found.interface or at_port):
        return None
    if not found.interface:
        stated = tuple(_annotations(found)) if found.kind == RESPONSE else ()
        return Recognised("profinet-cm", stated, _opener(found), ("identify",))
    parts = [_object(found), *(_block(found, kind, body) for kind, body in _blocks(found))]
    stated = tuple(dict.fromkeys(fields.gather(parts)))
    return Recognised("profinet-cm", stated, _opener(found), _functions(found))


def _opener(found: Call) -> str:
    """The controller's side: it calls a device, and a device calls back to a controller."""
    asks = found.kind in (REQUEST, 1)
    return "src" if asks != (found.interface == CONTROLLER) else "dst"


def _functions(found: Call) -> tuple[str, ...]:
    word = FUNCTIONS.get(found.operation, "") if found.kind in (REQUEST, RESPONSE) else ""
    for kind, body in _blocks(found):
        if kind in READ_HEADERS and struct.unpack_from(">H", body, 28)[0] in RECORDS:
            word = "identify"
    return (word,) if word else ()


def _object(found: Call) -> Iterator[Fact]:
    """The vendor and device id in the object that is called, which the other side owns."""
    about = "dst" if found.kind == REQUEST else "src"
    yield from facts(about, profinet_dcp.device(found.vendor, found.device))
    if found.interface == DEVICE:
        yield Fact(about, "role", "io-device")


def _blocks(found: Call) -> Iterator[tuple[int, bytes]]:
    """(type, body after the version) of the blocks after the lengths that RPC puts first."""
    if found.kind not in (REQUEST, RESPONSE) or found.operation not in range(6):
        return
    at = 20
    for _ in range(MOST):
        if at + 6 > len(found.body):
            return
        kind, length = struct.unpack_from(">HH", found.body, at)
        yield kind, found.body[at + 6 : at + 4 + length]
        at += 4 + max(length, 2)


def _block(found: Call, kind: int, body: bytes) -> Iterator[Fact]:
    if kind == AR_ASK and found.kind == REQUEST:
        yield from _asks(body)
    elif kind == AR_SERVER:
        yield from facts("src", [("station-name", _name(body))])
    elif kind == IM0 and _slot(found) == 0:
        yield from facts("src", _identification(body))


def _asks(body: bytes) -> Iterator[Fact]:
    """Who opens an application relation (AR block): its kind, object and station name."""
    relation = struct.unpack_from(">H", body)[0]
    role = "supervisor" if relation == SUPERVISOR_RELATION else "controller"
    yield from facts("src", [("role", role), ("station-name", _name(body[50:]))])
    device, vendor = struct.unpack_from(">HH", body, 38)
    if body[30:36] == OBJECT:
        yield from facts("src", profinet_dcp.device(vendor, device))


def _name(body: bytes) -> str:
    length = struct.unpack_from(">H", body)[0]
    return text(body[2 : 2 + length])


def _slot(found: Call) -> int:
    """The slot that a read answer is about; 0 is the station itself."""
    headers = (body for kind, body in _blocks(found) if kind in READ_HEADERS)
    slot: int = struct.unpack_from(">H", next(headers), 22)[0]
    return slot


def _identification(body: bytes) -> Iterator[tuple[str, str]]:
    """Identification and maintenance record 0 (PNO, I&M functions 1.2, section 3.2)."""
    maker, order, serial, hardware = struct.unpack_from(">H20s16sH", body)
    prefix, *numbers = struct.unpack_from(">cBBB", body, 40)
    yield "maker", profinet_dcp.vendor(maker)
    yield "order-number", text(order)
    yield "serial", text(serial)
    yield "hardware", str(hardware)
    yield "firmware", f"{text(prefix)}{'.'.join(map(str, numbers))}"


def _annotations(found: Call) -> Iterator[Fact]:
    """What an endpoint mapper's answer says: fixed columns of type, order number, revisions.

    64 bytes after offset and length: 25 type, 20 order number, 5 hardware, 1 + 9 software,
    blanks between (IEC 61158-6-10, annotation of an endpoint).
    """
    at = found.body.find(struct.pack(found.order + "II", 0, 64))
    line = found.body[at + 8 : at + 72]
    if at < 0 or len(line) < 63 or not text(line):
        return
    revision = "".join(text(line[at : at + 3]) + "." for at in range(54, 63, 3)).strip(".")
    stated = [
        ("model", text(line[:25])),
        ("order-number", text(line[26:46])),
        ("hardware", text(line[47:52])),
        ("firmware", text(line[53:54]) + revision),
    ]
    yield from facts("src", stated)
