"""From the grid of a sheet to records and gaps.

A sheet is read in four steps: find the headings (``headings.py``), tell what each row is
(``lines.py``), work out what became of each line (``status.py``), write the record (``record.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest

from msgspec import Struct, field

from overlanded.model.evidence import EvidenceItem
from overlanded.model.intervals import day
from overlanded.model.observing import Gap
from overlanded.model.records import PaperKind, Record
from overlanded.readers.paperwork import concealed, filled, lines, papers
from overlanded.readers.paperwork.context import Context
from overlanded.readers.paperwork.headings import Table, tables, texts_of
from overlanded.readers.paperwork.lines import Kind, Line, Section
from overlanded.readers.paperwork.notes import Notes
from overlanded.readers.paperwork.record import record_of
from overlanded.readers.paperwork.sheets import Row, Sheet, column_name
from overlanded.readers.paperwork.words import equipment, mark, title_status

FORMS = (PaperKind.WORK_ORDER, PaperKind.SERVICE_REPORT)
TICK_FIELDS = ("accept", "decline", "optional")
UNSAID = ("quantity", "place", "status")
"""Fields that do not say what a thing is."""
LINE_HAS_IT = 0.5
"""Share of lines with a quantity from which a table counts as stating quantities."""


def records(item: EvidenceItem, sheet: Sheet) -> Iterator[Record | Gap]:
    """The records of one sheet, then what was not understood. Never raises on content."""
    sheet = concealed.masked(sheet)
    notes = Notes(item, sheet)
    found = tables(sheet)
    outside = found[0].above if found else sheet.rows
    written = list(form(item, sheet, outside))
    yield from written
    if not found and not written:
        for row in _equipment_like(sheet):
            notes.row("no_table", row)
    for table in found:
        told = [*texts_of(table.above), sheet.name, *texts_of(found[0].above)]
        context = _context(item, sheet, table, notes, told)
        yield from _table_records(context)
        notes.detail("columns", *table.not_understood) if table.not_understood else None
    _note_sheet(sheet, notes, found)
    yield from notes.gaps()


def form(item: EvidenceItem, sheet: Sheet, rows: Sequence[Row]) -> Iterator[Record]:
    """The records of a work order or report that is filled in as a form; most papers are none."""
    rows = tuple(concealed.masked_rows(rows))
    told = [*texts_of(rows), sheet.name]
    paper = papers.kind_of(told, (), sheet.titles, item.path)
    if paper in FORMS and (made := filled.table_of(sheet, rows)):
        turned, columns = made
        context = _context(item, turned, columns, Notes(item, turned), told, paper)
        for row in columns.body:
            yield record_of(context, [lines.line_of(turned, columns, row)], ())


class Entry(Struct, frozen=True):
    """One thing of a list whose fields are known: field → text, and where it stands."""

    fields: Mapping[str, str]
    place: str


def entries(
    item: EvidenceItem, listed: Sequence[Entry], locator: str, paper: PaperKind
) -> Iterator[Record | Gap]:
    """A record for every entry, then what was not understood."""
    columns = dict(enumerate(dict.fromkeys(name for one in listed for name in one.fields)))
    at = {name: column for column, name in columns.items()}
    rows = tuple(
        concealed.masked_rows(
            Row(
                number,
                {at[name]: text for name, text in one.fields.items() if text},
                place=one.place,
            )
            for number, one in enumerate(listed, 1)
        )
    )
    sheet = Sheet("", rows, locator=locator)
    notes = Notes(item, sheet)
    context = _context(item, sheet, Table(columns, columns, (), rows), notes, [], paper)
    unsaid = {at[name] for name in UNSAID if name in at}
    for row in rows:
        if row.cells.keys() <= unsaid:
            notes.row("lines", row)
        else:
            yield record_of(context, [lines.line_of(sheet, context.table, row)], ())
    yield from notes.gaps()


def _equipment_like(sheet: Sheet) -> list[Row]:
    """Rows that look like lines of a list; a single title or sentence is not enough."""
    named = [row for row in sheet.rows if equipment().device_class_of(row.text)]
    return named if len(named) > 1 or any(len(row.cells) > 1 for row in named) else []


def _context(
    item: EvidenceItem,
    sheet: Sheet,
    table: Table,
    notes: Notes,
    told: list[str],
    paper: PaperKind | None = None,
) -> Context:
    columns = {field: table.having(field) for field in (*TICK_FIELDS, "status")}
    ticked = {
        field
        for field in columns
        for row in table.body
        if any(mark(row.cells.get(c, "")) == "yes" for c in columns[field])
    }
    alone = sum(bool(columns[field]) for field in TICK_FIELDS) == 1
    numbers = [
        row.cells[c].strip() for c in table.having("line") for row in table.body if c in row.cells
    ]
    paper = paper or papers.kind_of(told, table.titles.values(), sheet.titles, item.path)
    return Context(
        item,
        sheet,
        table,
        notes,
        status=next((found for text in told if (found := title_status(text))), None),
        paper=paper,
        crosses_say_no=frozenset(ticked & ({*columns} if alone else {"status"})),
        own_numbers=numbers == [str(n) for n in range(1, len(numbers) + 1)],
        dated=_dated((*told, *sheet.titles, *table.titles.values())) if papers.dates(paper) else "",
    )


def _dated(texts: Iterable[str]) -> str:
    """The first day in the titles; a line with it just above the headings reads as part of them."""
    return next(filter(None, map(day, texts)), "")


def _note_sheet(sheet: Sheet, notes: Notes, found: list[Table]) -> None:
    if sheet.hidden and sheet.rows:
        notes.detail("hidden_sheet", sheet.name)
    used = {column for table in found for column in table.columns}
    hidden = sorted(sheet.hidden_columns & used)
    if hidden:
        notes.detail("hidden_columns", *map(column_name, hidden))
    for kind, cells in (("formulas", sheet.uncomputed), ("errors", sheet.errors)):
        if cells:
            notes.detail(kind, *cells)
    if sheet.cut:
        notes.detail("cut", sheet.cut)


class Walk(Struct):
    """The walk down a table: which headings hold, and which line may still go on."""

    context: Context
    sections: tuple[Section, ...] = ()
    waiting: list[Line] = field(default_factory=list)
    parent: Line | None = None
    doubt: bool = False
    read: int = 0

    def take(self, kind: Kind, line: Line) -> Iterator[Record]:
        """Take in the next row; a record is ready when the row after it does not continue it."""
        if kind is Kind.CONTINUED and self.waiting:
            self.waiting.append(line)
            return
        yield from self.ready()
        if kind is Kind.UNCLEAR:
            self.context.notes.row("lines", line.row)
        elif kind is Kind.HEADING:
            before, self.parent = self.sections, None
            self.sections = lines.opened(before, lines.section_of(line, self.read))
            self.doubt = lines.in_doubt(before, self.sections)
        elif kind in {Kind.RECORD, Kind.PART}:
            part = kind is Kind.PART and self.parent
            self._open(lines.part_of(line, self.parent) if part and self.parent else line)
            self.parent = self.parent if part else line

    def _open(self, line: Line) -> None:
        self.waiting, self.read = [line], self.read + 1
        if self.doubt:
            self.context.notes.row("section", line.row)

    def ready(self) -> Iterator[Record]:
        """The record of the waiting line, if there is one."""
        if self.waiting:
            yield record_of(self.context, self.waiting, self.sections)
        self.waiting = []


def _table_records(context: Context) -> Iterator[Record]:
    body = [lines.line_of(context.sheet, context.table, row) for row in context.table.body]
    counted = sum(bool(line["quantity"]) for line in body) >= LINE_HAS_IT * len(body)
    walk = Walk(context)
    for line, following in zip_longest(body, body[1:]):
        yield from walk.take(lines.kind_of(line, following, counted=counted), line)
    yield from walk.ready()
