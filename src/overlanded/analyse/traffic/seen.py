"""What the observers of one case's traffic share: columns, samples, parties and citations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path

from msgspec import Struct, field

from overlanded import data
from overlanded.analyse.traffic import many
from overlanded.analyse.traffic.conversations import Pair, Service, conversations
from overlanded.analyse.traffic.parties import Parties
from overlanded.model.citing import Citation, Locator
from overlanded.model.evidence import EvidenceItem, Zone
from overlanded.model.observing import Observation, Subject
from overlanded.wire.facts import Recognised, Sample
from overlanded.wire.folding import Columns
from overlanded.wire.rhythms import Rhythms

LOG = "zeek"
"""Kind of item whose rows are lines."""
TOLD_FIRST = frozenset({"control", "remote", "tunnel"})
"""Families of protocols whose pairs are looked at before all others."""


class Read(Struct, frozen=True):
    """One sample with what a dissector recognised in it; ``file`` counts captures from 0."""

    file: int
    sample: Sample
    recognised: Recognised


class Traffic(Struct, frozen=True, dict=True):
    """All captures of a case, walked and dissected."""

    items: Mapping[int, EvidenceItem]
    """The captures and logs, by number as ``file`` has it."""
    pairs: Columns
    parties: Parties
    reads: Sequence[Read]
    zones: Sequence[Zone] = field(default=())
    visits: Columns = field(default_factory=dict)
    """Single connections that may be somebody's from far away (``visits.joined``)."""
    openings: Columns = field(default_factory=dict)
    """First packets of each client towards each server (``openings.kept``)."""
    rhythms: Iterable[Rhythms] = field(default=())
    """How long things took inside conversations, of each capture."""
    flows: Sequence[Path] = field(default=())
    """The flows tables on disk."""

    def cite(self, file: int, frame: int, excerpt: str = "") -> Citation:
        """A citation of one frame of a capture, or of one line of a log."""
        item = self.items[file]
        unit = "line" if item.kind == LOG else "frame"
        return Citation(item.id, item.path, Locator(unit, str(frame)), excerpt)

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

    @cached_property
    def conversations(self) -> tuple[Pair, ...]:
        """The pairs with their parties and protocols; of too many those that ``many`` chooses."""
        known = data.table("protocols")["protocols"]
        matter = [
            service
            for service, name in self.protocols.items()
            if known.get(name, {}).get("family") in TOLD_FIRST
        ]
        places = many.chosen(self.pairs, matter, many.most())
        return tuple(conversations(self.pairs, self.parties, self.protocols, places=places))

    def told(
        self,
        same: Sequence[Pair],
        subject: Subject,
        word: str,
        value: str,
        other: Subject | None = None,
        *extra: tuple[str, str],
    ) -> Observation:
        """One observation of all these conversations, cited at the earliest."""
        head = min(
            (pair.row for pair in same), key=lambda row: (row.first_ns, row.file, row.first_frame)
        )
        flows = sum(pair.row.flows for pair in same)
        detail = (
            ("flows", str(flows)),
            ("established", str(sum(pair.row.established for pair in same))),
            ("bytes", str(sum(pair.row.bytes_ab + pair.row.bytes_ba for pair in same))),
            *extra,
        )
        last = max(pair.row.last_ns for pair in same)
        citation = self.cite(head.file, head.first_frame)
        return Observation(
            subject, word, value, citation, head.first_ns, last, flows, other, detail
        )


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
