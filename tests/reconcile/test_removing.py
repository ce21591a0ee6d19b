"""Pieces that a paper says were taken off are known, and not missing."""

import pytest

from overlanded.model.identifiers import Identifier
from overlanded.model.observing import Subject
from overlanded.reconcile import cluster, reconcile
from overlanded.reconcile.removing import lies_apart

NUMBER = (Identifier("serial", "LA63750012"),)
MODEM = {"device_class": "cellular-gateway", "maker": "Sierra Wireless", "model": "RV50"}


def stood(make, records, devices=()):
    done = reconcile(records, devices, [make.paper], make.power)
    return sorted((one.standing.value, one.records) for one in done.devices), done.unlisted


@pytest.mark.parametrize(
    ("identifiers", "known"),
    [
        (NUMBER, True),
        ((Identifier("mac", "00:1e:42:00:00:01"),), True),
        ((Identifier("imei", "352099001761481"),), True),
        ((Identifier("ip", "10.0.0.1"),), False),
        ((Identifier("part-number", "1102326"),), False),
        ((), False),
    ],
)
def test_a_removed_line_tells_of_a_piece_by_a_number_of_its_own(make, identifiers, known):
    line = make.record(1, "removed", identifiers=identifiers, **MODEM)
    assert stood(make, [line]) == ([("DOCUMENTED", ("r001",))] if known else [], 0)


def test_what_another_paper_ordered_is_not_missing_when_it_was_taken_off(make):
    ordered = make.record(1, quantity=2, **MODEM)
    removed = make.record(2, "removed", identifiers=NUMBER, **MODEM)
    standings, left = stood(make, [ordered, removed])
    assert [standing for standing, _ in standings] == ["DOCUMENTED", "MISSING"]
    assert left == 0


def test_a_line_that_a_work_order_removes_is_known_by_the_number_of_the_work_order(make):
    ordered = make.record(1, **MODEM)
    removing = make.record(2, "removed", supersedes=("r001",), identifiers=NUMBER)
    deleted = make.record(3, "removed", supersedes=("r001",))
    assert stood(make, [ordered, removing]) == ([("DOCUMENTED", ("r001", "r002"))], 0)
    assert stood(make, [ordered, deleted]) == ([], 0)


def test_what_is_there_all_the_same_is_told_as_before(make):
    line = make.record(1, "removed", identifiers=NUMBER, **MODEM)
    there = make.devices(make.kind("cellular-gateway", "Sierra Wireless", "RV50"))
    assert [standing for standing, _ in stood(make, [line], there)[0]] == ["DECLINED"]


def labelled(make, place, *, kind="label"):
    label = Subject(kind, "bag.jpg 1")
    return cluster([make.saw(label, "serial", "LA63750012"), make.saw(label, "place", place)])


@pytest.mark.parametrize(
    ("place", "apart"), [("evidence bag 3", True), ("E-house +K2", False), ("store, +K2", True)]
)
def test_what_lies_in_a_bag_is_on_no_crane(make, place, apart):
    (one,) = labelled(make, place)
    assert lies_apart(one) is apart


def test_a_piece_in_a_bag_that_a_paper_removed_is_documented(make):
    line = make.record(1, "removed", identifiers=NUMBER, **MODEM)
    for place, standing in (("evidence bag 3", "DOCUMENTED"), ("+K2", "DECLINED")):
        (one,) = labelled(make, place)
        found = [(one, make.kind("cellular-gateway", "Sierra Wireless", "RV50"))]
        assert [stands for stands, _ in stood(make, [line], found)[0]] == [standing]
