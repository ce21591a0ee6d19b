"""Intervals of time whose bounds each carry their own proof."""

from __future__ import annotations

from dataclasses import dataclass

from overlanded.model.citing import Citation


@dataclass(frozen=True, slots=True)
class Bound:
    """One end of an interval: an ISO 8601 date or time, and what proves it."""

    at: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Interval:
    """Earliest and latest time of an event; None where nothing bounds it."""

    earliest: Bound | None = None
    latest: Bound | None = None

    def narrowed(self, other: Interval) -> Interval:
        """The part both intervals allow; a contradiction is kept and shows as earliest > latest."""
        earliest = max(filter(None, (self.earliest, other.earliest)), key=_at, default=None)
        latest = min(filter(None, (self.latest, other.latest)), key=_at, default=None)
        return Interval(earliest, latest)

    @property
    def contradictory(self) -> bool:
        """True when the bounds exclude each other."""
        return bool(self.earliest and self.latest and self.earliest.at > self.latest.at)


def _at(bound: Bound) -> str:
    return bound.at
