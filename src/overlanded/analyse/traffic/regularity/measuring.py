"""Regular connections: which client comes back to a service as by a clock, and how sure that is.

Columns in, columns out, nothing read or written. A row of the input is one connection; a row of
the output is one pair (client, server, protocol, port) that connected often enough, in the order
of its first row. ``docs/explanation/regularity.md`` says what the figures mean and what they
cannot tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from overlanded import data
from overlanded.analyse.traffic.regularity.habits import hours, sizes
from overlanded.analyse.traffic.regularity.periods import best
from overlanded.analyse.traffic.regularity.ragged import Flags, Floats, Groups, Places, grouped
from overlanded.analyse.traffic.regularity.series import Fits, Series
from overlanded.wire.folding import Columns, mix

if TYPE_CHECKING:
    from numpy.typing import NDArray

KINDS = ("connections", "retries", "one-way")
"""What is regular: answered connections; TCP connections none of which was accepted; packets of
another protocol that nobody answered."""
CLOCKS = ("undecided", "sleep", "wall")
"""A program that sleeps between beats drifts; one that goes by the time of day does not."""
PARTS = ("timing", "steady", "hours", "size")
"""The parts of the score: it is their sum and ``base``."""
KEYS = ("client", "server", "port", "proto")
INPUT = (*KEYS, "first_ns", "bytes_ab", "established")
NS = 1_000_000_000
LATEST = 1 << 62
TCP = 6


def measure(rows: Columns, watched: tuple[int, int]) -> Columns:
    """The regularity of every pair that connected at least as often as ``least-connections`` asks.

    ``rows``: the columns of ``INPUT`` in any order of rows; ``client`` and ``server`` are integer
    keys, equal for the same party; a column ``pair``, where there is one, stands for the four keys.
    Rows without a time (0) are left out. ``watched``: first and last moment of the watch, ns.
    Output columns, one row a pair:

    ``at`` intp, its first row in the input; ``kind`` u1, index into ``KINDS``; ``connections``,
    ``established``, ``failed`` i8; ``first_ns``, ``last_ns`` i8; ``period_ns``, ``period_low_ns``,
    ``period_high_ns`` i8 (95 % interval; 0 = no period found); ``jitter`` f8, half width of an even
    spread of the interval, as a share of the period; ``present`` f8, share of the beats seen;
    ``beats`` i8; ``regular`` f8, share of the gaps that the period explains; ``clock`` u1, index
    into ``CLOCKS``; ``ran_ns`` i8; ``bias`` f8, distance of the UTC hours from even (0 to 1);
    ``same_size`` f8, share of connections of the usual size; ``gain`` f8, log likelihood ratio of
    the beats alone, nats; ``score`` f8, nats, and its ``score_timing``, ``score_steady``,
    ``score_hours``, ``score_size``, ``score_base``.
    """
    order, groups = _sorted(rows)
    use, kind = _choose(rows, order, groups)
    least = data.table("traffic")["regularity"]["least-connections"]
    enough = groups.total(use.astype(np.int64)) >= least
    out = _counts(rows, order, groups, enough)
    out["kind"] = kind[enough]
    kept = use & groups.each(enough)
    series = _series(rows["first_ns"][order[kept]], groups.ids[kept])
    out |= _timing(series)
    own = grouped(series.pair)
    picked = order[kept]
    out["bias"] = hours(rows["first_ns"][picked], own, watched)
    out["same_size"] = sizes(rows["bytes_ab"][picked], own)
    out |= score(out, data.table("traffic")["regularity"]["weights"])
    ranked = np.argsort(out["at"])
    return {name: column[ranked] for name, column in out.items()}


def score(parts: Columns, weights: Mapping[str, float]) -> Columns:
    """The score of each row and its parts: log likelihood ratios, nats.

    The gain of the times levels off at ``timing-most``. It, how steadily the series ran, its hours
    and its sizes are weighed as a logistic regression on the labelled fit sets weighs them.
    """
    found = parts["period_ns"] > 0
    terms = {
        f"score_{name}": np.where(found, weights[name] * value, 0.0)
        for name, value in features(parts).items()
    }
    base = np.where(found, weights["base"], weights["none"])
    return terms | {"score_base": base, "score": base + sum(terms.values())}


def features(parts: Columns) -> dict[str, Floats]:
    """What the score weighs, by the names of ``PARTS``; each about 0 to 20."""
    top = data.table("traffic")["regularity"]["timing-most"]
    gain = np.where(parts["period_ns"] > 0, parts["gain"], 0.0)
    timing = np.where(gain > 0, -np.expm1(-gain / top) * top, np.maximum(gain, -top))
    long = np.maximum(parts["last_ns"] - parts["first_ns"], 1)
    return {
        "timing": timing,
        "steady": np.log(np.clip(parts["ran_ns"] / long, 0.01, 1.0)),
        "hours": parts["bias"],
        "size": parts["same_size"],
    }


def _sorted(rows: Columns) -> tuple[Places, Groups]:
    """(order, groups): rows with a time, each pair's side by side, the earliest first."""
    first = rows["first_ns"]
    timed = np.flatnonzero((first > 0) & (first < LATEST))
    if "pair" in rows:
        keys = [_narrow(rows["pair"][timed])]
        number = keys[0]
    else:
        keys = [rows[name][timed].astype(np.uint64) for name in KEYS]
        number = mix(keys)
    order = np.lexsort((first[timed], number))
    new = _changes([number[order]])
    if np.count_nonzero(_changes([key[order] for key in keys])) != np.count_nonzero(new):
        order = np.lexsort((first[timed], *keys))
        new = _changes([key[order] for key in keys])
    return timed[order], Groups(np.flatnonzero(new), len(order))


def _narrow(numbers: NDArray[Any]) -> NDArray[Any]:
    """The numbers in 16 bits where they fit: those are sorted by their digits, much faster."""
    fits = not len(numbers) or 0 <= numbers.min() <= numbers.max() < 1 << 16
    return numbers.astype(np.uint16) if fits else numbers


def _changes(keys: list[NDArray[Any]]) -> Flags:
    new = np.zeros(len(keys[0]), bool)
    new[:1] = True
    for key in keys:
        new[1:] |= key[1:] != key[:-1]
    return new


def _choose(rows: Columns, order: Places, groups: Groups) -> tuple[Flags, NDArray[np.uint8]]:
    """(rows that make the series of their pair, kind of each pair).

    Answered connections where there are enough of them; else all attempts, which are retries.
    """
    answered = rows["established"][order].astype(bool)
    least = data.table("traffic")["regularity"]["least-connections"]
    mainly = groups.total(answered.astype(np.int64)) >= least
    vain = np.where(rows["proto"][order[groups.starts]] == TCP, 1, 2)
    return answered | ~groups.each(mainly), np.where(mainly, 0, vain).astype(np.uint8)


def _counts(rows: Columns, order: Places, groups: Groups, enough: Flags) -> Columns:
    answered = groups.total(rows["established"][order].astype(np.int64))
    times = rows["first_ns"][order]
    ends = groups.starts + groups.counts - 1
    return {
        "at": order[groups.starts][enough],
        "connections": groups.counts[enough].astype(np.int64),
        "established": answered[enough],
        "failed": (groups.counts - answered)[enough].astype(np.int64),
        "first_ns": times[groups.starts][enough],
        "last_ns": times[ends][enough],
    }


def _series(times: NDArray[np.int64], ids: Places) -> Series:
    groups = grouped(ids)
    after = (times - groups.each(times[groups.starts])) / NS
    return Series(after, groups.ids, np.zeros(len(times), bool))


def _timing(series: Series) -> Columns:
    """What the times alone say of each pair."""
    fits = best(series)
    found = np.isfinite(fits.gain)
    period = np.where(found, fits.period, 0.0)
    error = np.where(found, 1.96 * fits.error, 0.0)
    return {
        "period_ns": _ns(period),
        "period_low_ns": _ns(np.maximum(period - error, 0.0)),
        "period_high_ns": _ns(period + error),
        "jitter": np.where(found, np.sqrt(3) * fits.spread, 0.0),
        "present": np.where(found, fits.present, 0.0),
        "beats": _beats(series, np.where(found, period / 4, np.inf)),
        "regular": np.where(found, fits.regular, 0.0),
        "clock": _clock(fits),
        "ran_ns": _ns(_ran(series, period)),
        "gain": np.where(found, fits.gain, 0.0),
    }


def _ns(seconds: Floats) -> NDArray[np.int64]:
    return np.rint(seconds * NS).astype(np.int64)


def _clock(fits: Fits) -> NDArray[np.uint8]:
    """Deviations of a wall clock's intervals turn back (correlation -1/2), a sleep's do not (0)."""
    doubt = 1 / np.sqrt(np.maximum(np.nan_to_num(fits.beats), 1))
    turn = np.nan_to_num(fits.turn, nan=-0.25) + 0.25
    return np.select([turn < -doubt, turn > doubt], [2, 1], 0).astype(np.uint8)


def _beats(series: Series, least: Floats) -> NDArray[np.int64]:
    """Beats of each pair: connections within ``least`` (s) of the one before belong to it."""
    gaps = np.diff(series.times, prepend=0.0)
    first = np.diff(series.pair, prepend=-1) > 0
    apart = first | (gaps > least[series.pair])
    return np.bincount(series.pair[apart], minlength=series.pairs)


def _ran(series: Series, period: Floats) -> Floats:
    """Time of each pair (s) without a silence longer than the periodic account explains."""
    gaps = np.diff(series.times, prepend=0.0)
    longest = (data.table("traffic")["regularity"]["most-missed"] + 1.5) * period
    inside = (np.diff(series.pair, prepend=-1) == 0) & (gaps <= longest[series.pair])
    ran: Floats = np.bincount(series.pair[inside], gaps[inside], series.pairs).astype(float)
    return ran
