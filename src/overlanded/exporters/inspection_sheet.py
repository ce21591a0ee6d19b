"""The empty inspection sheet: for printing as PDF, for filling in on a tablet as XLSX.

Both have the columns of ``data/inspection.toml``, which the reader of filled sheets takes.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from overlanded.data import table

Column = dict[str, Any]
MADE = datetime(2026, 1, 1, tzinfo=UTC)
"""Date that the workbook carries: the same sheet on every day."""
STATES = ("opened", "not opened", "sealed")
VISITS = ("factory", "delivery", "site")
RULES = (
    "One row for each cabinet, also for those that stayed closed; one row for each device in it.",
    "Not opened is not empty: write it down, so that nobody takes it for looked at.",
    "Write numbers letter for letter. Photograph every label, and write the photo's number.",
    "Write no passwords. Change nothing, unplug nothing, and break no seal without its owner.",
)


def workbook() -> bytes:
    """The sheet as XLSX, with lists to choose from and a page that explains the columns."""
    import xlsxwriter

    sheet, columns = table("inspection")["sheet"], table("inspection")["column"]
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"title": sheet["title"], "created": MADE.replace(tzinfo=None)})
    head = book.add_format({"bold": True, "bottom": 2, "text_wrap": True, "valign": "top"})
    # Everything is text: a serial number with zeros in front, a date as it was written.
    cell = book.add_format({"num_format": "@", "border": 1, "text_wrap": True, "valign": "top"})
    page = book.add_worksheet(sheet["name"])
    for at, column in enumerate(columns):
        page.set_column(at, at, column["width"], cell)
        page.write_string(0, at, column["titles"][0], head)
    for name, words in (("visit", VISITS), ("state", STATES)):
        at = [column["name"] for column in columns].index(name)
        choice = {"validate": "list", "source": list(words), "error_type": "warning"}
        page.data_validation(1, at, sheet["rows"], at, choice)
    page.freeze_panes(1, 0)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    _explain(book.add_worksheet("How to fill it in"), columns)
    book.close()
    return out.getvalue()


def _explain(page: Any, columns: Sequence[Column]) -> None:  # noqa: ANN401  xlsxwriter is untyped
    page.set_column(0, 0, 16)
    page.set_column(1, 1, 100)
    told = [("", rule) for rule in RULES]
    told += [(column["titles"][0], column["about"]) for column in columns]
    for row, (name, about) in enumerate(told):
        page.write_string(row, 0, name)
        page.write_string(row, 1, about)


def printed() -> bytes:
    """The sheet as PDF, A4 across: one page for each cabinet, with lines for devices."""
    from reportlab.lib.pagesizes import A4, landscape
    from reportlab.pdfgen.canvas import Canvas

    sheet = table("inspection")["sheet"]
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=landscape(A4), invariant=1)
    canvas.setTitle(sheet["title"])
    for number in range(1, sheet["pages"] + 1):
        _page(canvas, sheet, landscape(A4))
        canvas.drawRightString(landscape(A4)[0] - MARGIN, MARGIN / 2, f"page {number} of ____")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


MM = 72 / 25.4
MARGIN = 10 * MM
LINE = 9.5 * MM
BOX = 3.2 * MM


def _page(canvas: Any, sheet: dict[str, Any], size: tuple[float, float]) -> None:  # noqa: ANN401  reportlab's canvas takes numbers of any kind
    """Heading, boxes to tick, the table, notes, and what to mind."""
    width, height = size
    top = height - MARGIN - 5 * MM
    canvas.setFont("Helvetica-Bold", 14)
    canvas.drawString(MARGIN, top, sheet["title"])
    canvas.setFont("Helvetica", 10)
    _blank(canvas, MARGIN, top - 10 * MM, "Crane", 60)
    _choice(canvas, MARGIN + 82 * MM, top - 10 * MM, "Visit", VISITS)
    _blank(canvas, MARGIN + 165 * MM, top - 10 * MM, "Date (2017-08-15)", 38)
    _blank(canvas, MARGIN, top - 19 * MM, "Cabinet", 56)
    _choice(canvas, MARGIN + 82 * MM, top - 19 * MM, "It was", STATES)
    _blank(canvas, MARGIN + 165 * MM, top - 19 * MM, "Inspector", 52)
    end = _rows(canvas, top - 25 * MM, sheet["lines"])
    canvas.setFont("Helvetica", 10)
    _blank(canvas, MARGIN, end - 9 * MM, "Notes", (width - 2 * MARGIN) / MM - 14)
    canvas.setFont("Helvetica", 8)
    for at, rule in enumerate(RULES):
        canvas.drawString(MARGIN, end - (15 + 4 * at) * MM, rule)


def _blank(canvas: Any, x: float, y: float, label: str, mm: float) -> None:  # noqa: ANN401
    """A word with a line behind it to write on."""
    canvas.drawString(x, y, label)
    start = x + canvas.stringWidth(label, "Helvetica", 10) + 2 * MM
    canvas.line(start, y - 1, start + mm * MM, y - 1)


def _choice(canvas: Any, x: float, y: float, label: str, words: Sequence[str]) -> None:  # noqa: ANN401
    """A word with boxes to tick."""
    canvas.drawString(x, y, label)
    x += canvas.stringWidth(label, "Helvetica", 10) + 4 * MM
    for word in words:
        canvas.rect(x, y - 0.5, BOX, BOX)
        canvas.drawString(x + BOX + 1.5 * MM, y, word)
        x += BOX + canvas.stringWidth(word, "Helvetica", 10) + 6 * MM


def _rows(canvas: Any, top: float, lines: int) -> float:  # noqa: ANN401
    """The empty table; where it ends."""
    columns = [column for column in table("inspection")["column"] if column["mm"]]
    edges = [MARGIN]
    for column in columns:
        edges.append(edges[-1] + column["mm"] * MM)
    canvas.setFont("Helvetica-Bold", 8)
    for column, x in zip(columns, edges, strict=False):
        canvas.drawString(x + 1 * MM, top - 4.5 * MM, column["titles"][0])
    ends = [top, top - 6 * MM, *(top - 6 * MM - LINE * row for row in range(1, lines + 1))]
    canvas.grid(edges, ends)
    return ends[-1]
