import itertools
from dataclasses import replace

import documents
import pytest

from overlanded.exporters.drawing import BOX, MIDDLE, MOST, RIGHT, WIDTH, drawing
from overlanded.exporters.tree import tree


def router():
    return tree(documents.sts07())["devices"][0]


def test_outside_left_controls_right_device_between():
    picture = drawing(router(), {})
    places = {box.name: box.x for box in picture.boxes}
    assert places["203.0.113.77"] == 0
    assert places["PLC-1"] == RIGHT
    assert places["cellular router 1"] == MIDDLE


def test_observed_apart_from_possible():
    picture = drawing(router(), {})
    styles = {box.name: box.style for box in picture.boxes}
    assert styles["PLC-1"] == "observed"
    assert styles["drive-1"] == "possible"
    assert styles["cellular network"] == "possible"


def test_the_same_in_words():
    words = drawing(router(), {}).words
    assert "PLC-1 (observed, S7, 4 812 reads, 0 writes)" in words
    assert "203.0.113.77 (outside, observed, OpenVPN, 2 sessions)" in words


def test_boxes_lie_inside_and_apart():
    picture = drawing(router(), {})
    assert picture.width == WIDTH
    for box in picture.boxes:
        assert 0 <= box.x <= WIDTH - BOX
        assert 0 <= box.y <= picture.height - box.height
    for column in (0, RIGHT):
        tops = sorted(box.y for box in picture.boxes if box.x == column)
        assert all(after - before > 40 for before, after in itertools.pairwise(tops))


def test_lines_end_at_the_device():
    for box in drawing(router(), {}).boxes:
        if box.line:
            assert box.line[2] in (MIDDLE, MIDDLE + BOX)


def test_many_parties_are_counted_in_the_last_box():
    device = router()
    links = device["answers"]["reach"]["links"]
    device["answers"]["reach"]["links"] = [{**links[1], "name": f"drive {n}"} for n in range(40)]
    picture = drawing(device, {})
    right = [box for box in picture.boxes if box.x == RIGHT]
    assert len(right) == MOST
    assert right[-1].name == "and 33 more"


def test_without_links_the_sessions_seen_are_drawn():
    device = router()
    for answer in device["answers"].values():
        answer["links"] = []
    device["identity"]["remote"] = []
    names = {box.name for box in drawing(device, {("ip", "10.40.7.13"): "PLC-1"}).boxes}
    assert names == {"cellular router 1", "PLC-1", "203.0.113.77"}


@pytest.mark.parametrize("text", ["x" * 500, "\x1b[2J", "‮evil", "<svg onload=alert(1)>"])
def test_names_fit_their_boxes_and_hide_nothing(text):
    device = tree(documents.hostile(text))["devices"][0]
    for box in drawing(device, {}).boxes:
        assert len(box.name) <= 28
        assert len(box.note) <= 38
        assert (box.name + box.note).isprintable()


def test_nobody_around_it():
    document = documents.sts07()
    alone = replace(document.devices[1], answers=())
    assert drawing(tree(replace(document, devices=(alone,)))["devices"][0], {}) is None
