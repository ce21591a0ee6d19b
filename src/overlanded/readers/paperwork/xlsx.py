"""XLSX contract lists (ECMA-376): every sheet, with what is hidden, merged or struck through.

Cells are read as stored: macros never run, formulas are not computed, links are not followed.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

from overlanded.model.evidence import EvidenceItem
from overlanded.model.observing import Gap
from overlanded.model.records import Record
from overlanded.readers.paperwork import archives, ooxml, table
from overlanded.readers.paperwork.notes import Notes, unread
from overlanded.readers.paperwork.ooxml import Attributes, Grid, Text
from overlanded.readers.paperwork.sheets import Row, Sheet
from overlanded.readers.paperwork.words import vocabulary

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Magic of a compound file: an encrypted XLSX or an Excel file before 2007 ([MS-CFB] 2.2)."""
DAYS_1904 = 1462
"""Days from 1899-12-30 to 1904-01-01, the other day zero (``date1904``)."""
NO_CELLS = frozenset(("chartsheet", "dialogsheet", "xlMacrosheet", "xlIntlMacrosheet"))
COMMENTS = frozenset(("comments", "threadedComment"))


def sniff(head: bytes, name: str) -> bool:  # noqa: ARG001
    """Whether the first bytes begin a workbook: a package with ``xl/``, or a compound file."""
    if head.startswith(OLE):
        return True
    return archives.begins(head, "xl/", b"spreadsheetml") or (
        head.startswith(b"PK\x03\x04") and "[Content_Types].xml" in archives.part_names(head)
    )


def read(item: EvidenceItem, data: bytes) -> Iterator[Record | Gap]:
    """The records and gaps of one workbook; one Gap when it cannot be opened."""
    if data.startswith(OLE):
        yield _compound(item, data)
        return
    if archives.too_many_parts(data):
        yield unread(item, "it has too many parts for a workbook", "Supply a smaller list.")
        return
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
        refused = _refused(package)
        if refused:
            yield unread(item, *refused)
            return
        sheets, listed = workbook(package)
    except archives.BROKEN as error:
        yield unread(
            item, f"the file is damaged ({archives.short(error)})", "Supply the file again."
        )
        return
    for sheet in sheets:
        yield from table.records(item, sheet)
    if not listed:
        yield unread(item, "no sheet is listed in it", "Open it and save it again.")
    yield from _aside(item, package)


def _aside(item: EvidenceItem, package: zipfile.ZipFile) -> Iterator[Gap]:
    """What the package holds beside its cells."""
    notes = Notes(item, Sheet("", ()))
    names = package.namelist()
    for kind, part in (("macros", "xl/vbaProject.bin"), ("links", "xl/externalLinks/")):
        if any(name.startswith(part) for name in names):
            notes.detail(kind)
    yield from notes.gaps()


def _compound(item: EvidenceItem, data: bytes) -> Gap:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return unread(item, "it is encrypted", "Supply it without a password.")
    if "Workbook".encode("utf-16-le") in data or "Book".encode("utf-16-le") in data:
        return unread(item, "it is in the Excel format before 2007 (.xls)", "Save it as .xlsx.")
    return unread(item, "it is an Office document without a workbook", "Supply the list as .xlsx.")


def _refused(package: zipfile.ZipFile) -> tuple[str, str] | None:
    if any(name.endswith("workbook.bin") for name in package.namelist()):
        return "it is in the binary Excel format (.xlsb)", "Save it as .xlsx."
    return archives.refused(package, "xl/", "workbook", ".xlsx")


def workbook(package: zipfile.ZipFile) -> tuple[Iterator[Sheet], int]:
    """(the sheets in the order of the tabs, how many are listed) (section 18.2)."""
    home = archives.home(package, "xl/workbook.xml")
    listed: list[Attributes] = []
    offset = 0

    def start(tag: str, attributes: Attributes) -> None:
        nonlocal offset
        if tag == "sheet":
            listed.append(dict(attributes))
            if len(listed) > vocabulary()["limits"]["sheets"]:
                raise ooxml.NotAllowedError("it lists too many sheets")
        elif tag == "workbookPr" and ooxml.on(attributes, "date1904"):
            offset = DAYS_1904

    with package.open(home) as stream:
        ooxml.walk(stream, start, archives.nothing, vocabulary()["limits"])
    targets = archives.relations(package, home)
    kinds = dict(targets.values())
    strings = _strings(package, kinds.get("sharedStrings", ""))
    formats = archives.part(package, kinds.get("styles", ""))
    styles = ooxml.styles(formats, vocabulary()["limits"]) if formats else []
    return _sheets(package, listed, targets, (strings, styles, offset)), len(listed)


def _strings(package: zipfile.ZipFile, name: str) -> list[Text]:
    stream = archives.part(package, name)
    return ooxml.shared_strings(stream, vocabulary()["limits"]) if stream else []


def _sheets(
    package: zipfile.ZipFile,
    listed: list[Attributes],
    targets: dict[str, tuple[str, str]],
    shared: tuple[list[Text], list[ooxml.Style], int],
) -> Iterator[Sheet]:
    limits = vocabulary()["limits"]
    left = limits["cells"]
    unread_parts = set(package.namelist())
    for attributes in listed:
        ids = [text for name, text in attributes.items() if name.rpartition(":")[2] == "id"]
        kind, target = targets.get(ids[0] if ids else "", ("", ""))
        if kind in NO_CELLS:
            continue
        grid = Grid(*shared, most=left, columns=limits["columns"])
        cut = _fill(package, target, grid, unread_parts)
        left -= min(left, grid.cells)
        hidden = attributes.get("state", "visible") != "visible"
        yield sheet_of(attributes.get("name", ""), grid, hidden=hidden, cut=cut)


def _fill(package: zipfile.ZipFile, target: str, grid: Grid, unread_parts: set[str]) -> str:
    """Read a sheet's cells; returns why the rest was not read, or nothing.

    Each part is read once at most: many sheets that share one part would take for ever.
    """
    limits = vocabulary()["limits"]
    try:
        unread_parts.remove(target)
        with package.open(target) as stream:
            ooxml.walk(stream, grid.start, grid.end, limits)
        for kind, part in archives.relations(package, target).values():
            if kind in COMMENTS and part in unread_parts:
                unread_parts.remove(part)
                grid.comments |= ooxml.comments(package.open(part), limits)
    except OverflowError as error:
        return f"the workbook has too many cells; read up to row {error}"
    except archives.BROKEN as error:
        return f"the sheet is damaged ({archives.short(error)})"
    return ""


def sheet_of(name: str, grid: Grid, *, hidden: bool, cut: str) -> Sheet:
    """A sheet with the values of merged cells filled in downwards."""
    limits = vocabulary()["limits"]
    across: dict[tuple[int, int], int] = {}
    down: dict[tuple[int, int], int] = {}
    cells = {number: dict(row) for number, row in sorted(grid.rows.items())}
    for top, left, bottom, right in grid.merges[: limits["merges"]]:
        value = grid.rows.get(top, {}).get(left)
        if right > left:
            across[(top, left)] = right
        if value is None or bottom == top or bottom - top > limits["merge_rows"]:
            continue
        covered = [n for n in range(top, bottom + 1) if n in cells]
        for number in covered:
            cells[number][left] = value
            down[(number, left)] = len(covered)
    remarks: dict[int, list[str]] = {}
    for (number, _), text in sorted(grid.comments.items()):
        remarks.setdefault(number, []).append(text)
    rows = tuple(_row(number, row, grid, remarks.get(number, [])) for number, row in cells.items())
    return Sheet(
        name,
        rows,
        hidden,
        frozenset(grid.hidden_columns),
        across,
        down,
        frozenset(grid.dates),
        tuple(grid.uncomputed),
        tuple(grid.errors),
        cut,
    )


def _row(number: int, texts: dict[int, Text], grid: Grid, remarks: list[str]) -> Row:
    ordered = dict(sorted(texts.items()))
    return Row(
        number,
        {column: found.text.strip() for column, found in ordered.items()},
        number in grid.hidden_rows,
        frozenset(column for column, found in ordered.items() if found.struck),
        any(found.part_struck for found in ordered.values()),
        " ".join(dict.fromkeys(remarks)),
    )
