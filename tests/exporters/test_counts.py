import documents
import pytest
from msgspec.structs import replace

from overlanded.exporters import counts
from overlanded.exporters.tree import tree
from overlanded.model.devices import Standing
from overlanded.model.evidence import Side


def test_what_was_handed_in():
    assert counts.holdings(tree(documents.sts07())) == [
        "10 files", "2 captures, 41 h", "3 papers", "2 visits",
    ]  # fmt: skip


def test_logs_and_captures_look_at_the_same_network():
    case = tree(documents.sts07())
    span = {
        "first": "2025-06-01T00:00:00Z",
        "last": "2025-06-01T03:00:00Z",
        "path": "zeek/conn.log",
    }
    case["coverage"] = [{**span, "what": "zeek"}]
    case["evidence"] = [{"kind": "zeek", "side": "evidence"}] * 9
    assert counts.holdings(case) == ["9 files", "9 Zeek logs, 3 h", "0 papers"]
    case["coverage"].append({**span, "what": "capture"})
    case["evidence"].append({"kind": "capture", "side": "evidence"})
    assert counts.holdings(case)[1] == "1 capture, 9 Zeek logs, 3 h"


@pytest.mark.parametrize(
    ("spans", "seconds"),
    [
        ([], 0),
        ([(None, None)], 0),
        ([("2025-06-01T00:00:00.000000Z", "2025-06-01T01:00:00.000000Z")], 3600),
        ([("2025-06-01T00:00:00.5Z", None)], 0),
        (
            [
                ("2025-06-01T00:00:00Z", "2025-06-01T01:00:00Z"),
                ("2025-06-01T00:30:00Z", "2025-06-01T02:00:00Z"),
                ("2025-06-01T00:10:00Z", "2025-06-01T00:20:00Z"),
            ],
            7200,
        ),
    ],
)
def test_hours_that_two_sensors_watched_count_once(spans, seconds):
    assert counts.seconds({"first": first, "last": last} for first, last in spans) == seconds


def test_standings_in_words():
    assert counts.standings(tree(documents.sts07())) == [
        "1 device is on the crane although its papers say it was declined.",
        "0 were not found in the records supplied.",
        "1 is in the papers but was not seen.",
        "37 are documented.",
        "1 could not be compared with any paper.",
    ]


def test_without_papers_nothing_is_called_documented():
    said = " ".join(counts.standings(tree(documents.without_papers())))
    assert "39 devices were seen" in said
    assert "No papers were handed in" in said


def test_papers_that_were_not_understood_are_not_called_absent():
    document = documents.without_papers()
    paper = replace(documents.ITEMS[0], side=Side.PAPERWORK)
    said = counts.standings(tree(replace(document, evidence=(*document.evidence, paper))))
    assert "No line of the papers was understood" in said[1]


def test_the_least_accounted_for_first():
    document = documents.sts07()
    router, sensor, plc, *_ = document.devices
    lost = replace(plc, standing=Standing.MISDESCRIBED)
    found = replace(plc, standing=Standing.UNDOCUMENTED, number=9)
    case = tree(replace(document, devices=(sensor, lost, found, router)))
    assert [device["standing"] for device in counts.standing_out(case)] == [
        "DECLINED", "UNDOCUMENTED", "MISDESCRIBED", "MISSING",
    ]  # fmt: skip


def test_without_papers_communications_equipment_stands_out():
    shown = counts.standing_out(tree(documents.without_papers()))
    assert [device["name"] for device in shown] == ["cellular router 1"]


def test_gaps_that_say_the_same_are_said_once():
    document = documents.sts07()
    case = tree(replace(document, gaps=document.gaps + document.gaps[:1] * 4))
    assert counts.unlooked(case)[:2] == [("the air", 1), ("cabinets +K3 and +K4", 5)]
    assert counts.unread(case) == [("broken.pcap from byte 6412", 1)]


def test_a_title_says_role_maker_and_model_or_else_the_address():
    router, sensor, *_, unknown = tree(documents.sts07())["devices"]
    assert counts.title(router) == "cellular router 1, Teltonika RUT955"
    assert counts.title(sensor) == "sensor 1"
    assert counts.title(unknown) == "device 1, mac 02:00:5e:00:53:28"


def test_findings_rank_by_severity_then_by_how_sure():
    document = documents.sts07()
    surer = replace(document.findings[2], id="finding-4", confidence=0.99)
    case = tree(replace(document, findings=(document.findings[2], surer, *document.findings[:2])))
    assert [finding["id"] for finding in counts.ranked(case)] == [
        "finding-1", "finding-2", "finding-4", "finding-3",
    ]  # fmt: skip


def test_identifiers_that_stay_with_the_thing_come_first():
    router = tree(documents.sts07())["devices"][0]
    kinds = [name.partition("\u00a0")[0] for name in counts.names(router)]
    assert kinds == ["mac", "imei", "iccid", "serial", "ip"]


@pytest.mark.parametrize(
    ("value", "shown"), [("declined", "declined"), ("not seen", "Whole."), ("", "Whole.")]
)
def test_short_answers(value, shown):
    assert counts.short({"value": value, "words": "Whole."}) == shown
