"""Work orders and reports that are forms: labels with what was written beside or behind them."""

import io

import docx
import pytest
from lists import ITEM, read_grid, split
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate

from overlanded.readers.paperwork import docx as reader
from overlanded.readers.paperwork import pdf

ORDER = """
WORK ORDER WO-2019-114
Date | 2019-03-14 | Crane | STS-07
Location | E-house
Work performed | Installed 4G router Teltonika RUT955
Serial no | 1105123456
Technician | J. Smith
"""
LINES = [
    "Work order WO-2019-114",
    "Date: 2019-03-14",
    "Location: E-house",
    "Work performed: Installed 4G router Teltonika RUT955",
    "Serial no: 1105123456",
    "Signature:",
]


def told(records):
    (one,) = records
    numbers = [str(known) for known in one.identifiers]
    return one.paper.value, one.model, one.place, one.dated, one.adds, numbers


WANTED = ("work-order", "RUT955", "E-house", "2019-03-14", True, ["serial 1105123456"])


def test_a_form_of_cells():
    records, gaps = read_grid(ORDER, name="")
    assert told(records) == WANTED
    assert records[0].citation.locator.place == "4"
    assert gaps == []


def test_a_form_in_a_pdf():
    out = io.BytesIO()
    style = getSampleStyleSheet()["Normal"]
    SimpleDocTemplate(out, invariant=1).build([Paragraph(line, style) for line in LINES])
    records, _ = split(pdf.read(ITEM, out.getvalue()))
    assert told(records) == WANTED
    assert records[0].citation.locator.place.startswith("page 1 › line 4 › ")


def test_a_form_in_a_document():
    made = docx.Document()
    for line in LINES:
        made.add_paragraph(line)
    made.save(out := io.BytesIO())
    records, _ = split(reader.read(ITEM, out.getvalue()))
    assert told(records) == WANTED


@pytest.mark.parametrize(
    ("form", "lines"),
    [
        (
            "维修单\n日期：2019-03-14\n工作内容：更换4G路由器 RUT955\n安装位置：电气房",
            [("更换4G路由器 RUT955", "changed", "电气房")],
        ),
        (
            "Work order\nWork performed | Removed the 4G router from the E-house",
            [("Removed the 4G router from the E-house", "removed", "")],
        ),
        (
            "Work order\nLocation | Trolley\nWork done: Fitted camera\nWork done: Greased the rope",
            [("Fitted camera", "ordered", "Trolley")],
        ),
        (
            "Work order\nLocation | Trolley\nWork done: Fitted camera\nWork done: Fitted 4G router",
            [("Fitted camera", "ordered", ""), ("Fitted 4G router", "ordered", "")],
        ),
        ("Work order\nWork performed | Replaced spare\nModel | RUT955", [("Replaced spare",) * 3]),
        ("Work order\nWork performed | Greased the rope", []),
        ("Minutes of meeting\nWork performed | Installed 4G router", []),
    ],
    ids=["zh", "removed", "two works", "whose place?", "by its type", "nothing", "no form"],
)
def test_forms(form, lines):
    records, _ = read_grid(form, name="")
    assert [one.description for one in records] == [line[0] for line in lines]
    for one, (_, status, place) in zip(records, lines, strict=True):
        if status != "Replaced spare":
            assert (one.status.value, one.place) == (status, place)


def test_a_form_above_a_table_of_parts():
    records, _ = read_grid(
        """
Service report
Date: 2019-03-14
Work performed: Installed 4G router

Parts used | Qty | Part No.
4G router Teltonika RUT955 | 1 | RUT955T03520
Cable ties | 20 | CT-1
""",
        name="",
    )
    assert {(one.paper.value, one.dated) for one in records} == {("service-report", "2019-03-14")}
    assert [one.quantity for one in records] == [1, 1, 20]
