"""Captures and logs of a case taken together: pairs and samples in memory, rows on disk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

from msgspec import Struct, field

from overlanded import data
from overlanded.analyse.traffic import Taken, analyse, gather, many, openings, pairs, visits
from overlanded.analyse.traffic.logs import Logs
from overlanded.analyse.traffic.part import Part, Rows
from overlanded.analyse.traffic.seen import Read
from overlanded.model.evidence import EvidenceItem, Zone
from overlanded.model.observing import Gap, Observation
from overlanded.wire.decode import Walked
from overlanded.wire.rhythms import Packed


class Intake(Struct, dict=True):
    """The captures and logs of one case, taken in one by one.

    ``folder`` has the tables. Memory follows the pairs of addresses that talked and the devices
    that named themselves, not the frames.
    """

    folder: Path
    items: dict[int, EvidenceItem] = field(default_factory=dict)
    """By number; one that could not be read has none."""
    _rhythms: Packed = field(default_factory=Packed)
    _reads: list[Read] = field(default_factory=list)
    _logs: Logs = field(default_factory=Logs)

    @cached_property
    def _rows(self) -> Rows:
        return Rows(self.folder, "together")

    def take(self, part: Part, item: EvidenceItem) -> None:
        """Take in what one file gave, in the order of their numbers.

        Logs of one folder belong together.
        """
        self.items[part.number] = item
        self._rows.add(part.rows)
        if isinstance(part.given, Walked):
            self._reads += part.reads
            self._rhythms.append(part.given.rhythms)
        else:
            self._logs.take(part.number, item.path.rpartition("/")[0], part.given)

    def observations(self, zones: Sequence[Zone]) -> Iterator[Observation]:
        """What all of them say together; nothing when there are none."""
        if not self.items:
            return
        for name, columns in self._logs.unlogged(self._rows.pairs[0]):
            self._rows.set_aside(name, columns)
        taken = Taken(
            self._rows.pairs[0],
            self._rows.sightings,
            self._reads,
            visits.joined(self._rows.visits),
            openings.thinned(self._rows.openings) if self._rows.openings else {},
            self._rhythms,
            self._logs,
            self._rows.flows,
        )
        yield from analyse(gather(self.items, taken, zones))

    def gaps(self) -> Iterator[Gap]:
        """What all of them together did not see of the conversations in them."""
        if not self.items:
            return
        half, every = pairs.one_sided(self._rows.pairs[0])
        limits = data.table("traffic")["capture"]
        if half >= max(limits["one-sided-least"], limits["one-sided-share"] * every):
            yield Gap(
                "g-one-sided",
                f"the answers in {half:,} of {every:,} connections",
                "the capture holds one direction of them only: a one-sided mirror port or tap",
                "capture again with both directions mirrored",
                weakens=("activity", "inbound", "reach"),
            )
        yield from _uncounted(len(self._rows.pairs[0]["proto"]))
        yield from self._logs.gaps()


def _uncounted(number: int) -> Iterator[Gap]:
    """The gap for pairs that were not looked at one by one."""
    if number > many.most():
        yield Gap(
            "g-many-pairs",
            f"about {number - many.most():,} of {number:,} pairs of client and service",
            "so many are not looked at one by one: of each client the earliest were, and all in "
            "control protocols, remote control and tunnels before them",
            "hand in the hours or the network that matter, or see `overlanded sql`",
            weakens=("activity", "reach"),
        )
