"""The ways of answering a handshake late, as distributions over buckets of time.

``data/lines.toml`` states them. Every hypothesis is one row of logarithms, so that all clients of
a case are weighed by one product of matrices. The buckets are narrower than the ticks of timers:
a line of 37 ms is not one that holds for 40.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from math import lgamma
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec import Struct

from overlanded import data

if TYPE_CHECKING:
    from numpy.typing import NDArray

MILLISECOND = 1e-3
NARROW = 120.0
"""Steepness of a tail at one place: a per cent wide."""
SWIFT, SLOWER, LATE = 0, 1, 2
"""Buckets: below ``swift_ms``, below ``cut_ms``, and the first of those that are late."""
OCTAVE, OCTAVES = 16, 9
"""Late buckets in each doubling of time, 4.4 % wide, and doublings; the last bucket has no end."""
BUCKETS = LATE + OCTAVE * OCTAVES
NEVER = 1e-6
"""Share of a bucket that a hypothesis leaves empty: no one handshake rules anything out."""


class Lines(Struct, frozen=True, dict=True):
    """Hypotheses of lines, one a row: near ones first, then far clients alone, then mixed ones.

    ``logs`` (rows, buckets): natural logarithms of the shares of late handshakes, 0 for buckets
    below ``LATE``; ``prior`` (rows,): of the odds, adding up to 1 over near and over far ones
    apart; ``floor`` (rows,): seconds below which the far client never answers, 0 for near ones;
    ``habits`` (rows, 4): the Beta distributions of the share that is late and of the share of the
    others that is swift, zeros where all are late.
    """

    logs: NDArray[Any]
    prior: NDArray[Any]
    floor: NDArray[Any]
    habits: NDArray[Any]
    near: int
    names: tuple[str, ...]


@cache
def lines() -> Lines:
    """All hypotheses that ``data/lines.toml`` describes."""
    stated = data.table("lines")
    near, names, near_odds, near_habits = _near(stated)
    far, floors, odds = _far(stated)
    alone, mixed = stated["far"]["alone"], stated["far"]["mixed"]
    far_odds = np.concatenate([odds * alone, odds * mixed]) / (odds.sum() * (alone + mixed))
    both = [*stated["far"]["late"], *stated["far"]["swift"]]
    habits = [near_habits, np.zeros((len(far), 4)), np.tile(both, (len(far), 1))]
    return Lines(
        np.log(np.concatenate([near, far, far])),
        np.log(np.concatenate([near_odds / near_odds.sum(), far_odds])),
        np.concatenate([np.zeros(len(near)), floors, floors]),
        np.concatenate(habits),
        len(near),
        names,
    )


UNSEEN, DIRECT, ROUTED = 0, 1, 2
"""What the TTL of some handshakes says: there were none, they passed no router, they passed one."""


def routed(here: float) -> NDArray[Any]:
    """(3, 3, rows): what each hypothesis makes of the TTL of the late handshakes, and the others.

    Logarithms of chances; ``here`` is the share of clients here that are behind a router. Of a far
    client's address, the late handshakes are those that it made.
    """
    stated, near, every = data.table("lines"), lines().near, len(lines().prior)
    passed = np.repeat([here, stated["far"]["passed"]], [near, every - near])
    late, others = _told_by(passed)[:, None], _told_by(np.full(every, here))[None, :]
    agree = np.array([[1, 1, 1], [1, 1, 0], [1, 0, 1]])[..., None]
    apart = np.repeat([stated["apart"], 1.0], [near, every - near])
    together = np.minimum(late, others) * agree
    return np.asarray(np.log(apart * late * others + (1 - apart) * together))


def _told_by(passed: NDArray[Any]) -> NDArray[Any]:
    """(3, rows): the chance of ``UNSEEN`` (nothing was asked), ``DIRECT`` and ``ROUTED``."""
    return np.stack([np.ones(len(passed)), 1 - passed, passed])


def cut_s() -> float:
    """Seconds above which an answer is late."""
    return float(data.table("lines")["cut_ms"] * MILLISECOND)


def buckets(took: NDArray[np.int64]) -> NDArray[np.intp]:
    """The bucket of each duration in ns."""
    return np.searchsorted(_edges()[1:-1], took * 1e-9, side="right")


def shared(a: float, b: float, some: int, others: int) -> float:
    """Log-likelihood of some and others when the share of the some is Beta(a, b)."""
    return _beta(a + some, b + others) - _beta(a, b)


def _beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def _near(
    stated: Mapping[str, Any],
) -> tuple[NDArray[Any], tuple[str, ...], NDArray[Any], NDArray[Any]]:
    """(shares by bucket, name, odds, habits) of every way to be late here."""
    strays = _ratio(stated)
    rows, names, odds, habits = [], [], [], []
    for name, line in stated["near"].items():
        tails = _tails(line["tail"], stated)
        for share, weight in _shares(stated):
            rows.append(_strayed(tails, strays, share))
            names += [name] * len(tails)
            odds += [line["odds"] * weight / len(tails)] * len(tails)
            habits += [[*line["late"], *line["swift"]]] * len(tails)
    return (
        np.concatenate(rows),
        tuple(names),
        np.array(odds, float),
        np.array(habits, float),
    )


def _shares(stated: Mapping[str, Any]) -> list[tuple[float, float]]:
    """Shares of strays with their odds."""
    return list(zip(stated["strays"]["shares"], stated["strays"]["odds"], strict=True))


def _far(stated: Mapping[str, Any]) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """(shares by bucket, floor in seconds, odds) of each far client."""
    far, strays, shares = stated["far"], _ratio(stated), _shares(stated)
    floors = np.geomspace(far["least_ms"], far["most_ms"], far["floors"]).repeat(len(far["excess"]))
    above = floors * np.tile(far["excess"], far["floors"])
    own = np.diff(_spread(floors[:, None], above[:, None], far["steep"]))
    late = np.where(_edges()[1:] > floors[:, None] * MILLISECOND, strays, 0.0)
    late /= late.sum(axis=1, keepdims=True)
    rows = [
        _strayed(_strayed(own, late, share), strays, stated["strays"]["early"])
        for share, _ in shares
    ]
    odds = np.repeat([weight for _, weight in shares], len(floors))
    return np.concatenate(rows), np.tile(floors, len(shares)) * MILLISECOND, odds.astype(float)


def _strayed(shares: NDArray[Any], strays: NDArray[Any], share: float) -> NDArray[Any]:
    """(rows, buckets): the shares of late handshakes, some of which are late for other reasons."""
    mixed = ((1 - share) * shares + share * strays + NEVER)[:, LATE:]
    # What is not late is left at 1, of which the logarithm is 0.
    return np.insert(mixed / mixed.sum(axis=1, keepdims=True), [0] * LATE, 1.0, axis=1)


def _tails(tail: Mapping[str, Any], stated: Mapping[str, Any]) -> NDArray[Any]:
    """(rows, buckets): the tail, or one for each place at which it may be."""
    if "somewhere_ms" not in tail:
        return _tail(tail, stated)[None]
    low, high = tail["somewhere_ms"]
    places = np.geomspace(low, high, tail["places"])[:, None]
    shift, (still, shifted, missed) = tail["shift_ms"], tail["looks"]
    around = np.clip(_edges() / MILLISECOND, places - shift, places + shift) / (2 * shift)
    next_one, one_after = (_spread(0.0, times * places, tail["even"]) for times in (1, 2))
    return np.diff(still * next_one + shifted * around + missed * one_after)


def _tail(tail: Mapping[str, Any], stated: Mapping[str, Any]) -> NDArray[Any]:
    """(buckets,): the shares of a near client's late answers."""
    if "ratio" in tail:
        return _ratio(stated)
    if "until_ms" in tail:
        low, high = tail.get("from_ms", stated["cut_ms"]), tail["until_ms"]
        return np.asarray(np.diff(np.clip(_edges() / MILLISECOND, low, high)) / (high - low))
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


def _spread(
    floor_ms: NDArray[Any] | float, median_ms: NDArray[Any] | float, steep: float
) -> NDArray[Any]:
    """Cumulative shares at the edges: log-logistic above the floor, or above a column of them."""
    above = np.maximum(_edges() / MILLISECOND - floor_ms, 0.0)
    with np.errstate(divide="ignore", over="ignore"):
        below = 1.0 / (1.0 + (above / median_ms) ** -steep)
    below[..., -1] = 1.0
    return np.asarray(below)


@cache
def _edges() -> NDArray[Any]:
    """(BUCKETS + 1,) f8: where each bucket begins, in seconds."""
    late = cut_s() * 2.0 ** (np.arange(BUCKETS - LATE + 1) / OCTAVE)
    return np.array([0.0, data.table("lines")["swift_ms"] * MILLISECOND, *late])
