"""What the observers of one case's traffic share: columns, samples, parties and citations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TypeAlias

from overlanded import data
from overlanded.analyse.traffic.pairs import Columns
from overlanded.analyse.traffic.parties import Address, Parties
from overlanded.model.citing import Citation, Locator
from overlanded.model.evidence import EvidenceItem, Zone
from overlanded.wire.facts import Recognised, Sample

Service: TypeAlias = "tuple[int, Address, int, int]"
"""(VLAN, server address, IP protocol, port)."""

TRANSPORTS = {6: "tcp", 17: "udp"}
"""IP protocol numbers (IANA)."""


@dataclass(frozen=True, slots=True)
class Read:
    """One sample with what a dissector recognised in it; ``file`` counts captures from 0."""

    file: int
    sample: Sample
    recognised: Recognised


@dataclass(frozen=True)
class Traffic:
    """All captures of a case, walked and dissected."""

    items: Sequence[EvidenceItem]
    """The captures, in the order that ``file`` counts."""
    pairs: Columns
    parties: Parties
    reads: Sequence[Read]
    zones: Sequence[Zone] = field(default=())

    def cite(self, file: int, frame: int, excerpt: str = "") -> Citation:
        """A citation of one frame."""
        item = self.items[file]
        return Citation(item.id, item.path, Locator("frame", str(frame)), excerpt)

    @cached_property
    def protocols(self) -> dict[Service, str]:
        """The protocol recognised at each server: the most often recognised one.

        One that only carries others (``carries`` in ``data/protocols.toml``) yields to any other.
        """
        known = data.table("protocols")["protocols"]
        votes: dict[Service, dict[str, int]] = {}
        for read in self.reads:
            service = server_of(read)
            if service is not None:
                tally = votes.setdefault(service, {})
                tally[read.recognised.protocol] = tally.get(read.recognised.protocol, 0) + 1

        def rank(tally: dict[str, int], name: str) -> tuple[bool, int]:
            return not known.get(name, {}).get("carries", False), tally[name]

        return {
            service: max(sorted(tally), key=partial(rank, tally))
            for service, tally in votes.items()
        }


def server_of(read: Read) -> Service | None:
    """The listening endpoint that a sample was sent to or by."""
    sample, transport = read.sample, {"tcp": 6, "udp": 17}.get(read.sample.layer)
    if transport is None:
        return None
    from_client = sample.from_client
    if read.recognised.opener and sample.layer == "udp":
        from_client = read.recognised.opener == "src"
    if from_client:
        return sample.vlan, sample.dst_ip, transport, sample.dst_port
    return sample.vlan, sample.src_ip, transport, sample.src_port
