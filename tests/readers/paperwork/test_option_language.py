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
    "supplied by Purchaser": "optional",
    "to be provided by the Employer": "optional",
    "买方提供": "optional",
    "not provided": "declined",
    "不配备": "declined",
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


SENTENCES = [
    # what is written, (status, pieces) of every record
    ("The Contractor shall supply a 4G router. A SIM card is not included.", [("ordered", 1)]),
    ("One firewall shall be supplied. Cabling to the port is excluded.", [("ordered", 1)]),
    ("A VPN gateway is offered. This option was declined.", [("declined", 1)]),
    ("A VPN gateway is offered; the Employer has rejected it.", [("declined", 1)]),
    ("A satellite terminal. Not included.", [("declined", 1)]),
    ("No satellite terminal is foreseen.", [("declined", 1)]),
    ("No more than two switches are supplied.", [("ordered", 1)]),
    ("Two wireless access points are supplied; the WLAN client is not in scope.",
     [("ordered", 2), ("declined", 1)]),
    ("Order No. RUT955 4G router: not included.", [("declined", 1)]),
    ("供应4G路由器一台。SIM卡不含。", [("ordered", 1)]),
    ("提供远程维护网关一台。该选项客户不选。", [("declined", 1)]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "told"), SENTENCES)
def test_a_sentence_says_what_becomes_of_the_thing_that_it_speaks_of(text, told):
    made = docx.Document()
    made.add_paragraph(f"2.1 {text}")
    made.save(out := io.BytesIO())
    records, _ = split(documents.read(ITEM, out.getvalue()))
    assert [(one.status.value, one.quantity) for one in records] == told


@pytest.mark.parametrize(("other", "status"), [("√", "declined"), ("", "ordered")])
def test_a_cross_beside_ticks_says_no(other, status):
    rows = f"Item | Description | Qty | 选配状态\n1 | 4G路由器 | 1 | ×\n2 | 防火墙 | 1 | {other}"
    record, *_ = read_grid(rows)[0]
    assert record.status.value == status


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
