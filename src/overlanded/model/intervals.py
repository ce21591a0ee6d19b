"""Intervals of time whose bounds each carry their own proof."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from msgspec import Struct

from overlanded.model.citing import Citation

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_YEAR = r"(?P<y>(?:19|20)\d\d)(?!\d)"
_MONTH = (
    r"(?P<m>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DAYS = (
    re.compile(r"(?P<y>(?:19|20)\d\d)([-./])(?P<m>\d{1,2})\2(?P<d>\d{1,2})(?!\d)"),
    re.compile(r"(?P<y>(?:19|20)\d\d) ?年 ?(?P<m>\d{1,2}) ?月(?: ?(?P<d>\d{1,2}) ?日)?"),
    re.compile(r"(?<!\d)(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>(?:19|20)\d\d)(?!\d)"),
    # The larger number, or both, can only be the day.
    re.compile(rf"(?<!\d)(?P<d>1[3-9]|2\d|3[01])([/-])(?P<m>0?[1-9]|1[0-2])\2{_YEAR}"),
    re.compile(rf"(?<!\d)(?P<m>0?[1-9]|1[0-2])([/-])(?P<d>1[3-9]|2\d|3[01])\2{_YEAR}"),
    re.compile(rf"(?<!\d)(?P<d>0?[1-9]|1[0-2])([/-])(?P<m>(?P=d))\2{_YEAR}"),
    re.compile(
        rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[ .-]*{_MONTH}\b[ .,-]*{_YEAR}", re.IGNORECASE
    ),
    re.compile(
        rf"\b{_MONTH}\b[ .-]*(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b[ ,.-]+{_YEAR}", re.IGNORECASE
    ),
    re.compile(r"(?<!\d)(?P<y>20[0-4]\d)(?P<m>0[1-9]|1[0-2])(?P<d>[0-3]\d)(?!\d)"),
    re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)[-./](?P<m>0[1-9]|1[0-2])(?![\d./-])"),
)
"""Ways to write a date that can be read in one way only; 03/04/2017 is none of them."""


class End(StrEnum):
    """Which end of an interval a fact bounds."""

    EARLIEST = "earliest"
    LATEST = "latest"


class Trust(StrEnum):
    """How far a dated fact is relied on."""

    STRONG = "strong"
    FAIR = "fair"
    WEAK = "weak"
    """Told beside the interval, and narrows nothing."""


class Bound(Struct, frozen=True, order=True):
    """A dated fact that bounds one end of an interval."""

    at: str
    """ISO 8601: a time in UTC, a day, a month or a year; each but a time is meant as a whole."""
    end: End
    trust: Trust
    kind: str
    """A fact of ``data/timeline.toml``."""
    words: str
    """What the fact is, as it follows a date: ``an inspection found it at +K2``."""
    citation: Citation


class Interval(Struct, frozen=True):
    """Earliest and latest time of an event; None where nothing bounds it."""

    earliest: Bound | None = None
    latest: Bound | None = None
    facts: tuple[Bound, ...] = ()
    """Every dated fact in order of time, those that narrow nothing included."""

    @property
    def contradictory(self) -> bool:
        """True when the bounds exclude each other."""
        return bool(self.earliest and self.latest and self.earliest.at > _until(self.latest))


def between(facts: Iterable[Bound]) -> Interval:
    """The narrowest interval that the facts allow; a contradiction stays and can be told.

    The order of the facts does not matter. Of equal bounds the most trusted one stands.
    """
    known = tuple(sorted(set(facts)))
    ranked = sorted(known, key=lambda one: list(Trust).index(one.trust))
    relied = [one for one in ranked if one.trust is not Trust.WEAK]
    lower = (one for one in relied if one.end is End.EARLIEST)
    upper = (one for one in relied if one.end is End.LATEST)
    earliest = max(lower, key=lambda one: one.at, default=None)
    return Interval(earliest, min(upper, key=_until, default=None), known)


def trusted(interval: Interval) -> Interval:
    """What the strong facts of an interval allow by themselves."""
    return between(one for one in interval.facts if one.trust is Trust.STRONG)


def day(text: str) -> str:
    """The first date in a text as ``2017-08-15`` or ``2017-08``; empty when none is clear."""
    for pattern in _DAYS:
        found = pattern.search(text)
        if found:
            name, of_month = found["m"].lower()[:3], found.groupdict().get("d")
            month = _MONTHS.index(name) + 1 if name in _MONTHS else int(name)
            try:
                whole = date(int(found["y"]), month, int(of_month or 1))
            except ValueError:
                continue
            return whole.isoformat() if of_month else whole.isoformat()[:7]
    return ""


def _until(bound: Bound) -> str:
    """The end of the time that a bound names: ``~`` sorts after every day and hour."""
    return f"{bound.at}~"
