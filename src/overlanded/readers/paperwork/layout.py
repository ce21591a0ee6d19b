"""Where words and ruled lines of a page make rows of cells: the same for text and for scans.

Lengths are points (1/72 inch) from the page's upper left corner.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median

from msgspec import Struct, field

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""
NEAR = 3.0
"""Points within which two ruled lines are one: a line drawn as a thin rectangle, or twice."""
SAME_LINE = 0.5
"""Share of a word's height that its middle may stand off the middle of its line."""
WIDE = 1.0
"""Heights of a word from which a blank parts two cells: a space is a quarter to a half of one."""
TWO_EDGES = 2
"""A net with no more edges has one column: a frame around text, or a shaded line."""
CJK = "\u2e80"
"""Characters from here on are written without blanks between words."""


class Word(Struct, frozen=True):
    """A word, or a run of words that stand together, with its box."""

    text: str
    box: Box
    struck: bool = False

    @property
    def middle(self) -> tuple[float, float]:
        """The middle of the box."""
        left, top, right, bottom = self.box
        return (left + right) / 2, (top + bottom) / 2

    @property
    def height(self) -> float:
        """The height of the box."""
        return self.box[3] - self.box[1]


class TextRow(Struct):
    """One row on a page: column → words, and how far merged cells reach."""

    cells: dict[int, list[Word]]
    across: dict[int, int] = field(default_factory=dict)
    """Column of a cell merged over columns → its last column."""
    down: dict[int, int] = field(default_factory=dict)
    """Column of a cell merged over rows, in its first row → how many rows it covers."""

    @property
    def box(self) -> Box:
        """The box around all words."""
        return around(word.box for words in self.cells.values() for word in words)


class Block(Struct):
    """Rows that stand together: a ruled table, or lines of text (``edges`` is empty)."""

    rows: list[TextRow]
    edges: tuple[float, ...] = ()
    """Where the columns of a ruled table begin and end."""

    @property
    def top(self) -> float:
        """Where the block begins."""
        return min((row.box[1] for row in self.rows), default=0.0)


def around(boxes: Iterable[Box]) -> Box:
    """The smallest box around some boxes."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def blocks(words: Sequence[Word], lines: Sequence[Box]) -> list[Block]:
    """The blocks of a page from top to bottom. ``lines``: ruled lines as thin boxes."""
    found: list[Block] = []
    left = list(words)
    for horizontal, vertical in _nets(lines):
        table, outside = _ruled(left, horizontal, vertical)
        if len(table.edges) > TWO_EDGES and table.rows:
            found.append(table)
            left = outside
    found += _text(left, sorted(block.top for block in found))
    return sorted(found, key=lambda block: block.top)


# ---- ruled tables -----------------------------------------------------------------------------


def _nets(lines: Sequence[Box]) -> list[tuple[list[Box], list[Box]]]:
    """Groups of ruled lines that touch each other: (horizontal, vertical) of every table."""
    flat = [line for line in lines if line[3] - line[1] <= NEAR < line[2] - line[0]]
    upright = [line for line in lines if line[2] - line[0] <= NEAR < line[3] - line[1]]
    group = list(range(len(flat) + len(upright)))

    def root(at: int) -> int:
        while group[at] != at:
            group[at] = group[group[at]]
            at = group[at]
        return at

    for i, h in enumerate(flat):
        for j, v in enumerate(upright, len(flat)):
            if _touch(h, v):
                group[root(i)] = root(j)
    nets: dict[int, tuple[list[Box], list[Box]]] = defaultdict(lambda: ([], []))
    for i, h in enumerate(flat):
        nets[root(i)][0].append(h)
    for j, v in enumerate(upright, len(flat)):
        nets[root(j)][1].append(v)
    return [net for net in nets.values() if len(net[0]) > 1 and len(net[1]) > 1]


def _touch(one: Box, other: Box) -> bool:
    across = one[0] - NEAR <= other[2] and other[0] <= one[2] + NEAR
    return across and one[1] - NEAR <= other[3] and other[1] <= one[3] + NEAR


def _positions(values: Iterable[float]) -> list[float]:
    """Positions of ruled lines, those that are one line taken together."""
    found: list[list[float]] = []
    for value in sorted(values):
        if found and value - found[-1][-1] <= NEAR:
            found[-1].append(value)
        else:
            found.append([value])
    return [sum(group) / len(group) for group in found]


def _ruled(
    words: Sequence[Word], flat: Sequence[Box], upright: Sequence[Box]
) -> tuple[Block, list[Word]]:
    """(the table that ruled lines make, the words outside it)."""
    xs = _positions((v[0] + v[2]) / 2 for v in upright)
    ends = min(v[1] for v in upright), max(v[3] for v in upright)
    ys = _positions([*((h[1] + h[3]) / 2 for h in flat), *ends])
    walls = {(x, y) for v in upright for x, y in _along(v, xs, ys, upright=True)}
    floors = {(x, y) for h in flat for x, y in _along(h, xs, ys, upright=False)}
    held: dict[tuple[int, int], list[Word]] = defaultdict(list)
    outside = []
    for word in words:
        at = _cell(word.middle, xs, ys)
        if at is None:
            outside.append(word)
        else:
            held[_corner(at, walls, floors)].append(word)
    rows = [TextRow({}) for _ in ys[1:]]
    for (column, row), inside in sorted(held.items()):
        rows[row].cells[column] = inside
        right = column
        while right + 2 < len(xs) and (right + 1, row) not in walls:
            right += 1
        low = row
        while low + 2 < len(ys) and (column, low + 1) not in floors:
            low += 1
        if right > column:
            rows[row].across[column] = right
        if low > row:
            rows[row].down[column] = low - row + 1
    return Block([row for row in _closed(rows) if row.cells], tuple(xs)), outside


def _closed(rows: list[TextRow]) -> list[TextRow]:
    """The rows, the reach of merged cells counted in rows that have words."""
    for at, row in enumerate(rows):
        for column, reach in row.down.items():
            row.down[column] = sum(bool(below.cells) for below in rows[at : at + reach])
    return rows


def _along(
    line: Box, xs: Sequence[float], ys: Sequence[float], *, upright: bool
) -> Iterable[tuple[int, int]]:
    """The sides of grid cells that a ruled line covers, as (column, row) it stands before."""
    if upright:
        at = _nearest((line[0] + line[2]) / 2, xs)
        for row, (top, bottom) in enumerate(pairwise(ys)):
            if line[1] - NEAR <= (top + bottom) / 2 <= line[3] + NEAR:
                yield at, row
    else:
        at = _nearest((line[1] + line[3]) / 2, ys)
        for column, (left, right) in enumerate(pairwise(xs)):
            if line[0] - NEAR <= (left + right) / 2 <= line[2] + NEAR:
                yield column, at


def _nearest(value: float, positions: Sequence[float]) -> int:
    return min(range(len(positions)), key=lambda at: abs(positions[at] - value))


def _cell(
    middle: tuple[float, float], xs: Sequence[float], ys: Sequence[float]
) -> tuple[int, int] | None:
    """The grid cell around a point, or None outside the grid."""
    x, y = middle
    if not (xs[0] <= x <= xs[-1] and ys[0] <= y <= ys[-1]):
        return None
    column = sum(edge <= x for edge in xs) - 1
    row = sum(edge <= y for edge in ys) - 1
    return min(column, len(xs) - 2), min(row, len(ys) - 2)


def _corner(
    at: tuple[int, int], walls: set[tuple[int, int]], floors: set[tuple[int, int]]
) -> tuple[int, int]:
    """The upper left grid cell of the merged cell that a grid cell belongs to."""
    column, row = at
    while column and (column, row) not in walls:
        column -= 1
    while row and (column, row) not in floors:
        row -= 1
    return column, row


# ---- text without rules -------------------------------------------------------------------------


def _text(words: Sequence[Word], tables: Sequence[float]) -> list[Block]:
    """Blocks of text: the lines between one ruled table and the next."""
    found: dict[int, list[TextRow]] = defaultdict(list)
    for line in text_lines(words):
        row = TextRow(dict(enumerate(map(list, _runs(line)))))
        found[sum(top <= row.box[1] for top in tables)].append(row)
    return [Block(rows) for rows in found.values()]


def text_lines(words: Iterable[Word]) -> list[list[Word]]:
    """The words line by line, each line from left to right."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda word: (word.middle[1], word.box[0])):
        if lines and _on_line(word, lines[-1]):
            lines[-1].append(word)
        else:
            lines.append([word])
    return [sorted(line, key=lambda word: word.box[0]) for line in lines]


def _on_line(word: Word, line: Sequence[Word]) -> bool:
    height = max(min(word.height, median(other.height for other in line)), 1.0)
    middle = sum(other.middle[1] for other in line) / len(line)
    return abs(word.middle[1] - middle) <= SAME_LINE * height


def _runs(line: Sequence[Word]) -> list[list[Word]]:
    """The words of a line in runs, cut where the blank between them is wide."""
    runs = [[line[0]]]
    for before, word in pairwise(line):
        gap = word.box[0] - before.box[2]
        if gap > WIDE * max(before.height, word.height):
            runs.append([])
        runs[-1].append(word)
    return runs


def joined(words: Iterable[Word]) -> str:
    """The text of a cell: its lines joined, without a blank between two Chinese characters."""
    text = ""
    for line in text_lines(words):
        for word in line:
            tight = text[-1:] > CJK and word.text[:1] > CJK
            broken = word is line[0] and text[-2:-1].isalnum() and text.endswith("-")
            text += word.text if tight or broken or not text else f" {word.text}"
    return text
