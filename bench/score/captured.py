"""What really passed the sensors of a built crane, read without anything that is being measured."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from pathlib import Path

from lab import pcapng

TAG, IPV4 = b"\x81\x00", b"\x08\x00"


@dataclass
class Captured:
    """Who sent what into the captures of a crane. MACs as text, times in seconds since 1970."""

    sent: dict[str, int] = field(default_factory=dict)
    """MAC → frames it sent."""
    alone: dict[str, int] = field(default_factory=dict)
    """MAC → frames it sent to one station only."""
    asked: set[str] = field(default_factory=set)
    """MACs that were sent something by others, alone."""
    addresses: set[str] = field(default_factory=set)
    """IPv4 addresses that sent or were sent something."""
    first: float = float("inf")
    last: float = 0.0


def captured(case: Path) -> Captured:
    """Everything in the pcapng files of a case folder."""
    found = Captured()
    for path in sorted((case / "evidence").glob("*.pcapng")):
        for kind, block in pcapng.blocks(path.read_bytes()):
            if kind == pcapng.PACKET:
                _frame(pcapng.octets(block), pcapng.nanoseconds(block) / 1e9, found)
    return found


def _frame(octets: bytes, at: float, found: Captured) -> None:
    mac = octets[6:12].hex(":")
    found.sent[mac] = found.sent.get(mac, 0) + 1
    if not octets[0] & 1:
        found.alone[mac] = found.alone.get(mac, 0) + 1
        found.asked.add(octets[:6].hex(":"))
    found.first, found.last = min(found.first, at), max(found.last, at)
    start = 16 if octets[12:14] == TAG else 12
    if octets[start : start + 2] == IPV4 and len(octets) >= start + 22:
        for place in (start + 14, start + 18):
            found.addresses.add(str(ipaddress.IPv4Address(octets[place : place + 4])))
