"""One page of a PDF as rows of cells, and how it leaves the confined readers.

These (``pdf_text.py``, ``pdf_scan.py``) print one JSON line a page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from overlanded.readers.paperwork import aligned
from overlanded.readers.paperwork.layout import Box, TextRow, Word, blocks, joined


@dataclass(frozen=True, slots=True)
class PageRow:
    """One row: column → text, where it stands, and how far merged cells reach."""

    line: int
    """Number of the row on its page, from 1."""
    box: Box
    cells: Mapping[int, str]
    across: Mapping[int, int]
    down: Mapping[int, int]
    struck: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PageBlock:
    """Rows that stand together; ``edges`` are those of a table's columns, none for text."""

    rows: tuple[PageRow, ...]
    edges: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page."""

    number: int
    blocks: tuple[PageBlock, ...] = ()
    height: float = 0.0
    notes: tuple[str, ...] = ()
    """What to tell of it: kinds of ``[gaps]`` (``scan``, ``page`` …)."""


def leaf_of(
    number: int,
    height: float,
    words: Sequence[Word],
    lines: Sequence[Box],
    *notes: str,
    before: Leaf | None = None,
) -> Leaf:
    """A page from its words and ruled lines; ``before``: the page that a table may come from."""
    left_open = before.blocks[-1].edges if before and before.blocks else ()
    made: list[PageBlock] = []
    line = 0
    for block in blocks(words, lines):
        carried = () if made else left_open
        for part in (block,) if block.edges else aligned.tables(block, carried):
            rows = tuple(_row(line + at, row) for at, row in enumerate(part.rows, 1))
            line += len(rows)
            made.append(PageBlock(rows, part.edges))
    return Leaf(number, tuple(made), height, notes)


def _row(line: int, row: TextRow) -> PageRow:
    struck = (c for c, words in row.cells.items() if all(word.struck for word in words))
    cells = {column: joined(words) for column, words in sorted(row.cells.items())}
    return PageRow(line, row.box, cells, row.across, row.down, tuple(sorted(struck)))


def dumped(leaf: Leaf) -> bytes:
    """A page as one line of JSON."""
    return orjson.dumps(leaf, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_APPEND_NEWLINE)


def loaded(lines: bytes) -> Iterator[Leaf]:
    """The pages that a confined reader printed, up to the first that was cut off."""
    for line in lines.splitlines():
        try:
            page = orjson.loads(line)
        except orjson.JSONDecodeError:
            return
        made = (
            PageBlock(tuple(map(_loaded_row, block["rows"])), tuple(block["edges"]))
            for block in page["blocks"]
        )
        yield Leaf(page["number"], tuple(made), page["height"], tuple(page["notes"]))


def _loaded_row(row: Mapping[str, Any]) -> PageRow:
    cells, across, down = (
        {int(column): value for column, value in row[name].items()}
        for name in ("cells", "across", "down")
    )
    return PageRow(row["line"], tuple(row["box"]), cells, across, down, tuple(row["struck"]))
