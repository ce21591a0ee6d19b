"""Papers that repeat each other, and papers that list more."""

import pytest
from msgspec.structs import replace

from overlanded.model.citing import Citation, Locator
from overlanded.model.identifiers import Identifier
from overlanded.model.records import PaperKind
from overlanded.reconcile.lines import lines
from overlanded.reconcile.restating import once

CAMERA = {"device_class": "camera", "maker": "Axis", "model": "P1455"}


def line(make, number, paper="contract.xlsx", quantity=1, status="ordered", **fields):
    record = make.record(number, status, quantity, **{**CAMERA, **fields})
    return replace(record, citation=Citation(paper, paper, Locator("row", str(number))))


def left(*records):
    """Record → (pieces, the others that say the same)."""
    made, _ = lines(records)
    return {one.record.id: (one.pieces, one.changed_by) for one in once(made)}


def test_a_delivery_note_repeats_the_contract(make):
    assert left(line(make, 1, quantity=4), line(make, 2, "note.csv", 3)) == {"r001": (4, ("r002",))}


def test_the_paper_that_lists_the_most_leads(make):
    assert left(line(make, 1, quantity=2), line(make, 2, "note.csv", 3)) == {"r002": (3, ("r001",))}


def test_the_purchasers_paper_leads_whatever_the_others_list(make):
    own = line(make, 2, "contract.xlsx", 2, holder="Port")
    assert left(line(make, 1, "list.csv", 6), own) == {"r002": (2, ("r001",))}


def test_two_lines_of_one_paper_are_two_things(make):
    assert set(left(line(make, 1), line(make, 2))) == {"r001", "r002"}


@pytest.mark.parametrize(
    "other",
    [{"adds": True}, {"model": "P3245"}, {"maker": "Bosch"}, {"status": "declined"}],
    ids=str,
)
def test_what_differs_is_another_thing(make, other):
    assert set(left(line(make, 1), line(make, 2, "note.csv", **other))) == {"r001", "r002"}


def test_other_places_are_other_things_and_no_place_is_any(make):
    boom, trolley = {"place": "Boom"}, {"place": "Trolley"}
    assert len(left(line(make, 1, **boom), line(make, 2, "note.csv", **trolley))) == 2
    assert len(left(line(make, 1, **boom), line(make, 2, "note.csv"))) == 1


def test_a_repeated_line_lends_its_identifiers(make):
    from overlanded.model.identifiers import mac

    plan = line(make, 2, "plan.csv", identifiers=(mac("00:40:8c:00:00:01"),))
    made, _ = lines([line(make, 1, quantity=2), plan])
    (one,) = once(made)
    assert one.identifiers == {"mac": frozenset({"00:40:8c:00:00:01"})}


@pytest.mark.parametrize(
    ("holders", "expected"), [(("port", "maker"), "DECLINED"), (("", ""), "DOCUMENTED")]
)
def test_a_purchasers_refusal_stands_against_the_makers_list(make, holders, expected):
    refusal = line(make, 1, status="declined", holder=holders[0])
    listed = line(make, 2, "packing.csv", holder=holders[1])
    seen, _ = make.standings([refusal, listed], make.devices(make.kind("camera", "Axis", "P1455")))
    assert list(seen.values()) == [expected]


@pytest.mark.parametrize(
    ("paper", "holder", "expected"),
    [
        ("work-order", "", "DECLINED"),
        ("service-report", "maker", "DECLINED"),
        ("delivery-list", "", "DECLINED"),
        ("inventory", "", "DECLINED"),
        ("work-order", "port", "DOCUMENTED"),
        ("change-order", "", "DOCUMENTED"),
        ("unstated", "", "DOCUMENTED"),
    ],
)
def test_a_paper_that_agrees_nothing_lifts_no_refusal(make, paper, holder, expected):
    refusal = line(make, 1, status="declined")
    listed = replace(line(make, 2, "other.csv", holder=holder), paper=PaperKind(paper))
    seen, _ = make.standings([refusal, listed], make.devices(make.kind("camera", "Axis", "P1455")))
    assert list(seen.values()) == [expected]


@pytest.mark.parametrize(("contract", "expected"), [((), "DECLINED"), ((2,), "DOCUMENTED")])
def test_a_number_in_such_a_paper_lifts_none_either(make, contract, expected):
    """Unless a line of the contract fits the device as well."""
    known = Identifier("mac", "00:1e:42:00:00:01", None)
    bare = line(make, 9, "plan.csv", maker="", model="", identifiers=(known,))
    papers = [line(make, 1, status="declined"), *(line(make, number) for number in contract)]
    papers.append(replace(bare, paper=PaperKind("inventory")))
    seen, _ = make.standings(papers, make.devices(make.kind("camera", "Axis", "P1455")))
    assert list(seen.values()) == [expected]


def test_a_work_order_changes_no_refusal_and_a_change_order_does(make):
    refusal = line(make, 1, status="declined", line="14.3")
    changed = line(make, 2, "order.csv", status="changed", line="14.3", supersedes=("14.3",))
    for paper, expected in (("work-order", "DECLINED"), ("change-order", "DOCUMENTED")):
        order = replace(changed, paper=PaperKind(paper))
        seen, _ = make.standings(
            [refusal, order], make.devices(make.kind("camera", "Axis", "P1455"))
        )
        assert list(seen.values()) == [expected]


def test_a_delivery_of_what_one_line_declines_and_another_orders_is_of_the_ordered_one(make):
    sent = replace(line(make, 3, "note.csv", 2), paper=PaperKind("delivery-list"))
    papers = [line(make, 1, status="declined"), line(make, 2), sent]
    seen, _ = make.standings(papers, make.devices(make.kind("camera", "Axis", "P1455")))
    assert list(seen.values()) == ["DOCUMENTED"]


def test_five_seen_of_four_listed_twice(make):
    records = [line(make, 1, quantity=4), line(make, 2, "note.csv", 4)]
    seen, unseen = make.standings(
        records, make.devices(*[make.kind("camera", "Axis", "P1455")] * 5)
    )
    assert sorted(seen.values()) == ["DOCUMENTED"] * 4 + ["UNDOCUMENTED"]
    assert unseen == []
