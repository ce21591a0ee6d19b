"""Zeek logs as evidence: what is taken, what they covered, what they cannot tell."""

import io
import json

import pytest
from zeeklike import CONN, ENDS, log, row, talk

from overlanded.model.evidence import EvidenceItem, Side
from overlanded.readers import READERS, head_size, sniff
from overlanded.readers.evidence.zeek import coverage, gaps, joined
from overlanded.wire.zeek.reading import read

HMI, PLC = "192.168.10.2", "192.168.10.1"
MACS = {"orig_l2_addr": "00:1b:1b:00:00:02", "resp_l2_addr": "00:1b:1b:00:00:01"}


def item(path="zeek/conn.log", number=1):
    return EvidenceItem(f"e-{number}", path, "00", 1, "zeek", Side.EVIDENCE, number)


def logged(data):
    return read(io.BytesIO(data), file=0, spill=lambda *_: None)


def conn(*rows):
    return logged(log("conn", CONN, rows))


def told(found, one=None):
    return {
        gap.id if gap.id.startswith("g-zeek") else gap.what: gap
        for gap in gaps(one or item(), found)
    }


def test_logs_are_taken_before_captures_and_lists():
    text = log("conn", CONN, [talk(HMI, PLC, 502)])
    assert sniff(text, "anything.pcap").name == "zeek"
    assert sniff(json.dumps(talk(HMI, PLC, 502)).encode(), "list.csv").name == "zeek"
    assert sniff(b"\xd4\xc3\xb2\xa1" + bytes(20), "conn.log").name == "capture"
    assert sniff(b"\x1f\x8b\x08", "conn.log.gz").name == "capture"
    assert READERS[0].name == "zeek"


def test_more_is_read_of_what_gives_nothing_for_few_bytes():
    assert head_size(b"#separator") == head_size(b"\x1f\x8b") == 4096
    assert head_size(b"\x28\xb5\x2f\xfd") >= 128 << 10


def test_coverage_is_from_the_earliest_to_the_latest_row():
    seen = coverage(item(), conn(talk(HMI, PLC, 502, 7), talk(HMI, PLC, 80, 2, missed_bytes=9)))
    assert (seen.what, seen.seen, seen.lost) == ("zeek", 2, 1)
    assert (seen.last - seen.first) == 5 * 10**9
    assert dict(seen.detail) == {"conn": "2 rows"}


def test_a_log_about_the_monitor_covers_nothing_and_weird_is_only_counted():
    assert coverage(item(), logged(log("stats", ("ts", "pkts_proc"), [("1.5", 7)]))) is None
    weird = logged(log("weird", ("ts", "name", "addl", "peer"), [("1.5", "x")]))
    assert dict(coverage(item(), weird).detail) == {"weird": "1 rows, counted only"}
    assert told(weird) == {}


def test_logs_of_one_folder_and_one_time_are_one_sensor():
    found = [
        coverage(item("zeek/conn.log", 1), conn(talk(HMI, PLC, 502, 0), talk(HMI, PLC, 502, 100))),
        coverage(item("zeek/dns.log", 2), conn(talk(HMI, PLC, 53, 50), talk(HMI, PLC, 53, 120))),
        coverage(item("zeek/later.log", 3), conn(talk(HMI, PLC, 53, 500), talk(HMI, PLC, 53, 510))),
        coverage(item("other/conn.log", 4), conn(talk(HMI, PLC, 502, 60))),
    ]
    one = joined(found)
    assert [(seen.path, (seen.last - seen.first) // 10**9, seen.seen) for seen in one] == [
        ("zeek/conn.log", 120, 4), ("zeek/later.log", 10, 2), ("other/conn.log", 0, 1),
    ]  # fmt: skip
    assert joined([]) == []


def test_what_no_log_tells_is_said_once_a_case_with_what_it_weakens():
    found = told(conn(talk(HMI, PLC, 502)))
    assert set(found) == {
        "g-zeek-timing", "g-zeek-below-ip", "g-zeek-content", "g-zeek-open", "g-zeek-macs",
    }  # fmt: skip
    assert "activity" in found["g-zeek-timing"].weakens
    assert found == told(conn(talk(HMI, PLC, 502)), item("zeek/other.log", 2))
    assert not any(gap.unread for gap in found.values())
    assert "g-zeek-macs" not in told(conn(talk(HMI, PLC, 502, **MACS)))


@pytest.mark.parametrize(
    ("data", "what", "why", "place"),
    [
        (log("conn", CONN, [talk(HMI, PLC, 502)])[:-60], "zeek/conn.log line 9", "ends inside it", "9"),
        (log("conn", CONN, [talk(HMI, PLC, 502)]).replace(b"\t502", b""), "zeek/conn.log line 9",
         "has not the 23 fields", "9"),
        (b"\x1f\x8b\x08\x00\x00", "zeek/conn.log: its end", "compression is damaged", ""),
    ],
)  # fmt: skip
def test_damage_is_a_gap_with_its_line_and_counts_as_unread(data, what, why, place):
    found = [gap for gap in gaps(item(), logged(data)) if gap.unread]
    assert [gap.what for gap in found] == [what]
    assert why in found[0].why
    assert found[0].citation.locator.place == place


def test_an_empty_log_and_kinds_that_are_not_known_are_told():
    (empty,) = gaps(item(), logged(log("conn", CONN, [])))
    assert "no rows" in empty.why
    (strange,) = gaps(item(), logged(log("nobody_knows", ("ts", "x"), [("1.5", 1)])))
    assert strange.what == "zeek/conn.log: 1 rows of nobody_knows"


def test_losses_and_missing_counts_are_told():
    lost = told(logged(log("capture_loss", ("ts", "percent_lost"), [("1.5", "12.5")])))
    assert list(lost) == ["zeek/conn.log: up to 12.5 % of the packets"]
    missed = told(conn(talk(HMI, PLC, 502, missed_bytes=700)))
    assert "the monitor missed 700 bytes of it" in [gap.why for gap in missed.values()]
    fields = [name for name in CONN if "pkts" not in name]
    bare = told(logged(log("conn", fields, [talk(HMI, PLC, 502)])))
    assert "zeek/conn.log: how many packets each side sent" in bare


def test_rows_beyond_the_bounds_are_told():
    found = logged(
        log("dns", (*ENDS, "query", "qtype_name"), [row(HMI, PLC, 53) | {"query": "a.example"}])
    )
    found.over = 1
    assert "zeek/conn.log: 1 of 1 rows" in told(found)
