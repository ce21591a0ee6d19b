"""ARP over Ethernet and IPv4 (RFC 826; announcements and probes RFC 5227)."""

from __future__ import annotations

import struct

from overlanded.wire.dissect.fields import ip, mac, names_card, names_host
from overlanded.wire.facts import Fact, Recognised, Sample

ETHERNET_IPV4 = struct.pack("!HHBB", 1, 0x0800, 6, 4)
OPERATIONS = (1, 2)
"""Request and reply; RARP and the rest bind nothing that a crane uses."""


def dissect(sample: Sample) -> Recognised | None:
    """The sender's claim of an address; a probe (sender 0.0.0.0) claims nothing."""
    body = sample.payload
    if body[:6] != ETHERNET_IPV4 or len(body) < 28:
        return None
    if struct.unpack_from("!H", body, 6)[0] not in OPERATIONS:
        return None
    sender, address = mac(body[8:14]), ip(body[14:18])
    if not (names_card(sender) and names_host(address)):
        return Recognised("arp")
    return Recognised("arp", (Fact(f"mac:{sender}", "address", address),))
