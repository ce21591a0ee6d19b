"""DOCX contracts, specifications and lists (ECMA-376): their tables, and clauses in sentences.

Text is read as stored: macros never run, fields are not computed, links are not followed. Text
that is marked as deleted is read as struck through.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from overlanded.model.evidence import EvidenceItem
from overlanded.model.observing import Gap
from overlanded.model.records import Record
from overlanded.readers.paperwork import archives, clauses, ooxml, table
from overlanded.readers.paperwork.clauses import Paragraph
from overlanded.readers.paperwork.notes import Notes, unread
from overlanded.readers.paperwork.sheets import Row, Sheet
from overlanded.readers.paperwork.wordml import Body, TableRow, Written
from overlanded.readers.paperwork.words import vocabulary

TITLES = 3
"""Paragraphs above a table that may be its title."""
TITLE_CHARACTERS = 120


def sniff(head: bytes, name: str) -> bool:  # noqa: ARG001
    """Whether the first bytes begin a text document: a package with ``word/``."""
    return archives.begins(head, "word/", b"wordprocessingml")


def read(item: EvidenceItem, data: bytes) -> Iterator[Record | Gap]:
    """The records and gaps of one document; one Gap when it cannot be opened."""
    if archives.too_many_parts(data):
        yield unread(item, "it has too many parts for a document", "Supply a smaller list.")
        return
    body = Body(vocabulary()["limits"]["cells"])
    notes = Notes(item, Sheet("", ()))
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
        refused = archives.refused(package, "word/", "document", ".docx")
        if refused:
            yield unread(item, *refused)
            return
        with package.open(archives.home(package, "word/document.xml")) as stream:
            ooxml.walk(stream, body.start, body.end, vocabulary()["limits"])
    except archives.BROKEN as error:
        if not body.found:
            why = f"the file is damaged ({archives.short(error)})"
            yield unread(item, why, "Supply the file again.")
            return
        notes.detail("cut", f"the file is damaged ({archives.short(error)})")
    parts = [part for part in body.found if isinstance(part, Written)]
    titles = tuple(part.text.text[:TITLE_CHARACTERS] for part in parts[:TITLES])
    for sheet in sheets(body):
        yield from table.records(item, replace(sheet, titles=titles))
    written = list(map(_paragraph, parts))
    yield from clauses.records(item, written, "paragraph", titles)
    yield from clauses.form(item, written, "paragraph", titles)
    _note(notes, package, body)
    yield from notes.gaps()


def _note(notes: Notes, package: zipfile.ZipFile, body: Body) -> None:
    if any(name.endswith("vbaProject.bin") for name in package.namelist()):
        notes.detail("macros")
    if any(name.startswith("word/embeddings/") for name in package.namelist()):
        notes.detail("active")
    if body.tracked:
        notes.detail("tracked")


def sheets(body: Body) -> Iterator[Sheet]:
    """The tables of a document, each with its titles."""
    number = 0
    titles: list[Written] = []
    for part in body.found:
        if isinstance(part, Written):
            titles.append(part)
        else:
            number += 1
            yield _table(number, part, titles[-TITLES:])
            # A frame without words of its own leaves its titles to the table inside.
            titles = [] if any(cell.text.text for row in part for cell in row.cells) else titles


def _paragraph(part: Written) -> Paragraph:
    heading = part.style.casefold().startswith(("heading", "title", "标题"))
    place = f"paragraph {part.number}"
    return Paragraph(part.text.text, place, heading=heading, struck=part.text.struck)


def _table(number: int, rows: Sequence[TableRow], titles: Sequence[Written]) -> Sheet:
    """One table; the text of cells merged over rows is filled in downwards."""
    made = [
        Row(at - len(titles), {0: one.text.text}, place=f"paragraph {one.number}")
        for at, one in enumerate(titles)
        if len(one.text.text) <= TITLE_CHARACTERS and not clauses.is_sentence(_paragraph(one))
    ]
    across: dict[tuple[int, int], int] = {}
    down: dict[tuple[int, int], int] = {}
    begun: dict[int, tuple[str, list[int]]] = {}
    """Column → text of the merged cell, and the rows that it covers so far."""
    for at, row in enumerate(rows, 1):
        cells: dict[int, str] = {}
        column = row.before
        for cell in row.cells:
            text, covered = begun.get(column, ("", [])) if cell.goes_on else (cell.text.text, [])
            begun[column] = (text, [*covered, at])
            if cell.goes_on:
                down |= dict.fromkeys(((n, column) for n in begun[column][1]), len(covered) + 1)
            if text:
                cells[column] = text
            if cell.wide > 1:
                across[at, column] = column + cell.wide - 1
            column += cell.wide
        if cells:
            made.append(_row(at, row, cells))
    return Sheet(f"table {number}", tuple(made), across=across, down=down)


def _row(at: int, row: TableRow, cells: dict[int, str]) -> Row:
    column, struck, part = row.before, set(), False
    for cell in row.cells:
        if cell.text.struck or row.deleted:
            struck.add(column)
        part |= cell.text.part_struck
        column += cell.wide
    return Row(at, cells, row.hidden, frozenset(struck), part)
