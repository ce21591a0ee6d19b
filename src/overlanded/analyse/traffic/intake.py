"""Captures and logs taken in one by one: rows set aside on disk, pairs and samples in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from overlanded import data
from overlanded.analyse.traffic import Taken, analyse, gather, many, openings, pairs, visits
from overlanded.analyse.traffic.logs import Logs
from overlanded.analyse.traffic.position import Position
from overlanded.custody.outturn import write
from overlanded.custody.streams import Stream
from overlanded.errors import OverlandedError
from overlanded.model.columns import TABLES
from overlanded.model.evidence import EvidenceItem, Zone
from overlanded.model.observing import Gap, Observation, View
from overlanded.wire.decode import Walked, arrays, decode
from overlanded.wire.facts import Sample
from overlanded.wire.folding import Columns
from overlanded.wire.parquet import encode
from overlanded.wire.rhythms import Rhythms
from overlanded.wire.tables import Columns as Raw
from overlanded.wire.zeek.reading import Logged, read

_TABLES = {table.name: table for table in TABLES}


@dataclass(slots=True)
class Rows:
    """What is kept of the tables: folded pairs, sightings, and single connections."""

    pairs: list[Columns] = field(default_factory=list)
    sightings: list[Columns] = field(default_factory=list)
    visits: list[Columns] = field(default_factory=list)
    openings: list[Columns] = field(default_factory=list)
    flows: list[Path] = field(default_factory=list)
    """Where the single connections were set aside."""

    def copy(self) -> Rows:
        """The same rows, to go back to."""
        pairs, sightings, visits, openings = (
            list(own) for own in (self.pairs, self.sightings, self.visits, self.openings)
        )
        return Rows(pairs, sightings, visits, openings, list(self.flows))


@dataclass(slots=True)
class Intake:
    """The captures and logs of one case on their way through.

    ``folder`` takes the tables as ``<table>/<number>.parquet``. Memory follows the pairs of
    addresses that talked and the devices that named themselves, not the frames.
    """

    folder: Path
    items: list[EvidenceItem] = field(default_factory=list)
    _rows: Rows = field(default_factory=Rows)
    _rhythms: list[Rhythms] = field(default_factory=list)
    _samples: list[tuple[int, Sample]] = field(default_factory=list)
    _logs: Logs = field(default_factory=Logs)
    view: View = field(default_factory=View)
    """What of the network the place of the last one shows."""
    _position: Position = field(default_factory=Position)
    _written: int = 0

    def walk(self, stream: Stream, progress: Callable[[int], None] | None = None) -> Walked:
        """Walk one capture; its flows are folded and set aside before this returns."""
        number = len(self.items)
        before, since = self._rows.copy(), self._written
        self._position = Position()
        try:
            walked = decode(stream, file=number, spill=self._set_aside, progress=progress)
        except OverlandedError:
            # The next capture takes this one's number: nothing of it may be cited as the other's.
            self._forget(before, since)
            raise
        for name, columns in walked.raw.items():
            self._set_aside(name, columns)
        self._samples.extend((number, sample) for sample in walked.samples)
        self._rhythms.append(walked.rhythms)
        self.view = self._position.view(walked.frames, walked.dropped or 0)
        return walked

    def read_log(
        self, stream: Stream, folder: str, progress: Callable[[int], None] | None = None
    ) -> Logged:
        """Read one Zeek log, as ``walk`` does a capture; logs of one folder belong together."""
        number = len(self.items)
        before, since = self._rows.copy(), self._written
        try:
            logged = read(stream, file=number, spill=self._set_aside, progress=progress)
        except OverlandedError:
            self._forget(before, since)
            raise
        for name, columns in logged.raw.items():
            self._set_aside(name, columns)
        self._logs.take(number, folder, logged)
        self.view = View()
        return logged

    def observations(self, zones: Sequence[Zone]) -> Iterator[Observation]:
        """What all walked captures say together; nothing when there are none."""
        if not self.items:
            return
        for name, columns in self._logs.unlogged(self._folded()):
            self._set_aside(name, columns)
        taken = Taken(
            self._folded(),
            self._rows.sightings,
            self._samples,
            visits.joined(self._rows.visits),
            openings.thinned(self._rows.openings) if self._rows.openings else {},
            self._rhythms,
            self._logs,
            self._rows.flows,
        )
        yield from analyse(gather(self.items, taken, zones))

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
        yield from _uncounted(len(self._folded()["proto"]))
        yield from self._logs.gaps()

    def _folded(self) -> Columns:
        self._rows.pairs = [pairs.fold(self._rows.pairs)]
        return self._rows.pairs[0]

    def _forget(self, before: Rows, since: int) -> None:
        """Go back to these rows, and to this many tables on disk."""
        self._rows = before
        for number in range(since, self._written):
            for name in _TABLES:
                (self.folder / name / f"{number:06}.parquet").unlink(missing_ok=True)
        self._written = since

    def _set_aside(self, name: str, columns: Raw) -> None:
        path = self.folder / name / f"{self._written:06}.parquet"
        write(path, encode(_TABLES[name], [columns]))
        self._written += 1
        if name == "flows":
            self._rows.flows.append(path)
            flows = arrays(name, columns)
            self._rows.pairs = [pairs.fold([*self._rows.pairs, pairs.of_flows(flows)])]
            self._position.flows(flows)
            self._rows.visits = visits.bounded([*self._rows.visits, visits.kept(flows)])
            self._rows.openings = [openings.thinned([*self._rows.openings, openings.kept(flows)])]
        elif name == "sightings":
            self._rows.sightings.append(arrays(name, columns))
            self._position.sightings(self._rows.sightings[-1])


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
