"""DNP3 over TCP and UDP (IEEE 1815-2012 clauses 4, 8 and 9)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from overlanded.wire.dissect.plain import facts, once, text
from overlanded.wire.facts import Recognised, Sample

START = b"\x05\x64"
FROM_MASTER = 0x80
FIRST = 0x40
"""Transport octet: first segment of a fragment, which starts with the application header."""
FUNCTIONS = {
    1: "read",
    **dict.fromkeys(range(2, 13), "write"),
    13: "stop",
    14: "stop",
    **dict.fromkeys((15, 16, 19), "program"),
    17: "start",
    18: "stop",
    **dict.fromkeys((20, 21, 22, 130), "subscribe"),
    24: "write",
    25: "read",
    27: "write",
    28: "read",
}
ATTRIBUTES = {242: "firmware", 243: "hardware", 248: "serial", 250: "model", 252: "maker"}
ATTRIBUTE = re.compile(rb"\x00([\xf2\xf3\xf8\xfa\xfc])\x00\x00\x00\x01(.)", re.DOTALL)
"""An object header of group 0 for one point, then a text with its length (clause 11)."""
MOST = 64


def checksum(data: bytes) -> int:
    """CRC-16 of DNP (clause 9.2.4.3): polynomial 0x3D65, bits reflected, inverted."""
    value = 0
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0xA6BC if value & 1 else 0)
    return value ^ 0xFFFF


def dissect(sample: Sample) -> Recognised | None:
    """Link frames whose header has the right checksum."""
    frames = list(_frames(sample.payload))
    if not frames:
        return None
    opener = "src" if frames[0][0] & FROM_MASTER else "dst"
    units = [data for _, data in frames if len(data) >= 3 and data[0] & FIRST]
    stated = [
        (ATTRIBUTES[found.group(1)[0]], text(data[found.end() : found.end() + found.group(2)[0]]))
        for _, data in frames
        for found in ATTRIBUTE.finditer(data)
    ]
    classes = once(FUNCTIONS.get(data[2], "") for data in units)
    return Recognised("dnp3", facts("src", stated), opener, classes)


def _frames(payload: bytes) -> Iterator[tuple[int, bytes]]:
    """(control octet, user data without its checksums) of each frame."""
    at = 0
    for _ in range(MOST):
        head = payload[at : at + 10]
        if head[:2] != START or len(head) < 10 or head[2] < 5:
            return
        if checksum(head[:8]) != int.from_bytes(head[8:], "little"):
            return
        size = head[2] - 5
        blocks = payload[at + 10 : at + 10 + size + 2 * -(-size // 16)]
        yield head[3], b"".join(blocks[i : i + 16] for i in range(0, len(blocks), 18))[:size]
        at += 10 + len(blocks)
