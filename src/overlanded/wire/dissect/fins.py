"""Omron FINS over UDP and TCP (Omron W342, "Communications Commands Reference Manual")."""

from __future__ import annotations

import struct

from overlanded.wire.dissect.plain import facts, once, text
from overlanded.wire.facts import Recognised, Sample

MAGIC = b"FINS"
NODE_ASK, NODE_ANSWER, FRAME = 0, 1, 2
CONTROLLER_DATA = 0x0501
COMMANDS = {
    **dict.fromkeys((0x0101, 0x0104, 0x0201, 0x0601, 0x0620, 0x0701, 0x0920, 0x2102), "read"),
    **dict.fromkeys((0x0102, 0x0103, 0x0105, 0x0202, 0x0203, 0x0702, 0x2101, 0x2103), "write"),
    **dict.fromkeys((0x0220, 0x0221, 0x0602, 0x0603, 0x0801, 0x0802, 0x0803, 0x2201), "read"),
    **dict.fromkeys((0x2204, 0x2205, 0x2206, 0x2207, 0x2208, 0x2215, 0x2301, 0x2302), "write"),
    **dict.fromkeys((0x2209, 0x220A, 0x220B, 0x230A, 0x2601, 0x2602, 0x2603), "write"),
    **dict.fromkeys((0x0304, 0x0305, 0x0308, 0x0C01, 0x0C02, 0x0C03, 0x220C), "program"),
    **dict.fromkeys((0x0306, 0x2202, 0x220F, 0x2210, 0x2211), "upload"),
    **dict.fromkeys((0x0307, 0x2203), "download"),
    **dict.fromkeys((CONTROLLER_DATA, 0x0502), "identify"),
    0x0401: "start",
    0x0402: "stop",
}
"""Command codes (section 5-1): memory, parameters, program, mode, files, forced bits."""
MOST = 128


def dissect(sample: Sample) -> Recognised | None:
    """FINS frames, bare in a datagram or each after a header in a stream."""
    if sample.layer == "udp":
        frames, opener = [sample.payload], ""
    else:
        frames, opener = stream(sample.payload)
    known = [frame for frame in frames if sound(frame)]
    if not known and (sample.layer == "udp" or not opener):
        return None
    if known:
        opener = "dst" if known[0][0] & 0x40 else "src"
    stated = [pair for frame in known for pair in _identity(frame)]
    classes = once(COMMANDS.get(command(frame), "") for frame in known)
    return Recognised("fins", facts("src", stated), opener, classes)


def stream(payload: bytes) -> tuple[list[bytes], str]:
    """(frames, client when the exchange of node numbers tells) of FINS/TCP (W421 section 7)."""
    frames: list[bytes] = []
    opener, at = "", 0
    while payload[at : at + 4] == MAGIC and at + 16 <= len(payload) and len(frames) < MOST:
        length, kind, _ = struct.unpack_from(">III", payload, at + 4)
        if not 8 <= length <= 0xFFFF or kind > 6:
            break
        opener = opener or {NODE_ASK: "src", NODE_ANSWER: "dst"}.get(kind, "")
        if kind == FRAME:
            frames.append(payload[at + 16 : at + 8 + length])
        at += 8 + length
    return frames, opener


def command(frame: bytes) -> int:
    """The command code of a frame: main and sub request code."""
    code: int = struct.unpack_from(">H", frame, 10)[0]
    return code


def sound(frame: bytes) -> bool:
    """Whether a header fits: reserved bits, gateway count, node addresses, a known command."""
    if len(frame) < 12 or frame[0] & 0xBE != 0x80 or frame[1] or not 1 <= frame[2] <= 7:
        return False
    networks_fit = frame[3] <= 127 and frame[6] <= 127
    return networks_fit and command(frame) in COMMANDS


def _identity(frame: bytes) -> list[tuple[str, str]]:
    """Model and version in an answer to Controller Data Read (section 5-3-18)."""
    if command(frame) != CONTROLLER_DATA or not frame[0] & 0x40 or len(frame) < 54:
        return []
    return [("model", text(frame[14:34])), ("firmware", text(frame[34:54]))]
