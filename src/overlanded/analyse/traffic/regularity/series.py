"""The times of many pairs' connections in one array, and what is fitted to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec import Struct

from overlanded import data
from overlanded.analyse.traffic.regularity.ragged import (
    Flags,
    Floats,
    Groups,
    Places,
    grouped,
    ranges,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAST_GAPS = 3
"""Gaps without which nothing is said of a period: two to have one, a third to bear it out."""
RUNS = 8
"""Stretches that stand for all connections of a pair that has very many."""


class Series(Struct, frozen=True):
    """Times of the connections of many pairs: rising within a pair, s after the pair's first."""

    times: Floats
    pair: Places
    """Number of the pair of each time: rising, none left out."""
    cut: Flags
    """True where something was left out before this time: the gap before it means nothing."""

    @property
    def pairs(self) -> int:
        """How many pairs there are."""
        return int(self.pair[-1]) + 1 if len(self.pair) else 0

    def gaps(self) -> Floats:
        """Time since the connection before (s); infinite where there is none or it was left out."""
        first = self.cut | (np.diff(self.pair, prepend=-1) > 0)
        return np.where(first, np.inf, np.diff(self.times, prepend=0.0))

    def thinned(self, most: int) -> Series:
        """At most ``most`` connections a pair: eight runs of neighbours, spread over all."""
        groups, run = grouped(self.pair), most // RUNS
        many = groups.counts > most
        runs = np.where(many, RUNS, 1)
        number = np.arange(runs.sum()) - np.repeat(np.cumsum(runs) - runs, runs)
        room = np.repeat(groups.counts - run, runs)
        begin = np.repeat(groups.starts, runs) + number * room // (RUNS - 1)
        begin[number == 0] = groups.starts
        size = np.where(np.repeat(many, runs), run, np.repeat(groups.counts, runs))
        places = ranges(begin, size)
        cut = self.cut[places]
        cut[np.cumsum(size)[number > 0] - size[number > 0]] = True
        return Series(self.times[places], self.pair[places], cut)


class Fits(Struct, frozen=True):
    """One fitted period a pair; arrays of one value a pair, NaN where there is none."""

    period: Floats
    """s"""
    spread: Floats
    """Standard deviation of one interval, as a share of the period."""
    present: Floats
    """Share of the beats that were seen while it ran."""
    regular: Floats
    """Share of the gaps that the period explains."""
    beats: Floats
    """Beats seen: connections close together are one."""
    gain: Floats
    """Log likelihood ratio of the periodic account, nats, tempered."""
    turn: Floats
    """Correlation of one interval's deviation with the next: -0.5 a wall clock, 0 a sleep."""
    error: Floats
    """Standard error of the period, s."""

    @classmethod
    def none(cls, pairs: int) -> Fits:
        """No period for anybody."""
        empty = {name: np.full(pairs, np.nan) for name in cls.__struct_fields__}
        return cls(**empty | {"gain": np.full(pairs, -np.inf)})

    def better(self, other: Fits) -> Fits:
        """Of each pair the fit with the greater gain."""
        mine = self.gain >= other.gain
        return Fits(
            *(
                np.where(mine, getattr(self, name), getattr(other, name))
                for name in self.__struct_fields__
            )
        )


class Gaps(Struct, frozen=True):
    """Gaps between beats (s) of those pairs that have enough of them, for one period a pair."""

    pair: Places
    """The pairs, one a group."""
    groups: Groups
    gaps: Floats
    period: Floats
    """One a group, s."""


def merged(series: Series, rows: Flags, gaps: Floats, least: Floats) -> Gaps | None:
    """Gaps from beat to beat; connections within ``least`` (s, one a pair) are one beat."""
    which = np.flatnonzero(rows & (gaps > least[series.pair]))
    if not len(which):
        return None
    times, pair = series.times[which], series.pair[which]
    known = (pair[1:] == pair[:-1]) & ~series.cut[which[1:]]
    between, owner = np.diff(times)[known], pair[1:][known]
    enough = np.bincount(owner, minlength=series.pairs) >= LEAST_GAPS
    kept = enough[owner] & (between > 0)
    owner, between = owner[kept], between[kept]
    if not len(owner):
        return None
    groups = grouped(owner)
    return Gaps(owner[groups.starts], groups, between, least[owner[groups.starts]] * 4)


def tempered(gain: Floats, count: NDArray[Any]) -> Floats:
    """The gain from ``count`` gaps at a power that falls with their number.

    No account of real traffic is exact, so ten thousand gaps do not say ten thousand times as much
    as one (Miller and Dunson, *Robust Bayesian inference via coarsening*, JASA 2019).
    """
    enough = data.table("traffic")["regularity"]["gaps-enough"]
    value: Floats = gain * enough / (enough + count)
    return value
