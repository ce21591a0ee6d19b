"""What only a workbook has: hidden, merged, struck, computed and hostile."""

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lists import ITEM, split, workbook

from overlanded.model.observing import Gap
from overlanded.readers.paperwork import archives, xlsx

LIST = {"BOM": [["Item", "Description", "Qty"], ["1", "PLC", 1], ["2", "4G router", 2]]}


def read(data):
    return split(xlsx.read(ITEM, data))


def rebuilt(data, change):
    """The same package with its parts changed: ``change(name, bytes) -> bytes | None``."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    return out.getvalue()


def test_every_sheet_is_read_and_cited_by_name_and_row():
    data = workbook(
        {
            "Cover": [["Contract 2016-114"]],
            **LIST,
            "Options": [[], ["No", "Option", "Status"], ["14.3", "4G router", "declined"]],
        }
    )
    records, gaps = read(data)
    assert [str(r.citation) for r in records] == [
        "paperwork/list.xlsx › BOM › 2",
        "paperwork/list.xlsx › BOM › 3",
        "paperwork/list.xlsx › Options › 3",
    ]
    assert records[2].status.value == "declined"
    assert gaps == []


def test_hidden_rows_columns_and_sheets_are_read_and_noted():
    def hide(book, pages):
        pages["BOM"].set_row(2, None, None, {"hidden": True})
        pages["BOM"].set_column(2, 2, None, None, {"hidden": True})
        pages["More"].hide()

    records, gaps = read(
        workbook({**LIST, "More": [["Item", "Description"], ["3", "Wi-Fi access point"]]}, hide)
    )
    assert len(records) == 3
    assert records[1].citation.excerpt.startswith("hidden row: ")
    assert records[1].quantity == 2
    assert [gap.what for gap in gaps] == [
        "hidden lines in paperwork/list.xlsx › BOM: rows 3",
        "hidden columns in paperwork/list.xlsx › BOM: C",
        "paperwork/list.xlsx › More is hidden",
    ]
    assert not any(gap.unread for gap in gaps)


def test_a_value_merged_over_rows_belongs_to_each():
    rows = [
        ["Item", "Description", "Qty", "Location"],
        ["1", "PLC", 1],
        ["2", "HMI", 1],
        ["3", "Camera", 1, "Boom"],
    ]

    def merge(book, pages):
        pages["BOM"].merge_range(1, 3, 2, 3, "E-house")

    records, _ = read(workbook({"BOM": rows}, merge))
    assert [r.place for r in records] == ["E-house", "E-house", "Boom"]


@pytest.mark.parametrize(
    ("quantity", "each", "noted"), [(2, 1, False), (4, 2, False), (3, 1, True), (1, 1, False)]
)
def test_a_quantity_merged_over_lines_is_divided(quantity, each, noted):
    rows = [["Description", "Serial no.", "Qty"], ["Camera", "A1001"], ["Camera", "A1002"]]

    def merge(book, pages):
        pages["BOM"].merge_range(1, 2, 2, 2, quantity)

    records, gaps = read(workbook({"BOM": rows}, merge))
    assert [r.quantity for r in records] == [each, each]
    assert any("one quantity" in gap.what for gap in gaps) is noted


def test_a_heading_of_two_lines_with_merged_cells():
    rows = [
        ["Bill of materials"],
        ["Pos", "Description"],
        ["", "", "Name", "Part No.", "per crane", "total"],
        ["1", "Switch", "Hirschmann", "RS20-0800", 2, 8],
    ]

    def merge(book, pages):
        pages["BOM"].merge_range("A2:A3", "Pos")
        pages["BOM"].merge_range("B2:B3", "Description")
        pages["BOM"].merge_range("C2:D2", "Supplier")
        pages["BOM"].merge_range("E2:F2", "Quantity")

    records, gaps = read(workbook({"BOM": rows}, merge))
    assert [(r.line, r.description, r.maker, r.quantity) for r in records] == [
        ("1", "Switch", "Hirschmann", 2)
    ]
    assert [str(one) for one in records[0].identifiers] == ["part-number RS200800"]
    assert gaps == []


def test_a_section_heading_merged_across_the_list():
    rows = [["Item", "Description", "Qty"], [], ["1", "4G router", 1]]

    def merge(book, pages):
        pages["BOM"].merge_range("A2:C2", "Options – not included")

    records, _ = read(workbook({"BOM": rows}, merge))
    assert [r.status.value for r in records] == ["declined"]


def test_struck_through_cells_and_parts_of_cells():
    def strike(book, pages):
        struck = book.add_format({"font_strikeout": True})
        pages["BOM"].write(2, 1, "4G router", struck)
        pages["BOM"].write_rich_string(
            1, 1, "PLC ", struck, "S7-300", book.add_format(), " S7-1500"
        )

    records, gaps = read(workbook(LIST, strike))
    assert [(r.description, r.status.value) for r in records] == [
        ("PLC S7-1500", "ordered"),
        ("4G router", "removed"),
    ]
    assert [gap.what.partition(" in ")[0] for gap in gaps] == [
        "partly struck-through lines",
        "struck-through lines",
    ]


def test_numbers_are_read_as_they_are_shown():
    rows = [
        ["Item", "Description", "Part No.", "Qty"],
        [1.0, "PLC", "6ES7315-2EH14", 4.0],
        ["", "HMI", 6310000000012, 1],
    ]

    def number(book, pages):
        pages["BOM"].write(2, 0, 1.1, book.add_format({"num_format": "0.00"}))

    records, _ = read(workbook({"BOM": rows}, number))
    assert [(r.line, r.model, r.quantity) for r in records] == [
        ("1", "6ES7315-2EH14", 4),
        ("1.10", "6310000000012", 1),
    ]


def test_numbers_turned_into_dates_are_noted():
    def date(book, pages):
        pages["BOM"].write(1, 0, 42461, book.add_format({"num_format": "yyyy-mm-dd"}))

    records, gaps = read(workbook(LIST, date))
    assert records[0].line == "2016-04-01"
    assert "turned into dates" in gaps[0].what
    assert gaps[0].what.endswith("cells A2")


def test_formulas_give_their_stored_result_or_a_gap():
    def formulas(book, pages):
        pages["BOM"].write_formula("C2", "=1+2", None, 3)
        pages["BOM"].write_formula("B3", '="4G"&" router"', None, "4G router")
        pages["BOM"].write_formula("C3", "=1/0", None, "#DIV/0!")

    data = workbook(LIST, formulas)
    records, gaps = read(data)
    assert [r.quantity for r in records] == [3, 1]
    assert any(gap.what.startswith("formula errors") for gap in gaps)
    empty = rebuilt(
        data, lambda name, part: part.replace(b"<v>3</v>", b"") if "sheet1" in name else part
    )
    _, gaps = read(empty)
    unread = [gap for gap in gaps if gap.unread]
    assert [gap.what for gap in unread] == [
        "formulas without a stored result in paperwork/list.xlsx › BOM: cells C2"
    ]


def test_notes_on_cells_speak_for_their_line():
    def note(book, pages):
        pages["BOM"].write_comment("B3", "declined by the Buyer")

    records, _ = read(workbook(LIST, note))
    assert [r.status.value for r in records] == ["ordered", "declined"]


def test_macros_are_not_run_and_links_not_followed():
    data = workbook(LIST)
    with zipfile.ZipFile(out := io.BytesIO(data), "a") as package:
        package.writestr("xl/vbaProject.bin", b"\0")
        package.writestr("xl/externalLinks/externalLink1.xml", b"<externalLink/>")
    records, gaps = read(out.getvalue())
    assert len(records) == 2
    assert [gap.what for gap in gaps] == [
        "paperwork/list.xlsx holds macros",
        "values from other workbooks in paperwork/list.xlsx",
    ]


def test_an_encrypted_workbook_is_one_clear_gap():
    data = xlsx.OLE + bytes(500) + "EncryptedPackage".encode("utf-16-le") + bytes(500)
    records, gaps = read(data)
    assert records == []
    assert [(gap.what, gap.why, gap.mend, gap.unread) for gap in gaps] == [
        ("not read: paperwork/list.xlsx", "it is encrypted", "Supply it without a password.", True)
    ]


def test_an_old_workbook_is_one_clear_gap():
    data = xlsx.OLE + bytes(500) + "Workbook".encode("utf-16-le") + bytes(500)
    assert read(data)[1][0].why == "it is in the Excel format before 2007 (.xls)"


def _bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", b"<workbook/>")
        package.writestr("xl/worksheets/sheet1.xml", bytes(120 << 20))
    return out.getvalue()


def test_a_package_that_unpacks_beyond_measure_is_refused():
    _, gaps = read(_bomb())
    assert len(gaps) == 1
    assert gaps[0].why.startswith("it would unpack to 12")


def test_a_package_of_too_many_parts_is_refused():
    _, gaps = read(b"PK\x03\x04" + archives.ENTRY * 30_000)
    assert [gap.why for gap in gaps] == ["it has too many parts for a workbook"]


def test_a_part_that_many_sheets_share_is_read_once():
    def share(name, part):
        sheets = b"".join(b'<sheet name="S%d" sheetId="1" r:id="rId1"/>' % n for n in range(3))
        if name == "xl/workbook.xml":
            return b'<workbook xmlns:r="r"><sheets>' + sheets + b"</sheets></workbook>"
        return part

    records, gaps = read(rebuilt(workbook(LIST), share))
    assert len(records) == 2
    assert [gap.unread for gap in gaps] == [True, True]


def test_entities_are_never_expanded():
    laughs = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><worksheet>&b;</worksheet>'
    data = rebuilt(workbook(LIST), lambda name, part: laughs if "sheet1" in name else part)
    records, gaps = read(data)
    assert records == []
    assert "declares a document type" in gaps[0].why
    assert gaps[0].unread


def test_a_sheet_cut_in_the_middle_gives_the_rows_before_it():
    data = rebuilt(
        workbook(LIST),
        lambda name, part: part[: part.index(b'<row r="3"') + 5] if "sheet1" in name else part,
    )
    records, gaps = read(data)
    assert [r.description for r in records] == ["PLC"]
    assert gaps[-1].what == "paperwork/list.xlsx › BOM was read only in part"
    assert gaps[-1].unread


def test_other_packages_are_refused_in_one_line():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("word/document.xml", "<x/>")
    assert [gap.why for gap in read(out.getvalue())[1]] == [
        "it is a ZIP archive without a workbook"
    ]


def test_workbooks_of_another_program_are_read():
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in LIST["BOM"]:
        book.active.append(row)
    book.save(out := io.BytesIO())
    assert xlsx.sniff(out.getvalue()[:4096], "x")
    assert [r.description for r in read(out.getvalue())[0]] == ["PLC", "4G router"]


def test_sniffing_looks_at_content_alone():
    data = workbook(LIST)
    assert xlsx.sniff(data[:4096], "capture.pcap")
    assert xlsx.sniff(xlsx.OLE + bytes(100), "x")
    assert not xlsx.sniff(b"PK\x03\x04" + bytes(26) + b"word/document.xml", "list.xlsx")
    assert not xlsx.sniff(b"Item,Qty\n1,2\n", "list.xlsx")
    assert not xlsx.sniff(b"", "list.xlsx")


WHOLE = workbook(LIST)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(WHOLE)), st.binary(max_size=40), st.integers(0, len(WHOLE)))
def test_no_damage_raises(cut, junk, at):
    for data in (
        WHOLE[:cut],
        WHOLE[:at] + junk + WHOLE[at + len(junk) :],
        junk,
        b"PK\x03\x04" + junk,
    ):
        records, gaps = read(data)
        assert all(isinstance(gap, Gap) for gap in gaps)
        assert records or gaps


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 4000),
    st.binary(min_size=1, max_size=6),
    st.sampled_from(["sheet1", "workbook.xml", "styles", "sharedStrings", ".rels"]),
)
def test_no_damaged_part_raises(at, junk, part):
    def spoil(name, content):
        place = at % len(content)
        return content[:place] + junk + content[place + len(junk) :] if part in name else content

    records, gaps = read(rebuilt(WHOLE, spoil))
    assert records or gaps
