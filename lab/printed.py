"""Writes a paper as PDF: for each sheet its title, its ruled table, and its notes as clauses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.lib.units import mm
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

from lab.scenario import Paper, Sheet

MARGIN = 18 * mm
WIDTH = {"Description": 4.0, "Remarks": 3.0, "Maker": 1.6, "Type": 1.8}
"""Shares of the page's width; any other column has one."""


def write(paper: Paper, path: Path) -> None:
    """Write the paper, one sheet after another. The same paper gives the same bytes."""
    margins: Any = dict.fromkeys(("leftMargin", "rightMargin", "topMargin", "bottomMargin"), MARGIN)
    title = paper.sheets[0].title[0]
    document = SimpleDocTemplate(str(path), pagesize=A4, title=title, invariant=1, **margins)
    document.build([part for sheet in paper.sheets for part in _sheet(sheet)])


def _sheet(sheet: Sheet) -> Iterator[Any]:
    style = getSampleStyleSheet()
    for number, line in enumerate(sheet.title):
        yield Paragraph(escape(line), style["Heading2" if number else "Heading1"])
    if sheet.rows:
        yield _table(sheet)
        yield Spacer(1, 6 * mm)
    for note in sheet.notes:
        yield Paragraph(escape(note), style["BodyText"])


def _table(sheet: Sheet) -> Any:  # noqa: ANN401  reportlab is untyped
    plain = getSampleStyleSheet()["BodyText"]
    plain.fontSize, plain.leading = 8, 10
    shares = [WIDTH.get(name, 1.0) for name in sheet.columns]
    widths = [(A4[0] - 2 * MARGIN) * share / sum(shares) for share in shares]
    rows = [sheet.columns, *(row.cells for row in sheet.rows)]
    cells = [[Paragraph(escape(str(cell)), plain) for cell in row] for row in rows]
    look: Any = [
        ("GRID", (0, 0), (-1, -1), 0.5, colors.grey),
        ("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#E4E8F0")),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
    return Table(cells, widths, repeatRows=1, style=look)
