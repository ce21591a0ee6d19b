"""The lines in force after change orders."""

import pytest

from overlanded.model.records import PaperKind
from overlanded.reconcile.lines import in_force, lines, talks_outside, without_former


def left(records):
    return {record.id: (record.status.value, changed) for record, changed in in_force(records)}


def test_a_change_inherits_what_it_does_not_say(make):
    old = make.record(1, maker="Axis", device_class="camera", place="boom")
    change = make.record(2, "changed", model="P1455", supersedes=("r001",))
    (one,), _ = lines([old, change])
    assert (one.record.maker, one.record.model, one.record.device_class) == (
        "Axis",
        "P1455",
        "camera",
    )


def test_a_line_number_finds_the_line_that_reads_most_alike(make):
    change = make.record(9, "removed", description="Delete: LTE router", supersedes=("3",))
    change_sheet = change.citation.__class__(
        "p1", "contract.xlsx", change.citation.locator.__class__("row", "Change order 1 › 2")
    )
    records = [
        make.record(1, line="3", description="Camera"),
        make.record(2, line="3", description="LTE router"),
        change.__class__(
            **{
                name: getattr(change, name)
                for name in change.__struct_fields__
                if name != "citation"
            },
            citation=change_sheet,
        ),
    ]
    assert left(records) == {"r001": ("ordered", ()), "r002": ("removed", ("r009",))}


def test_a_reference_to_nothing_changes_nothing(make):
    records = [make.record(1), make.record(2, "changed", supersedes=("77",))]
    assert set(left(records)) == {"r001", "r002"}


def test_a_line_of_no_class_is_left_out(make):
    kept, dropped = lines([make.record(1, description="Paint"), make.record(2, device_class="plc")])
    assert ([line.record.id for line in kept], dropped) == (["r002"], 1)


@pytest.mark.parametrize(
    ("paper", "pieces"),
    [
        ("contract", 3),
        ("delivery-list", 3),
        ("unstated", 3),
        ("spare-list", 0),
        ("approved-list", 0),
    ],
)
def test_what_may_be_or_is_kept_is_not_expected(make, paper, pieces):
    (line,), _ = lines([make.record(1, quantity=3, device_class="switch", paper=PaperKind(paper))])
    assert (line.pieces, line.capacity) == (pieces, 3)


def test_quantity_none_still_takes_one(make):
    (line,), _ = lines([make.record(1, quantity=0, device_class="plc")])
    assert (line.pieces, line.capacity) == (0, 1)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("LTE router, DIN rail", True),
        ("工业无线路由器", True),
        ("Wi-Fi bridge", True),
        ("Unmanaged switch, 8 ports", False),
        ("Emergency stop", False),
        ("Similar card", False),
    ],
)
def test_words_that_speak_of_talking_outside(words, expected):
    assert talks_outside(words) is expected


def test_equipment_that_another_type_takes_the_place_of_counts_as_removed(make):
    old = make.record(1, maker="Teltonika", model="RUT950", device_class="router")
    change = make.record(2, "changed", model="OnCell G3150A", supersedes=("r001",))
    respelt = make.record(3, "changed", model="RUT950 V2", supersedes=("r001",))
    assert left([old, change]) == {"r001": ("removed", ("r002",)), "r002": ("changed", ())}
    assert left([old, respelt]) == {"r003": ("changed", ())}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4G router OnCell, replaces RUT950", "4G router OnCell, "),
        ("交换机EDS-510E替代EDS-408A", "交换机EDS-510E"),
        ("Replace RUT950 by OnCell", "Replace RUT950 by OnCell"),
    ],
)
def test_what_was_there_before_is_left_out(text, expected):
    assert without_former(text) == expected
