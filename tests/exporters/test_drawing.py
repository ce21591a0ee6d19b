import itertools

import documents
import pytest
from msgspec.structs import replace

from overlanded.exporters.drawing import APART, BOX, MOST, MOST_LINES, drawing
from overlanded.exporters.tree import tree

OWN, VIA, END = (column * (BOX + APART) for column in (1, 2, 3))


def router():
    return tree(documents.sts07())["devices"][0]


def without_ways(device):
    paths = device["answers"]["reach"]["paths"]
    paths["possible"] = [one for one in paths["possible"] if len(one["steps"]) < 2]
    return device


def test_outside_left_ends_right_and_what_is_between():
    places = {box.name: box.x for box in drawing(router()).boxes}
    assert places["203.0.113.77"] == 0
    assert places["cellular router 1"] == OWN
    assert places["firewall 1"] == VIA
    assert places["PLC-1"] == places["zone port"] == END


def test_nothing_between_leaves_no_room_for_it():
    picture = drawing(without_ways(router()))
    assert {box.x for box in picture.boxes} == {0, OWN, VIA}
    assert [text for _, text in picture.headings] == ["outside", "reaches"]


def test_observed_apart_from_possible():
    styles = {box.name: box.style for box in drawing(router()).boxes}
    assert styles["PLC-1"] == "observed"
    assert styles["drive-1, drive-2, drive-3, …"] == "possible"
    assert styles["cellular network"] == styles["firewall 1"] == "possible"


def test_no_line_to_what_no_way_was_seen_to():
    device = router()
    paths = device["answers"]["reach"]["paths"]
    far = {**paths["possible"][0], "name": "PLC-2", "steps": [], "what": "on vlan 30"}
    paths["apart"] = [far]
    picture = drawing(device)
    (box,) = (box for box in picture.boxes if box.name == "PLC-2")
    assert (box.style, box.line) == ("apart", None)
    assert "no way seen: PLC-2" in picture.words


def test_ends_of_one_kind_that_are_reached_alike_share_a_box():
    notes = {box.name: box.notes for box in drawing(router()).boxes}
    assert notes["HMI-1, HMI-2"] == ("same network · zone control",)
    assert notes["drive-1, drive-2, drive-3, …"] == ("4 in all", "same network", "zone control")


def test_the_same_in_words():
    words = drawing(router()).words
    assert "Reaches, observed: PLC-1 (S7, 4 812 reads, 0 writes, zone control)." in words
    assert "Outside, observed: 203.0.113.77 (OpenVPN, 2 sessions)." in words
    assert "zone port (not captured, through firewall 1: seen passing on packets of" in words


def test_boxes_lie_inside_and_apart():
    picture = drawing(router())
    for box in picture.boxes:
        assert 0 <= box.x <= picture.width - BOX
        assert 0 <= box.y <= picture.height - box.height
    for column in (0, VIA, END):
        boxes = sorted((box.y, box.y + box.height) for box in picture.boxes if box.x == column)
        assert all(after[0] > before[1] for before, after in itertools.pairwise(boxes))


def test_lines_end_at_the_device_or_at_what_is_between():
    boxes = {box.name: box for box in drawing(router()).boxes}
    own, via = boxes["cellular router 1"], boxes["firewall 1"]
    ends = {name: box.line[2:] for name, box in boxes.items() if box.line}
    assert ends.pop("zone port") == (VIA + BOX, via.middle)
    for name, end in ends.items():
        assert end == (OWN if boxes[name].x == 0 else OWN + BOX, own.middle)


def test_an_end_on_the_own_network_never_hangs_on_anothers_way():
    device = router()
    paths = device["answers"]["reach"]["paths"]
    paths["possible"] = paths["possible"][::-1]
    boxes = {box.name: box for box in drawing(device).boxes}
    assert boxes["HMI-2, HMI-1"].line[2] == OWN + BOX


def test_many_parties_are_counted_in_the_last_box():
    device = without_ways(router())
    paths = device["answers"]["reach"]["paths"]
    first = paths["observed"][0]
    paths["observed"] = [{**first, "name": f"drive {n}"} for n in range(40)]
    right = [box for box in drawing(device).boxes if box.x == VIA]
    assert len(right) == MOST
    assert right[-1].name == "and 33 more"


@pytest.mark.parametrize("text", ["x" * 500, "\x1b[2J", "‮evil", "<svg onload=alert(1)>"])
def test_names_fit_their_boxes_and_hide_nothing(text):
    device = tree(documents.hostile(text))["devices"][0]
    for box in drawing(device).boxes:
        assert len(box.name) <= 28
        assert len(box.notes) <= MOST_LINES
        assert all(len(note) <= 36 for note in box.notes)
        assert (box.name + "".join(box.notes)).isprintable()


def test_nobody_around_it():
    document = documents.sts07()
    alone = replace(document.devices[1], answers=())
    assert drawing(tree(replace(document, devices=(alone,)))["devices"][0]) is None
