"""The figures of a score, and who is who in truth and document."""

import json
from types import SimpleNamespace

import pytest
from bench.score import pairing, picture, talk
from bench.score.__main__ import raw
from bench.score.captured import Captured
from bench.score.crane import Verdict
from bench.score.figures import Share, calibration, calibration_error, roc
from bench.score.judging import Judged
from msgspec import to_builtins


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(0, 0, 0.0, 1.0), (10, 10, 0.7225, 1.0), (0, 10, 0.0, 0.2775), (81, 263, 0.2553, 0.3662)],
)
def test_wilson_s_interval(hits, of, low, high):
    assert Share(hits, of).interval == pytest.approx((low, high), abs=1e-4)


def test_answers_that_are_as_right_as_they_say_have_no_error():
    told = [(0.5, right) for right in (True, False)] * 50 + [(1.0, True)] * 100
    assert calibration_error(calibration(told)) == 0.0


def test_answers_that_are_surer_than_right_have_one():
    assert calibration_error(calibration([(0.9, False)] * 10)) == pytest.approx(0.9)


def test_equal_chances_stay_in_one_part():
    parts = calibration([(0.9, True)] * 30 + [(0.1, False)] * 30, bins=10)
    assert [part.right.of for part in parts] == [30, 30]


def test_a_curve_goes_from_nothing_to_everything():
    points = roc([(3.0, True), (2.0, True), (2.0, False), (-1.0, False)])
    assert points == [(0.0, 0.0), (0.0, 0.5), (0.5, 1.0), (1.0, 1.0)]


DEVICES = [
    {"id": "d1", "identifiers": [{"kind": "mac", "value": "m1"}], "records": []},
    {"id": "d2", "identifiers": [{"kind": "ip", "value": "i2"}], "records": []},
    {"id": "d3", "identifiers": [], "records": ["r3"]},
]
PLACE = {"citation": {"path": "paperwork/list.csv", "locator": {"place": "Parts › 4"}}}
TREE = {"devices": DEVICES, "records": [{"id": "r3", "line": "3"} | PLACE]}
LINE = {"file": "list.csv", "sheet": "Parts", "line": "3"}


@pytest.mark.parametrize(
    ("device", "found"),
    [
        ({"macs": ["m1"], "addresses": [], "records": []}, "d1"),
        ({"macs": ["m9"], "addresses": ["i2"], "records": []}, "d2"),
        ({"macs": ["m9"], "addresses": [], "records": [LINE]}, "d3"),
        ({"macs": ["m9"], "addresses": [], "records": []}, None),
    ],
)
def test_a_device_is_known_by_mac_then_address_then_line(device, found):
    assert pairing.paired([{"id": "x"} | device], TREE).get("x") == found


def test_the_picture_is_one_svg():
    one = picture.Diagram("A < B", "x", "y", [(0.0, 0.0), (1.0, 1.0)], joined=True, diagonal=True)
    text = picture.svg([one, one])
    assert text.startswith("<svg ")
    assert text.count("A &lt; B") == 2


VERDICT = Verdict("standing", "a", "d1", "DOCUMENTED", "UNDOCUMENTED", right=False, chance=0.8)


def test_what_was_judged_is_kept_one_crane_a_line():
    judged = Judged("a", ("x",), clean=False, verdicts=[VERDICT], power=[("plc", 0.1, 0.9, True)])
    lines = raw([judged, Judged("b", (), clean=True)]).splitlines()
    assert len(lines) == 4
    first, second = json.loads("".join(lines))
    assert first["verdicts"] == [to_builtins(VERDICT)]
    assert (first["power"], second["verdicts"]) == ([["plc", 0.1, 0.9, True]], [])


LOOKS = [(100.0, 130.0), (145.0, 170.0)]


@pytest.mark.parametrize(
    ("span", "sent", "recorded"),
    [
        ((110.0, 120.0), 115.0, (110.0, 120.0)),
        ((131.0, 144.0), 115.0, None),
        ((140.0, 150.0), 146.0, (145.0, 150.0)),
        ((120.0, 140.0), 125.0, (120.0, 130.0)),
        ((120.0, 150.0), 125.0, (120.0, 150.0)),
        ((169.9, 175.0), 115.0, None),
    ],
)
def test_a_visit_is_judged_by_what_was_recorded_of_it(span, sent, recorded):
    wire = Captured(looks=LOOKS, alone={"m1": [sent]})
    assert wire.recorded(span, ["m0", "m1"]) == recorded
    assert (wire.first, wire.last) == (100.0, 170.0)


@pytest.mark.parametrize(
    ("found", "words", "said"),
    [
        (True, "1 of 2 remote sessions outside any permit supplied", "outside"),
        (False, "2 remote sessions inside a permit", "inside"),
        (False, "not seen", "not told"),
        (True, "2 remote sessions inside a permit", "finding and answer differ"),
    ],
)
def test_finding_and_answer_about_a_permit_are_held_together(found, words, said):
    rule = {"device": "d1", "rule": "remote-session-outside-permit"}
    crane = SimpleNamespace(
        tree={"findings": [rule] if found else []},
        said={"d1": {"answers": {"activity": {"value": words}}}},
    )
    assert talk.allowed(crane, "d1") == said
