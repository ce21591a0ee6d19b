"""Cells of tables that people open in a spreadsheet: text from evidence is text there, no formula.

A spreadsheet takes a cell of delimited text for a formula by its first character. Host names and
labels are chosen by others, so the cells that begin so get an apostrophe before them (OWASP, CSV
Injection); so do those that begin with blanks or with a character of full width that means the
same. Numbers are no text, and stay as they are.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence

BEGINS = ("=", "+", "-", "@", "\t", "\n")
"""First characters that spreadsheets act on."""
MARK = "'"
"""Says *text* to a spreadsheet."""


def cell(value: object) -> object:
    """The value for one cell: text that could be taken for a formula begins with an apostrophe.

    Carriage returns become blanks: the library does not quote them, and they would end the row.

    >>> cell("=1+1")
    "'=1+1"
    >>> cell(-70)
    -70
    """
    if value is None or isinstance(value, bool | int | float):
        return value
    text = str(value).replace("\r", " ")
    first = unicodedata.normalize("NFKC", text.lstrip(" \ufeff\u200b")[:1])
    return MARK + text if first.startswith(BEGINS) else text


def delimited(names: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A heading and rows as delimited text (RFC 4180, with the line ends of this system)."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([cell(value) for value in row] for row in (names, *rows))
    return out.getvalue()
