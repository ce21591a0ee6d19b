"""Captures walked one after another: rows set aside on disk, pairs and samples kept in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from overlanded import data
from overlanded.analyse.traffic import analyse, gather, pairs
from overlanded.analyse.traffic.pairs import Columns
from overlanded.custody.outturn import write
from overlanded.custody.streams import Stream
from overlanded.errors import OverlandedError
from overlanded.model.columns import TABLES
from overlanded.model.evidence import EvidenceItem, Zone
from overlanded.model.observing import Gap, Observation
from overlanded.wire.decode import Walked, arrays, decode
from overlanded.wire.facts import Sample
from overlanded.wire.parquet import encode
from overlanded.wire.tables import Columns as Raw

_TABLES = {table.name: table for table in TABLES}


@dataclass(slots=True)
class Intake:
    """The captures of one case on their way through.

    ``folder`` takes the tables as ``<table>/<number>.parquet``. Memory follows the pairs of
    addresses that talked and the devices that named themselves, not the frames.
    """

    folder: Path
    items: list[EvidenceItem] = field(default_factory=list)
    _pairs: list[Columns] = field(default_factory=list)
    _sightings: list[Columns] = field(default_factory=list)
    _samples: list[tuple[int, Sample]] = field(default_factory=list)
    _written: int = 0

    def walk(self, stream: Stream, progress: Callable[[int], None] | None = None) -> Walked:
        """Walk one capture; its flows are folded and set aside before this returns."""
        number = len(self.items)
        pairs_before, sightings_before = list(self._pairs), list(self._sightings)
        try:
            walked = decode(stream, file=number, spill=self._set_aside, progress=progress)
        except OverlandedError:
            # The next capture takes this one's number: nothing of it may be cited as the other's.
            self._pairs, self._sightings = pairs_before, sightings_before
            raise
        for name, columns in walked.raw.items():
            self._set_aside(name, columns)
        self._samples.extend((number, sample) for sample in walked.samples)
        return walked

    def observations(self, zones: Sequence[Zone]) -> Iterator[Observation]:
        """What all walked captures say together; nothing when there are none."""
        if not self.items:
            return
        folded = self._folded()
        yield from analyse(gather(self.items, folded, self._sightings, self._samples, zones))

    def gaps(self) -> Iterator[Gap]:
        """What all walked captures together did not see of the conversations in them."""
        if not self.items:
            return
        half, every = pairs.one_sided(self._folded())
        limits = data.table("traffic")["capture"]
        if half >= max(limits["one-sided-least"], limits["one-sided-share"] * every):
            yield Gap(
                "g-one-sided",
                f"the answers in {half:,} of {every:,} connections",
                "the capture holds one direction of them only: a one-sided mirror port or tap",
                "capture again with both directions mirrored",
                weakens=("activity", "inbound", "reach"),
            )

    def _folded(self) -> Columns:
        self._pairs = [pairs.fold(self._pairs)]
        return self._pairs[0]

    def _set_aside(self, name: str, columns: Raw) -> None:
        path = self.folder / name / f"{self._written:06}.parquet"
        write(path, encode(_TABLES[name], [columns]))
        self._written += 1
        if name == "flows":
            rows = pairs.of_flows(arrays(name, columns))
            self._pairs = [pairs.fold([*self._pairs, rows])]
        elif name == "sightings":
            self._sightings.append(arrays(name, columns))
