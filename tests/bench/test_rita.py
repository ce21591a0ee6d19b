"""The restated score, on cases worked out by hand and on what RITA's own tests state."""

import os
from pathlib import Path

import numpy as np
import pytest

from bench import rita

HOURS = 3600


def scored(times, sizes=None, low=0, high=24 * HOURS):
    times = np.array(times)
    sizes = np.full(len(times), 100) if sizes is None else np.array(sizes)
    return rita.score(times, sizes, low, high)


def test_a_perfect_beacon_has_full_marks():
    found = scored(np.arange(0, 24 * HOURS, 60))
    assert (found.times, found.sizes, found.duration, found.histogram) == (1, 1, 1, 1)
    assert found.beacon == 1


def test_fewer_than_four_different_seconds_have_no_score():
    assert scored([10, 10, 20, 20, 30]) is None
    assert scored([10, 20, 30, 40]) is not None


def test_a_connection_a_second_is_not_a_beacon():
    assert scored(np.arange(86_400)) is None


def test_an_odd_middle_is_in_neither_half():
    assert rita.quartiles(np.array([1.0, 2, 3, 4, 5])) == (1.5, 3, 4.5)
    assert rita.quartiles(np.array([1.0, 2, 3, 4])) == (1.5, 2.5, 3.5)


def test_skew_and_spread_by_hand():
    # quartiles 60, 80, 200: skew (60 + 200 - 160) / 140; deviations 20 20 120 0 of median 80
    ordered = np.array([60, 60, 80, 200, 200])
    spread = 1 - 20 / 80
    assert rita.even(ordered, 1.0) == pytest.approx((1 - 100 / 140 + spread) / 2, abs=1e-3)


def test_under_six_hours_nothing_lasts():
    assert scored(np.arange(0, 5 * HOURS, 60)).duration == 0
    assert scored(np.arange(0, 6 * HOURS, 60)).duration == 0.5


def test_two_heights_count_once_eleven_hours_are_active():
    assert rita.two_heights(np.array([10] * 6 + [20] * 6 + [0] * 12)) == 1
    assert rita.two_heights(np.array([10] * 10 + [0] * 14)) == 0


def test_rare_and_new_raise_common_and_old_lower():
    assert rita.modified(1.0, 0.01, 1) == pytest.approx(0.8 + 0.3)
    assert rita.modified(1.0, 0.6, 40) == pytest.approx(0.8 - 0.3)
    assert rita.modified(0.4, 0.1, 10) == 0


CORPUS = Path(os.environ.get("OVERLANDED_CORPUS", "/nonexistent")) / "rita" / "test_data"


@pytest.mark.skipif(not (CORPUS / "proxy").exists(), reason="no corpus")
@pytest.mark.parametrize("stated", [one for one in rita.STATED if one[0] == "proxy"])
def test_what_ritas_tests_state_of_the_proxy_logs(stated):
    folder, pair, expected = stated
    place = CORPUS / folder
    logged = rita.requests(rita.logs(place, "http"), rita.logs(place, "conn"))
    seconds = logged.times_ns // 1_000_000_000
    found = rita.score(*logged.times(pair), *rita.window(seconds, int(seconds.max())))
    parts = (found.times, found.sizes, found.duration, found.histogram)
    assert parts == pytest.approx(expected, abs=0.006)
