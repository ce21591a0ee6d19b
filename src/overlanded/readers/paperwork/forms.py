"""Sheets with known headings: forms that people fill in, as workbooks or as delimited text.

``data/<name>.toml`` describes a form: under ``sheet`` the columns that it ``needed``, the one that
is most ``telling`` and the ``top`` rows in which headings stand, and each ``column`` with its
titles.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

from overlanded.data import table
from overlanded.readers.paperwork import archives, concealed, csv, xlsx
from overlanded.readers.paperwork.sheets import Sheet

ASIDE = re.compile(r"[(（][^)）]*[)）]")
"""What a heading says in brackets: a unit, a time zone."""
Headings = tuple[int, Mapping[int, str]]
"""(row number of the headings, column → name)."""


def is_form(name: str, head: bytes) -> bool:
    """Whether a file holds a sheet of the form."""
    try:
        return any(True for _ in sheets(name, head))
    except archives.BROKEN:
        return False


def sheets(name: str, data: bytes) -> Iterator[tuple[Sheet, Headings]]:
    """Every sheet of the form in a workbook or text, with its headings."""
    for sheet in _sheets(name, data):
        if found := _headings(name, sheet):
            yield concealed.masked(sheet), found


def column(name: str, wanted: str) -> dict[str, Any]:
    """What the form's table says of one column."""
    columns: list[dict[str, Any]] = table(name)["column"]
    return next(one for one in columns if one["name"] == wanted)


def plain(text: str) -> str:
    """A heading or word of a form in one spelling."""
    return " ".join(text.casefold().split()).rstrip(":")


def _sheets(name: str, data: bytes) -> Iterator[Sheet]:
    if not data.startswith(b"PK\x03\x04"):
        encoding = csv.encoding_of(data)
        delimiter = csv.delimiter_of(data[: csv.SAMPLE].decode(encoding, "replace"))
        if delimiter:
            yield csv.sheet_of(data, encoding, delimiter)
        return
    if archives.too_many_parts(data):
        return
    package = zipfile.ZipFile(io.BytesIO(data))
    if not archives.refused(package, "xl/", "workbook", ".xlsx") and _mentions(name, package):
        yield from xlsx.workbook(package)[0]


def _mentions(name: str, package: zipfile.ZipFile) -> bool:
    """Whether the most telling heading stands anywhere: most workbooks are lists."""
    telling = column(name, table(name)["sheet"]["telling"])
    titles = [title.encode() for title in telling["titles"]]
    parts = (
        part for part in package.namelist() if part.startswith("xl/") and part.endswith(".xml")
    )
    return any(any(title in text for title in titles) for text in map(package.read, parts))


def _headings(name: str, sheet: Sheet) -> Headings | None:
    """None for any other sheet."""
    stated = table(name)
    known = {plain(title): one["name"] for one in stated["column"] for title in one["titles"]}
    for row in sheet.rows[: stated["sheet"]["top"]]:
        titles = {at: plain(ASIDE.sub(" ", text)) for at, text in row.cells.items()}
        found = {at: known[title] for at, title in titles.items() if title in known}
        if set(stated["sheet"]["needed"]) <= set(found.values()):
            return row.number, found
    return None
