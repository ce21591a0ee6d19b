"""The line of time of one device: days in order, labels apart, open ends and contradictions."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overlanded.exporters.timeline import AFTER, BEFORE, CHARACTER, LANE, WIDTH, timeline

CITED = {"item": "e", "path": "a", "locator": {"kind": "item", "place": ""}, "excerpt": ""}


def fact(at, end="latest", trust="strong"):
    return {"at": at, "end": end, "trust": trust, "kind": "x", "words": "seen", "citation": CITED}


def device(*facts, contradictory=False):
    relied = [one for one in facts if one["trust"] != "weak"]
    ends = {
        end: next((one for one in relied if one["end"] == end), None)
        for end in ("earliest", "latest")
    }
    interval = {**ends, "facts": list(facts), "contradictory": contradictory}
    return {"answers": {"installed": {"interval": interval, "words": "It was fitted."}}}


def milestone(name, date):
    return {"name": name, "date": date}


@pytest.mark.parametrize("answers", [{}, {"installed": {"interval": None}}])
def test_nothing_dated_draws_nothing(answers):
    assert timeline({"answers": answers}, []) is None


@pytest.mark.parametrize(
    ("facts", "contradictory", "style"),
    [
        ([fact("2017-06-10", "earliest"), fact("2017-08-15")], False, "closed"),
        ([fact("2017-08-15")], False, "open"),
        ([fact("2017-06-10", "earliest")], False, "open"),
        ([fact("2017-09-10", "earliest"), fact("2017-08-15")], True, "conflict"),
    ],
)
def test_the_band_shows_what_is_known(facts, contradictory, style):
    band = timeline(device(*facts, contradictory=contradictory), []).band
    assert band.style == style
    assert band.width >= 3
    assert 0 <= band.x <= WIDTH


def test_an_open_end_runs_out_of_the_drawing():
    until = timeline(device(fact("2017-08-15")), [milestone("delivery", "2018-01-01")]).band
    since = timeline(device(fact("2017-08-15", "earliest")), []).band
    assert until.x == 0
    assert since.x + since.width == WIDTH


def test_days_stand_in_order_and_in_proportion():
    picture = timeline(
        device(fact("2017-01-01", "earliest"), fact("2017-01-11")),
        [milestone("delivery", "2017-01-06")],
    )
    x = {mark.text: mark.x for mark in picture.marks}
    assert x == {
        "1 · 2017-01-01": BEFORE,
        "2 · 2017-01-11": WIDTH - AFTER,
        "delivery 2017-01-06": 270,
    }


def test_weak_facts_are_marked_as_such_and_every_fact_is_listed():
    picture = timeline(device(fact("2017-06-10"), fact("2019-01-01", "earliest", "weak")), [])
    assert [mark.style for mark in sorted(picture.marks, key=lambda one: one.x)] == [
        "latest",
        "weak",
    ]
    assert [(number, means) for number, means, _ in picture.facts] == [(1, "by"), (2, "not before")]
    assert picture.words == "It was fitted."


@pytest.mark.parametrize("date", ["", "soon", "2017-13-01"])
def test_a_milestone_without_a_day_is_left_out(date):
    picture = timeline(device(fact("2017-06-10")), [milestone("delivery", date)])
    assert len(picture.marks) == 1


def test_a_month_as_latest_bound_ends_late():
    picture = timeline(device(fact("2017-06", "earliest"), fact("2017-06")), [])
    assert picture.band.width == WIDTH - BEFORE - AFTER


@given(st.lists(st.dates().map(str), max_size=15), st.lists(st.dates().map(str), max_size=15))
def test_no_label_is_in_the_way_of_another(facts, milestones):
    picture = timeline(
        device(*map(fact, facts)), [milestone("delivery", day) for day in milestones]
    )
    lanes = {}
    for mark in picture.marks:
        lanes.setdefault(mark.y, []).append((mark.x, mark.x + len(mark.text) * CHARACTER))
        assert 0 <= mark.x <= WIDTH
        assert LANE <= mark.y <= picture.height
    for reach in lanes.values():
        ordered = sorted(reach)
        assert all(left[1] < right[0] for left, right in pairwise(ordered))
