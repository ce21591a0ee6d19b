"""Columns of a batch, held against plain Python, and JSON against the same rows in ASCII."""

import ipaddress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from overlanded.model.identifiers import ip_halves
from overlanded.wire.zeek.cells import Cells
from overlanded.wire.zeek.conn import ORIGINATOR, RESPONDER
from overlanded.wire.zeek.objects import Objects
from overlanded.wire.zeek.shape import Shape

FIELDS = ("a", "b", "c")
SHAPE = Shape("conn", "conn", FIELDS)


def cells(*rows, shape=SHAPE):
    data = b"".join(b"\t".join(row) + b"\n" for row in rows)
    return Cells(data, shape, 1)


def column(values):
    return cells(*([b"x", str(value).encode(), b"y"] for value in values))


def objects(values):
    rows = [{"b": value} for value in values]
    return Objects(rows, np.arange(1, len(rows) + 1))


@given(st.lists(st.integers(0, 10**18 - 1), min_size=1, max_size=40))
def test_numbers_of_any_length_side_by_side(values):
    value, good = column(values).counts("b")
    assert good.all()
    assert value.tolist() == values
    assert objects(values).counts("b")[0].tolist() == values


@pytest.mark.parametrize(
    "text", ["-", "", "1.5", "+1", "1e3", " 1", "1234567890123456789", "0x10", "１", "1a", "/:"]
)
def test_what_is_no_number_counts_as_none(text):
    value, good = column(["7", text, "8"]).counts("b")
    assert value.tolist() == [7, 0, 8]
    assert good.tolist() == [True, False, True]


@given(st.lists(st.tuples(st.integers(0, 4_000_000_000), st.integers(0, 999_999)), min_size=1))
def test_times_are_exact_to_the_microsecond(moments):
    texts = [f"{seconds}.{micros:06}" for seconds, micros in moments]
    wanted = [seconds * 10**9 + micros * 1000 for seconds, micros in moments]
    assert column(texts).moments("b")[0].tolist() == wanted


@pytest.mark.parametrize(
    ("text", "ns"),
    [
        ("1700000000", 1_700_000_000_000_000_000), ("0.25", 250_000_000), ("-", None), ("", None),
        ("2023-11-14T22:13:20.000000Z", 1_700_000_000_000_000_000),
        ("2023-11-14T22:13:20", 1_700_000_000_000_000_000),
        ("1700000000123", 1_700_000_000_123_000_000), ("-5.000000", None), ("nan", None),
        ("9999999999999999", None), ("1e400", None), ("XXXXXXXXXX.XXXXXX", None),
    ],
)  # fmt: skip
def test_times_come_in_several_forms_and_absurd_ones_are_none(text, ns):
    for one in (column([text]), objects([text])):
        value, good = one.moments("b")
        assert (value[0], bool(good[0])) == (ns or 0, ns is not None)


@given(st.lists(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)), min_size=1))
def test_addresses_of_both_families(addresses):
    texts = [str(one) for one in addresses]
    wanted = [ip_halves(str(one)) for one in addresses]
    for one in (column(texts), objects(texts)):
        (high, low), good = one.addresses("b")
        assert good.all()
        assert list(zip(high.tolist(), low.tolist(), strict=True)) == wanted


@pytest.mark.parametrize(
    "text", ["-", "", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1..2.3", ".1.2.3", "1.2.3.", "1.2.3.x",
             "999.1.1.1", "plc-1", "::g", "1.2.3.4/24", "0x7f.0.0.1"]
)  # fmt: skip
def test_what_is_no_address_is_none(text):
    with pytest.raises(ValueError, match=r".*"):
        ipaddress.ip_address(text)
    for one in (column([text, "10.0.0.1"]), objects([text, "10.0.0.1"])):
        assert one.addresses("b")[1].tolist() == [False, True]


def test_an_address_may_name_its_interface():
    (high, low), good = column(["fe80::1%eth0"]).addresses("b")
    assert (int(high[0]), int(low[0]), good.all()) == (*ip_halves("fe80::1"), True)


@pytest.mark.parametrize(
    ("text", "number"),
    [("00:1b:1B:00:00:0f", 0x001B1B00000F), ("-", 0), ("00:1b:1b:00:00", 0), ("00:1b:1b:00:00:0g", 0)],
)  # fmt: skip
def test_macs(text, number):
    assert column([text]).macs("b").tolist() == [number]
    assert objects([text]).macs("b").tolist() == [number]


def test_letters_stand_for_flags_of_their_side():
    values = ["ShADadFf", "Dd", "-", "^hA"]
    for one in (column(values), objects(values)):
        assert [flags & 0xFF for flags in one.letters("b", ORIGINATOR).tolist()] == [19, 16, 0, 16]
        assert [flags & 0xFF for flags in one.letters("b", RESPONDER).tolist()] == [19, 16, 0, 18]


def test_words_are_told_apart_and_unset_is_none():
    values = ["ssl", "-", "http,ssl", "ssl", "(empty)", "a-service-with-a-long-name", "x" * 80]
    texts, which = column(values).words("b")
    assert [texts[at] for at in which] == ["ssl", "", "http,ssl", "ssl", "", values[5], values[6]]


def test_lines_that_are_no_rows_are_left_out_and_named():
    data = b"#close\n1\t2\t3\n\n1\t2\n1\t2\t3\t4\r\n4\t5\t6\r\n#x\ty\tz\n"
    one = Cells(data, SHAPE, 10)
    assert one.lines.tolist() == [11, 15]
    assert one.wrong.tolist() == [13, 14]
    assert one.counts("c")[0].tolist() == [3, 6]
    assert one.rows() == [b"1\t2\t3", b"4\t5\t6"]
    assert one.counts("nowhere")[1].tolist() == [False, False]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_separator_behind_every_row_is_no_cell(end):
    one = Cells(b"1\t2\t3\t" + end + b"4\t5\t6" + end + b"7\t8\t9\t\t" + end, SHAPE, 1)
    assert one.counts("c")[0].tolist() == [3, 6]
    assert sorted(one.words("c")[0]) == ["3", "6"]
    assert one.wrong.tolist() == [3]


def test_any_separator_and_any_marks_that_the_header_states():
    shape = Shape("conn", "conn", FIELDS, b"|", ";", b"none", b"null")
    one = Cells(b"1|null|x\n2|7|none\n", shape, 1)
    assert one.counts("b")[0].tolist() == [0, 7]
    assert one.words("c")[0].count("") == 1
