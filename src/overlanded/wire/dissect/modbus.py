"""Modbus/TCP (Modbus Application Protocol 1.1b3; Messaging on TCP/IP Implementation Guide 1.0b).

Recognised by content on any port: every unit must have the shape that its function code asks for.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable

from overlanded.wire.dissect.plain import facts, once, text
from overlanded.wire.facts import Recognised, Sample

PORT = 502
MOST = 256
"""Units read of one payload."""

Check = Callable[[bytes], bool]


def _amount(most: int) -> Check:
    return lambda body: len(body) == 4 and 1 <= int.from_bytes(body[2:4], "big") <= most


def _counted(offset: int = 0) -> Check:
    """A byte count at ``offset`` that covers exactly the rest."""
    return lambda body: len(body) > offset + 1 and body[offset] == len(body) - offset - 1


def _size(*sizes: int) -> Check:
    return lambda body: len(body) in sizes


def _coil(body: bytes) -> bool:
    return len(body) == 4 and body[2:] in (b"\0\0", b"\xff\0")


def _registers(body: bytes) -> bool:
    return _counted()(body) and body[0] % 2 == 0


def _several(body: bytes) -> bool:
    return _counted(4)(body) and any(body[2:4])


def _identity_ask(body: bytes) -> bool:
    return len(body) == 3 and body[0] == 0x0E and 1 <= body[1] <= 4


def _identity_answer(body: bytes) -> bool:
    return len(body) >= 6 and body[0] == 0x0E and 1 <= body[1] <= 4 and body[3] in (0, 0xFF)


SHAPES: dict[int, tuple[str, Check, Check]] = {
    1: ("read", _amount(2000), _counted()),
    2: ("read", _amount(2000), _counted()),
    3: ("read", _amount(125), _registers),
    4: ("read", _amount(125), _registers),
    5: ("write", _coil, _coil),
    6: ("write", _size(4), _size(4)),
    7: ("read", _size(0), _size(1)),
    8: ("read", lambda body: len(body) >= 4, lambda body: len(body) >= 4),
    11: ("read", _size(0), _size(4)),
    12: ("read", _size(0), _counted()),
    15: ("write", _several, _amount(0x7B0)),
    16: ("write", _several, _amount(0x7B)),
    17: ("identify", _size(0), _counted()),
    20: ("read", _counted(), _counted()),
    21: ("write", _counted(), _counted()),
    22: ("write", _size(6), _size(6)),
    23: ("write", _counted(8), _registers),
    24: ("read", _size(2), lambda body: len(body) >= 4),
    43: ("identify", _identity_ask, _identity_answer),
}
"""Function code: (class of function, shape of a request, shape of an answer), specification 6."""

UMAS = 0x5A
UMAS_FUNCTIONS = {
    0x01: "identify",
    0x02: "identify",
    0x03: "identify",
    0x04: "identify",
    0x06: "identify",
    0x0A: "identify",
    0x12: "read",
    0x20: "read",
    0x22: "read",
    0x23: "write",
    0x24: "read",
    0x25: "write",
    0x30: "upload",
    0x31: "upload",
    0x32: "upload",
    0x33: "download",
    0x34: "download",
    0x35: "download",
    0x40: "start",
    0x41: "stop",
    0x50: "read",
    0x58: "read",
    0x70: "read",
    0x71: "write",
}
"""Schneider's programming protocol inside function 0x5A, second byte of a request; as published
by Kaspersky ICS CERT, "The secrets of Schneider Electric's UMAS protocol" (2022). Others of it,
such as the reservation 0x10, belong to programming."""
UMAS_ANSWERS = (0xFD, 0xFE)
UMAS_LONGEST = 1030
"""Newer controllers agree on units longer than the 254 bytes of plain Modbus."""
UMAS_ID = b"\xfe\x10"
UMAS_NAME = 24
"""Start of an answer to 0x02 after the session byte, and offset of its length-prefixed name."""

WORDS = re.compile(rb"[A-Za-z][ -~]{3,}")
OBJECTS = {0: "maker", 1: "order-number", 2: "firmware", 4: "model", 5: "model"}
"""Device identification objects (6.21): vendor, product code, revision, product, model."""


def dissect(sample: Sample) -> Recognised | None:
    """Modbus/TCP units from the first byte on; on other ports than 502 all must be well formed."""
    known = PORT in (sample.src_port, sample.dst_port)
    classes: list[str] = []
    found: list[tuple[str, str]] = []
    sides: set[str] = set()
    whole, tiled = units(sample.payload)
    if sample.complete and not tiled and not known:
        return None
    for code, body in whole:
        side = _side(code, body)
        if side is None and not known:
            return None
        if side:
            sides.add(side)
        side = _by_port(sample) or side or ""
        classes.append(_class(code, body, side))
        found += _identity(code, body) if side != "src" else []
    if not classes:
        return None
    opener = _by_port(sample) or (sides.pop() if len(sides) == 1 else "")
    return Recognised("modbus", facts("src", found), opener, once(classes))


def _by_port(sample: Sample) -> str:
    return {sample.dst_port: "src", sample.src_port: "dst"}.get(PORT, "")


def units(payload: bytes) -> tuple[list[tuple[int, bytes]], bool]:
    """(function code, rest) of each whole unit, and whether the units fill the payload."""
    units: list[tuple[int, bytes]] = []
    at = 0
    while at + 8 <= len(payload) and len(units) < MOST:
        _, protocol, length = struct.unpack_from(">HHH", payload, at)
        code = payload[at + 7]
        longest = UMAS_LONGEST if code & 0x7F == UMAS else 254
        if protocol or not 2 <= length <= longest:
            return units, False
        if at + 6 + length > len(payload):
            break
        units.append((code, payload[at + 8 : at + 6 + length]))
        at += 6 + length
    return units, True


def _side(code: int, body: bytes) -> str | None:
    """``src`` for a request, ``dst`` for an answer, empty when both fit, None when neither."""
    if code & 0x80:
        return "dst" if len(body) == 1 and 1 <= body[0] <= 11 else None
    if code == UMAS and len(body) >= 2:
        return "dst" if body[1] in UMAS_ANSWERS else "src"
    if code not in SHAPES:
        return None
    _, ask, answer = SHAPES[code]
    asks, answers = ask(body), answer(body)
    if not asks and not answers:
        return None
    return "" if asks and answers else "src" if asks else "dst"


def _class(code: int, body: bytes, side: str) -> str:
    if code == UMAS:
        return UMAS_FUNCTIONS.get(body[1], "program") if side == "src" and len(body) > 1 else ""
    if code == 8 and side == "src" and body[:2] == b"\0\x04":
        return "stop"
    return SHAPES[code & 0x7F][0] if code & 0x7F in SHAPES else ""


def _longest_text(data: bytes) -> str:
    """The longest run of text in data whose layout is the device's own (6.13)."""
    return text(max(WORDS.findall(data), key=len, default=b""))


def _identity(code: int, body: bytes) -> list[tuple[str, str]]:
    if code == UMAS and body[1:3] == UMAS_ID and len(body) > UMAS_NAME:
        name = body[UMAS_NAME + 1 : UMAS_NAME + 1 + body[UMAS_NAME]]
        return [("model", text(name)), ("firmware", f"{body[11]:x}.{body[10]:02x}")]
    if code == 17 and _counted()(body):
        return [("model", _longest_text(body[1:]))]
    if code != 43 or not _identity_answer(body):
        return []
    found = []
    at = 6
    for _ in range(body[5]):
        if at + 2 > len(body):
            break
        value = body[at + 2 : at + 2 + body[at + 1]]
        if body[at] in OBJECTS:
            found.append((OBJECTS[body[at]], text(value)))
        at += 2 + body[at + 1]
    return found
