"""Whole logs, good, cut and corrupt: everything before and after the damage is used."""

import gzip
import json
import time
import zlib

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from zeeklike import CONN, ENDS, log, row, talk

from overlanded.data import table

from .helper import Read

PLC, HMI = "192.168.10.1", "192.168.10.2"
ROWS = [talk(HMI, PLC, 502, at=n, service="modbus") for n in range(6)]
TALKS = log("conn", CONN, ROWS)
NAMES = log("dns", (*ENDS, "query", "qtype_name"), [row(HMI, PLC, 53, 1) | {"query": "a.example"}])
JSON = b"".join(json.dumps(one).encode() + b"\n" for one in ROWS)


def flows(data):
    return len(Read(data).tables["flows"]["proto"])


@pytest.mark.parametrize("wrap", [bytes, gzip.compress, zstandard.compress])
def test_a_log_may_be_compressed(wrap):
    assert flows(wrap(TALKS)) == flows(wrap(JSON)) == 6


@pytest.mark.parametrize("separator", ["\t", ",", "|", " ", "||", "\x01"])
def test_any_separator_that_the_header_states(separator):
    rows = [one | {"service": "-"} for one in ROWS]
    data = log("conn", CONN, rows, separator=separator, between=";", unset="~", empty="none")
    assert flows(data) == 6
    assert not Read(data).logged.damages


def test_windows_line_ends_and_a_byte_order_mark():
    assert flows(b"\xef\xbb\xbf" + TALKS.replace(b"\n", b"\r\n")) == 6


def test_joined_logs_state_their_headers_one_after_the_other():
    one = Read(TALKS + NAMES + TALKS + b"#close\tx\n")
    assert one.logged.rows == {"conn": 12, "dns": 1}
    assert not one.logged.damages
    assert one.rows("flows", "first_frame")[-1] == (39,)
    other = log("conn", CONN[:-2], ROWS[:1])
    assert flows(TALKS + other + TALKS) == 13


def test_rows_of_many_kinds_in_one_stream_of_json():
    lines = [
        {"_path": "conn", **ROWS[0]}, {"_path": "http", **row(HMI, PLC, 80), "host": "cam"},
        {"_path": "strange", "ts": 1.5}, {"_path": "weird", "ts": 1.5, "name": "x"}, {"_path": 7},
    ]  # fmt: skip
    one = Read(b"".join(json.dumps(line).encode() + b"\n" for line in lines))
    assert one.logged.rows == {"conn": 1, "http": 1, "path strange": 1, "weird": 1, "path 7": 1}
    assert one.said()[(HMI, "http")] == {("src", "http.host", "cam", "")}


def test_json_rows_with_their_ends_in_an_object_and_values_of_any_kind():
    ends = {"orig_h": HMI, "orig_p": 50000, "resp_h": PLC, "resp_p": 53}
    line = {"ts": 1_700_000_000.5, "uid": "C1", "id": ends, "query": "a.example", "qtype_name": "A",
            "rcode": 0, "answers": ["10.0.0.9", None, {"x": [1]}], "AA": False}  # fmt: skip
    one = Read(json.dumps(line).encode() + b"\n")
    assert ("dst", "resolved", "a.example", "ip:10.0.0.9") in one.said()[(PLC, "dns")]
    assert one.logged.first_ns == 1_700_000_000_500_000_000


CUT = TALKS[: TALKS.index(b"#close") - 30]


@pytest.mark.parametrize(
    ("data", "kept", "damages"),
    [
        (CUT, 5, {"the log ends inside it": (1, 14)}),
        (TALKS.replace(b"\t502\t", b"\t502\t\t", 1), 5,
         {"it has not the 23 fields of its header": (1, 9)}),
        (TALKS.replace(b"\n170", b"\n\x00\xff\xfe junk\n170", 2), 6,
         {"it has not the 23 fields of its header": (2, 9)}),
        (TALKS[TALKS.index(b"170") :], 0, {"no header before it tells its fields": (1, 1)}),
        (JSON[:-30], 5, {"the log ends inside it": (1, 6)}), (JSON[:-1], 6, {}),
        (JSON.replace(b"{", b"[", 1), 5, {"it is no row of JSON": (1, 1)}),
        (b'{"ts":1,"uid":"x","id.orig_h":' + b"[" * 100_000 + b"\n" + JSON, 6,
         {"it is no row of JSON": (1, 1)}),
        (b'"text"\n17\nnull\n', 0, {"no header before it tells its fields": (1, 1)}),
        (b"", 0, {}), (b"\n\n\n", 0, {"no header before it tells its fields": (1, 1)}),
    ],
    ids=["cut", "one cell more", "junk lines", "no header", "json cut", "json without end",
         "json broken", "json nested", "other json", "empty", "blank lines"],
)  # fmt: skip
def test_damage_is_told_with_its_line_and_costs_only_that_line(data, kept, damages):
    one = Read(data)
    assert len(one.tables["flows"]["proto"]) == kept
    assert one.logged.damages == damages


def test_a_compressed_log_that_is_cut_gives_what_can_be_decoded():
    import random

    noise = random.Random(1)
    rows = [talk(HMI, f"10.0.{noise.randrange(256)}.9", 502, at=n) for n in range(4000)]
    packed = gzip.compress(log("conn", CONN, rows))
    one = Read(packed[: len(packed) // 2])
    assert 500 < len(one.tables["flows"]["proto"]) < 4000
    assert "damaged after" in one.logged.fault


def test_a_bomb_is_not_expanded_to_its_end():
    wrap = zlib.compressobj(9, wbits=31)
    data = wrap.compress(TALKS) + b"".join(wrap.compress(bytes(1 << 20)) for _ in range(300))
    begun = time.process_time()
    one = Read(data + wrap.flush())
    assert "expands to more than" in one.logged.fault
    assert len(one.tables["flows"]["proto"]) == 6
    assert time.process_time() - begun < 20


def test_a_line_of_ten_megabytes_is_passed_over():
    long = b"1.000000\t" + b"x" * (10 << 20) + b"\n"
    head = TALKS.index(b"170")
    one = Read(TALKS[:head] + long + TALKS[head:])
    assert len(one.tables["flows"]["proto"]) == 6
    assert [line for _, line in one.logged.damages.values()] == [9]


def test_a_flood_of_headers_ends_the_reading():
    head = b"#separator \\x09\n"
    flood = b"".join(b"#fields\tts\tf%d\n1.0\t2\n" % n for n in range(6000))
    begun = time.process_time()
    one = Read(head + flood)
    assert any("more headers" in why for why in one.logged.damages)
    assert time.process_time() - begun < 30


def test_a_header_that_lies_about_its_fields():
    twice = TALKS.replace(b"id.resp_h", b"id.orig_h", 1)
    assert flows(twice) == 0
    assert Read(twice).logged.rows == {"path conn": 6}
    swapped = TALKS.replace(b"\tts\t", b"\tproto\t", 1).replace(
        b"\tproto\tservice", b"\tts\tservice", 1
    )
    one = Read(swapped)
    assert one.rows("flows", "proto", "first_ns") == [(255, 0)] * 6
    assert one.logged.damages == {"its time is none": (6, 9)}


def test_losses_that_the_monitor_states():
    lost = log(
        "capture_loss", ("ts", "peer", "percent_lost"), [("1.0", "z", "0.5"), ("2.0", "z", "3.25")]
    )
    assert Read(lost).logged.lost == (3.25, 10)
    assert Read(b'{"ts":1.5,"peer":"z","percent_lost":7.5}\n').logged.lost == (7.5, 1)
    missed = log("conn", CONN, [*ROWS, talk(HMI, PLC, 80, missed_bytes=700)])
    assert (Read(missed).logged.missed_rows, Read(missed).logged.missed_bytes) == (1, 700)


PIECES = st.sampled_from(
    [b"\t", b"\n", b"#", b"#fields\tts\tuid\n", b"#separator \\x2c\n", b"\\x", b"-", b"9" * 30, b"\0",
     b"{", b"[", b'"', b"::1%", b"\xff\xfe", b"1e400", b"\r", b"(empty)"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from([TALKS, NAMES, JSON, TALKS + NAMES]),
    st.lists(
        st.tuples(
            st.integers(0, 4000), st.one_of(PIECES, st.binary(max_size=8)), st.integers(0, 60)
        )
    ),
)
def test_no_bytes_make_it_fail_and_the_same_bytes_give_the_same(data, changes):
    for at, piece, gone in changes:
        data = data[:at] + piece + data[at + gone :]
    one, again = Read(data), Read(data)
    assert one.logged == again.logged
    assert sum(one.logged.rows.values()) <= data.count(b"\n") + 1
    assert len(one.tables["flows"]["proto"]) <= one.logged.rows["conn"]


def test_progress_hears_of_the_bytes_of_the_source():
    import io

    from overlanded.wire.zeek.reading import read

    heard = []
    read(io.BytesIO(TALKS), file=0, spill=lambda *_: None, progress=heard.append)
    assert heard == [len(TALKS)]


def test_the_bounds_are_stated():
    bounds = table("zeek")["bounds"]
    assert bounds["line"] < bounds["batch"]
    assert bounds["per_pair"] < bounds["rows"]
