"""From the grid of a sheet to records and gaps.

A sheet is read in four steps: find the headings (``headings.py``), tell what each row is
(``lines.py``), work out what became of each line (status, section, change), write the record.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from overlanded.model.evidence import EvidenceItem
from overlanded.model.identifiers import Identifier
from overlanded.model.observing import Gap
from overlanded.model.records import Record, RecordStatus
from overlanded.model.words import tokens
from overlanded.readers.paperwork import lines
from overlanded.readers.paperwork.changes import (
    STATUS,
    Change,
    change_of,
    is_change_title,
)
from overlanded.readers.paperwork.headings import THINGS, Table, tables
from overlanded.readers.paperwork.lines import Kind, Line, Section
from overlanded.readers.paperwork.notes import Notes
from overlanded.readers.paperwork.sheets import Row, Sheet, cite, column_name, key
from overlanded.readers.paperwork.words import (
    aside_status,
    by_others,
    equipment,
    identifiers_in,
    identifiers_of,
    lead_quantity,
    mark,
    place_of,
    quantity_of,
    status_of,
    title_status,
)

IDENTIFYING = ("mac", "ip", "imei", "iccid", "serial", "hostname", "part-number")
TICK_FIELDS = ("accept", "decline", "optional")
LINE_HAS_IT = 0.5
"""Share of lines with a quantity from which a table counts as stating quantities."""


@dataclass(frozen=True, slots=True)
class Context:
    """What holds for all lines of one table."""

    item: EvidenceItem
    sheet: Sheet
    table: Table
    notes: Notes
    status: RecordStatus | None
    """What the sheet's name and titles say."""
    change_order: bool
    crosses_say_no: frozenset[str]
    """Tick columns in which a cross stands beside ticks."""
    own_numbers: bool
    """The lines are numbered 1, 2, 3 …: in a change order these are no contract lines."""


def records(item: EvidenceItem, sheet: Sheet) -> Iterator[Record | Gap]:
    """The records of one sheet, then what was not understood. Never raises on content."""
    notes = Notes(item, sheet)
    titles, found = tables(sheet)
    if not found:
        looks = [row for row in sheet.rows if equipment().names_equipment(row.text)]
        for row in looks:
            notes.row("no_table", row)
    told = [sheet.name, *(text for row in titles for text in row.cells.values())]
    for table in found:
        context = _context(item, sheet, table, notes, told)
        yield from _table_records(context)
        notes.detail("columns", *table.not_understood) if table.not_understood else None
    _note_sheet(sheet, notes, found)
    yield from notes.gaps()


def _context(
    item: EvidenceItem, sheet: Sheet, table: Table, notes: Notes, told: list[str]
) -> Context:
    columns = {field: table.having(field) for field in TICK_FIELDS}
    ticked = {
        field
        for field in TICK_FIELDS
        for row in table.body
        if any(mark(row.cells.get(c, "")) == "yes" for c in columns[field])
    }
    numbers = [
        row.cells[c].strip() for c in table.having("line") for row in table.body if c in row.cells
    ]
    return Context(
        item,
        sheet,
        table,
        notes,
        status=next((found for text in told if (found := title_status(text))), None),
        change_order=any(map(is_change_title, told)),
        crosses_say_no=frozenset(ticked if sum(map(bool, columns.values())) == 1 else ()),
        own_numbers=numbers == [str(n) for n in range(1, len(numbers) + 1)],
    )


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


def _table_records(context: Context) -> Iterator[Record]:
    """Walk the rows, keeping the headings that hold and the line that may go on."""
    body = [lines.line_of(context.sheet, context.table, row) for row in context.table.body]
    counted = sum(bool(line["quantity"]) for line in body) >= LINE_HAS_IT * len(body)
    sections: tuple[Section, ...] = ()
    waiting: list[Line] = []
    above: tuple[Section, ...] = ()
    read = 0
    for line, following in zip(body, [*body[1:], None], strict=True):
        kind = lines.kind_of(line, following, counted=counted)
        if kind is Kind.CONTINUED and waiting:
            waiting.append(line)
            continue
        if kind is Kind.UNCLEAR:
            context.notes.row("lines", line.row)
        if waiting and kind is not Kind.UNCLEAR:
            yield _record(context, waiting, above)
            waiting = []
        if kind is Kind.HEADING:
            sections = lines.opened(sections, lines.section_of(line, read))
        elif kind is Kind.RECORD:
            waiting, above, read = [line], sections, read + 1
    if waiting:
        yield _record(context, waiting, above)


def _record(context: Context, parts: list[Line], sections: tuple[Section, ...]) -> Record:
    """The record of a line and of the rows that continue it."""
    line, *more = parts
    said = ", ".join([line.description, *(part.lone for part in more)])
    change = change_of(line["action"], line["refers"], said, in_order=context.change_order)
    count, unit, description = _quantity(context, line, said)
    status = _status(context, line, sections, change, count)
    subject = change.subject if change else description
    _note_row(context, line)
    return Record(
        id=key("record", context.item.id, context.sheet.place(line.row.number), said),
        status=status,
        description=description,
        quantity=count,
        citation=cite(context.item, context.sheet, line.row),
        line=line["line"],
        device_class=_device_class(line, subject),
        maker=_maker(line, subject),
        model=_model(line, subject),
        place=_place(line, sections),
        unit=line["unit"] or unit,
        purpose=line["purpose"] or _purpose(description),
        holder=context.item.holder,
        identifiers=_identifiers(line, said),
        supersedes=_supersedes(context, line, change),
    )


def _note_row(context: Context, line: Line) -> None:
    row = line.row
    told = (
        ("hidden", row.hidden),
        ("part_struck", row.part_struck or (row.struck and not _is_struck(context, row))),
        ("struck", _is_struck(context, row)),
        ("by_others", by_others(" ; ".join(line.fields.values()))),
        ("dates", False),
    )
    for kind, holds in told:
        if holds:
            context.notes.row(kind, row)
    for column, field in context.table.columns.items():
        if (row.number, column) in context.sheet.dates and field in {
            "line",
            "part-number",
            "model",
        }:
            context.notes.detail("dates", f"{column_name(column)}{row.number}")


def _is_struck(context: Context, row: Row) -> bool:
    """Whether what the line is about has a line through it."""
    about = [c for c in row.cells if context.table.columns.get(c) in THINGS]
    return bool(about) and row.struck.issuperset(about)


# ---- quantity ---------------------------------------------------------------------------------


def _quantity(context: Context, line: Line, said: str) -> tuple[int, str, str]:
    """(pieces, unit, description without a leading quantity)."""
    text = line["quantity"] or line["total-quantity"]
    lead, rest = lead_quantity(said)
    if not text and lead is not None:
        return lead, "", rest
    quantity = quantity_of(text)
    if quantity.count is not None:
        return _divided(context, line, quantity.count), quantity.unit, said
    worded = not quantity.open and status_of(text)
    kind = "no_quantity" if quantity.open or worded else "quantity"
    if context.table.having("quantity") or kind == "quantity":
        context.notes.row(kind, line.row)
    return 1, "" if not text or worded else quantity.unit, said


def _divided(context: Context, line: Line, count: int) -> int:
    """The share of one line when a quantity is merged over several."""
    columns = context.table.having("quantity") or context.table.having("total-quantity")
    over = max((context.sheet.down.get((line.row.number, c), 1) for c in columns), default=1)
    if over == 1 or count == 1:
        return count
    if count % over:
        context.notes.row("shared_quantity", line.row)
        return 1
    return count // over


# ---- status -----------------------------------------------------------------------------------


def _status(
    context: Context,
    line: Line,
    sections: tuple[Section, ...],
    change: Change | None,
    count: int,
) -> RecordStatus:
    """What became of the line: its own words first, then the headings over it."""
    if change:
        return STATUS[change.action]
    told = _own_status(context, line)
    above = next((s.status for s in reversed(sections) if s.status), None) or context.status
    status = told or above or _default(context, line)
    if count == 0 and status is RecordStatus.ORDERED and not told:
        status = RecordStatus.OPTIONAL
    kept = status in {RecordStatus.DECLINED, RecordStatus.REMOVED}
    return RecordStatus.REMOVED if _is_struck(context, line.row) and not kept else status


def _own_status(context: Context, line: Line) -> RecordStatus | None:
    ticked = _ticked(context, line)
    if ticked:
        return ticked
    text = line["status"]
    found = status_of(text) if text else None
    if text and not found:
        found = _marked_status(text)
        if not found:
            context.notes.row("status", line.row)
    others = (status_of(line["action"]), _quantity_status(line), aside_status(line["remark"]))
    return found or next((s for s in others if s), None) or aside_status(line.description)


def _quantity_status(line: Line) -> RecordStatus | None:
    text = line["quantity"]
    return status_of(text) if text and quantity_of(text).count is None else None


def _marked_status(text: str) -> RecordStatus | None:
    marks = {"yes": RecordStatus.ORDERED, "cross": RecordStatus.ORDERED}
    return marks.get(mark(text), RecordStatus.DECLINED if mark(text) == "no" else None)


TICKS = (
    ("decline", RecordStatus.DECLINED, None),
    ("accept", RecordStatus.ORDERED, RecordStatus.DECLINED),
    ("optional", RecordStatus.OPTIONAL, RecordStatus.ORDERED),
)
"""Tick column → status when ticked, status when crossed out; the first that decides holds."""


def _ticked(context: Context, line: Line) -> RecordStatus | None:
    for field, ticked, crossed in TICKS:
        text = line[field]
        kind = mark(text)
        if kind == "cross":
            kind = "no" if field in context.crosses_say_no else "yes"
        told = {"yes": ticked, "no": crossed}.get(kind) or (status_of(text) if text else None)
        if told:
            return told
    return None


def _default(context: Context, line: Line) -> RecordStatus:
    """Ordered, but for a line left blank in a column that asks whether it was accepted."""
    asked = context.table.having("accept") and not line["accept"]
    return RecordStatus.OPTIONAL if asked else RecordStatus.ORDERED


def _supersedes(context: Context, line: Line, change: Change | None) -> tuple[str, ...]:
    """The contract lines that a change means, as numbered there."""
    if not change or change.action in {"add", "keep"}:
        return change.refers if change and change.action == "add" else ()
    if change.refers:
        return change.refers
    if line["line"] and not context.own_numbers:
        return (line["line"],)
    context.notes.row("change_unreferred", line.row)
    return ()


# ---- what it is -------------------------------------------------------------------------------


def _device_class(line: Line, subject: str) -> str:
    words = equipment()
    typed = " ".join(filter(None, (line["maker"], line["model"], line["part-number"])))
    tries = (subject, line["specification"], f"{line['maker-model']}", typed, line["category"])
    return next((found for text in tries if text and (found := words.device_class_of(text))), "")


def _maker(line: Line, subject: str) -> str:
    words = equipment()
    tries = (
        line["maker-model"],
        subject,
        line["specification"],
        line["model"],
        line["part-number"],
    )
    if line["maker"]:
        return words.maker_of(line["maker"]) or line["maker"]
    found = next((maker for text in tries if text and (maker := words.maker_of(text))), "")
    return found or words.maker_of(line["supplier"])


def _model(line: Line, subject: str) -> str:
    if line["model"]:
        return _without_maker(line["model"])
    if line["maker-model"]:
        return _without_maker(line["maker-model"])
    texts = (subject, line["specification"])
    found = next((model for text in texts if (model := equipment().model_of(text))), "")
    return found or line["part-number"]


def _without_maker(text: str) -> str:
    """A type cell without the maker's name in front of it."""
    words = text.split()
    for size in (3, 2, 1):
        front, rest = " ".join(words[:size]), " ".join(words[size:])
        if rest and equipment().makers.whole(tokens(front)):
            return rest.lstrip("/-:, ")
    return text


def _place(line: Line, sections: tuple[Section, ...]) -> str:
    headed = next((section.place for section in reversed(sections) if section.place), "")
    return line["place"] or place_of(line["category"]) or headed


def _purpose(description: str) -> str:
    """The words behind *for* or 用于, as written."""
    found = re.search(r"(?:\bfor\s|用于)\s*([^,;.()，；。（）]{3,80})", description, re.IGNORECASE)
    return found[1].strip() if found else ""


def _identifiers(line: Line, said: str) -> tuple[Identifier, ...]:
    found = [known for kind in IDENTIFYING for known in identifiers_of(kind, line[kind])]
    for text in (said, line["specification"], line["remark"]):
        found += identifiers_in(text)
    return tuple(dict.fromkeys(found))
