"""Writes the paperwork of a scenario as people make it: title rows, sections, notes underneath."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lab import printed
from lab.errors import LabError
from lab.programs import late
from lab.scenario import Paper, Row, Scenario, Sheet

Styles = dict[str, Any]
MADE = datetime(2016, 11, 14, 9, 30, tzinfo=UTC).replace(tzinfo=None)
"""Creation date written into workbooks, so that the same scenario gives the same bytes."""
WIDTH = {"Description": 46, "Remarks": 36, "Reason": 36, "Maker": 20, "Type": 24, "Part no.": 24}


def write(scenario: Scenario, folder: Path) -> None:
    """Write every paper of the scenario into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for paper in scenario.papers:
        kind = Path(paper.file).suffix
        if kind not in WRITERS:
            raise LabError(f"{paper.file}: paperwork is written as {' or '.join(WRITERS)}")
        WRITERS[kind](paper, folder / paper.file)


def _workbook(paper: Paper, path: Path) -> None:
    book = late("xlsxwriter").Workbook(path)
    book.set_properties({"title": paper.sheets[0].title[0], "created": MADE})
    style = {
        "title": book.add_format({"bold": True, "font_size": 13}),
        "head": book.add_format({"bold": True, "bg_color": "#D9E1F2", "border": 1}),
        "section": book.add_format({"bold": True, "bg_color": "#EDEDED", "border": 1}),
        "cell": book.add_format({"border": 1, "text_wrap": True, "valign": "top"}),
    }
    for sheet in paper.sheets:
        _sheet(book.add_worksheet(sheet.name), sheet, style)
    book.close()


def _sheet(page: Any, sheet: Sheet, style: Styles) -> None:  # noqa: ANN401  xlsxwriter is untyped
    last = len(sheet.columns) - 1
    for column, name in enumerate(sheet.columns):
        page.set_column(column, column, WIDTH.get(name, 11))
    for at, line in enumerate(sheet.title):
        page.merge_range(at, 0, at, last, line, style["title"])
    top = len(sheet.title) + 1
    page.write_row(top, 0, sheet.columns, style["head"])
    for at, row in enumerate(sheet.rows, top + 1):
        _row(page, at, row, last, style)
    for at, note in enumerate(sheet.notes, top + len(sheet.rows) + 2):
        page.write_string(at, 0, note)


def _row(page: Any, at: int, row: Row, last: int, style: Styles) -> None:  # noqa: ANN401
    if row.section:
        page.merge_range(at, 0, at, last, row.section, style["section"])
    for column, value in enumerate(row.cells):
        page.write(at, column, value, style["cell"])
    if row.hidden:
        page.set_row(at, None, None, {"hidden": True})


def _table(paper: Paper, path: Path) -> None:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for sheet in paper.sheets:
        writer.writerows([line] for line in sheet.title)
        writer.writerow([])
        writer.writerow(sheet.columns)
        writer.writerows([row.section] if row.section else row.cells for row in sheet.rows)
        writer.writerows([note] for note in sheet.notes)
    path.write_text(out.getvalue(), "utf-8", newline="")


WRITERS: dict[str, Callable[[Paper, Path], None]] = {
    ".xlsx": _workbook,
    ".csv": _table,
    ".pdf": printed.write,
}
