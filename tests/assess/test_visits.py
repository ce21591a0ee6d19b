"""Which evidence is of which visit."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from overlanded.assess.visits import between, holding, sightings, visits
from overlanded.model.citing import Citation, Locator
from overlanded.model.evidence import EvidenceItem, Scope, Side
from overlanded.model.observing import Coverage, Observation, Subject, View

DAY = 86_400 * 10**9
MILESTONES = (
    ("Factory acceptance", "2017-06-09"),
    ("shipment", "2017-06-28"),
    ("delivery", "2017-08-15"),
    ("Site acceptance", "2017-10-20"),
)


def ns(day):
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()) * 10**9


def look(item, day, what="capture", **detail):
    at = ns(day) if day else None
    view = View() if what == "capture" else None
    told = tuple(detail.items())
    return Coverage(item, f"{item}.x", what, "", at, at and at + DAY // 2, 1, 0, told, view)


def item(name, **fields):
    return EvidenceItem(name, f"{name}.x", "0" * 64, 1, "x", Side.EVIDENCE, 1, **fields)


def names(coverage, *items, milestones=MILESTONES):
    return [one.name for one in visits(coverage, items, Scope("x", milestones=milestones))]


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2017-06-01", "factory visit 2017-06-01"),
        ("2017-06-09", "factory visit 2017-06-09"),
        ("2017-06-10", "delivery visit 2017-06-10"),
        ("2017-10-20", "delivery visit 2017-10-20"),
        ("2017-10-21", "site visit 2017-10-21"),
    ],
)
def test_the_milestones_make_the_kind_of_a_day(day, name):
    assert names([look("a", day)]) == [name]


def test_without_milestones_a_visit_is_its_day():
    assert names([look("a", "2017-06-01")], milestones=()) == ["visit 2017-06-01"]
    assert names([look("a", "2017-06-01")], milestones=(("sale", "2019-01-01"),)) == [
        "visit 2017-06-01"
    ]


@pytest.mark.parametrize(
    ("note", "kind"), [("FAT", "factory"), ("site", "site"), ("Refit", "refit")]
)
def test_a_note_goes_before_the_day(note, kind):
    assert names([look("a", "2017-06-01")], item("a", visit=note)) == [f"{kind} visit 2017-06-01"]


def test_a_sheet_tells_the_visit_of_its_rows():
    sheet = [
        look("a", "2017-06-01", "inspection", visit="site"),
        look("a", "2018-06-01", "inspection", visit="delivery"),
    ]
    assert names(sheet) == ["site visit 2017-06-01", "delivery visit 2018-06-01"]


def test_evidence_without_a_time_is_of_the_day_it_was_collected():
    looked = look("a", None, "device-text")
    assert names([looked], item("a", collected_at="2017-06-01T08:00:00Z")) == [
        "factory visit 2017-06-01"
    ]
    assert names([looked], item("a", visit="factory")) == ["factory visit"]


def test_what_lies_far_apart_is_two_visits_of_a_kind():
    days = ["2018-01-01", "2018-01-20", "2018-02-10", "2024-05-01"]
    coverage = [look(f"i{n}", day) for n, day in enumerate(days)]
    assert names(coverage) == ["site visit 2018-01-01", "site visit 2024-05-01"]
    assert names(coverage[::-1]) == names(coverage)
    undated = [*coverage, look("u", None)]
    assert len(names(undated, item("u", visit="site"))) == 3
    assert len(names([*coverage[:3], look("u", None)], item("u", visit="site"))) == 1


def test_visits_without_a_day_stand_in_the_order_of_their_kinds():
    coverage = [look("s", None), look("f", None), look("d", "2017-07-01")]
    noted = [item("s", visit="site"), item("f", visit="factory")]
    assert names(coverage, *noted) == [
        "factory visit", "delivery visit 2017-07-01", "site visit",
    ]  # fmt: skip


def seen(name, first=None, last=None):
    at = first and ns(first)
    until = ns(last) if last else at
    cited = Citation(name, f"{name}.x", Locator("frame", "1"))
    return Observation(Subject("mac", "00:00:5e:00:53:01"), "vlan", "0", cited, at, until)


MADE = visits(
    [look("a", "2017-06-01"), look("b", "2018-06-01"), look("c", "2019-06-01")],
    (),
    Scope("x", milestones=MILESTONES),
)


@pytest.mark.parametrize(
    ("one", "numbers"),
    [
        (seen("a", "2017-06-01"), [0]),
        (seen("c", "2019-06-01"), [2]),
        (seen("a", "2017-06-01", "2019-06-01"), [0, 2]),
        (seen("a"), [0]),
        (seen("other", "2018-06-01"), [1]),
        (seen("other", "2011-06-01"), []),
        (seen("other"), []),
    ],
)
def test_an_observation_is_of_the_visits_of_its_first_and_last_time(one, numbers):
    assert list(sightings([one], MADE, holding(MADE))) == numbers


def test_one_file_of_several_visits_is_told_apart_by_time():
    sheet = [look("a", "2017-06-01"), look("a", "2018-06-01")]
    made = visits(sheet, (), Scope("x", milestones=MILESTONES))
    assert list(sightings([seen("a", "2018-06-01")], made, holding(made))) == [1]


def test_a_visit_inside_the_time_of_an_observation():
    whole = seen("a", "2017-06-01", "2019-06-01")
    assert between(whole, MADE[1])
    assert not between(seen("a", "2017-06-01"), MADE[1])
    assert not between(replace(whole, first=None), MADE[1])
