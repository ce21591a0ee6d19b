"""Spanning tree (IEEE 802.1D-2004 clause 9, rapid and multiple), also in Cisco's per-VLAN frame."""

from __future__ import annotations

from overlanded.wire.dissect.fields import mac
from overlanded.wire.facts import Fact, Recognised, Sample

LLC = bytes.fromhex("424203")
PER_VLAN = bytes.fromhex("aaaa0300000c010b")
CHANGE, CONFIGURATION, RAPID = 0x80, 0x00, 0x02
VERSIONS = (0, 2, 3, 4)


def dissect(sample: Sample) -> Recognised | None:
    """The sending bridge and the root that it knows."""
    start = next((len(head) for head in (LLC, PER_VLAN) if sample.payload.startswith(head)), 0)
    body = sample.payload[start:]
    if not start or len(body) < 4 or body[:2] != b"\0\0" or body[2] not in VERSIONS:
        return None
    if body[3] == CHANGE:
        return Recognised("stp")
    if body[3] not in (CONFIGURATION, RAPID) or len(body) < 35:
        return None
    bridge, root = _id(body[17:25]), _id(body[5:13])
    return Recognised("stp", (Fact("src", "stp.bridge", f"bridge {bridge} root {root}"),))


def _id(raw: bytes) -> str:
    """Priority (with the system id extension) and MAC."""
    return f"{int.from_bytes(raw[:2], 'big')}/{mac(raw[2:])}"
