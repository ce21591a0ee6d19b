"""Mitsubishi SLMP and MELSEC communication, and MELSOFT of the programming tools.

SLMP's 3E and 4E frames follow SH-080956ENG, chapters 4 and 5; MELSOFT has no public description
and is read as captures show it.
"""

from __future__ import annotations

import struct

from overlanded.wire.dissect.plain import facts, text
from overlanded.wire.facts import Recognised, Sample

ASKS = {b"\x50\x00": 2, b"\x54\x00": 6}
ANSWERS = {b"\xd0\x00": 2, b"\xd4\x00": 6}
"""Subheader and where the route after it starts: a 4E frame has a serial number."""
COMMANDS = {
    **dict.fromkeys((0x0401, 0x0403, 0x0406, 0x0601, 0x0613, 0x0619), "read"),
    **dict.fromkeys((0x1401, 0x1402, 0x1406, 0x1601, 0x1613, 0x1617), "write"),
    **dict.fromkeys((0x0801, 0x0802), "subscribe"),
    **dict.fromkeys((0x1005, 0x1630, 0x1631), "program"),
    **dict.fromkeys((0x1002, 0x1003, 0x1006), "stop"),
    **dict.fromkeys((0x1810, 0x1811, 0x1827, 0x1828, 0x182A), "upload"),
    **dict.fromkeys((0x1820, 0x1822, 0x1824, 0x1825, 0x1826, 0x1829), "download"),
    0x1001: "start",
    0x0101: "identify",
}
TYPE_NAME = 18
"""Bytes in an answer to Read Type Name: 16 of text, 2 of code."""
STATION = b"\xff\x03"
"""Module number of the own station's CPU."""

TOOL_ASK, TOOL_ANSWER, TOOL_MODEL = 0x57, 0xD7, b"\x01\x21\x01\x00\x00\x00"


def dissect(sample: Sample) -> Recognised | None:
    """Frames in binary code whose route and length fit."""
    payload = sample.payload
    if len(payload) > 24 and payload[0] in (TOOL_ASK, TOOL_ANSWER):
        return _tool(payload)
    known = {**ASKS, **ANSWERS}.get(payload[:2])
    if known is None or len(payload) < known + 9 or payload[known + 2 : known + 4] != STATION:
        return None
    if len(payload) != known + 7 + struct.unpack_from("<H", payload, known + 5)[0]:
        return None
    if payload[:2] in ANSWERS:
        return _answer(payload[known + 7 :])
    if len(payload) < known + 13:
        return None
    word = COMMANDS.get(struct.unpack_from("<H", payload, known + 9)[0], "")
    return Recognised("slmp", (), "src", (word,)) if word else None


def _answer(body: bytes) -> Recognised:
    """An answer, with the model when its size and text are those of a type name."""
    name = text(body[2:18]) if len(body) == 2 + TYPE_NAME and body[:2] == b"\0\0" else ""
    looks = len(name) >= 3 and name.isascii() and any(map(str.isalpha, name))
    return Recognised("slmp", facts("src", [("model", name)]) if looks else (), "dst")


def _tool(payload: bytes) -> Recognised | None:
    """A programming tool's frame: the length of the rest is at offset 19."""
    if payload[5:7] != b"\x11\x11" or len(payload) != 21 + struct.unpack_from("<H", payload, 19)[0]:
        return None
    answer = payload[0] == TOOL_ANSWER
    _, found, rest = payload.partition(TOOL_MODEL)
    stated = [("model", text(rest[:16]))] if answer and found else []
    words = ("identify",) if found else ()
    return Recognised("melsoft", facts("src", stated), "dst" if answer else "src", words)
