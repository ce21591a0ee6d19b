"""What the papers say."""

import pytest
from msgspec.structs import replace

from overlanded.assess import record
from overlanded.model.citing import Citation, Locator
from overlanded.model.devices import Comparison, Match, Standing
from overlanded.model.records import PaperKind, RecordStatus


def test_declined_names_the_line_and_its_place(world):
    device = world.declined()
    answer = record.answer(device, world.context(device))
    assert answer.value == "declined: line 14.3, contract.xlsx › Options › 31"
    assert "which was declined" in answer.words
    assert "41 lines in 1 paper were compared by mac 00:1e:42:00:00:01" in answer.words


def test_removed_by_a_change(world):
    removal = replace(world.option, id="r2", status=RecordStatus.REMOVED)
    device = replace(world.declined(), records=("r1", "r2"))
    answer = record.answer(device, world.context(device, records=(world.option, removal)))
    assert "removed by a later change" in answer.words


def test_not_found_cites_the_papers(world):
    device = world.device(1, "pc", standing=Standing.UNDOCUMENTED, searches=("s-1",))
    answer = record.answer(device, world.context(device))
    assert answer.value == "not found in the records supplied"
    assert [str(one) for one in answer.citations] == ["contract.xlsx"]


def test_misdescribed_says_the_difference(world):
    match = Match("r1", "d-1", 2.0, 0.9, (Comparison("class", "switch", "router", -4.0),))
    device = world.device(
        1, "router", standing=Standing.MISDESCRIBED, records=("r1",), matches=(match,)
    )
    answer = record.answer(device, world.context(device))
    assert "its class is router, not switch" in answer.words


def test_misdescribed_by_what_the_line_does_not_announce(world):
    match = Match("r1", "d-1", 2.0, 0.9, (Comparison("hostname", "a", "b", -0.5),))
    device = world.device(
        1, "cellular-gateway", standing=Standing.MISDESCRIBED, records=("r1",), matches=(match,)
    )
    answer = record.answer(device, world.context(device))
    assert "the line gives no hint that it can talk outside (cellular)" in answer.words


def test_without_paper_it_is_not_determined(world):
    device = world.device(1, "pc")
    answer = record.answer(device, world.context(device, records=()))
    assert answer.value == "not determined"


def test_missing_says_what_was_watched(world):
    answer = record.answer(world.missing(), world.context())
    assert "not seen by these sensors in these 41.0 h" in answer.words


def test_a_paper_that_refuses_what_another_lists_is_named(world):
    listed = replace(
        world.option,
        id="r2",
        status=RecordStatus.ORDERED,
        citation=Citation("p2", "packing.csv", Locator("row", "3")),
    )
    device = world.device(1, "cellular-gateway", standing=Standing.DOCUMENTED, records=("r2",))
    answer = record.answer(device, world.context(device, records=(world.option, listed)))
    assert "Another paper says otherwise: line 14.3, contract.xlsx › Options › 31" in answer.words
    assert [one.role.value for one in answer.counter] == ["contrary"]
    added = replace(listed, adds=True)
    answer = record.answer(device, world.context(device, records=(world.option, added)))
    assert answer.counter == ()
    worked = replace(added, paper=PaperKind.WORK_ORDER)
    answer = record.answer(device, world.context(device, records=(world.option, worked)))
    assert "Another paper says otherwise" in answer.words


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (
            {"holder": "maker"},
            "Another paper, held by the maker, lists one of this type: line 14.3",
        ),
        ({"device_class": "router"}, "Another paper lists one of this type: line 14.3"),
        ({"adds": True}, ""),
        ({"status": RecordStatus.OPTIONAL}, ""),
        ({"paper": PaperKind.SPARE_LIST}, ""),
        ({"model": "RUT240"}, "Another paper lists one of this type: line 14.3"),
    ],
)
def test_a_paper_that_lists_what_another_declines_is_named_and_counts_against(world, fields, words):
    declined = replace(world.option, maker="Teltonika", model="RUT955", quantity=1)
    listed = in_paper(declined, "maker.csv", PaperKind.UNSTATED, status=RecordStatus.ORDERED)
    other = replace(listed, **fields)
    device = replace(world.declined(), records=(declined.id, other.id))
    answer = record.answer(device, world.context(device, records=(declined, other)))
    against = [one.path for one in answer.counter]
    unrelated = replace(device, records=(declined.id,))
    alone = record.answer(unrelated, world.context(unrelated, records=(declined, other)))
    assert ("lists one" in alone.words) == (bool(words) and "model" not in fields)
    assert ("lists one of this type" in answer.words) == bool(words)
    assert words in answer.words
    assert against == (["maker.csv"] if words else [])
    assert not {one.path for one in answer.citations} & set(against)


def test_work_on_what_is_declined_is_told_and_counts_against(world):
    declined = replace(world.option, maker="Teltonika", model="RUT955", quantity=1)
    worked = in_paper(declined, "job.csv", PaperKind.WORK_ORDER, status=RecordStatus.CHANGED)
    device = replace(world.declined(), records=(declined.id, worked.id))
    answer = record.answer(device, world.context(device, records=(declined, worked)))
    assert "Another paper tells of work on one of this type: line 14.3" in answer.words
    assert [one.path for one in answer.counter] == ["job.csv"]


def in_paper(record, name, kind, **fields):
    place = Citation(name, name, Locator("row", "3"))
    return replace(record, id=name, citation=place, paper=kind, **fields)


@pytest.mark.parametrize(
    ("kinds", "says"),
    [
        (["drawing-list"], "names what was drawn, not what was ordered or fitted"),
        (["customs-list"], "was declared at a border"),
        (["approved-list", "drawing-list"], "may be used"),
        (["drawing-list", "contract"], ""),
        (["unstated"], ""),
    ],
)
def test_what_stands_in_weak_papers_alone_is_told_as_such(world, kinds, says):
    listed = RecordStatus.ORDERED
    lines = [in_paper(world.option, f"{k}.csv", PaperKind(k), status=listed) for k in kinds]
    names = tuple(one.id for one in lines)
    device = world.device(1, "cellular-gateway", standing=Standing.DOCUMENTED, records=names)
    words = record.answer(device, world.context(device, records=lines)).words
    assert ("It stands in no other kind of paper." in words) is bool(says)
    assert says in words


def test_the_kind_of_a_paper_is_told_with_its_place(world):
    line = in_paper(world.option, "list.csv", PaperKind.OPTION_LIST)
    assert record.named(line) == "line 14.3, option list list.csv › 3"


@pytest.mark.parametrize(
    ("kind", "fields", "differ"),
    [
        ("delivery-list", {"quantity": 5}, True),
        ("delivery-list", {"quantity": 4}, False),
        ("spare-list", {"quantity": 5}, False),
        ("change-order", {"quantity": 1, "adds": True}, False),
        ("delivery-list", {"quantity": 5, "model": "RUT240"}, False),
    ],
)
def test_papers_that_count_otherwise_are_shown(world, kind, fields, differ):
    known = {"status": RecordStatus.ORDERED, "model": "RUT955", "quantity": 4}
    contract = in_paper(world.option, "contract.csv", PaperKind.CONTRACT, **known)
    other = in_paper(world.option, "other.csv", PaperKind(kind), **{**known, **fields})
    device = world.device(
        1, "cellular-gateway", standing=Standing.DOCUMENTED, records=("contract.csv",)
    )
    words = record.answer(device, world.context(device, records=(contract, other))).words
    told = "The papers list different numbers of it: 4 in contract.csv, 5 in other.csv."
    assert (told in words) is differ
