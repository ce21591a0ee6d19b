"""Regular connections: what is found, what is left alone, and what nothing may break."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from overlanded import data
from overlanded.analyse.traffic.regularity import measuring
from overlanded.analyse.traffic.regularity.habits import covered, hours
from overlanded.analyse.traffic.regularity.measuring import CLOCKS, KINDS, PARTS, measure
from overlanded.analyse.traffic.regularity.ragged import grouped

NS = 1_000_000_000
DAY = 86_400
BEGAN = 1_700_000_000 * NS
STANDS_OUT = data.table("traffic")["regularity"]["stands-out"]
TIMING = ("period_ns", "jitter", "present", "beats", "gain", "clock", "ran_ns")


def rows(*talks, days=7):
    """Columns of several pairs; a talk is times (s) or (times, columns that differ)."""
    parts = []
    for number, talk in enumerate(talks):
        times, more = talk if isinstance(talk, tuple) else (talk, {})
        ns = np.array(times, float) * NS
        made = {
            "client": number, "server": 100 + number, "port": 443, "proto": 6,
            "bytes_ab": 500, "established": True,
        } | more  # fmt: skip
        column = {
            name: np.broadcast_to(np.asarray(value), ns.shape) for name, value in made.items()
        }
        parts.append(column | {"first_ns": BEGAN + ns.astype(np.int64)})
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def measured(*talks, days=7):
    return measure(rows(*talks), (BEGAN, BEGAN + days * DAY * NS))


def one(times, days=7, **more):
    found = measured((times, more), days=days)
    return {name: column[0] for name, column in found.items()}


def sleeping(random, period, count, jitter=0.0):
    return np.cumsum(period * (1 + random.uniform(-jitter, jitter, count)))


@pytest.fixture
def random():
    return np.random.default_rng(7)


@pytest.mark.parametrize("period", [0.1, 0.5, 2.5, 60, 3600, DAY])
def test_an_exact_period_is_found_to_the_nanosecond(period):
    found = one(period * np.arange(1, 8))
    assert abs(found["period_ns"] - period * NS) <= 1
    assert found["period_low_ns"] <= found["period_ns"] <= found["period_high_ns"]
    assert found["jitter"] < 0.02
    assert found["present"] > 0.99
    assert found["beats"] == found["connections"] == 7
    assert found["ran_ns"] == pytest.approx(6 * period * NS, rel=1e-9)
    assert found["score"] >= STANDS_OUT


@pytest.mark.parametrize("jitter", [0.05, 0.2, 0.3, 0.5])
def test_jitter_is_measured_as_programs_state_it(random, jitter):
    found = one(sleeping(random, 60, 800, jitter))
    assert found["period_ns"] == pytest.approx(60 * NS, rel=0.04)
    assert found["jitter"] == pytest.approx(jitter, rel=0.2)
    assert found["score"] >= STANDS_OUT


@pytest.mark.parametrize("missing", [0.1, 0.25, 0.5])
def test_missing_beats_are_counted_and_do_not_hide_the_period(random, missing):
    times = sleeping(random, 300, 900, 0.1)
    found = one(times[random.random(900) >= missing])
    assert found["period_ns"] == pytest.approx(300 * NS, rel=0.02)
    assert found["present"] == pytest.approx(1 - missing, abs=0.06)


def test_several_connections_are_one_beat(random):
    beats = sleeping(random, 120, 300, 0.05)
    times = np.repeat(beats, 5) + random.exponential(0.8, 1500)
    found = one(times)
    assert found["period_ns"] == pytest.approx(120 * NS, rel=0.02)
    assert found["beats"] == pytest.approx(300, abs=10)
    assert found["connections"] == 1500


def test_nights_and_weekends_off_do_not_hide_the_period(random):
    times = sleeping(random, 90, 6000, 0.05)
    found = one(times[(times / 3600 % 24 > 7) & (times / 3600 % 24 < 18)])
    assert found["period_ns"] == pytest.approx(90 * NS, rel=0.01)
    assert found["bias"] > 0.3
    assert found["score"] >= STANDS_OUT


def test_the_two_kinds_of_clock_are_told_apart(random):
    slept = one(sleeping(random, 60, 900, 0.2))
    walled = one(60 * np.arange(900) + random.uniform(0, 12, 900))
    assert CLOCKS[slept["clock"]] == "sleep"
    assert CLOCKS[walled["clock"]] == "wall"


def person(random, count=300):
    starts = np.sort(random.uniform(0, 5 * DAY, 40))
    times = np.repeat(starts, count // 40) + random.lognormal(3.5, 1.5, count // 40 * 40)
    return times, {"bytes_ab": random.lognormal(7, 1, len(times)).astype(int)}


def test_people_and_chance_do_not_stand_out(random):
    talks = [person(random) for _ in range(30)]
    for _ in range(30):
        times = np.cumsum(random.exponential(120, 300))
        talks.append((times, {"bytes_ab": random.lognormal(7, 1, 300).astype(int)}))
    found = measured(*talks)
    assert len(found["score"]) == 60
    assert (found["score"] < STANDS_OUT).all()


def test_vain_attempts_are_kinds_of_their_own():
    times = 30.0 * np.arange(50)
    found = measured(
        (times, {"established": False}), (times, {"established": False, "proto": 17}),
        (times, {"established": np.arange(50) % 10 < 7}),
    )  # fmt: skip
    assert [KINDS[kind] for kind in found["kind"]] == ["retries", "one-way", "connections"]
    assert found["established"].tolist() == [0, 0, 35]
    assert found["failed"].tolist() == [50, 50, 15]
    assert found["period_ns"] == pytest.approx([30 * NS] * 3, rel=1e-6)


def test_the_score_is_the_sum_of_its_parts(random):
    found = measured(sleeping(random, 60, 40, 0.1), person(random))
    parts = sum(found[f"score_{name}"] for name in (*PARTS, "base"))
    np.testing.assert_allclose(found["score"], parts)


# Properties


TALK = st.builds(
    lambda seed, period, count, jitter: sleeping(
        np.random.default_rng(seed), period, count, jitter
    ),
    st.integers(0, 99), st.floats(0.2, 5000), st.integers(5, 60), st.floats(0, 0.4),
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(TALK, st.integers(-(10**8), 10**8))
def test_a_shift_in_time_changes_nothing_of_the_timing(times, shift):
    held = rows(times)
    here = measure(held, (BEGAN, BEGAN + NS))
    moved = held | {"first_ns": held["first_ns"] + shift * 7919}
    there = measure(moved, (BEGAN, BEGAN + NS))
    for name in TIMING:
        np.testing.assert_allclose(here[name], there[name], rtol=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.lists(TALK, min_size=1, max_size=4), st.randoms())
def test_the_order_of_rows_changes_nothing(talks, shuffler):
    held = rows(*talks)
    order = list(range(len(held["first_ns"])))
    shuffler.shuffle(order)
    mixed = {name: column[order] for name, column in held.items()}
    watched = (BEGAN, BEGAN + NS)
    here, there = measure(held, watched), measure(mixed, watched)
    a, b = np.argsort(held["client"][here["at"]]), np.argsort(mixed["client"][there["at"]])
    for name in set(here) - {"at"}:
        np.testing.assert_allclose(here[name][a], there[name][b], rtol=1e-9, err_msg=name)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 99), st.sampled_from([4, 16, 64]))
def test_the_period_scales_with_time(seed, factor):
    times = sleeping(np.random.default_rng(seed), 30, 50, 0.1)
    near, far = one(times), one(times * factor)
    assert far["period_ns"] == pytest.approx(near["period_ns"] * factor, rel=1e-6)
    assert far["jitter"] == pytest.approx(near["jitter"], rel=1e-5)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.integers(-5, 5), st.integers(-(2**63), 2**63 - 1), st.sampled_from([BEGAN] * 3)
        ),
        max_size=60,
    )
)
def test_no_times_break_it(times):
    count = len(times)
    held = {
        "client": np.zeros(count, np.uint64), "server": np.zeros(count, np.uint64),
        "port": np.zeros(count, np.uint16), "proto": np.full(count, 6, np.uint8),
        "first_ns": np.array(times, np.int64), "bytes_ab": np.zeros(count, np.uint64),
        "established": np.ones(count, bool),
    }  # fmt: skip
    with np.errstate(all="raise", under="ignore"):
        found = measure(held, (BEGAN, BEGAN))
    assert np.isfinite(found["score"]).all()
    assert all(len(column) == len(found["at"]) for column in found.values())


# Hostile and small


def test_equal_times_have_no_period():
    found = one([5.0] * 100)
    assert found["period_ns"] == 0
    assert found["score"] < STANDS_OUT


def test_a_clock_that_was_never_set_does_not_spoil_the_others(random):
    broken = np.concatenate([60.0 * np.arange(1, 30), [-1_699_999_000.0]])
    found = measured(broken, 0.5 * np.arange(1, 200))
    assert found["period_ns"] == pytest.approx([60 * NS, NS // 2], rel=1e-6)


def test_rows_without_a_time_are_left_out():
    held = rows(60.0 * np.arange(1, 6))
    held["first_ns"][:2] = 0
    assert not len(measure(held, (BEGAN, BEGAN + NS))["at"])


def test_too_few_connections_are_not_judged_and_nothing_gives_nothing():
    assert not len(measured([1.0, 2.0, 3.0])["at"])
    empty = {name: column[:0] for name, column in rows([1.0]).items()}
    assert not len(measure(empty, (0, 1))["score"])


def test_pairs_that_share_a_mix_stay_apart(monkeypatch):
    monkeypatch.setattr(measuring, "mix", lambda keys: np.zeros(len(keys[0]), np.uint64))
    found = measured(60.0 * np.arange(1, 20), 7.0 * np.arange(1, 30))
    assert sorted(found["period_ns"].tolist()) == [7 * NS, 60 * NS]


def test_many_connections_are_judged_by_some_of_them(random):
    few = one(sleeping(random, 1, 500, 0.1))
    many = one(sleeping(random, 1, 60_000, 0.1))
    assert many["connections"] == many["beats"] == 60_000
    assert many["period_ns"] == pytest.approx(few["period_ns"], rel=0.02)
    assert many["gain"] == pytest.approx(few["gain"], rel=0.2)


# Habits


def test_watched_hours_are_counted_over_whole_and_broken_days():
    hour = 3600 * NS
    assert covered(0, 24 * hour) == pytest.approx(np.full(24, 1 / 24))
    broken = covered(90 * 60 * NS, 4 * hour)
    assert broken[1:4] == pytest.approx([0.2, 0.4, 0.4])
    assert broken.sum() == pytest.approx(covered(5, 987_654 * NS).sum()) == pytest.approx(1)
    assert covered(30 * 60 * NS, 24 * hour + 15 * 60 * NS)[0] == pytest.approx(45 / 60 / 23.75)


def test_hours_are_held_against_those_that_were_watched(random):
    watched = (BEGAN, BEGAN + 5 * DAY * NS)
    even = np.sort(random.uniform(0, 5 * DAY, 500))
    office = even[(even // 3600) % 24 < 8]
    both = np.concatenate([even, office])
    groups = grouped(np.repeat([0, 1], [len(even), len(office)]))
    bias = hours(BEGAN + (both * NS).astype(np.int64), groups, watched)
    assert bias[0] < 0.05
    assert bias[1] > 0.5
