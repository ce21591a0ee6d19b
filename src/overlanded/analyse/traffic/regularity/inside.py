"""The cadence inside one connection: how much of its messages come at one interval.

The walk counts the times between the beginnings of each side's messages in buckets of a quarter of
an octave. A cadence puts nearly all of them in two neighbouring buckets; people and programs that
wait for each other spread them. The share that the fullest two hold is weighed against the most
that a broad law puts there (log-normal, no narrower than people are).
"""

from __future__ import annotations

from functools import lru_cache
from math import erf, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from overlanded import data
from overlanded.analyse.traffic.regularity.ragged import Floats
from overlanded.analyse.traffic.regularity.series import tempered
from overlanded.wire.folding import Columns
from overlanded.wire.kernels.layout import BEAT_BUCKETS
from overlanded.wire.rhythms import edges

if TYPE_CHECKING:
    from numpy.typing import NDArray

NS = 1_000_000_000


def measure(counts: NDArray[Any], lasted_ns: NDArray[np.int64]) -> Columns:
    """How even the messages of one side of each connection are.

    ``counts``: (rows, ``BEAT_BUCKETS``) intervals between messages by length; ``lasted_ns``: how
    long each connection was seen. Output, one row a row: ``period_low_ns``, ``period_high_ns`` i8,
    ends of the two fullest neighbouring buckets; ``beats`` i8, messages; ``regular`` f8, share of
    the intervals in them; ``ran`` f8, share of the connection that those intervals fill (1 at
    most); ``gain`` f8, log likelihood ratio, nats.
    """
    begins = edges()
    held = counts.astype(float)
    number = held.sum(axis=1)
    near = held[:, :-1] + held[:, 1:]
    place = near.argmax(axis=1)
    inside = near[np.arange(len(near)), place]
    low, high = begins[place], begins[place + 2]
    return {
        "period_low_ns": np.rint(low * NS).astype(np.int64),
        "period_high_ns": np.rint(high * NS).astype(np.int64),
        "beats": number.astype(np.int64) + 1,
        "regular": inside / np.maximum(number, 1),
        "ran": np.minimum(inside * np.sqrt(low * high) * NS / np.maximum(lasted_ns, 1), 1.0),
        "gain": tempered(_gain(inside, number, broad()[place]), number),
    }


def standing_out(found: Columns) -> NDArray[np.bool_]:
    """Rows whose cadence is worth telling."""
    out: NDArray[np.bool_] = found["gain"] >= data.table("traffic")["regularity"]["inside"]["gain"]
    return out & lasting(found)


def lasting(found: Columns) -> NDArray[np.bool_]:
    """Rows whose cadence is too slow to be the line's and goes on for most of the connection."""
    limits = data.table("traffic")["regularity"]["inside"]
    slow: NDArray[np.bool_] = found["period_low_ns"] >= limits["shortest-s"] * NS
    return np.asarray(slow & (found["ran"] >= limits["ran"]))


def _gain(inside: Floats, number: Floats, broad: Floats) -> Floats:
    """Log likelihood ratio of a window with its own share to one with that of a broad law.

    The share and the place of the window were fitted, and are paid for.
    """
    share = np.clip(inside / np.maximum(number, 1), broad, 1 - 1e-3)
    value = inside * np.log(share / broad)
    value += (number - inside) * np.log((1 - share) / (1 - broad))
    gain: Floats = value - 0.5 * np.log(number + 1) - np.log(BEAT_BUCKETS)
    return gain


@lru_cache(maxsize=1)
def broad() -> Floats:
    """(windows,): the most that a broad law puts in each two neighbouring buckets."""
    sigma = data.table("traffic")["regularity"]["people-sigma"]
    begins = edges()
    with np.errstate(divide="ignore"):
        width = np.log(begins[2:] / begins[:-2])
    most: Floats = np.array([min(erf(one / (2 * sqrt(2) * sigma)), 0.999) for one in width])
    return most
