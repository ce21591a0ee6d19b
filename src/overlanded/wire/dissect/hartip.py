"""HART-IP (FieldComm Group HCF_SPEC-085, message header; commands of HCF_SPEC-127)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from overlanded.wire.dissect.plain import facts, once
from overlanded.wire.facts import Recognised, Sample

REQUEST, RESPONSE, PUBLISH, REFUSAL = 0, 1, 2, 15
PASS_THROUGH = 3
IDENTIFY = (0, 11, 13, 20, 21)
WRITES = (6, *range(16, 20), 22, *range(34, 60))
LONG_ADDRESS = 0x80
MOST = 64


def dissect(sample: Sample) -> Recognised | None:
    """Messages whose byte counts fill the payload."""
    units = list(_units(sample.payload))
    if not units or sum(8 + len(body) for _, _, body in units) != len(sample.payload):
        return None
    stated = [pair for kind, number, body in units for pair in _identity(kind, number, body)]
    classes = once(_class(number, body) for _, number, body in units)
    opener = "src" if units[0][0] == REQUEST else "dst"
    return Recognised("hartip", facts("src", stated), opener, classes)


def _units(payload: bytes) -> Iterator[tuple[int, int, bytes]]:
    """(message type, message id, body) of each message."""
    at = 0
    for _ in range(MOST):
        if at + 8 > len(payload):
            return
        edition, kind, number, _, _, size = struct.unpack_from(">BBBBHH", payload, at)
        if edition not in (1, 2) or kind not in (REQUEST, RESPONSE, PUBLISH, REFUSAL):
            return
        if number > PASS_THROUGH or size < 8:
            return
        yield kind, number, payload[at + 8 : at + size]
        at += size


def _command(body: bytes) -> tuple[int, bytes]:
    """(command, data) of a token-passing frame; a long address has five bytes."""
    at = 6 if body[0] & LONG_ADDRESS else 2
    return body[at], body[at + 2 : at + 2 + body[at + 1]]


def _class(number: int, body: bytes) -> str:
    if number != PASS_THROUGH or len(body) < 8:
        return ""
    command = _command(body)[0]
    return "identify" if command in IDENTIFY else "write" if command in WRITES else "read"


def _identity(kind: int, number: int, body: bytes) -> list[tuple[str, str]]:
    """Device type and id of an answer to command 0, after the two status bytes."""
    if kind != RESPONSE or number != PASS_THROUGH or len(body) < 8:
        return []
    command, data = _command(body)
    if command != 0 or len(data) < 14 or data[2] != 0xFE:
        return []
    return [
        ("device-type", f"HART device {data[3:5].hex().upper()}"),
        ("serial", data[11:14].hex().upper()),
    ]
