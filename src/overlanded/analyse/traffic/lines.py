"""The ways of answering a handshake late, as distributions over the walk's buckets of time.

``data/lines.toml`` states them. Every hypothesis is one row of logarithms, so that all clients of
a case are weighed by one product of matrices.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from math import lgamma
from typing import TYPE_CHECKING, Any

import numpy as np

from overlanded import data
from overlanded.wire.kernels.layout import ANSWER_BUCKETS, ANSWER_LOW
from overlanded.wire.rhythms import edges

if TYPE_CHECKING:
    from numpy.typing import NDArray

MILLISECOND = 1e-3
NARROW = 120.0
"""Steepness of a tail at one place: a per cent wide."""
NEVER = 1e-6
"""Share of a bucket that a hypothesis leaves empty: no one handshake rules anything out."""


@dataclass(frozen=True)
class Lines:
    """Hypotheses of lines, one a row: near ones first, then far clients alone, then mixed ones.

    ``logs`` (rows, buckets): natural logarithms of the shares of late handshakes, 0 for buckets
    below ``cut``; ``prior`` (rows,): of the odds, adding up to 1 over near and over far ones apart;
    ``floor`` (rows,): seconds below which the far client never answers, 0 for near ones; ``habits``
    (rows, 4): the Beta distributions of the share that is late and of the share of the others that
    is swift, zeros where all are late. Buckets from ``cut`` on are late, those below ``swift``
    swift. ``passed`` (2, rows): logarithms of the shares of clients whose packets passed no router,
    and one.
    """

    logs: NDArray[Any]
    prior: NDArray[Any]
    floor: NDArray[Any]
    habits: NDArray[Any]
    passed: NDArray[Any]
    cut: int
    swift: int
    near: int
    names: tuple[str, ...]


@cache
def lines() -> Lines:
    """All hypotheses that ``data/lines.toml`` describes."""
    stated = data.table("lines")
    near, names, near_odds, near_habits, near_passed = _near(stated)
    far, floors, odds = _far(stated)
    alone, mixed = stated["far"]["alone"], stated["far"]["mixed"]
    far_odds = np.concatenate([odds * alone, odds * mixed]) / (odds.sum() * (alone + mixed))
    passed = np.concatenate([near_passed, np.full(2 * len(far), stated["far"]["passed"])])
    both = [*stated["far"]["late"], *stated["far"]["swift"]]
    habits = [near_habits, np.zeros((len(far), 4)), np.tile(both, (len(far), 1))]
    return Lines(
        np.log(np.concatenate([near, far, far])),
        np.log(np.concatenate([near_odds / near_odds.sum(), far_odds])),
        np.concatenate([np.zeros(len(near)), floors, floors]),
        np.concatenate(habits),
        np.log(np.stack([1 - passed, passed])),
        _begins(stated["cut_ms"]),
        _begins(stated["swift_ms"]),
        len(near),
        names,
    )


def _begins(ms: float) -> int:
    """The bucket that holds this time."""
    return int(np.searchsorted(_edges(), ms * MILLISECOND, side="right")) - 1


def cut_s() -> float:
    """Seconds above which an answer is late: where a bucket begins."""
    return float(_edges()[_begins(data.table("lines")["cut_ms"])])


def shared(a: float, b: float, some: int, others: int) -> float:
    """Log-likelihood of some and others when the share of the some is Beta(a, b)."""
    return _beta(a + some, b + others) - _beta(a, b)


def _beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def _near(
    stated: Mapping[str, Any],
) -> tuple[NDArray[Any], tuple[str, ...], NDArray[Any], NDArray[Any], NDArray[Any]]:
    """(shares by bucket, name, odds, habits, passed) of every way to be late here."""
    strays = _ratio(stated)
    rows, names, odds, habits, passed = [], [], [], [], []
    for name, line in stated["near"].items():
        tails = _tails(line["tail"], stated)
        for own, (share, weight) in product(tails, _shares(stated)):
            rows.append(_strayed(own, strays, share))
            names.append(name)
            odds.append(line["odds"] * weight / len(tails))
            habits.append([*line["late"], *line["swift"]])
            passed.append(line.get("passed", stated["passed"]))
    return (
        np.stack(rows),
        tuple(names),
        np.array(odds, float),
        np.array(habits, float),
        np.array(passed, float),
    )


def _shares(stated: Mapping[str, Any]) -> list[tuple[float, float]]:
    """Shares of strays with their odds."""
    return list(zip(stated["strays"]["shares"], stated["strays"]["odds"], strict=True))


def _far(stated: Mapping[str, Any]) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """(shares by bucket, floor in seconds, odds) of each far client."""
    far, strays = stated["far"], _ratio(stated)
    rows, floors, odds = [], [], []
    for floor in np.geomspace(far["least_ms"], far["most_ms"], far["floors"]):
        for excess in far["excess"]:
            own = np.diff(_spread(floor, floor * excess, far["steep"]))
            for share, weight in _shares(stated):
                late = np.where(_edges()[1:] > floor * MILLISECOND, strays, 0.0)
                kept = _strayed(own, late / late.sum(), share)
                rows.append(_strayed(kept, strays, stated["strays"]["early"]))
                floors.append(floor * MILLISECOND)
                odds.append(weight)
    return np.stack(rows), np.array(floors), np.array(odds, float)


def _strayed(shares: NDArray[Any], strays: NDArray[Any], share: float) -> NDArray[Any]:
    mixed = (1 - share) * shares + share * strays + NEVER
    late = mixed * (_edges()[1:] > cut_s())
    # Below the cut everything is left at 1, of which the logarithm is 0.
    return np.asarray(np.where(late > 0, late / late.sum(), 1.0))


def _tails(tail: Mapping[str, Any], stated: Mapping[str, Any]) -> list[NDArray[Any]]:
    """The tail, or one for each place at which it may be."""
    if "somewhere_ms" not in tail:
        return [_tail(tail, stated)]
    low, high = tail["somewhere_ms"]
    places = np.geomspace(low, high, tail["places"])
    return [_tail({"at_ms": float(place)}, stated) for place in places]


def _tail(tail: Mapping[str, Any], stated: Mapping[str, Any]) -> NDArray[Any]:
    """The shares of a near client's late answers, by bucket."""
    if "ratio" in tail:
        return _ratio(stated)
    if "until_ms" in tail:
        ends = np.clip(_edges(), cut_s(), tail["until_ms"] * MILLISECOND)
        return np.asarray(np.diff(ends) / (tail["until_ms"] * MILLISECOND - cut_s()))
    if "at_ms" in tail:
        return np.diff(_spread(0.0, tail["at_ms"], NARROW))
    above = np.maximum(_edges(), cut_s())
    return np.asarray(-np.diff((above / cut_s()) ** -tail["steep"]))


def _ratio(stated: Mapping[str, Any]) -> NDArray[Any]:
    """Evenly over the ratio of times, and where lost packets are sent again."""
    until, times = stated["strays"]["until_ms"] * MILLISECOND, stated["strays"]["again_ms"]
    anywhere = np.diff(np.log(np.clip(_edges(), cut_s(), until))) / np.log(until / cut_s())
    again = sum(np.diff(_spread(0.0, time, NARROW)) for time in times) / len(times)
    return np.asarray((anywhere + again) / 2)


def _spread(floor_ms: float, median_ms: float, steep: float) -> NDArray[Any]:
    """Cumulative shares at the edges of a log-logistic distribution above a floor."""
    above = np.maximum(_edges() / MILLISECOND - floor_ms, 0.0)
    with np.errstate(divide="ignore", over="ignore"):
        below = 1.0 / (1.0 + (above / median_ms) ** -steep)
    below[-1] = 1.0
    return np.asarray(below)


@cache
def _edges() -> NDArray[Any]:
    return edges(ANSWER_BUCKETS, ANSWER_LOW)
