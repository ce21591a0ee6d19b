"""CODESYS gateways and runtimes, recognised by their frame headers.

The protocols are not published; headers are as captures of version 2 and 3 runtimes show them.
"""

from __future__ import annotations

import struct

from overlanded.wire.facts import Recognised, Sample

BLOCK = b"\xe8\x17\x01\x00"
"""Version 3 over TCP: a magic number, then the length with this header, little-endian."""
OLD = b"\xbb\xbb"
"""Version 2 over TCP: a magic number, then the length of the rest in four bytes."""
DATAGRAM = 0xC5
LONGEST = 1 << 20


def dissect(sample: Sample) -> Recognised | None:
    """A frame of version 3 or 2; which side asks is not told by it."""
    payload = sample.payload
    if len(payload) < 8:
        return None
    if sample.layer == "udp":
        return Recognised("codesys") if payload[0] == DATAGRAM and payload[1] & 7 else None
    if payload[:4] == BLOCK:
        size = struct.unpack_from("<I", payload, 4)[0]
        return Recognised("codesys") if 8 <= size <= LONGEST else None
    if payload[:2] == OLD:
        sizes = {struct.unpack_from(order + "I", payload, 2)[0] for order in "<>"}
        return Recognised("codesys") if len(payload) - 6 in sizes else None
    return None
