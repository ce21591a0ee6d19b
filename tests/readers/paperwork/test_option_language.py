"""What people write of an option means the same wherever in a paper it stands."""

import io

import docx
import pytest
from lists import ITEM, read_grid, split
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Paragraph, SimpleDocTemplate

from overlanded.readers.paperwork import docx as documents
from overlanded.readers.paperwork import pdf


def in_column(thing, words):
    return read_grid(f"Item | Description | Qty | Status\n1 | {thing} | 1 | {words}")[0]


def in_remark(thing, words):
    return read_grid(f"Item | Description | Qty | Remarks\n1 | {thing} | 1 | {words}")[0]


def in_brackets(thing, words):
    return read_grid(f"Item | Description | Qty\n1 | {thing} ({words}) | 1")[0]


def in_quantity(thing, words):
    return read_grid(f"Item | Description | Qty\n1 | {thing} | {words}")[0]


def in_clause(thing, words):
    made = docx.Document()
    made.add_paragraph(f"3.1 {thing}: {words}")
    made.save(out := io.BytesIO())
    return split(documents.read(ITEM, out.getvalue()))[0]


def in_printed_clause(thing, words):
    font = UnicodeCIDFont("STSong-Light")
    pdfmetrics.registerFont(font)
    style = ParagraphStyle("text", fontName=font.fontName)
    SimpleDocTemplate(out := io.BytesIO()).build([Paragraph(f"3.1 {thing}: {words}", style)])
    return split(pdf.read(ITEM, out.getvalue()))[0]


PLACES = (in_column, in_remark, in_brackets, in_quantity, in_clause, in_printed_clause)
WORDS = {
    "not included": "declined",
    "declined": "declined",
    "not taken": "declined",
    "excluded": "declined",
    "by others": "optional",
    "optional": "optional",
    "不含": "declined",
    "客户不选": "declined",
    "选配": "optional",
    "由他人提供": "optional",
}


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)
@pytest.mark.parametrize("words", WORDS)
def test_words_of_an_option(words, place):
    thing = "4G router" if words.isascii() else "4G路由器"
    (record,) = place(thing, words)
    assert record.status.value == WORDS[words]
    assert record.device_class == "cellular-gateway"


@pytest.mark.parametrize(
    "written",
    [
        "6ES7 315-2AH14-0AB0",
        "6ES7315-2AH14-0AB0",
        "6es7 315 2ah14 0ab0",
        "６ＥＳ７３１５-2AH14.0AB0",
    ],
)
def test_one_part_number_in_every_spelling(written):
    (record,), _ = read_grid(f"Item | Description | Qty | Part No.\n1 | PLC CPU | 1 | {written}")
    assert [str(one) for one in record.identifiers] == ["part-number 6ES73152AH140AB0"]
