"""The period of each series of connections, and how much better it explains them than chance.

Two accounts of the times between beats are compared for each series. The *periodic* one: gaps of
m·T with deviation s·T·√m (a clock that sleeps; m - 1 beats missing with chance q each), and a share
of gaps of any length (somebody else on the same service, a night switched off). The *arrivals* one:
gaps of one of four broad laws, as people and bursty programs leave. Both pay for what they were
fitted to the data (Laplace's approximation of the evidence: MacKay, *Information Theory, Inference,
and Learning Algorithms*, 2003, chapter 28).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from overlanded import data
from overlanded.analyse.traffic.regularity.candidates import candidates
from overlanded.analyse.traffic.regularity.ragged import Flags, Floats, grouped
from overlanded.analyse.traffic.regularity.series import (
    LEAST_GAPS,
    Fits,
    Gaps,
    Series,
    merged,
    tempered,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

LN_ROOT_TAU = 0.5 * float(np.log(2 * np.pi))
HALF_LOGS = -0.5 * np.log(np.maximum(np.arange(256), 1)).astype(np.float32)
IMPOSSIBLE, LEAST_LOG = np.float32(-1e4), np.float32(-60)
NEAREST, NEIGHBOURS = (0.0,), (-1.0, 0.0, 1.0)
"""Numbers of steps a gap may be, from the nearest."""


def best(series: Series) -> Fits:
    """The best period of each pair.

    All candidates are tried on some connections of each pair, each gap held for the nearest number
    of steps; the best, its half and its third are then fitted in full on more.
    """
    if not series.pairs:
        return Fits.none(0)
    limits = data.table("traffic")["regularity"]
    some, more = (series.thinned(limits[f"connections-{name}"]) for name in ("tried", "fitted"))
    found, span = Fits.none(series.pairs), _spans(series)
    for period in candidates(some):
        found = found.better(fit(some, period, span, NEAREST))
    period, found = found.period, Fits.none(series.pairs)
    for part in (1, 2, 3):
        found = found.better(fit(more, period / part, span, NEIGHBOURS))
    return found


def _spans(series: Series) -> Floats:
    groups = grouped(series.pair)
    spans: Floats = groups.most(series.times) - groups.least(series.times)
    return spans


def fit(series: Series, period: Floats, span: Floats, reach: tuple[float, ...]) -> Fits:
    """Fit the periodic account around the given periods (s, NaN: none) and weigh it."""
    limits = data.table("traffic")["regularity"]
    found, asked = Fits.none(series.pairs), ~np.isnan(period)
    floor = np.where(asked, period / 4, np.inf)
    held = merged(series, asked[series.pair], series.gaps(), floor)
    if held is None:
        return found
    span = np.maximum(span[held.pair], held.period)
    account = _Account(held, span, reach)
    for _ in range(limits["rounds"]):
        account.improve()
    gain = account.evidence() - arrivals(held, span) - np.log(limits["candidates"])
    for one, values in account.parts(tempered(gain, held.groups.counts)).items():
        getattr(found, one)[held.pair] = values
    return found


class _Account:
    """The periodic account of some pairs' gaps, fitted by expectation and maximisation.

    Each gap is its nearest number of steps, one less, one more, or alien, each with its share
    (Dempster, Laird and Rubin, 1977). ``period``, ``spread``, ``missing`` and ``strange`` have one
    value a group.
    """

    def __init__(self, held: Gaps, span: Floats, reach: tuple[float, ...]) -> None:
        limits = data.table("traffic")["regularity"]
        self.groups, self.gaps = held.groups, held.gaps
        self.logs = np.log(held.gaps).astype(np.float32)
        self.reach = np.array(reach, np.float32)[:, None]
        least = held.period / 4
        self.range = np.log(np.maximum(np.log(span / least), 1.0))
        self.period = held.period.copy()
        count = len(self.period)
        self.spread = np.full(count, limits["first-spread"])
        self.missing = np.full(count, limits["first-share"])
        self.strange = np.full(count, limits["first-share"])
        self._share()

    def _share(self) -> None:
        """Shares of each gap (reach, gaps), and its log density under the whole account.

        Single precision: shares are weights, and what is weighed stays in double.
        """
        limits = data.table("traffic")["regularity"]
        ratio = (self.gaps / self.groups.each(self.period)).astype(np.float32)
        steps = np.rint(ratio) + self.reach
        fewest, most = np.float32(1), np.float32(limits["most-missed"] + 1)
        if len(self.reach) == 1:
            np.maximum(steps, fewest, out=steps)
        self.steps = np.clip(steps, fewest, most)
        self.off = ratio - self.steps
        head = np.log1p(-self.strange) + np.log1p(-self.missing) - np.log(self.spread * self.period)
        own = self.off**2 / self.steps
        own *= self._each(-0.5 / self.spread**2)
        own += (self.steps - fewest) * self._each(np.log(self.missing))
        own += HALF_LOGS[self.steps.astype(np.intp)]
        own += self._each(head - LN_ROOT_TAU)
        np.putmask(own, steps != self.steps, IMPOSSIBLE)
        alien = self._each(np.log(self.strange) - self.range) - self.logs
        top = np.maximum(own.max(axis=0), alien)
        self.shares = np.exp(np.maximum(own - top, LEAST_LOG))
        whole = self.shares.sum(axis=0) + np.exp(np.maximum(alien - top, LEAST_LOG))
        self.shares /= whole
        self.value = top + np.log(whole)

    def _each(self, values: Floats) -> NDArray[np.float32]:
        spread: NDArray[np.float32] = self.groups.each(values.astype(np.float32))
        return spread

    def improve(self) -> None:
        """Estimate the four values from the shares, then share again."""
        total, limits = self.groups.total, data.table("traffic")["regularity"]
        mine = self.shares.sum(axis=0)
        own = total(mine)
        steps = total((self.shares * self.steps).sum(axis=0))
        period = total(self.gaps * mine) / np.maximum(steps, 1e-9)
        self.period = np.where(own > 1, period, self.period)
        ratio = (self.gaps / self.groups.each(self.period)).astype(np.float32)
        square = self.shares * (ratio - self.steps) ** 2 / self.steps
        spread = np.sqrt(total(square.sum(axis=0)) / np.maximum(own - 1, 1.0))
        floor = np.maximum(limits["spread-least"], limits["clock-s"] / self.period)
        self.spread = np.clip(spread, floor, 1.0)
        self.missing = (steps - own + 0.25) / (steps + 0.5)
        self.strange = (self.groups.counts - own + 0.5) / (self.groups.counts + 1)
        self._share()

    def evidence(self) -> Floats:
        """Log evidence of the gaps, nats: the fit less what its free values cost."""
        limits = data.table("traffic")["regularity"]
        own = self.groups.total(self.shares.sum(axis=0))
        root = np.sqrt(np.maximum(own, 1.0))
        period = np.minimum(occam(self.spread / root, limits["period-range"]), 0.0)
        spread = occam(1 / (np.sqrt(2) * root), -np.log(limits["spread-least"]))
        shares = -0.5 * np.log(own + 1) - 0.5 * np.log(self.groups.counts + 1)
        value = self.groups.total(self.value) + period + spread + shares
        return np.where(own >= LEAST_GAPS - 0.5, value, -np.inf)

    def parts(self, gain: Floats) -> dict[str, Floats]:
        """What ``Fits`` holds of each pair."""
        mine = self.shares.sum(axis=0)
        own = self.groups.total(mine)
        steps = np.maximum(self.groups.total((self.shares * self.steps).sum(axis=0)), 1.0)
        return {
            "period": self.period,
            "spread": self.spread,
            "present": np.minimum(own / steps, 1.0),
            "regular": own / self.groups.counts,
            "beats": self.groups.counts + 1.0,
            "gain": gain,
            "turn": self._turn(mine > 0.5),
            "error": self.spread * self.period / np.sqrt(steps),
        }

    def _turn(self, mine: Flags) -> Floats:
        """Correlation of neighbouring deviations, over neighbours that are both its own."""
        deviation = np.where(mine, self.off[len(self.reach) // 2], 0.0)
        both = np.zeros(len(deviation), bool)
        both[1:] = mine[1:] & mine[:-1]
        both[self.groups.starts] = False
        before = np.concatenate([[0.0], deviation[:-1]])
        across = self.groups.total(np.where(both, deviation * before, 0.0))
        square = self.groups.total(np.where(both, (deviation**2 + before**2) / 2, 0.0))
        with np.errstate(invalid="ignore", divide="ignore"):
            turn: Floats = across / square
        return turn


def occam(width: Floats, room: float) -> Floats:
    """What a fitted value costs, nats: log of the share of its room that the data leave it.

    ``width``: standard error of the value on the scale on which ``room`` is even beforehand.
    """
    cost: Floats = LN_ROOT_TAU + np.log(width / room)
    return cost


def arrivals(held: Gaps, span: Floats) -> Floats:
    """Log evidence of the gaps under the best of four broad laws, nats.

    Above the merging level: exponential, log-normal no narrower than people are, evenly spread
    over the scale of lengths, and evenly spread over lengths. Gaps longer than the periodic account
    can explain are taken out of it with the same law as there.
    """
    limits = data.table("traffic")["regularity"]
    groups, least = held.groups, held.period / 4
    top = held.period * (limits["most-missed"] + 1.5)
    near = held.gaps <= groups.each(top)
    logs = np.log(held.gaps)
    count = groups.total(near.astype(float))
    some = np.maximum(count, 1.0)
    mean = groups.total(held.gaps * near) / some
    log_mean = groups.total(logs * near) / some
    log_square = groups.total(logs**2 * near) / some
    laws = _laws(mean, log_mean, log_square - log_mean**2, least, top, some)
    far = groups.counts - count
    rest = groups.total(np.where(near, 0.0, -logs))
    wide = np.log(np.maximum(np.log(span / top), 1.0))
    split = _entropy(count, groups.counts) + _entropy(far, groups.counts)
    cost = 0.5 * np.log(groups.counts + 1)
    value: Floats = count * laws + rest - far * wide + split - cost
    return value


def _laws(
    mean: Floats, log_mean: Floats, log_var: Floats, least: Floats, top: Floats, count: Floats
) -> Floats:
    """Greatest log evidence per gap among the four laws."""
    limits = data.table("traffic")["regularity"]
    one = occam(1 / np.sqrt(count), limits["period-range"]) / count
    two = one + occam(1 / np.sqrt(2 * count), limits["people-range"]) / count
    sigma = np.maximum(np.sqrt(np.maximum(log_var, 0)), limits["people-sigma"])
    laws: list[NDArray[Any]] = [
        -np.log(np.maximum(mean - least, 1e-9)) - 1 + one,
        -log_mean - np.log(sigma) - LN_ROOT_TAU - 0.5 * log_var / sigma**2 + two,
        -log_mean - np.log(np.log(top / least)),
        -np.log(top - least),
    ]
    greatest: Floats = np.maximum.reduce(laws)
    return greatest


def _entropy(part: Floats, whole: NDArray[Any]) -> Floats:
    """``part`` x log of its share."""
    value: Floats = part * np.log(np.maximum(part, 1e-300) / whole)
    return value
