"""Intervals narrow, never widen, and keep a contradiction."""

from hypothesis import given
from hypothesis import strategies as st

from overlanded.model.citing import Citation, Locator
from overlanded.model.intervals import Bound, Interval

PROOF = Citation("e", "a.pcap", Locator("item", ""))
BOUNDS = st.none() | st.dates().map(lambda day: Bound(day.isoformat(), PROOF))
INTERVALS = st.builds(Interval, BOUNDS, BOUNDS)


def allows(interval, day):
    earliest, latest = interval.earliest, interval.latest
    return (not earliest or earliest.at <= day) and (not latest or day <= latest.at)


@given(INTERVALS, INTERVALS, st.dates().map(str))
def test_narrowed_allows_what_both_allow(one, other, day):
    assert allows(one.narrowed(other), day) == (allows(one, day) and allows(other, day))


@given(INTERVALS, INTERVALS)
def test_order_does_not_matter(one, other):
    assert one.narrowed(other) == other.narrowed(one)


@given(INTERVALS)
def test_nothing_known_changes_nothing(one):
    assert one.narrowed(Interval()) == one
    assert one.narrowed(one) == one


@given(INTERVALS, INTERVALS)
def test_a_contradiction_stays_one(one, other):
    if one.contradictory:
        assert one.narrowed(other).contradictory


def test_open_ends_contradict_nothing():
    assert not Interval().contradictory
    assert not Interval(Bound("2017-06-10", PROOF), None).contradictory
    assert Interval(Bound("2017-06-10", PROOF), Bound("2017-01-01", PROOF)).contradictory
