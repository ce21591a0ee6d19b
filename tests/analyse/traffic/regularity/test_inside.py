"""Counts of intervals: a cadence stands out, spread ones do not, nothing breaks it."""

import numpy as np
import pytest

from overlanded.analyse.traffic.regularity.inside import broad, measure, standing_out
from overlanded.wire.kernels.layout import BEAT_BUCKETS
from overlanded.wire.rhythms import edges

NS = 1_000_000_000
EDGES = edges()


def counted(*gaps):
    """Intervals (s) of each connection as the walk counts them, and what was made of them."""
    counts = np.array([np.histogram(one, np.append(EDGES[:-1], np.inf))[0] for one in gaps])
    lasted = np.array([int(np.sum(one) * NS) for one in gaps])
    return measure(counts, lasted)


@pytest.mark.parametrize("period", [0.3, 1.0, 25.0, 600.0, 20_000.0])
@pytest.mark.parametrize("jitter", [0.0, 0.1])
def test_a_cadence_is_found_within_its_ends(period, jitter):
    random = np.random.default_rng(3)
    found = counted(period * (1 + random.uniform(-jitter, jitter, 100)))
    assert found["period_low_ns"][0] <= period * NS < found["period_high_ns"][0]
    assert found["regular"][0] > 0.85
    assert found["beats"][0] == 101
    assert standing_out(found).all()


def test_people_chance_and_the_line_do_not_stand_out():
    random = np.random.default_rng(5)
    talks = [random.lognormal(2, 1.3, 400) for _ in range(50)]
    talks += [random.exponential(20, 400) for _ in range(50)]
    talks += [np.full(400, 0.05), np.full(3, 60.0)]
    assert not standing_out(counted(*talks)).any()


def test_a_cadence_that_fills_little_of_the_connection_is_a_passage_of_it():
    found = counted([2.0] * 100 + [9000.0])
    assert found["gain"][0] > 5
    assert found["ran"][0] < 0.1
    assert not standing_out(found).any()


def test_a_broad_law_never_fills_a_window_and_empty_counts_say_nothing():
    assert ((broad() > 0) & (broad() < 1)).all()
    found = measure(np.zeros((2, BEAT_BUCKETS), np.uint16), np.zeros(2, np.int64))
    assert np.isfinite(found["gain"]).all()
    assert not standing_out(found).any()
    assert not len(measure(np.zeros((0, BEAT_BUCKETS), np.uint16), np.zeros(0, np.int64))["gain"])
