"""Secrets that people write into lists: masked in the cells before anything else looks at them.

Lists of networks and cabinets at times hold passwords and PINs: in a column of their own, behind a
word in a remark, or in the cell beside it. ``data/secrets.toml`` says what such words are; they are
fewer than in configurations, because *key* and *simple* are equipment in a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise

from msgspec.structs import replace

from overlanded.data import table
from overlanded.readers.paperwork.sheets import Row, Sheet


def masked(sheet: Sheet) -> Sheet:
    """The same sheet without its secrets."""
    return replace(sheet, rows=tuple(masked_rows(sheet.rows)))


def masked_rows(rows: Iterable[Row]) -> Iterator[Row]:
    """The same rows without their secrets; a heading that names one holds for its column."""
    columns: set[int] = set()
    for row in rows:
        if not columns and not _hints(row):
            yield row
            continue
        beside, below = _named(row)
        yield _without(row, columns | beside)
        columns |= below


def _hints(row: Row) -> bool:
    return _hint("\n".join((*row.cells.values(), row.comments)))


def _hint(text: str) -> bool:
    """Whether a text may name a secret: a cheap look, because most of a paper names none."""
    plain = text.casefold()
    return any(one in plain for one in table("secrets")["papers"]["hints"])


def _named(row: Row) -> tuple[set[int], set[int]]:
    """Columns whose secret a word names: in the cell after it, and in the rows below it.

    In a form the word stands first of two cells, or has a colon; in a table it is a heading.
    """
    at = list(row.cells)
    after = dict(pairwise(at))
    words = [one for one in at if _is_word(row.cells[one])]
    pairs = [one for one in words if after.get(one) is not None and _is_label(row, one)]
    return {after[one] for one in pairs}, set(words) - set(pairs)


def _is_label(row: Row, at: int) -> bool:
    return len(row.cells) == 2 or row.cells[at].rstrip().endswith((":", "："))


def _without(row: Row, hidden: set[int]) -> Row:
    cells = {
        at: mark() if at in hidden and not _is_word(text) else mask(text)
        for at, text in row.cells.items()
    }
    return replace(row, cells=cells, comments=mask(row.comments))


def mask(text: str) -> str:
    """A cell or sentence with every secret in it as the mark."""
    for pattern in _patterns() if _hint(text) else ():
        text = pattern.sub(lambda found: found[0].replace(found["secret"], mark()), text)
    return text


def mark() -> str:
    """What stands where a secret was."""
    return str(table("secrets")["mark"])


def _is_word(text: str) -> bool:
    """Whether a cell holds nothing but a word for a secret."""
    return _hint(text) and bool(_heading().fullmatch(text.strip()))


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    papers = table("secrets")["papers"]
    words = "|".join(papers["words"])
    return tuple(
        re.compile(one.replace("{words}", words), re.IGNORECASE) for one in papers["patterns"]
    )


@cache
def _heading() -> re.Pattern[str]:
    papers = table("secrets")["papers"]
    words = "|".join((*papers["words"], *papers["headings"]))
    return re.compile(papers["heading"].replace("{words}", words), re.IGNORECASE)
