"""Lists of permits: what is read of a row, and one gap for each kind of trouble."""

import io
from datetime import datetime

import pytest

from overlanded.data import table
from overlanded.model.evidence import EvidenceItem, Side
from overlanded.model.observing import Gap
from overlanded.readers import sniff
from overlanded.readers.paperwork.permits import read

ITEM = EvidenceItem("p-1", "permits.csv", "0" * 64, 1, "permits", Side.PAPERWORK, 1)
HEAD = "Permit no.,Issued to,Valid from,Valid until,Time zone,Equipment,Purpose,Given by\n"


def ns(text):
    return int(datetime.fromisoformat(text).timestamp()) * 10**9


def given(rows, head=HEAD):
    made = list(read(ITEM, (head + rows).encode()))
    return [x for x in made if not isinstance(x, Gap)], [x for x in made if isinstance(x, Gap)]


def test_everything_that_a_row_says():
    row = "P-17,Crane Works,2026-11-26 08:00,2026-11-26 10:30,+08:00,10.0.0.2; +K2,fault,Port\n"
    (permit,), gaps = given(row)
    assert not gaps
    assert (permit.number, permit.party, permit.by, permit.purpose) == (
        "P-17", "Crane Works", "Port", "fault",
    )  # fmt: skip
    assert permit.first == ns("2026-11-26T08:00+08:00")
    assert permit.last == ns("2026-11-26T10:30+08:00")
    assert permit.about == ("10.0.0.2", "+K2")
    assert permit.name == "permit P-17"
    assert str(permit.citation) == "permits.csv › 2"


@pytest.mark.parametrize(
    ("start", "end", "zone", "first", "last"),
    [
        ("2026-11-26 08:00+08:00", "2026-11-26T09:00Z", "", "08:00+08:00", "09:00+00:00"),
        ("2026-11-26 08:00 UTC+8", "2026-11-26 09:00", "UTC+8", "08:00+08:00", "09:00+08:00"),
        ("2026-11-26 08:00:30", "2026-11-26 09:00", "-0330", "08:00:30-03:30", "09:00-03:30"),
        ("2026-11-26 08:00", "26.11.2026 24:00", "UTC", "08:00+00:00", "23:59:60"),
        ("2026-11-26", "2026-11-26", "Z", "00:00+00:00", "23:59:60"),
    ],
)
def test_ways_to_write_a_time(start, end, zone, first, last):
    (permit,), _ = given(f"1,X,{start},{end},{zone},,,\n")
    assert permit.first == ns(f"2026-11-26T{first}")
    until = ns("2026-11-27T00:00+00:00") if last == "23:59:60" else ns(f"2026-11-26T{last}")
    assert permit.last == until


def test_a_zone_may_stand_in_the_heading():
    head = "Party,From (UTC),Until (UTC+8)\n"
    (permit,), _ = given("X,2026-11-26 00:00,2026-11-26 09:00\n", head)
    assert permit.last - permit.first == 3600 * 10**9
    assert permit.name == "the permit of X"


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("1,X,2026-11-26 08:00,2026-11-26 09:00,,,,", "in which time zone"),
        ("1,X,03/04/2026 08:00,2026-11-26 09:00,Z,,,", "from when to when"),
        ("1,X,2026-11-26 09:00,2026-11-26 08:00,Z,,,", "from when to when"),
        ("1,X,2026-11-26 08:61,2026-11-26 09:00,Z,,,", "from when to when"),
        ("1,X,2026-11-26 08:00,2026-11-26 09:00,+99,,,", "in which time zone"),
        ("1,,2026-11-26 08:00,2026-11-26 09:00,Z,,,", "whose permit it is"),
        ("1,X,,,Z,,,", "from when to when"),
    ],
)
def test_what_is_not_clear_is_one_gap_and_the_rest_is_read(row, what):
    fine = "2,Y,2026-11-26 08:00,2026-11-26 09:00,Z,,,"
    permits, (gap,) = given(f"{row}\n{fine}\n{row}\n")
    assert [one.number for one in permits] == ["2"]
    assert gap.what == f"permits.csv: {what}"
    assert "row 2, 4" in gap.why
    assert gap.mend
    assert gap.unread


def test_bounds_hold():
    most = table("permits")["limits"]["permits"]
    row = "1,X,2026-11-26 08:00,2026-11-26 09:00,Z,,,\n"
    permits, gaps = given(row * (most + 2))
    assert len(permits) == most
    assert [gap.what for gap in gaps] == ["permits.csv: the rest of it"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (HEAD + "1,X,2026-11-26,2026-11-26,Z,,,\n", "permits"),
        ("From,To,Cable\n+K1,+K2,W1\n", ""),
        ("许可证号,作业单位,开始时间,结束时间\n1,甲,2026-11-26 08:00+08:00,2026-11-26 09:00+08:00\n",
         "permits"),
    ],
)  # fmt: skip
def test_a_list_is_known_by_its_headings(text, name):
    card = sniff(text.encode(), "x")
    assert (card.name if card else "") == name


def test_a_workbook_with_real_times_is_read_too():
    book = io.BytesIO()
    made = pytest.importorskip("xlsxwriter").Workbook(book)
    sheet, style = (
        made.add_worksheet("Permits"),
        made.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
    )
    sheet.write_row(0, 0, ["Party", "From", "Until", "Time zone"])
    sheet.write(1, 0, "Crane Works")
    sheet.write_datetime(1, 1, datetime(2026, 11, 26, 8, 0), style)
    sheet.write_datetime(1, 2, datetime(2026, 11, 26, 10, 30), style)
    sheet.write(1, 3, "+08:00")
    made.close()
    card = sniff(book.getvalue(), "x")
    assert card.name == "permits"
    (permit,) = read(ITEM, book.getvalue())
    assert permit.first == ns("2026-11-26T08:00+08:00")
    assert permit.last == ns("2026-11-26T10:30+08:00")
    assert permit.citation.locator.place == "Permits › 2"
