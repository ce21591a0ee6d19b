"""What really passed the sensors of a built crane, read without anything that is being measured."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from pathlib import Path
from typing import TypeAlias

from msgspec import Struct, field

from lab import pcapng

Span: TypeAlias = "tuple[float, float]"
"""Beginning and end, seconds since 1970."""
TAG, IPV4 = b"\x81\x00", b"\x08\x00"


class Captured(Struct, dict=True):
    """Who sent what into the captures of a crane. MACs as text, times in seconds since 1970."""

    sent: dict[str, int] = field(default_factory=dict)
    """MAC → frames it sent."""
    alone: dict[str, list[float]] = field(default_factory=dict)
    """MAC → when it sent each frame that went to one station only."""
    asked: set[str] = field(default_factory=set)
    """MACs that were sent something by others, alone."""
    addresses: set[str] = field(default_factory=set)
    """IPv4 addresses that sent or were sent something."""
    looks: list[Span] = field(default_factory=list)
    """First and last frame of each capture."""

    @property
    def first(self) -> float:
        """Of all frames."""
        return min(first for first, _ in self.looks)

    @property
    def last(self) -> float:
        """Of all frames."""
        return max(last for _, last in self.looks)

    def recorded(self, span: Span, macs: Iterable[str]) -> Span | None:
        """What was recorded of a span in which one of the MACs was busy; None for nothing.

        Of a span that begins or ends while nobody recorded, the part that somebody did.
        """
        parts = [(max(span[0], first), min(span[1], last)) for first, last in self.looks]
        parts = [part for part in parts if part[0] < part[1]]
        if not parts:
            return None
        whole = min(first for first, _ in parts), max(last for _, last in parts)
        sent = (at for mac in macs for at in self.alone.get(mac, ()))
        return whole if any(whole[0] <= at <= whole[1] for at in sent) else None


def captured(case: Path) -> Captured:
    """Everything in the pcapng files of a case folder."""
    found = Captured()
    for path in sorted((case / "evidence").glob("*.pcapng")):
        times = []
        for kind, block in pcapng.blocks(path.read_bytes()):
            if kind == pcapng.PACKET:
                times.append(pcapng.nanoseconds(block) / 1e9)
                _frame(pcapng.octets(block), times[-1], found)
        if times:
            found.looks.append((min(times), max(times)))
    return found


def _frame(octets: bytes, at: float, found: Captured) -> None:
    mac = octets[6:12].hex(":")
    found.sent[mac] = found.sent.get(mac, 0) + 1
    if not octets[0] & 1:
        found.alone.setdefault(mac, []).append(at)
        found.asked.add(octets[:6].hex(":"))
    start = 16 if octets[12:14] == TAG else 12
    if octets[start : start + 2] == IPV4 and len(octets) >= start + 22:
        for place in (start + 14, start + 18):
            found.addresses.add(str(ipaddress.IPv4Address(octets[place : place + 4])))
