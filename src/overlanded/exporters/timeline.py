"""When one device was fitted, laid out: dated facts above a line of time, milestones below it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from overlanded.exporters.text import safe
from overlanded.exporters.tree import Tree

Scale = Callable[[int], float]
WIDTH, BEFORE, AFTER = 720, 40, 220
"""Of the drawing, and what is free before the first day and, for its label, after the last."""
LANE, GAP = 20, 10
"""Height of a line of labels, and free space between two labels in one line."""
CHARACTER = 6.6
"""Width of a character of a label, at most, in a font of 12 px."""
MOST = 12
"""Labels on one side; the list below the drawing has all."""
NAME = 20
"""Characters of a milestone's name that are shown."""
MEANS = {"earliest": "not before", "latest": "by"}
"""End of an interval → how a fact that bounds it is told."""


class Mark(Struct, frozen=True):
    """A day on the line with its label."""

    x: float
    y: float
    """Of the label's foot."""
    text: str
    style: str
    """``earliest``, ``latest``, ``weak`` or ``milestone``."""


class Band(Struct, frozen=True):
    """The time in which it was fitted; one that has no bound runs out of the drawing."""

    x: float
    width: float
    style: str
    """``closed``, ``open``, or ``conflict`` where the bounds exclude each other."""


class Picture(Struct, frozen=True):
    """One drawing, in pixels from its upper left corner."""

    height: float
    axis: float
    """Height of the line of time."""
    band: Band | None
    marks: tuple[Mark, ...]
    facts: tuple[tuple[int, str, Tree], ...]
    """(number, how it bounds, fact) of every dated fact, in order of time."""
    words: str
    """What the drawing shows, for those who do not see it."""
    width: int = WIDTH


def timeline(device: Tree, milestones: Iterable[Tree]) -> Picture | None:
    """The drawing of when a device was fitted; None where no dated fact says anything."""
    answer = device["answers"].get("installed") or {}
    interval = answer.get("interval")
    if not interval:
        return None
    facts = [(_day(one["at"], one["end"]), one) for one in interval["facts"]]
    passed = [
        (when, one) for one in milestones if (when := _day(one["date"], "earliest")) is not None
    ]
    known = [(when, fact) for when, fact in facts if when is not None]
    scale = _scale([when for when, _ in (*known, *passed)])
    numbered = [(number, when, fact) for number, (when, fact) in enumerate(known, 1)]
    above = _lanes(
        (scale(when), f"{number} · {fact['at'][:10]}", _style(fact))
        for number, when, fact in numbered[:MOST]
    )
    below = _lanes(
        (scale(when), f"{safe(one['name'], NAME)} {one['date']}", "milestone")
        for when, one in passed[:MOST]
    )
    axis = LANE * (1 + max((lane for lane, _ in above), default=0)) + LANE
    marks = [replace(mark, y=axis - LANE * (lane + 1)) for lane, mark in above]
    marks += [replace(mark, y=axis + LANE * (lane + 1) + 8) for lane, mark in below]
    height = axis + LANE * (2 + max((lane for lane, _ in below), default=-1))
    told = tuple((number, MEANS[fact["end"]], fact) for number, _, fact in numbered)
    return Picture(height, axis, _band(interval, scale), tuple(marks), told, answer["words"])


def _scale(days: Sequence[int]) -> Scale:
    """Days → pixels; what is dated first and last stands in from the edges."""
    first = min(days, default=0)
    span = max(max(days, default=0) - first, 1)
    return lambda day: round(BEFORE + (WIDTH - BEFORE - AFTER) * (day - first) / span, 1)


def _day(at: str, end: str) -> int | None:
    """The day a date falls on; of a month or year its first or, for a latest bound, its last."""
    month = at if len(at) > 4 else f"{at}-{'12' if end == 'latest' else '01'}"
    whole = month[:10] if len(month) > 7 else f"{month}-{'28' if end == 'latest' else '01'}"
    try:
        return date.fromisoformat(whole).toordinal()
    except ValueError:
        return None


def _style(fact: Tree) -> str:
    return "weak" if fact["trust"] == "weak" else str(fact["end"])


def _lanes(labels: Iterable[tuple[float, str, str]]) -> list[tuple[int, Mark]]:
    """Each label, to the right of its day, in the line nearest to the axis that has room for it.

    From right to left: so the stroke of a label further out passes before those further in.
    """
    ends: list[float] = []
    placed = []
    for x, text, style in sorted(labels, reverse=True):
        long = len(text) * CHARACTER + GAP
        lane = next((at for at, start in enumerate(ends) if x + long < start), len(ends))
        ends[lane : lane + 1] = [x]
        placed.append((lane, Mark(x, 0, text, style)))
    return placed


def _band(interval: Tree, scale: Scale) -> Band | None:
    ends = dict(_ends(interval))
    if not ends:
        return None
    left = scale(ends["earliest"]) if "earliest" in ends else 0.0
    right = scale(ends["latest"]) if "latest" in ends else float(WIDTH)
    style = "conflict" if interval["contradictory"] else "closed" if len(ends) == 2 else "open"
    return Band(min(left, right), max(round(abs(right - left), 1), 3.0), style)


def _ends(interval: Tree) -> Iterator[tuple[str, int]]:
    for end in MEANS:
        bound = interval[end]
        when = _day(bound["at"], end) if bound else None
        if when is not None:
            yield end, when
