"""Cisco Discovery Protocol: LLC/SNAP 00-00-0C type 0x2000 (layout as published by Cisco)."""

from __future__ import annotations

from collections.abc import Iterator

from overlanded.wire.dissect.fields import bits, gather, ip, names_host, text
from overlanded.wire.facts import Fact, Recognised, Sample

SNAP = bytes.fromhex("aaaa0300000c2000")
DEVICE, ADDRESSES, PORT, CAPABILITIES, VERSION, PLATFORM, MANAGEMENT = 1, 2, 3, 4, 5, 6, 0x16
PLAIN = {
    DEVICE: "cdp.device",
    PORT: "cdp.port",
    VERSION: "cdp.version",
    PLATFORM: "cdp.platform",
}
CAPABILITY_BITS = (
    (0x01, "router"),
    (0x02, "transparent-bridge"),
    (0x04, "source-route-bridge"),
    (0x08, "switch"),
    (0x10, "host"),
    (0x20, "igmp"),
    (0x40, "repeater"),
    (0x80, "phone"),
    (0x100, "remotely-managed"),
)
MOST_TLVS = 64
MOST_ADDRESSES = 16


def dissect(sample: Sample) -> Recognised | None:
    """What a neighbour says of itself."""
    if sample.payload[:8] != SNAP or len(sample.payload) < 12:
        return None
    return Recognised("cdp", gather(_facts(*tlv) for tlv in _tlvs(sample.payload[12:])))


def _tlvs(body: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    for _ in range(MOST_TLVS):
        kind = int.from_bytes(body[at : at + 2], "big")
        size = int.from_bytes(body[at + 2 : at + 4], "big")
        if size < 4 or at + size > len(body):
            return
        yield kind, body[at + 4 : at + size]
        at += size


def _facts(kind: int, body: bytes) -> Iterator[Fact]:
    if kind in PLAIN:
        yield Fact("src", PLAIN[kind], text(body))
    elif kind == CAPABILITIES:
        value = bits(int.from_bytes(body[:4], "big"), CAPABILITY_BITS)
        yield Fact("src", "cdp.capabilities", value)
    elif kind in (ADDRESSES, MANAGEMENT):
        for address in _addresses(body):
            if names_host(address):
                yield Fact("src", "address", address)


def _addresses(body: bytes) -> Iterator[str]:
    """A count, then each: protocol type, its length, protocol, address length, address."""
    at = 4
    for _ in range(min(int.from_bytes(body[:4], "big"), MOST_ADDRESSES)):
        at += 2 + body[at + 1]
        size = int.from_bytes(body[at : at + 2], "big")
        if size in (4, 16):
            yield ip(body[at + 2 : at + 2 + size])
        at += 2 + size
