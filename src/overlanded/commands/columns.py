"""``overlanded columns``: captures to Parquet tables, nothing else."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import click
from msgspec import Struct

from overlanded.commands.progress import Bar, tell_if_interpreted
from overlanded.custody import outturn
from overlanded.custody.inventory import OUTTURN, Found, inventory
from overlanded.custody.streams import Stream, threads
from overlanded.errors import InputError, UsageError
from overlanded.model.columns import TABLES
from overlanded.wire import parquet
from overlanded.wire.decode import Walked, decode
from overlanded.wire.tables import Columns

if TYPE_CHECKING:
    from concurrent.futures import Future

_TABLES = {table.name: table for table in TABLES}


class Done(Struct, frozen=True):
    """One capture, walked and written."""

    name: str
    walked: Walked
    rows: dict[str, int]
    """table → rows written."""


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Folder for the tables.")
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Cores to use.")
@click.option("--force", is_flag=True, help="Replace the folder given with -o.")
@click.option("--quiet", is_flag=True, help="Print nothing.")
def command(
    paths: tuple[Path, ...], output: Path | None, jobs: int, *, force: bool, quiet: bool
) -> int:
    """Walk the captures in PATHS (files or folders) into tables of flows, sightings and services.

    Writes DIR/TABLE/N.parquet, N being the number of the capture; DIR is outturn/columns beside
    what was given, unless -o names it. Exit code 3 when a capture could not be read to its end.
    """
    if not quiet:
        tell_if_interpreted()
    target = output or _beside(paths[0])
    if output and target.exists() and not force:
        raise UsageError(f"{target}: exists already; name another folder or give --force")
    captures = list(_captures(paths))
    part = target.with_name(f".{target.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    with Bar(shown=not quiet and sys.stderr.isatty()) as bar:
        done = _walk_all(captures, part, jobs, bar)
    _settle(part, target)
    if not quiet:
        click.echo("\n".join(_lines(done)))
        click.echo(f"written to {target}")
    if not done:
        raise InputError(f"{paths[0]}: no capture there; give pcap or pcapng files")
    return 3 if any(one.walked.damages for one in done) else 0


def _beside(path: Path) -> Path:
    return (path if path.is_dir() else Path()) / OUTTURN / "columns"


def _captures(paths: tuple[Path, ...]) -> Iterator[tuple[Found, bool]]:
    """Every file, and whether it was named itself and so must be a capture."""
    for path in paths:
        named = not path.is_dir()
        for found in inventory(path).files:
            yield found, named


def _walk_all(captures: list[tuple[Found, bool]], folder: Path, jobs: int, bar: Bar) -> list[Done]:
    """Walk and write all captures; by file over the cores, and one alone by slices."""
    slices = jobs if len(captures) == 1 else 1
    numbered = list(enumerate(captures))

    def walk(entry: tuple[int, tuple[Found, bool]]) -> Done | None:
        number, (found, named) = entry
        return _walk(found, number, folder, bar, slices=slices, named=named)

    if jobs == 1 or slices > 1:
        done = [walk(entry) for entry in numbered]
    else:
        with threads(jobs) as pool:
            done = list(pool.map(walk, numbered))
    return [one for one in done if one is not None]


def _walk(
    found: Found, number: int, folder: Path, bar: Bar, *, slices: int, named: bool
) -> Done | None:
    """Walk one file and write its tables; None for what was not named and is no capture."""

    def progress(count: int) -> None:
        bar.show(found.path, count, found.size)

    with _Writer(folder, number, aside=slices > 1) as writer:
        if slices > 1:
            from overlanded.wire.slices import decode_slices

            walked = decode_slices(
                lambda: Stream(found.file, digest=False),
                found.size,
                slices,
                file=number,
                spill=writer.spill,
            )
        else:
            with Stream(found.file, digest=False) as stream:
                walked = decode(
                    stream, file=number, samples=False, spill=writer.spill, progress=progress
                )
        if walked.damages and not walked.file_bytes and not named:
            return None
        for name, columns in walked.raw.items():
            writer.put(f"{number}", name, columns)
    return Done(found.path, walked, writer.rows)


class _Writer:
    """Writes the tables of one capture; ``aside``, while the walk goes on."""

    def __init__(self, folder: Path, number: int, *, aside: bool) -> None:
        self.rows = dict.fromkeys(_TABLES, 0)
        self._folder = folder
        self._number = number
        self._batch = 0
        self._pool = threads(1) if aside else None
        self._pending: Future[None] | None = None

    def spill(self, name: str, columns: Columns) -> None:
        """Take rows that leave memory before the end."""
        self._batch += 1
        self.put(f"{self._number}-{self._batch}", name, columns)

    def put(self, stem: str, name: str, columns: Columns) -> None:
        """Write one table; one at a time, since what waits takes memory."""
        table = _TABLES[name]
        self.rows[name] += len(columns["file"]) // 4
        self._settle()
        path = self._folder / name / f"{stem}.parquet"
        if self._pool is None:
            outturn.write(path, parquet.encode(table, [columns]))
        else:
            self._pending = self._pool.submit(outturn.write, path, parquet.encode(table, [columns]))

    def _settle(self) -> None:
        if self._pending is not None:
            self._pending.result()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown()
        if kind is None:
            self._settle()


def _settle(part: Path, target: Path) -> None:
    """Put the finished tables in the place of the old ones."""
    if not part.exists():
        return
    old = target.with_name(f".{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.replace(old)
    target.parent.mkdir(parents=True, exist_ok=True)
    part.replace(target)
    shutil.rmtree(old, ignore_errors=True)


def _lines(done: list[Done]) -> Iterator[str]:
    """The short table, and under each capture what of it was not taken in."""
    width = max((len(one.name) for one in done), default=7)
    heads = ("packets", "parsed", "skipped", "flows", "sightings", "services")
    yield f"{'capture':{width}}" + "".join(f"{head:>13}" for head in heads)
    for one in done:
        walked = one.walked
        counts = (
            walked.frames,
            walked.parsed,
            walked.frames - walked.parsed,
            *(one.rows[name] for name in ("flows", "sightings", "services")),
        )
        yield f"{one.name:{width}}" + "".join(f"{count:>13,}" for count in counts)
        for reason, count in walked.skipped.items():
            yield f"  skipped {count:,}: {reason}"
        if walked.truncated:
            yield f"  {walked.truncated:,} packets were cut short by the capture"
        for offset, why in walked.damages:
            yield f"  damaged at byte {offset:,}: {why}"
