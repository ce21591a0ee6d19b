"""IEC 60870-5-104: telecontrol over TCP (IEC 60870-5-104:2006 section 5, -5-101 section 7)."""

from __future__ import annotations

from overlanded.wire.dissect.plain import once
from overlanded.wire.facts import Recognised, Sample

START = 0x68
SIGNALS = {0x07: "src", 0x0B: "dst", 0x13: "src", 0x23: "dst", 0x43: "", 0x83: ""}
"""Control octet of unnumbered frames: start and stop of transfer with confirmations, tests."""
ACTIVATION, CONFIRMED, DEACTIVATION = 6, 7, 8
MONITOR = {*range(1, 22), *range(30, 41), 70}
WRITE = {*range(45, 52), *range(58, 65), 103, 107, *range(110, 114)}
READ = {100, 101, 102}
RESET = {105}
FILES = range(120, 128)
LAST_CAUSE = 47
MOST = 256


def dissect(sample: Sample) -> Recognised | None:
    """Frames that fill the payload; the last may be cut. A frame of data must make sense."""
    frames: list[bytes] = []
    at = 0
    while at + 6 <= len(sample.payload) and len(frames) < MOST:
        length = sample.payload[at + 1]
        frame = sample.payload[at + 2 : at + 2 + length]
        if sample.payload[at] != START or not 4 <= length <= 253 or not _sound(frame, length):
            return None
        frames.append(frame)
        at += 2 + length
    if not frames:
        return None
    sides = [side for frame in frames if (side := _side(frame))]
    classes = once(_class(frame[4]) for frame in frames if _numbered(frame))
    return Recognised("iec104", (), sides[0] if sides else "", classes)


def _numbered(frame: bytes) -> bool:
    """Whether a frame carries data: the first bit of its control field is zero."""
    return not frame[0] & 1 and len(frame) >= 10


def _sound(frame: bytes, length: int) -> bool:
    if len(frame) < 4:
        return True
    if frame[0] & 3 == 3:
        return length == 4 and frame[0] in SIGNALS and not any(frame[1:4])
    if frame[0] & 1:
        return length == 4 and frame[:2] == b"\x01\x00" and not frame[2] & 1
    if frame[2] & 1 or length < 12 or len(frame) < 10:
        return length >= 12 and len(frame) < 10
    return bool(_class(frame[4])) and 1 <= frame[6] & 0x3F <= LAST_CAUSE and bool(frame[5] & 0x7F)


def _side(frame: bytes) -> str:
    if frame[0] & 3 == 3:
        return SIGNALS[frame[0]]
    if not _numbered(frame):
        return ""
    if frame[4] in MONITOR:
        return "dst"
    return {ACTIVATION: "src", DEACTIVATION: "src", CONFIRMED: "dst"}.get(frame[6] & 0x3F, "")


def _class(kind: int) -> str:
    """The class of a type identification; empty for one that does not exist."""
    for kinds, word in (
        (MONITOR, "subscribe"),
        (WRITE, "write"),
        (READ, "read"),
        (RESET, "stop"),
        (FILES, "upload"),
    ):
        if kind in kinds:
            return word
    return ""
