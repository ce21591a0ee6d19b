"""One page of a PDF as rows of cells, and how it leaves the confined readers.

These (``pdf_text.py``, ``pdf_scan.py``) print one JSON line a page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import DecodeError, Struct, ValidationError, json

from overlanded.readers.paperwork import aligned
from overlanded.readers.paperwork.layout import Box, TextRow, Word, blocks, joined


class PageRow(Struct, frozen=True):
    """One row: column → text, where it stands, and how far merged cells reach."""

    line: int
    """Number of the row on its page, from 1."""
    box: Box
    cells: Mapping[int, str]
    across: Mapping[int, int]
    down: Mapping[int, int]
    struck: tuple[int, ...] = ()


class PageBlock(Struct, frozen=True):
    """Rows that stand together; ``edges`` are those of a table's columns, none for text."""

    rows: tuple[PageRow, ...]
    edges: tuple[float, ...] = ()


class Leaf(Struct, frozen=True):
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
    return json.encode(leaf) + b"\n"


def loaded(lines: bytes) -> Iterator[Leaf]:
    """The pages that a confined reader printed, up to the first that was cut off."""
    for line in lines.splitlines():
        try:
            yield json.decode(line, type=Leaf)
        except ValidationError:
            raise  # a whole line that is no page: to end here would hide those behind it
        except DecodeError:
            return
