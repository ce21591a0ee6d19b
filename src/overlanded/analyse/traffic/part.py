"""One capture or log of a case, read: its rows folded in memory and set aside on disk.

Parts share nothing, so that several can be read at the same time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from overlanded.analyse.traffic import openings, pairs, visits
from overlanded.analyse.traffic.position import Position
from overlanded.analyse.traffic.seen import Read
from overlanded.custody.outturn import write
from overlanded.custody.streams import Stream
from overlanded.errors import OverlandedError
from overlanded.model.columns import TABLES
from overlanded.model.observing import View
from overlanded.wire.decode import Walked, arrays, decode
from overlanded.wire.dissect import Card, Hosts, recognise
from overlanded.wire.facts import Sample
from overlanded.wire.folding import Columns
from overlanded.wire.parquet import encode
from overlanded.wire.tables import Columns as Raw

if TYPE_CHECKING:
    from overlanded.wire.zeek.reading import Logged

_TABLES = {table.name: table for table in TABLES}
Told = Callable[[int], None]
"""Told, now and then, how many bytes of a file are read."""


class Rows(Struct):
    """What is kept of the tables: folded pairs, sightings, and single connections.

    The rows themselves lie in ``folder`` as ``<table>/<name>-<batch>.parquet``.
    """

    folder: Path
    name: str
    pairs: list[Columns] = field(default_factory=list)
    """All of them in one, once anything was set aside."""
    sightings: list[Columns] = field(default_factory=list)
    visits: list[Columns] = field(default_factory=list)
    openings: list[Columns] = field(default_factory=list)
    flows: list[Path] = field(default_factory=list)
    """Where the single connections were set aside."""
    position: Position = field(default_factory=Position)
    _written: list[Path] = field(default_factory=list)

    def set_aside(self, name: str, columns: Raw) -> None:
        """Write rows of the named table, and keep of them what the analysers need."""
        path = self.folder / name / f"{self.name}-{len(self._written):04}.parquet"
        self._written.append(path)
        write(path, encode(_TABLES[name], [columns]))
        if name == "flows":
            flows = arrays(name, columns)
            self.position.flows(flows)
            self._keep([pairs.of_flows(flows)], [visits.kept(flows)], [openings.kept(flows)])
            self.flows.append(path)
        elif name == "sightings":
            self.sightings.append(arrays(name, columns))
            self.position.sightings(self.sightings[-1])

    def add(self, more: Rows) -> None:
        """Take in the rows of a part."""
        self._keep(more.pairs, more.visits, more.openings)
        self.sightings += more.sightings
        self.flows += more.flows

    def discard(self) -> None:
        """Take back what was written."""
        for path in self._written:
            path.unlink(missing_ok=True)

    def _keep(self, more: list[Columns], single: list[Columns], opened: list[Columns]) -> None:
        joined = [*self.pairs, *more]
        self.pairs = [pairs.fold(joined)] if len(joined) > 1 else joined
        self.visits = visits.bounded([*self.visits, *single])
        if opened:
            self.openings = [openings.thinned([*self.openings, *opened])]


class Part(Struct, frozen=True):
    """One capture or log: its number among all of the case, its rows, and the reader's account."""

    number: int
    rows: Rows
    given: Walked | Logged
    """Without the rows, which were set aside, and without samples, which were recognised."""
    reads: Sequence[Read] = ()
    """What dissectors recognised in the samples of a capture."""
    view: View = field(default_factory=View)
    """What of the network the place of a capture shows."""


def walk(stream: Stream, folder: Path, number: int, progress: Told | None = None) -> Part:
    """Walk one capture; its flows are folded and set aside before this returns."""
    with _rows(folder, number) as rows:
        walked = decode(stream, file=number, spill=rows.set_aside, progress=progress)
        for name, columns in walked.raw.items():
            rows.set_aside(name, columns)
    view = rows.position.view(walked.frames, walked.dropped or 0)
    reads = tuple(recognised(number, walked.samples))
    return Part(number, rows, replace(walked, raw={}, samples=[]), reads, view)


def recognised(file: int, samples: Iterable[Sample]) -> Iterator[Read]:
    """Every sample is offered to the dissectors once; those in which one recognises something."""
    known: dict[Hosts, Card] = {}
    for sample in samples:
        found = recognise(sample, known)
        if found is not None:
            yield Read(file, sample, found)


def read_log(stream: Stream, folder: Path, number: int, progress: Told | None = None) -> Part:
    """Read one Zeek log, as ``walk`` does a capture."""
    from overlanded.wire.zeek import reading

    with _rows(folder, number) as rows:
        logged = reading.read(stream, file=number, spill=rows.set_aside, progress=progress)
        for name, columns in logged.raw.items():
            rows.set_aside(name, columns)
    return Part(number, rows, replace(logged, raw={}))


@contextmanager
def _rows(folder: Path, number: int) -> Iterator[Rows]:
    """Rows that are gone again when the part could not be read."""
    rows = Rows(folder, f"{number:06}")
    try:
        yield rows
    except OverlandedError:
        rows.discard()
        raise
