"""Work orders and reports as forms: a label, and beside it or behind its colon what was done.

A form is one line of paperwork for every piece of work on it; its labels are the headings of
lists (``paperwork.toml``), turned by a quarter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from overlanded.readers.paperwork.headings import THINGS, UNUSED, Table
from overlanded.readers.paperwork.sheets import Row, Sheet
from overlanded.readers.paperwork.words import equipment, heading

LABEL = re.compile(r"\s*([^:：]{2,40}?)\s*[:：]\s*(.*)", re.DOTALL)
WORK = "description"
"""The field whose text says what was done, or to what."""


def table_of(sheet: Sheet, rows: Iterable[Row]) -> tuple[Sheet, Table] | None:
    """The filled form that rows outside tables make, as a table; None when they make none."""
    known: dict[str, str] = {}
    work: list[tuple[Row, str]] = []
    for row in rows:
        for field, text in _labelled(row):
            if field == WORK:
                work += [(row, part.strip()) for part in text.splitlines() if part.strip()]
            elif field not in UNUSED:
                known.setdefault(field, text)
    about = [(row, text) for row, text in work if equipment().names_equipment(text)]
    if not about and work and THINGS & known.keys():
        about = work[:1]
    if not about:
        return None
    # What the form says of one thing holds for its work; of several it is not known which.
    columns = dict(enumerate([WORK, *(known if len(about) == 1 else ())]))
    body = tuple(
        Row(number, _cells(columns, {**known, WORK: text}), place=sheet.place(row))
        for number, (row, text) in enumerate(about, 1)
    )
    return Sheet("", body, locator=sheet.locator, titles=sheet.titles), Table(
        columns, columns, (), body
    )


def _cells(columns: dict[int, str], known: dict[str, str]) -> dict[int, str]:
    return {column: known[field] for column, field in columns.items()}


def _labelled(row: Row) -> Iterator[tuple[str, str]]:
    """(field, text) of every label in a row: in a cell of its own, or before a colon."""
    cells = list(row.cells.values())
    inside = [LABEL.fullmatch(text) for text in cells]
    for found in filter(None, inside):
        if found[2] and (field := _field(found[1])):
            yield field, found[2]
    for (label, text), split in zip(pairwise(cells), inside, strict=False):
        if not (split and split[2]) and (field := _field(label)):
            yield field, text


def _field(label: str) -> str:
    known = heading(label.strip().rstrip(":："))
    return known.fields[0] if known and known.exact else ""
