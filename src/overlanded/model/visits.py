"""Visits to a crane, and what is different between two of them."""

from __future__ import annotations

from msgspec import Struct

from overlanded.model.citing import Citation
from overlanded.model.observing import Coverage


class Change(Struct, frozen=True):
    """One thing that is different for one device on a later visit."""

    device: str
    """``Device.id``."""
    what: str
    """appeared, vanished, moved, changed identity or changed firmware."""
    since: str
    """Name of the earlier visit that it is different from."""
    before: str
    after: str
    """Empty where it was not seen then."""
    words: str
    citations: tuple[Citation, ...]
    """Of both visits, the later one first."""


class Visit(Struct, frozen=True):
    """Evidence that was collected together, and what is different from the visits before."""

    name: str
    """``factory visit 2017-06-08``; the kind alone where no day is known."""
    kind: str
    """factory, delivery or site; empty when nothing tells."""
    first: int | None
    """Nanoseconds since 1970-01-01 UTC."""
    last: int | None
    coverage: tuple[Coverage, ...]
    """What the sensors of this visit could see."""
    changes: tuple[Change, ...] = ()

    @property
    def items(self) -> tuple[str, ...]:
        """Ids of the evidence of this visit."""
        return tuple(sorted({one.item for one in self.coverage}))
