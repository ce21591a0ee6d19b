"""STUN (RFC 8489): how a device behind an address translator learns how it is seen outside."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from overlanded.model.identifiers import ip_text
from overlanded.wire.dissect.fields import gather, ip, names_host, text
from overlanded.wire.facts import Fact, Recognised, Sample

COOKIE = 0x2112A442
HEAD = 20
CLASS = 0x0110
OPENERS = {0x0000: "src", 0x0100: "dst", 0x0110: "dst"}
"""Class bits: request, success, error; an indication (0x0010) names no client."""
MAPPED = 0x0020
"""XOR-MAPPED-ADDRESS (section 14.2)."""
STATED = (0x0014, 0x8022)
"""REALM and SOFTWARE (sections 14.9, 14.14)."""
MOST_ATTRIBUTES = 32


def dissect(sample: Sample) -> Recognised | None:
    """Under which address the outside saw the client; user names are not read."""
    body = sample.payload
    if len(body) < HEAD:
        return None
    kind, size, cookie = struct.unpack_from("!HHI", body)
    if kind & 0xC000 or cookie != COOKIE or size % 4:
        return None
    if HEAD + size > len(body) and sample.complete:
        return None
    opener = OPENERS.get(kind & CLASS, "")
    said = _facts(body[4:HEAD], body[HEAD : HEAD + size], response=opener == "dst")
    own = ip_text(*sample.dst_ip)  # seen as it is: nobody translates it
    said = (fact for fact in said if fact.value != own)
    return Recognised("stun", gather([said]), opener)


def _facts(mask: bytes, attributes: bytes, *, response: bool) -> Iterator[Fact]:
    """An address is hidden from translators by the cookie (for IPv6 also the transaction id)."""
    at = 0
    for _ in range(MOST_ATTRIBUTES):
        if at + 4 > len(attributes):
            return
        kind, size = struct.unpack_from("!HH", attributes, at)
        value = attributes[at + 8 : at + 4 + size]
        if kind in STATED and response:
            yield Fact("src", "stun.server", text(attributes[at + 4 : at + 4 + size]))
        elif kind == MAPPED:
            address = ip(bytes(a ^ b for a, b in zip(value, mask, strict=False)))
            if names_host(address):
                yield Fact("dst", "stun.mapped", address)
        at += 4 + (size + 3) // 4 * 4
