"""What besides its times marks a series: the hours of the day it keeps, and its sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from overlanded import data
from overlanded.analyse.traffic.regularity.ragged import Floats, Groups

if TYPE_CHECKING:
    from numpy.typing import NDArray

HOUR_NS = 3_600_000_000_000


def hours(times: NDArray[np.int64], groups: Groups, watched: tuple[int, int]) -> Floats:
    """Distance of each series' UTC hours from those that were watched: 0 even, 1 apart.

    Total variation between the shares of the 24 hours and their shares of the watch, less what
    chance alone gives for so few connections (mean deviation of a binomial share), rescaled.
    """
    held = covered(*watched)
    cells = groups.ids * 24 + (times // HOUR_NS) % 24
    count = np.bincount(cells, minlength=len(groups.starts) * 24)
    share = count.reshape(len(groups.starts), 24) / groups.counts[:, None]
    distance = 0.5 * np.abs(share - held).sum(axis=1)
    chance = 0.5 * np.sqrt(2 * held * (1 - held) / np.pi).sum() / np.sqrt(groups.counts)
    chance = np.minimum(chance, 0.9)
    bias: Floats = np.clip((distance - chance) / (1 - chance), 0.0, 1.0)
    return bias


def covered(began: int, ended: int) -> Floats:
    """(24,): share of each UTC hour in the time from ``began`` to ``ended``, ns."""
    ended = max(ended, began + 1)
    edges = np.arange(began // HOUR_NS, began // HOUR_NS + 25, dtype=np.int64)
    whole, rest = divmod(ended - began, 24 * HOUR_NS)
    low = np.maximum(edges[:-1] * HOUR_NS, began)
    high = np.minimum(edges[1:] * HOUR_NS, began + rest)
    parts = np.maximum(high - low, 0) + whole * HOUR_NS
    # the hour in which the watch began is met again at the end of its last day
    again = max(began + rest - edges[-1] * HOUR_NS, 0)
    found = np.zeros(24)
    found[edges[:-1] % 24] = parts
    found[edges[0] % 24] += again
    share: Floats = found / found.sum()
    return share


def sizes(sent: NDArray[Any], groups: Groups) -> Floats:
    """Share of each series' connections whose bytes from the client are near the median."""
    limits = data.table("traffic")["regularity"]
    ordered = groups.ordered(sent.astype(float))
    middle = groups.each(ordered[groups.starts + groups.counts // 2].astype(float))
    near = np.abs(sent - middle) <= limits["size-near"] * middle + limits["size-bytes"]
    share: Floats = groups.total(near.astype(float)) / groups.counts
    return share
