"""Which periods to try: the lengths that most gaps of a pair are near, on several levels.

Connections closer than a level are one beat; levels rise by four from a fortieth of a second, and
each pair is looked at on the three where most of its gaps lie. On each, the densest half and the
densest quarter of the gaps name candidates, by proportion and by length: missing beats, nights and
bursts leave them where they are.
"""

from __future__ import annotations

import numpy as np

from overlanded import data
from overlanded.analyse.traffic.regularity.ragged import Flags, Floats, Places, grouped
from overlanded.analyse.traffic.regularity.series import LEAST_GAPS, Series, merged


def candidates(series: Series) -> list[Floats]:
    """Rounds of candidate periods (s): each round one a pair, NaN where a pair has no more."""
    limits = data.table("traffic")["regularity"]
    gaps = series.gaps()
    chosen = _levels(series, gaps)
    found = []
    for number in range(limits["levels"]):
        level = limits["level-least-s"] * 4.0**number
        rows = chosen[series.pair, number]
        if rows.any():
            found += _modes(series, rows, gaps, level)
    if not found:
        return []
    pairs, periods = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return _rounds(pairs, periods, series.pairs)


def _levels(series: Series, gaps: Floats) -> Flags:
    """(pairs, levels): the three levels of each pair that hold most of its gaps."""
    limits = data.table("traffic")["regularity"]
    count = limits["levels"]
    known = np.isfinite(gaps)
    ladder = np.log(np.maximum(gaps[known], 1e-9) / limits["level-least-s"]) / np.log(4)
    level = np.floor(ladder).astype(np.int64)
    fine = (level >= 0) & (level < count)
    cells = series.pair[known][fine] * count + level[fine]
    held = np.bincount(cells, minlength=series.pairs * count).astype(float)
    held = held.reshape(series.pairs, count)
    above = np.cumsum(held[:, ::-1], axis=1)[:, ::-1]
    near = held + np.pad(held[:, 1:], ((0, 0), (0, 1)))
    merit = np.where(near >= LEAST_GAPS, near * near / np.maximum(above, 1), 0.0)
    rank = np.argsort(np.argsort(-merit[:, ::-1], axis=1, kind="stable"), axis=1)[:, ::-1]
    chosen: Flags = (rank < limits["levels-tried"]) & (merit > 0)
    return chosen


def _modes(series: Series, rows: Flags, gaps: Floats, level: float) -> list[tuple[Places, Floats]]:
    """Candidates of the pairs in ``rows`` on one level: (pair, period), three times."""
    widest = data.table("traffic")["regularity"]["widest-quarter"]
    floor = np.full(series.pairs, level / 2)
    held = merged(series, rows, gaps, floor)
    if held is None:
        return []
    groups = held.groups
    logs = np.log(groups.ordered(held.gaps))
    found = []
    quarter = np.clip(np.ceil(groups.counts / 4).astype(np.intp), 3, groups.counts)
    half = np.maximum((groups.counts + 1) // 2, 2)
    middles = [groups.densest(logs, points) for points in (half, quarter)]
    narrow = middles[1][1] < widest
    for middle, _ in middles:
        found.append((held.pair[narrow], np.exp(middle[narrow].astype(float))))
    middle, _ = groups.densest(np.exp(logs), quarter)
    found.append((held.pair[narrow], middle[narrow].astype(float)))
    return found


def _rounds(pair: Places, period: Floats, pairs: int) -> list[Floats]:
    """The candidates as rounds; those within two hundredths of another are left out."""
    order = np.lexsort((period, pair))
    pair, period = pair[order], period[order]
    new = np.ones(len(pair), bool)
    new[1:] = (pair[1:] != pair[:-1]) | (period[1:] > 1.02 * period[:-1])
    pair, period = pair[new], period[new]
    groups = grouped(pair)
    turn = np.arange(len(pair)) - groups.each(groups.starts)
    rounds = []
    for number in range(int(turn.max(initial=-1)) + 1):
        row = np.full(pairs, np.nan)
        row[pair[turn == number]] = period[turn == number]
        rounds.append(row)
    return rounds
