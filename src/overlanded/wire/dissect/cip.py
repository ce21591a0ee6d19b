"""CIP messages inside EtherNet/IP: services, and the Identity object.

Sources: ODVA, The CIP Networks Library volume 1 (chapter 2 and appendix A for services, 5-2 for
Identity); Rockwell Automation publications 1756-PM020 (tag services) and 1770-6.5.16 (PCCC).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import pairwise

from msgspec import Struct

from overlanded.data import table
from overlanded.wire.dissect.plain import text, version

IDENTITY, CONNECTION_MANAGER, FILE, PCCC, CONTROLLER = 0x01, 0x06, 0x37, 0x67, 0x8E
SYMBOLS = (0x6B, 0x72)
"""Tags by number: Rockwell's Symbol class, and the one its panels read optimised tags from."""
CLASS, CLASS_WIDE, NAME = 0x20, 0x21, 0x91
"""Path segments: an 8-bit class, a 16-bit class, a tag's name (volume 1, appendix C)."""
ALL, SEVERAL, UNCONNECTED = 0x01, 0x0A, 0x52

COMMON = {
    **dict.fromkeys((0x01, 0x03, 0x0E, 0x18), "read"),
    **dict.fromkeys((0x02, 0x04, 0x0D, 0x10, 0x19), "write"),
    **dict.fromkeys((0x08, 0x09, 0x15), "program"),
    0x05: "stop",
    0x06: "start",
    0x07: "stop",
}
"""Services that mean the same for every class; a reset stops what runs."""
TAGS = {0x4C: "read", 0x4D: "write", 0x4E: "write", 0x52: "read", 0x53: "write", 0x55: "read"}
FILES = {0x4B: "upload", 0x4C: "download", 0x4D: "upload", 0x4F: "upload", 0x50: "download"}
VENDOR = 0x4B
"""From here on a class gives services meanings of its own."""
OPEN = {0x54: 34, 0x5B: 38}
"""Forward open and its large form, with the offset of the byte that has the transport class."""

PCCC_FUNCTIONS = {
    **dict.fromkeys((0x01, 0x29, 0x68, 0xA1, 0xA2), "read"),
    **dict.fromkeys((0x00, 0x26, 0x67, 0xA9, 0xAA, 0xAB), "write"),
    **dict.fromkeys((0x50, 0x52), "download"),
    **dict.fromkeys((0x53, 0x55), "upload"),
    **dict.fromkeys((0x11, 0x12, 0x57, 0x8F), "program"),
}
PCCC_MODES = {(0x80, 1): "stop", (0x80, 6): "start", (0x3A, 1): "stop", (0x3A, 2): "start"}
"""Change mode (function, mode): remote program and remote run."""
DEEPEST = 4
"""Messages inside messages that are followed."""


class Message(Struct, frozen=True):
    """One request or answer; ``path_class`` is -1 without a class, ``tag`` names a variable."""

    service: int
    answer: bool
    path_class: int
    tag: bool
    data: bytes


def message(raw: bytes) -> Message | None:
    """The message in a data item, or None where its path or status does not fit."""
    if len(raw) < 2:
        return None
    if raw[0] & 0x80:
        if len(raw) < 4 or raw[1]:
            return None
        return Message(raw[0] & 0x7F, True, -1, False, raw[4 + 2 * raw[3] :] if not raw[2] else b"")
    end = 2 + 2 * raw[1]
    if end > len(raw):
        return None
    path_class, tag = _path(raw[2:end])
    return Message(raw[0], False, path_class, tag, raw[end:])


def _path(path: bytes) -> tuple[int, bool]:
    """The last class in a path (a controller's own before it counts more), and if a tag ends it."""
    found, tag, at = -1, False, 0
    while at + 1 < len(path):
        kind = path[at]
        if kind == NAME:
            tag = True
            at += 2 + path[at + 1] + path[at + 1] % 2
            continue
        if kind == CLASS:
            found = found if found == CONTROLLER else path[at + 1]
        elif kind == CLASS_WIDE and at + 4 <= len(path):
            found = struct.unpack_from("<H", path, at + 2)[0]
        at += (2, 4, 6, 2)[kind & 3]
    return found, tag


def classes(one: Message, depth: int = 0) -> Iterator[str]:
    """The classes of function that a message asks for; answers carry no path and give none."""
    inner = _inner(one) if depth < DEEPEST and not one.answer else []
    for raw in inner:
        found = message(raw)
        if found:
            yield from classes(found, depth + 1)
    if not inner and not one.answer:
        yield _class(one)


def _class(one: Message) -> str:
    if one.path_class == PCCC:
        return _pccc(one.data)
    if one.path_class == FILE:
        return FILES.get(one.service, "program")
    if one.path_class == CONNECTION_MANAGER and one.service in OPEN:
        return _transport(one)
    if one.tag or one.path_class in SYMBOLS:
        return TAGS.get(one.service, COMMON.get(one.service, ""))
    if one.path_class == IDENTITY and one.service in (0x01, 0x03, 0x0E):
        return "identify"
    vendor = "program" if one.path_class == CONTROLLER and one.service >= VENDOR else ""
    return COMMON.get(one.service, vendor)


def _transport(one: Message) -> str:
    """Classes 0 and 1 open a cyclic connection, 3 one for messages (volume 1, 3-4.4.3)."""
    at = OPEN[one.service]
    return "cyclic" if len(one.data) > at and one.data[at] & 0x0F in (0, 1) else ""


def _pccc(data: bytes) -> str:
    """Function of a PCCC command after the requester's id (1770-6.5.16 chapter 7)."""
    command = data[data[0] :] if data else b""
    if len(command) < 5:
        return ""
    if command[0] == 0x06:
        return "identify"
    mode = PCCC_MODES.get((command[4], command[5])) if len(command) > 5 else None
    return (mode or PCCC_FUNCTIONS.get(command[4], "")) if command[0] == 0x0F else ""


def _inner(one: Message) -> list[bytes]:
    """Messages that this one carries: several at once, or one for another module."""
    data = one.data
    if one.service == UNCONNECTED and one.path_class == CONNECTION_MANAGER and len(data) >= 4:
        size = struct.unpack_from("<H", data, 2)[0]
        return [data[4 : 4 + size]]
    return several(data) if one.service == SEVERAL else []


def several(data: bytes) -> list[bytes]:
    """The parts of a Multiple Service Packet: a count, offsets, then the parts."""
    count = struct.unpack_from("<H", data)[0] if len(data) >= 2 else 0
    if not 1 <= count <= 256 or len(data) < 2 + 2 * count:
        return []
    offsets = [*struct.unpack_from(f"<{count}H", data, 2), len(data)]
    return [data[start:end] for start, end in pairwise(offsets)]


def identity(one: Message) -> list[tuple[str, str]]:
    """Facts of an answer to Get Attributes All of the Identity object.

    An answer does not name its object; only data with that object's shape are taken.
    """
    if not one.answer or one.service != ALL or len(one.data) < 16:
        return []
    name = one.data[15 : 15 + one.data[14]]
    fits = 2 <= one.data[14] <= 32 and len(name) == one.data[14] and len(one.data) <= 31 + len(name)
    return stated(one.data) if fits and text(name) else []


def stated(data: bytes) -> list[tuple[str, str]]:
    """Facts of identity attributes 1 to 7 in order (volume 1, 5-2.2)."""
    vendor, kind, _, major, minor, _, serial = struct.unpack_from("<HHHBBHI", data)
    return [
        ("maker", _named("vendors", vendor, "ODVA vendor")),
        ("model", text(data[15 : 15 + data[14]])),
        ("device-type", _named("device-types", kind, "CIP device type")),
        ("firmware", version((major, minor))),
        ("serial", f"{serial:08X}" if serial else ""),
    ]


def _named(names: str, number: int, otherwise: str) -> str:
    found: str = table("cip")[names].get(str(number), "")
    return found or (f"{otherwise} {number}" if number else "")
