"""MMS (ISO 9506-2) over ISO-on-TCP, as IEC 61850-8-1 and ABB controllers use it."""

from __future__ import annotations

from collections.abc import Iterator

from overlanded.wire.dissect import ber, cotp
from overlanded.wire.dissect.plain import facts, once, text
from overlanded.wire.facts import Recognised, Sample

SYNTAX = bytes.fromhex("060528ca220201")
"""Object identifier 1.0.9506.2.1: the abstract syntax of MMS in a session's opening."""
CONNECT, ACCEPT = 0x0D, 0x0E
"""Session SPDUs (ITU-T X.225 section 8.3.1)."""
DATA = b"\x01\x00\x01\x00"
"""Give-tokens and data-transfer SPDU, then presentation user data."""

ASK, ANSWER, FAILED, REPORT, OPEN, OPENED = 0xA0, 0xA1, 0xA2, 0xA3, 0xA8, 0xA9
SENDER = {ASK: "src", ANSWER: "dst", FAILED: "dst", REPORT: "dst", OPEN: "src", OPENED: "dst"}
"""The side that is client, by the tag of the MMS PDU (ISO 9506-2 section 7)."""

SERVICES = {
    0: "identify",
    1: "read",
    2: "identify",
    4: "read",
    5: "write",
    6: "read",
    12: "read",
    **dict.fromkeys((26, 27, 28, 32), "download"),
    **dict.fromkeys((29, 30, 31, 33, 72, 73, 74), "upload"),
    **dict.fromkeys((34, 36, 38, 39, 43), "program"),
    **dict.fromkeys((40, 42), "start"),
    **dict.fromkeys((41, 44), "stop"),
    46: "download",
    75: "write",
    76: "write",
    77: "read",
}
"""Confirmed services by their context number (ISO 9506-2 section 7.3)."""
IDENTIFY = 0xA2
IDENTITY = {0x80: "maker", 0x81: "model", 0x82: "firmware"}


def dissect(sample: Sample) -> Recognised | None:
    """MMS sessions and PDUs; None where the user data is another protocol's."""
    transport = cotp.read(sample.payload)
    if transport is None:
        return None
    opened = [side for side in map(_opening, transport.messages) if side]
    units = [unit for message in transport.messages for unit in _units(message)]
    if not opened and not units:
        return None
    sides = [*opened, *(SENDER[tag] for tag, _ in units)]
    found = [pair for tag, body in units if tag == ANSWER for pair in _identity(body)]
    classes = once(_class(tag, body) for tag, body in units)
    return Recognised("mms", facts("src", found), sides[0], classes)


def _opening(message: bytes) -> str:
    if message[:1] in (b"\x0d", b"\x0e") and SYNTAX in message:
        return "src" if message[0] == CONNECT else "dst"
    if message[:1] == b"\x0e" and b"\xa9" in message and b"\x83\x01" in message:
        return "dst"
    return ""


def _units(message: bytes) -> Iterator[tuple[int, bytes]]:
    """(tag, contents) of the MMS PDUs in a message, with or without session and presentation."""
    if message.startswith(DATA):
        values = ber.first(ber.first(message[4:], 0x61), 0x30)
        candidates = list(ber.items(ber.first(values, 0xA0)))
        if ber.first(values, 0x02) != b"\x03":
            return
    else:
        candidates = list(ber.items(message))
    if len(candidates) == 1 and _sound(*candidates[0]):
        yield candidates[0]


def _sound(tag: int, body: bytes) -> bool:
    """Whether the PDU has what its kind must have: an invoke id, or a proposed version."""
    inner = list(ber.items(body))
    if tag in (ASK, ANSWER):
        return len(inner) >= 2 and inner[0][0] == 0x02 and 1 <= len(inner[0][1]) <= 5
    if tag in (OPEN, OPENED):
        return {0x81, 0x82, 0xA4} <= {name for name, _ in inner}
    if tag == FAILED:
        return bool(inner) and inner[0][0] == 0x80
    return tag == REPORT and bool(inner) and inner[0][0] in (0xA0, 0xA1, 0xA2)


def _service(body: bytes) -> tuple[int, bytes]:
    """The service item of a confirmed PDU: after the invoke id and optional modifiers."""
    services = [item for item in ber.items(body) if item[0] not in (0x02, 0x30)]
    return services[0] if services else (0xFFFF, b"")


def _class(tag: int, body: bytes) -> str:
    if tag == REPORT:
        return "subscribe"
    if tag not in (ASK, ANSWER):
        return ""
    return SERVICES.get(ber.number(_service(body)[0]), "")


def _identity(body: bytes) -> Iterator[tuple[str, str]]:
    tag, answer = _service(body)
    if tag == IDENTIFY:
        for name, value in ber.items(answer):
            if name in IDENTITY:
                yield IDENTITY[name], text(value)
