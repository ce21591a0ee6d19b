"""Where the tables of a sheet begin, and what each of their columns means."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import islice, takewhile

from msgspec import Struct
from msgspec.structs import replace

from overlanded.readers.paperwork import papers
from overlanded.readers.paperwork.changes import action_of
from overlanded.readers.paperwork.sheets import Row, Sheet, column_name
from overlanded.readers.paperwork.words import (
    Heading,
    heading,
    is_line_number,
    mark,
    place_of,
    status_of,
    title_status,
)

THINGS = frozenset(
    ("description", "model", "maker-model", "part-number", "maker", "hostname", "mac", "serial")
)
"""Fields that can say what a line is about; a table has one of them."""

UNUSED = frozenset(("ignored", "price"))
"""Fields that are known and not read."""
REPEATABLE = UNUSED | {"description", "specification", "remark", "place", "category"}
SAMPLE = 200
"""Values of a column that are looked at to decide what an ambiguous heading means."""
LINES_OF_HEADING = 3


class Table(Struct, frozen=True):
    """One table, or one of several side by side: column → field, and the rows below."""

    columns: Mapping[int, str]
    titles: Mapping[int, str]
    """Column → heading as written."""
    not_understood: tuple[str, ...]
    """Columns with values whose heading is missing or in no list."""
    body: tuple[Row, ...]
    above: tuple[Row, ...] = ()
    """Titles above the headings."""

    def having(self, field: str) -> list[int]:
        """The columns of a field, from left to right."""
        return [column for column, name in self.columns.items() if name == field]


def tables(sheet: Sheet) -> list[Table]:
    """The tables in order; a heading that only repeats the one before goes on with its table."""
    rows = sheet.rows
    starts = _starts(sheet)
    if not starts:
        return []
    found: list[Table] = []
    ends = [first for first, _ in starts[1:]] + [len(rows)]
    above = rows[: starts[0][0]]
    for (first, after), end in zip(starts, ends, strict=True):
        last = end if end == len(rows) else end - _titles_before(rows[after:end])
        made = list(_tables(sheet, rows[first:after], rows[after:last], above))
        told = any(map(title_status, texts_of(above))) or _another_paper(above, found)
        if len(made) == 1 and found and made[0].titles == found[-1].titles and not told:
            body = (*found[-1].body, *above, *made[0].body)
            found[-1] = replace(found[-1], body=body)
        else:
            found.extend(made)
        above = rows[last:end]
    return found


def _another_paper(above: tuple[Row, ...], found: list[Table]) -> bool:
    """Whether titles name another kind of paper than those of the table before."""
    kind = papers.titled(texts_of(above))
    return bool(kind and found) and kind is not papers.titled(texts_of(found[-1].above))


def texts_of(rows: Iterable[Row]) -> list[str]:
    """All texts of some rows."""
    return [text for row in rows for text in row.cells.values()]


def _titles_before(rows: tuple[Row, ...]) -> int:
    """How many rows at the end have one cell only: titles of the table below them."""
    return sum(1 for _ in takewhile(lambda row: len(row.cells) == 1, reversed(rows)))


def _starts(sheet: Sheet) -> list[tuple[int, int]]:
    """(index of the first heading row, index after the last) of every table."""
    rows = sheet.rows
    found: list[tuple[int, int]] = []
    index = 0
    while index < len(rows):
        if not is_heading(rows[index]):
            index += 1
            continue
        first = index
        if (
            index
            and _continues(rows[index - 1], rows[index])
            and (not found or found[-1][1] < index)
        ):
            first = index - 1
        index += 1
        while index < len(rows) and index - first < LINES_OF_HEADING and _below(rows, index):
            index += 1
        found.append((first, index))
    return found


def is_heading(row: Row) -> bool:
    """Whether a row names the columns of a list."""
    if len(row.cells) < 2 or _has_number(row):
        return False
    found = [known for text in row.cells.values() if (known := heading(text))]
    fields = {known.fields[0] for known in found} - UNUSED
    things = any(THINGS & set(known.fields) for known in found)
    exact = sum(known.exact for known in found)
    misspelt = sum(known.misspelt for known in found)
    share = len(found) / len(row.cells)
    enough = 0.35 if len(fields) >= 3 else 0.6
    inside = exact >= 1 and len(fields) >= 3 and share >= 0.75
    named = exact >= 2 or exact + misspelt >= 3 or inside
    return things and len(fields) >= 2 and named and share >= enough


def _has_number(row: Row) -> bool:
    return any(text.strip().replace(".", "").isdigit() for text in row.cells.values())


def _continues(upper: Row, lower: Row) -> bool:
    """Whether a row just above a heading is its upper line."""
    known = [heading(text) for text in upper.cells.values()]
    return (
        lower.number == upper.number + 1
        and len(upper.cells) > 1
        and not _has_number(upper)
        and sum(1 for found in known if found and found.exact) * 2 >= len(known)
    )


def _below(rows: tuple[Row, ...], index: int) -> bool:
    """Whether a row just below a heading is its next line."""
    row = rows[index]
    return _continues(row, Row(row.number + 1, {})) and row.number == rows[index - 1].number + 1


def _tables(
    sheet: Sheet, heads: tuple[Row, ...], body: tuple[Row, ...], above: tuple[Row, ...]
) -> Iterable[Table]:
    body = tuple(row for row in body if not _counts_columns(row))
    used = sorted({column for row in (*heads, *body) for column in row.cells})
    titles = {column: _title(sheet, heads, column) for column in used}
    known = {column: _heading(titles[column]) for column in used}
    fields = {c: _decide(h, c, body) for c, h in known.items() if h}
    filled = {column for row in body for column in row.cells}
    unclear = [c for c in used if c not in fields and c in filled]
    blocks = _blocks(fields)
    for index, block in enumerate(blocks):
        kept, spare = _single(block)
        wanted = [*spare, *(unclear if not index else [])]
        names = tuple(_name(c, titles[c]) for c in sorted(wanted) if c in filled)
        yield Table(kept, {c: " ".join(titles[c]) for c in kept}, names, body, above)


def _counts_columns(row: Row) -> bool:
    values = [text.strip() for text in row.cells.values()]
    return len(values) > 2 and values == [str(n) for n in range(1, len(values) + 1)]


def _title(sheet: Sheet, heads: tuple[Row, ...], column: int) -> list[str]:
    """The lines of a column's heading from top to bottom, through merged cells."""
    texts = [row.cells.get(column) or _spanning(sheet, row, column) for row in heads]
    return list(dict.fromkeys(text.strip() for text in texts if text.strip()))


def _spanning(sheet: Sheet, row: Row, column: int) -> str:
    ends = ((c, sheet.across.get((row.number, c), -1)) for c in row.cells)
    return next((row.cells[c] for c, end in ends if c < column <= end), "")


def _heading(lines: list[str]) -> Heading | None:
    """A heading of several lines: all of it if that is known, else its lowest known line."""
    whole = heading(" ".join(lines))
    if whole and (whole.exact or whole.fields == ("price",)):
        return whole
    single = [found for line in reversed(lines) if (found := heading(line))]
    return next((found for found in single if found.exact), whole or next(iter(single), None))


def _name(column: int, lines: list[str]) -> str:
    return f"{' '.join(lines)} ({column_name(column)})" if lines else column_name(column)


def _share(test: Callable[[str], object], values: list[str]) -> float:
    return sum(bool(test(value)) for value in values) / len(values) if values else 0.0


def _digit(text: str) -> bool:
    return any(char.isdigit() for char in text)


FITS: dict[str, Callable[[list[str]], bool]] = {
    "line": lambda values: _share(is_line_number, values) >= 0.4,
    "model": lambda values: _share(_digit, values) >= 0.5,
    "part-number": lambda values: _share(_digit, values) >= 0.5,
    "action": lambda values: _share(lambda v: action_of(v) and len(v) <= 24, values) >= 0.6,
    "optional": lambda values: _share(lambda v: mark(v) and not v.isdigit(), values) >= 0.6,
    "place": lambda values: _share(place_of, values) >= 0.5,
    "status": lambda values: _share(lambda v: status_of(v) or mark(v), values) >= 0.6,
}
"""When the values of a column allow a field; fields that are not listed always fit."""


def _decide(known: Heading, column: int, body: tuple[Row, ...]) -> str:
    """The field of a column; the values decide when the heading is ambiguous."""
    if len(known.fields) == 1:
        return known.fields[0]
    values = list(islice((r.cells[column] for r in body if column in r.cells), SAMPLE))
    fits = (field for field in known.fields if field not in FITS or FITS[field](values))
    return next(fits, known.fields[-1])


def _blocks(fields: dict[int, str]) -> list[dict[int, str]]:
    """Tables side by side: the whole order of fields begins again further right."""
    columns = list(fields)
    for at in range(2, len(columns) - 1):
        left = [fields[column] for column in columns[:at]]
        right = [fields[column] for column in columns[at : at * 2]]
        if left == right and THINGS & set(left):
            split = columns[at]
            rest = {c: f for c, f in fields.items() if c >= split}
            return [{c: f for c, f in fields.items() if c < split}, *_blocks(rest)]
    return [fields]


def _single(fields: dict[int, str]) -> tuple[dict[int, str], list[int]]:
    """(columns kept, columns left over because another one already has their field)."""
    kept: dict[int, str] = {}
    for column, field in fields.items():
        if field in REPEATABLE or field not in kept.values():
            kept[column] = field
    return kept, [column for column in fields if column not in kept]
