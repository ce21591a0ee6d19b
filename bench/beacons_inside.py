"""Labelled series as if they were the messages inside one connection, counted as the walk does."""

from __future__ import annotations

from typing import Any

import numpy as np

from overlanded.wire.kernels.layout import BEAT_BUCKETS, BEAT_GAP, RHYTHM_AFTER
from overlanded.wire.rhythms import edges

Array = np.ndarray[Any, np.dtype[Any]]


def counted(pair: Array, times_ns: Array, number: int) -> tuple[Array, Array]:
    """((pairs, ``BEAT_BUCKETS``) counts of the intervals between messages, ns each lasted).

    Nothing is counted before the packet from which on the walk keeps a rhythm.
    """
    order = np.lexsort((times_ns, pair))
    pair, times = pair[order].astype(np.intp), times_ns[order]
    first = np.diff(pair, prepend=-1) != 0
    turn = np.arange(len(pair)) - np.maximum.accumulate(np.where(first, np.arange(len(pair)), 0))
    begins = ~first & (np.diff(times, prepend=0) >= BEAT_GAP) & (turn >= RHYTHM_AFTER)
    pair, times = pair[begins], times[begins]
    same = pair[1:] == pair[:-1]
    gaps = np.diff(times)[same] * 1e-9
    bucket = np.minimum(np.searchsorted(edges(), gaps, "right") - 1, BEAT_BUCKETS - 1)
    cells = pair[1:][same] * BEAT_BUCKETS + bucket
    counts = np.bincount(cells, minlength=number * BEAT_BUCKETS).reshape(number, BEAT_BUCKETS)
    lasted = np.zeros(number, np.int64)
    np.add.at(lasted, pair[1:][same], np.diff(times)[same])
    return np.minimum(counts, 0xFFFF), lasted
