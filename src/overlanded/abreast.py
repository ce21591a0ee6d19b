"""Captures and logs read on several cores, each before its turn comes.

What each gives does not depend on the cores: parts share nothing, and are taken in order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from msgspec import Struct

from overlanded.custody.inventory import Found
from overlanded.custody.streams import threads
from overlanded.readers import Card

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

    from overlanded.analyse.traffic.part import Part
    from overlanded.custody.vault import Vault

Progress = Callable[[str, int, int], None]
"""Told (what is being read, bytes of it done, bytes in all) now and then."""


class StoppedError(Exception):
    """The audit is over; what is still being read is of no use."""


class Reading(Struct, frozen=True):
    """A capture or log of a case: its file, its reader, and its number among all of them."""

    found: Found
    card: Card
    number: int


class Abreast:
    """The captures and logs of a case, each read once: when it is asked for, or before."""

    def __init__(self, vault: Vault, folder: Path, jobs: int, progress: Progress) -> None:
        self._vault = vault
        self._folder = folder
        self._jobs = jobs
        self._progress = progress
        self._pool: ThreadPoolExecutor | None = None
        self._ahead: dict[int, Future[tuple[Part, str]]] = {}
        self._done: dict[int, int] = {}
        self._size = 0
        self._over = False
        self._aside = False

    def begin(self, readings: Sequence[Reading]) -> None:
        """Start on these where there are cores for it; a single one has its hashing aside."""
        self._aside = self._jobs > 1 and len(readings) == 1
        if self._jobs > 1 and len(readings) > 1:
            self._size = sum(one.found.size for one in readings)
            self._done = dict.fromkeys((one.number for one in readings), 0)
            self._pool = threads(self._jobs)
            self._ahead = {one.number: self._pool.submit(self._read, one) for one in readings}

    def part(self, reading: Reading) -> tuple[Part, str]:
        """What one gives, and its SHA-256. Raises ``InputError`` when it cannot be read."""
        ahead = self._ahead.pop(reading.number, None)
        return ahead.result() if ahead else self._read(reading)

    def _read(self, reading: Reading) -> tuple[Part, str]:
        """Read and hash on the same pass."""
        from overlanded.analyse.traffic import part

        read = part.read_log if reading.card.name == "zeek" else part.walk

        def progress(done: int) -> None:
            self._tell(reading, done)

        progress(0)
        with self._vault.stream(reading.found, aside=self._aside) as stream:
            given = read(stream, self._folder, reading.number, progress)
            stream.drain()
        return given, stream.hexdigest()

    def _tell(self, reading: Reading, done: int) -> None:
        """Tell of one file, or of all of them together when several are read at the same time."""
        if self._over:
            raise StoppedError
        if self._pool is None:
            self._progress(reading.found.path, done, reading.found.size)
            return
        self._done[reading.number] = done
        self._progress("captures and logs", sum(self._done.values()), self._size)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over = True
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
