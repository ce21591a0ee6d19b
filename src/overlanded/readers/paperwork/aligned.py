"""Tables without ruled lines: columns found from where headings and values stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise, takewhile
from statistics import median

from overlanded.readers.paperwork import papers
from overlanded.readers.paperwork.headings import is_heading
from overlanded.readers.paperwork.layout import Block, TextRow, Word, joined
from overlanded.readers.paperwork.lines import BULLETS
from overlanded.readers.paperwork.sheets import Row
from overlanded.readers.paperwork.words import heading, title_status

FAR = 2.5
"""Times the usual distance between lines, from which a lone line no longer is of the table."""
PADDED = 1.25
"""Times the smallest distance between lines, from which the next line is of another row."""
NUMBERED = 0.5
"""Share of the rows with a value in the anchor column from which a row without one goes on."""

BEYOND = 1e6
"""Right of everything on a page, in points."""


def tables(block: Block, before: Sequence[float] = ()) -> Iterator[Block]:
    """The block cut at its headings: text, then a table, then the text after it.

    ``before``: where the columns part of a table that the page before may have left open.
    """
    rows = block.rows
    starts = [at for at, row in enumerate(rows) if is_heading(Row(1, _texts(row)))]
    first = starts[0] if starts else len(rows)
    if before and sum(len(row.cells) > 1 for row in rows[:first]) > first / 2:
        yield Block([_placed(row, before) for row in rows[:first]], tuple(before))
    elif first:
        yield Block(rows[:first])
    for start, after in pairwise([*starts, len(rows)]):
        end = _end(rows, start, after)
        edges = _edges(rows[start], rows[start + 1 : end])
        placed = [_placed(row, edges) for row in rows[start:end]]
        yield Block(list(_folded(placed)), tuple(edges))
        if end < after:
            yield Block(rows[end:after])


def _texts(row: TextRow) -> dict[int, str]:
    return {column: joined(words) for column, words in row.cells.items()}


def _end(rows: Sequence[TextRow], start: int, after: int) -> int:
    """Where a table ends: at a lone line far below the line before it."""
    tops = [row.box[1] for row in rows[start:after]]
    steps = [low - high for high, low in pairwise(tops)]
    usual = median(steps) if steps else 0.0
    for at, step in enumerate(steps, start + 1):
        if step > FAR * usual and len(rows[at].cells) == 1:
            return at
    return after - _titles_at_end(rows[start + 1 : after]) if after < len(rows) else after


def _titles_at_end(rows: Sequence[TextRow]) -> int:
    """How many lone lines at the end say what the next table is."""
    lone = takewhile(lambda row: len(row.cells) == 1, reversed(rows))
    texts = (text for row in lone for text in _texts(row).values())
    return sum(1 for _ in takewhile(lambda t: title_status(t) or papers.titled([t]), texts))


def _edges(head: TextRow, body: Sequence[TextRow]) -> list[float]:
    """Where columns part: between two headings, where the fewest values stand in the way."""
    heads = [TextRow({0: words}).box for _, words in sorted(head.cells.items())]
    runs = [
        TextRow({0: words}).box
        for row in body
        if len(row.cells) > 1
        for words in row.cells.values()
    ]
    found = [0.0]
    for left, right in pairwise(heads):
        low, high = (left[0] + left[2]) / 2, (right[0] + right[2]) / 2
        found.append(_valley([*runs, left, right], low, high))
    return [*found, BEYOND]


def _valley(runs: Sequence[tuple[float, ...]], low: float, high: float) -> float:
    """The middle of the widest of the stretches that the fewest runs cross."""
    near = [run for run in runs if run[2] > low and run[0] < high]
    cuts = sorted({low, high, *(x for run in near for x in (run[0], run[2]) if low < x < high)})
    stretches = [
        (sum(run[0] < (a + b) / 2 < run[2] for run in near), a - b, (a + b) / 2)
        for a, b in pairwise(cuts)
    ]
    return min(stretches)[2] if stretches else (low + high) / 2


def _column(x: float, edges: Sequence[float]) -> int:
    return sum(edge <= x for edge in edges) - 1


def _placed(row: TextRow, edges: Sequence[float]) -> TextRow:
    """The row with its words in columns; a lone run stays whole, however far it reaches."""
    if len(row.cells) == 1:
        (words,) = row.cells.values()
        left, right = (_column(word.box[0], edges) for word in (words[0], words[-1]))
        return TextRow({left: words}, {left: right} if right > left else {})
    cells: dict[int, list[Word]] = {}
    for words in row.cells.values():
        for word in words:
            cells.setdefault(_column(word.middle[0], edges), []).append(word)
    return TextRow(cells)


def _folded(rows: Sequence[TextRow]) -> Iterator[TextRow]:
    """The rows; a line that only goes on with the cells of the row above is taken into it."""
    anchor, tops = _anchor(rows), [row.box[1] for row in rows]
    leading = _leading(tops)
    kept: TextRow | None = None
    for at, row in enumerate(rows):
        tight = at > 1 and tops[at] - tops[at - 1] <= leading
        if kept is not None and at > 1 and _goes_on(kept, row, anchor, tight=tight):
            for column, words in row.cells.items():
                kept.cells[column] = [*kept.cells[column], *words]
            continue
        if kept is not None:
            yield kept
        kept = row
    if kept is not None:
        yield kept


def _anchor(rows: Sequence[TextRow]) -> int | None:
    """The column that every line of the list fills: its number, else its quantity."""
    body = rows[1:]
    for field in ("line", "quantity"):
        for column, text in _texts(rows[0]).items():
            known = heading(text)
            filled = sum(column in row.cells for row in body)
            if known and field in known.fields and filled >= NUMBERED * len(body):
                return column
    return None


def _leading(tops: Sequence[float]) -> float:
    """The distance up to which lines are those of one cell; 0 where all stand alike."""
    steps = sorted(low - high for high, low in pairwise(tops[1:]))
    wide = [step for step in steps if step > PADDED * steps[0]]
    return steps[0] * PADDED if wide else 0.0


def _goes_on(above: TextRow, row: TextRow, anchor: int | None, *, tight: bool) -> bool:
    if not above.cells.keys() >= row.cells.keys():
        return False
    if anchor is None:
        # Nothing counts the lines: those of one cell stand closer than those of two.
        if not tight or len(row.cells) == len(above.cells):
            return False
    elif anchor in row.cells or anchor not in above.cells:
        return False
    if any(words[0].text[:1] in BULLETS for words in row.cells.values()):
        return False
    return all(
        abs(words[0].box[0] - above.cells[column][0].box[0]) <= words[0].height
        for column, words in row.cells.items()
    )
