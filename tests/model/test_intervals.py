"""Intervals are the narrowest that the facts allow, and keep a contradiction."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overlanded.model.citing import Citation, Locator
from overlanded.model.intervals import Bound, End, Interval, Trust, between, day, trusted

PROOF = Citation("e", "a.pcap", Locator("item", ""))
DAYS = st.dates(date(2010, 1, 1), date(2030, 1, 1))
RELIED = st.sampled_from([Trust.STRONG, Trust.FAIR])
TIMES = (
    DAYS.map(str) | DAYS.map(lambda one: f"{one}T10:00:00Z") | DAYS.map(lambda one: str(one)[:7])
)


def fact(at, end=End.LATEST, trust=Trust.STRONG, kind="sighted"):
    return Bound(at, end, trust, kind, "a sensor saw it", PROOF)


FACTS = st.lists(st.builds(fact, TIMES, st.sampled_from(End), st.sampled_from(Trust)), max_size=8)


def allows(one, at):
    """Whether something on a day agrees with one fact; a month or day is meant as a whole."""
    if one.trust is Trust.WEAK:
        return True
    size = min(len(one.at), len(at))
    if one.end is End.EARLIEST:
        return one.at[:size] <= at[:size]
    return at[:size] <= one.at[:size]


@given(FACTS, DAYS.map(str))
def test_the_interval_allows_what_every_relied_fact_allows_and_nothing_more(facts, at):
    found = between(facts)
    bounds = [one for one in (found.earliest, found.latest) if one]
    assert all(allows(one, at) for one in bounds) == all(allows(one, at) for one in facts)


@given(FACTS, st.randoms(use_true_random=False))
def test_order_does_not_matter(facts, random):
    mixed = list(facts)
    random.shuffle(mixed)
    assert between(mixed) == between(facts)


@given(FACTS, FACTS)
def test_more_facts_never_widen_it(facts, more):
    some, all_ = between(facts), between([*facts, *more])
    if some.earliest:
        assert all_.earliest.at >= some.earliest.at
    if some.latest:
        assert f"{all_.latest.at}~" <= f"{some.latest.at}~"
    assert all_.contradictory or not some.contradictory


@given(DAYS, st.lists(st.tuples(st.integers(0, 900), RELIED), max_size=6), st.booleans())
def test_truthful_facts_hold_the_true_day_and_never_contradict(true, distances, weak):
    facts = [
        fact(str(true + timedelta(days=far)), End.LATEST, trust) for far, trust in distances[::2]
    ]
    facts += [
        fact(str(true - timedelta(days=far)), End.EARLIEST, trust) for far, trust in distances[1::2]
    ]
    if weak:
        facts.append(fact(str(true + timedelta(days=400)), End.EARLIEST, Trust.WEAK))
    found = between(facts)
    assert not found.contradictory
    assert not found.earliest or found.earliest.at <= str(true)
    assert not found.latest or str(true) <= found.latest.at
    assert found.facts == tuple(sorted(set(facts)))


@pytest.mark.parametrize(
    ("earliest", "latest", "contradictory"),
    [
        ("2017-06-10", "2017-06-10", False),
        ("2017-06-10T08:00:00Z", "2017-06-10", False),
        ("2017-06-10", "2017-06", False),
        ("2017-06", "2017-06-01T00:00:00Z", False),
        ("2017-06-11", "2017-06-10T23:59:59Z", True),
        ("2017-07", "2017-06-30", True),
    ],
)
def test_a_day_and_a_month_are_meant_as_a_whole(earliest, latest, contradictory):
    found = between([fact(earliest, End.EARLIEST), fact(latest)])
    assert found.contradictory is contradictory


def test_open_ends_contradict_nothing():
    assert not Interval().contradictory
    assert not between([fact("2017-06-10", End.EARLIEST)]).contradictory


def test_of_equal_bounds_the_most_trusted_stands():
    strong, fair = fact("2017-06-10"), fact("2017-06-10", trust=Trust.FAIR)
    assert between([fair, strong]).latest == strong


def test_what_strong_facts_allow_by_themselves():
    strong = fact("2017-06-10")
    found = between([strong, fact("2018-01-01", End.EARLIEST, Trust.FAIR)])
    assert found.contradictory
    assert trusted(found) == between([strong])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2017-08-15", "2017-08-15"),
        ("2017-08-15T07:10:00+08:00", "2017-08-15"),
        ("2017/8/5", "2017-08-05"),
        ("15.08.2017", "2017-08-15"),
        ("20170815", "2017-08-15"),
        ("2017年8月15日", "2017-08-15"),
        ("2017年8月", "2017-08"),
        ("2017-08", "2017-08"),
        ("v1.2.3 (Mar 2017) built 2017-03-09", "2017-03-09"),
        ("08/05/2017", ""),
        ("15/8/2017", "2017-08-15"),
        ("08/15/2017", "2017-08-15"),
        ("08/08/2017", "2017-08-08"),
        ("15 Aug 2017", "2017-08-15"),
        ("15-AUG-2017", "2017-08-15"),
        ("August 15th, 2017", "2017-08-15"),
        ("decoder 12 2017", ""),
        ("115/8/2017", ""),
        ("2317", ""),
        ("2017-13-45", ""),
        ("31.02.2017", ""),
        ("00.07.06.10", ""),
        ("", ""),
    ],
)
def test_only_dates_that_read_one_way(text, expected):
    assert day(text) == expected
