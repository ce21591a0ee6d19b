"""Rows about statements, visits and removed equipment."""

import documents
import pytest
from msgspec.structs import replace

from overlanded.exporters import told
from overlanded.exporters.page import Page
from overlanded.exporters.tree import tree
from overlanded.model.devices import Answer, Question


def rows(make, document):
    """On a page so wide that nothing is wrapped."""
    return "\n".join(make(tree(document), Page(1000, False, {})))


def with_state(document, value):
    """The crane whose first device has this state."""
    first, *rest = document.devices
    kept = tuple(one for one in first.answers if one.question is not Question.STATE)
    state = Answer(Question.STATE, value, f"Its state: {value}.", citations=documents.frames(7))
    return replace(document, devices=(replace(first, answers=(*kept, state)), *rest))


def test_what_does_not_agree_comes_first():
    text = rows(told.said_rows, documents.sts07())
    order = [text.index(word) for word in ("contradicted", "untested", "supported")]
    assert order == sorted(order)
    assert "said by the maker of cellular router 1: it was not connected" in text


def test_one_claim_about_many_devices_is_one_row():
    document = documents.sts07()
    maker, port = document.statements
    bearing = maker.bears_on[0]
    about = tuple(replace(bearing, device=f"device-{n:02d}") for n in range(1, 12))
    text = rows(
        told.said_rows, replace(document, statements=(replace(maker, bears_on=about), port))
    )
    assert text.count("said by the maker") == 1
    assert "and 5 more: it was not" in text


def test_a_bearing_on_a_device_that_is_not_told_is_left_out():
    document = documents.sts07()
    maker, _ = document.statements
    lost = tuple(replace(one, device="device-99") for one in maker.bears_on)
    case = tree(replace(document, statements=(replace(maker, bears_on=lost),)))
    assert told.held(case) == []


@pytest.mark.parametrize(("role", "name"), [("port", "the port"), ("", "A. Person")])
def test_parties(role, name):
    assert told.party({"role": role, "speaker": "A. Person"}) == name


def test_long_lists_end_in_a_count():
    document = documents.sts07()
    maker, _ = document.statements
    many = tuple(
        replace(maker, id=f"st-{n}", bears_on=(maker.bears_on[0],))
        for n in range(told.MOST_CLAIMS + 3)
    )
    assert "and 3 more: see the report" in rows(told.said_rows, replace(document, statements=many))
    first, second = document.visits
    changes = second.changes * (told.MOST_CHANGES + 2)
    visits = (first, replace(second, changes=changes))
    assert "and 2 more: see the report" in rows(told.visit_rows, replace(document, visits=visits))


def test_one_visit_is_compared_with_nothing():
    document = documents.sts07()
    assert rows(told.visit_rows, replace(document, visits=document.visits[1:])) == ""


def test_visits_without_a_difference_say_so():
    document = documents.sts07()
    calm = tuple(replace(visit, changes=()) for visit in document.visits)
    text = rows(told.visit_rows, replace(document, visits=calm))
    assert "nothing that more than one of them covered is different" in text


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        ("removed (by 2021-03-02)", True),
        ("removed, claimed by the port", True),
        ("not seen since 2019-04-02", True),
        ("in service", False),
        ("not determined", False),
    ],
)
def test_removed_equipment_is_listed(state, shown):
    document = with_state(documents.sts07(), state)
    text = rows(told.removed_rows, document)
    assert ("Known from earlier" in text) is shown
    assert ("Its state" in text) is shown


def test_text_of_the_evidence_cannot_leave_its_line():
    document = documents.hostile("\x1b[2J\r\nlost")
    for make in (told.said_rows, told.visit_rows, told.removed_rows):
        text = rows(make, document)
        assert "\x1b" not in text
        assert "\r" not in text
