from __future__ import annotations

import statistics
from random import Random

import pytest

from lab import shapes


def drawn(settings, count=4000, gap=0.5, side=0, **more):
    """How long each of so many packets is kept, in milliseconds; None for those that are lost."""
    way = shapes.ways(settings, "7/far", **more)[side]
    kept = []
    for number in range(count):
        due = way.due(number * gap)
        kept.append(None if due is None else (due - number * gap) * 1000)
    return kept


def test_every_named_shape_has_a_source_and_values_that_are_known():
    for name, values in shapes.known().items():
        assert len(values["source"]) > 40, name
        assert values["ms"] in shapes.VALUES
        assert set(values) - {"ms", "source"} <= set(shapes.VALUES)
        assert list(shapes.problems({"shape": name, "ms": 7})) == []


@pytest.mark.parametrize(
    ("settings", "floor", "median"),
    [
        ({"floor_ms": 32, "median_ms": 50, "sigma": 0.55}, 32, 50),
        ({"shape": "cellular", "median_ms": 90}, 32, 90),
        ({"shape": "satellite"}, 270, 300),
        ({"shape": "constant", "ms": 12}, 12, 12),
    ],
)
def test_floor_and_median_are_as_asked(settings, floor, median):
    kept = drawn(settings, 20_000, gap=5)
    assert min(kept) >= floor - 0.01
    assert statistics.median(kept) == pytest.approx(median, rel=0.02)


def test_there_and_back_by_satellite_takes_what_geometry_asks():
    both = shapes.ways({"shape": "satellite"}, "s")
    trips = [(way.due(0.0) or 0) for way in both]
    assert sum(trips) > 0.540


def test_same_seed_same_delays_and_each_way_its_own():
    assert drawn({"shape": "cellular"}, 5) == drawn({"shape": "cellular"}, 5)
    assert drawn({"shape": "cellular"}, 5) != drawn({"shape": "cellular"}, 5, side=1)


def test_no_packet_overtakes_another():
    way = shapes.ways({"shape": "cellular", "sigma": 1.5}, "x")[0]
    due = [way.due(number / 1000) for number in range(2000)]
    assert due == sorted(due)


def test_a_share_is_lost():
    kept = drawn({"shape": "constant", "ms": 1, "loss": 0.2}, 5000)
    assert kept.count(None) == pytest.approx(1000, rel=0.15)


def test_what_goes_to_a_sleeping_station_waits_for_its_beacon():
    to_it = drawn({"shape": "wifi"}, side=1, attachment=True, gap=0.51)
    held = [late for late in to_it if late > 10]
    assert len(held) / len(to_it) == pytest.approx(0.13, abs=0.03)
    assert max(held) < 140
    from_it = drawn({"shape": "wifi"}, side=0, attachment=True, gap=0.51)
    assert statistics.median(from_it) < 3
    assert sum(late > 40 for late in from_it) < 0.01 * len(from_it)


def test_a_slow_loop_takes_in_at_its_tick_and_sends_while_it_is_at_it():
    out, into = shapes.ways({"shape": "tick", "ms": 20}, "7/plc", attachment=True)
    moments = [Random(1).random() * number for number in range(500)]
    ticks = [(into.due(at) - into.phase) % 0.020 for at in sorted(moments)]
    assert all(tick < 1e-6 or tick > 0.020 - 1e-6 for tick in ticks)
    taken = into.due(900.001)
    assert out.due(taken + 0.0002) == pytest.approx(taken + 0.0002)
    assert out.due(taken + 0.0100) == pytest.approx(taken + 0.0200)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"shape": "pigeon"}, "no shape pigeon"),
        ({"jitter": 3}, "a line has no jitter"),
        ({"shape": "tick", "ms": "slow"}, "ms is not a number"),
    ],
)
def test_what_is_wrong_with_a_line_is_said(settings, words):
    assert any(words in problem for problem in shapes.problems(settings))
