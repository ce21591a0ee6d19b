import io
import zipfile

import docx as word
import pytest
from lists import ITEM, split, workbook

from overlanded.readers import sniff
from overlanded.readers.paperwork import docx

ROWS = [
    ["Item", "Description", "Qty", "Location"],
    ["1", "PLC", "1", "E-house"],
    ["2", "4G路由器", "2", ""],
]


def made(change=None, rows=ROWS, title=""):
    document = word.Document()
    if title:
        document.add_paragraph(title)
    table = document.add_table(len(rows), len(rows[0]))
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    if change:
        change(document, table)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def read(data):
    return split(docx.read(ITEM, data))


def test_a_table_is_read_row_by_row():
    records, gaps = read(made())
    assert [(r.line, r.description, r.quantity, r.citation.locator.place) for r in records] == [
        ("1", "PLC", 1, "table 1 › 2"),
        ("2", "4G路由器", 2, "table 1 › 3"),
    ]
    assert gaps == []


def test_a_title_above_says_what_the_lines_are():
    records, _ = read(made(title="选配清单"))
    assert {r.status.value for r in records} == {"optional"}


def test_a_clause_above_a_table_speaks_for_itself():
    records, _ = read(made(title="1.1 A Wi-Fi bridge was offered; the option is declined."))
    assert [r.status.value for r in records] == ["ordered", "ordered", "declined"]


@pytest.mark.parametrize(("frame", "statuses"), [("", {"optional"}), ("Network", {"ordered"})])
def test_a_table_in_a_cell_follows_the_one_around_it(frame, statuses):
    document = word.Document()
    document.add_paragraph("Option list")
    outer = document.add_table(1, 1).cell(0, 0)
    outer.text = frame
    inner = outer.add_table(2, 3)
    texts = [["Item", "Description", "Qty"], ["7", "4G router", "2"]]
    for row, cells in zip(inner.rows, texts, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    document.save(out := io.BytesIO())
    records, _ = read(out.getvalue())
    assert {(r.line, r.quantity) for r in records} == {("7", 2)}
    assert {r.status.value for r in records} == statuses


def test_tables_inside_a_table_keep_their_order():
    document = word.Document()
    outer = document.add_table(1, 2)
    for cell, thing in zip(outer.row_cells(0), ("4G router", "Firewall"), strict=True):
        inner = cell.add_table(2, 2)
        texts = [["Description", "Qty"], [thing, "1"]]
        for row, cells in zip(inner.rows, texts, strict=True):
            for one, text in zip(row.cells, cells, strict=True):
                one.text = text
    document.save(out := io.BytesIO())
    records, _ = read(out.getvalue())
    assert [(r.description, r.citation.locator.place) for r in records] == [
        ("4G router", "table 2 › 2"),
        ("Firewall", "table 3 › 2"),
    ]


def test_merged_cells_hold_for_every_row():
    records, _ = read(made(lambda _, table: table.cell(1, 3).merge(table.cell(2, 3))))
    assert [r.place for r in records] == ["E-house", "E-house"]


def test_struck_text_is_removed():
    def strike(_, table):
        table.cell(2, 1).paragraphs[0].runs[0].font.strike = True

    records, gaps = read(made(strike))
    assert [r.status.value for r in records] == ["ordered", "removed"]
    assert any("struck" in gap.what for gap in gaps)


def test_clauses_with_a_declined_option():
    def clauses(document, _):
        for text in (
            "2 Options",
            "2.1 Remote diagnostics 4G router: declined",
            "2.2 无线AP 2台 待定",
        ):
            document.add_paragraph(text)

    records, _ = read(made(clauses))
    assert [(r.line, r.quantity, r.status.value, r.citation.locator.kind) for r in records[2:]] == [
        ("2.1", 1, "declined", "paragraph"),
        ("2.2", 2, "optional", "paragraph"),
    ]


def replaced(data, name, content):
    """The package with one part exchanged or added."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return out.getvalue()


BOMB = (
    b"<?xml version='1.0'?><!DOCTYPE d [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;'>]><d>&b;</d>"
)
OUTSIDE = b"<?xml version='1.0'?><!DOCTYPE d [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><d>&a;</d>"


@pytest.mark.parametrize(
    "content",
    [BOMB, OUTSIDE, b"<w:document", b" " * 60_000_000],
    ids=["entities", "outside", "cut", "blanks"],
)
def test_a_hostile_document_is_refused_in_one_line(content):
    records, gaps = read(replaced(made(), "word/document.xml", content))
    assert records == []
    assert [(gap.unread, "\n" in gap.why) for gap in gaps] == [(True, False)]


def test_macros_are_told_and_not_run():
    records, gaps = read(replaced(made(), "word/vbaProject.bin", b"x"))
    assert len(records) == 2
    assert any("macros" in gap.what for gap in gaps)


def test_documents_and_workbooks_are_told_apart():
    assert sniff(made()[:4096], "x").name == "docx"
    assert sniff(workbook({"A": [["Item", "Description"]]})[:4096], "x").name == "xlsx"
