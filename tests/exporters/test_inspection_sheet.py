"""The empty inspection sheet: complete, the same every time, read back when filled in."""

from io import BytesIO

import openpyxl
import pypdfium2
import pytest

from overlanded.data import table
from overlanded.exporters import inspection_sheet

COLUMNS = table("inspection")["column"]


def page_text(number=0):
    document = pypdfium2.PdfDocument(inspection_sheet.printed())
    return len(document), document[number].get_textpage().get_text_bounded()


@pytest.mark.parametrize("make", [inspection_sheet.workbook, inspection_sheet.printed])
def test_the_same_bytes_every_time(make):
    assert make() == make()


def test_the_workbook_has_every_column_with_its_explanation():
    book = openpyxl.load_workbook(BytesIO(inspection_sheet.workbook()))
    sheet, help_page = book.worksheets
    assert [cell.value for cell in sheet[1]] == [column["titles"][0] for column in COLUMNS]
    told = {row[0].value: row[1].value for row in help_page.iter_rows()}
    assert all(told[column["titles"][0]] == column["about"] for column in COLUMNS)


def test_the_workbook_offers_only_words_that_are_understood():
    book = openpyxl.load_workbook(BytesIO(inspection_sheet.workbook()))
    offered = [
        rule.formula1.strip('"').split(",")
        for rule in book.worksheets[0].data_validations.dataValidation
    ]
    known = table("inspection")
    visits, states = offered
    assert all(word in known["visits"][word] for word in visits)
    assert all(word in known["words"][word] for word in states)


def test_the_printed_sheet_has_a_place_for_every_column():
    pages, text = page_text()
    assert pages == table("inspection")["sheet"]["pages"]
    for column in COLUMNS:
        if column["mm"]:
            assert column["titles"][0] in text
    for word in ("Cabinet", "opened", "not opened", "sealed", "Inspector", "factory", "Date"):
        assert word in text


def test_the_table_fits_on_the_paper():
    assert sum(column["mm"] for column in COLUMNS) <= 297 - 20
