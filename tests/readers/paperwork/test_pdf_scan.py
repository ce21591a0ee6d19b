"""Pages that are pictures: set upright, read once, and told when nothing comes of them."""

import io

import pypdfium2
import pytest
from lists import ITEM, split
from PIL import Image
from reportlab.platypus import SimpleDocTemplate, Table

from overlanded.readers import ocr
from overlanded.readers.paperwork import confined, pdf

needs = pytest.mark.skipif(not ocr.available(), reason="the OCR extra is not installed")
ROWS = [
    ["Item", "Description", "Qty", "Location"],
    ["1", "PLC", "1", "E-house"],
    ["2", "4G router", "2", "Trolley"],
]
GRID = [("GRID", (0, 0), (-1, -1), 0.5, "black")]


def scanned(turn):
    """One printed page on a scanner that turned it by some degrees against the clock."""
    printed = io.BytesIO()
    SimpleDocTemplate(printed).build([Table(ROWS, [60, 160, 40, 90], style=GRID)])
    (page,) = pypdfium2.PdfDocument(printed.getvalue())
    picture = page.render(scale=150 / 72, grayscale=True).to_pil()
    picture.rotate(turn, expand=True, fillcolor=255).save(
        out := io.BytesIO(), "PDF", resolution=150
    )
    return out.getvalue()


def blank():
    Image.new("L", (800, 1100), 255).save(out := io.BytesIO(), "PDF")
    return out.getvalue()


def read(data):
    return split(pdf.read(ITEM, data))


@needs
@pytest.mark.parametrize("turn", [1, 90, 180, 270])
def test_a_page_is_read_whichever_way_it_lay(turn):
    records, gaps = read(scanned(turn))
    told = [(one.line, one.description.replace(" ", ""), one.quantity) for one in records]
    assert told == [("1", "PLC", 1), ("2", "4Grouter", 2)]
    assert [gap.what for gap in gaps] == [
        "scanned pages of paperwork/list.xlsx were read by character recognition: page 1"
    ]


@needs
def test_an_empty_page_is_told_as_such():
    records, gaps = read(blank())
    assert records == []
    assert [("no text was found" in gap.what, gap.unread) for gap in gaps] == [(True, False)]


@pytest.mark.parametrize(
    ("here", "stopped", "whats"),
    [
        (False, "", ["not read: page 1"]),
        (True, "reading it takes more memory than a paper may", ["only in part", "not read: page"]),
    ],
    ids=["no extra", "stopped"],
)
def test_a_page_that_was_not_read_is_told_with_its_reason(here, stopped, whats, monkeypatch):
    ran = confined.run

    def run(module, data, **more):
        answer = confined.Answer(b"", stopped)
        return answer if module == "pdf_scan" else ran(module, data, **more)

    monkeypatch.setattr(ocr, "available", lambda: here)
    monkeypatch.setattr(confined, "run", run)
    records, gaps = read(blank())
    assert records == []
    told = [gap for what in whats for gap in gaps if what in gap.what]
    assert [gap.unread for gap in told] == [True] * len(whats)
    assert len(gaps) == len(whats)
    assert any("not installed" in gap.why for gap in gaps) is not here
