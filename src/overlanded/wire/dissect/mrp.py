"""Media redundancy rings (IEC 62439-2 section 8)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from overlanded.wire.facts import Fact, Recognised, Sample

END, COMMON, TEST, TOPOLOGY, LINK_DOWN, LINK_UP = range(6)
ROLES = {TEST: "manager", TOPOLOGY: "manager", LINK_DOWN: "client", LINK_UP: "client"}
MOST = 16


def dissect(sample: Sample) -> Recognised | None:
    """Who manages a ring and who is in it, with the ring's domain."""
    if sample.payload[:2] != b"\x00\x01":
        return None
    blocks = dict(_blocks(sample.payload))
    domain = blocks.get(COMMON, b"")[2:18]
    if len(domain) < 16:
        return None
    name = "default" if domain == b"\xff" * 16 else domain.hex()
    role = next((word for kind, word in ROLES.items() if kind in blocks), "")
    found = (Fact("src", "mrp.role", f"{role}, domain {name}"),) if role else ()
    return Recognised("mrp", found)


def _blocks(payload: bytes) -> Iterator[tuple[int, bytes]]:
    """(type, value) of the blocks, each filled up to four bytes, after the version."""
    at = 2
    for _ in range(MOST):
        if at + 2 > len(payload) or payload[at] == END:
            return
        kind, size = struct.unpack_from(">BB", payload, at)
        yield kind, payload[at + 2 : at + 2 + size]
        at += (2 + size + 3) & ~3
