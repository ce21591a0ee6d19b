"""The record of one line: quantity, class, maker, type, place, identifiers."""

from __future__ import annotations

import re

from msgspec.structs import replace

from overlanded.model.identifiers import Identifier
from overlanded.model.records import PaperKind, Record
from overlanded.model.words import LONGEST
from overlanded.readers.paperwork import papers
from overlanded.readers.paperwork.changes import Change, change_of, references
from overlanded.readers.paperwork.context import Context
from overlanded.readers.paperwork.lines import Line, Section
from overlanded.readers.paperwork.sheets import cite, column_name, key
from overlanded.readers.paperwork.status import status_for, superseded
from overlanded.readers.paperwork.words import (
    by_others,
    equipment,
    identifiers_in,
    identifiers_of,
    lead_quantity,
    place_of,
    quantity_of,
    status_of,
)

IDENTIFYING = ("mac", "ip", "imei", "iccid", "serial", "hostname", "part-number")


def record_of(context: Context, parts: list[Line], sections: tuple[Section, ...]) -> Record:
    """The record of a line and of the rows that continue it."""
    line, *more = parts
    said = ", ".join([line.description, *(part.lone for part in more)])
    change = _change(context, line, said)
    if change and change.action == "remove" and line["former"]:
        said = f"{line['former']}: {said}"
        change = replace(change, subject=line["former"])
    count, unit, description = _quantity(context, line, said)
    status = status_for(context, line, sections, change, count)
    subject = change.subject if change else description if not more else line.description
    _note_row(context, line)
    side = str(min(context.table.columns))
    return Record(
        id=key("record", context.item.id, context.sheet.place(line.row), side),
        status=status,
        description=description,
        quantity=count,
        citation=cite(context.item, context.sheet, line.row),
        line=line["line"] or _drawing(context, line),
        device_class=_device_class(line, subject),
        maker=_maker(line, subject),
        model=_model(line, subject),
        place=_place(line, sections),
        unit=line["unit"] or unit,
        purpose=line["purpose"] or _purpose(description),
        holder=context.item.holder,
        identifiers=_identifiers(line, said),
        supersedes=superseded(context, line, change),
        adds=bool(change and change.action == "add"),
        dated=context.dated,
        paper=context.paper,
    )


def _drawing(context: Context, line: Line) -> str:
    """The number of the drawing, which is what a drawing list numbers its lines by."""
    return line["drawing"] if context.paper is PaperKind.DRAWING_LIST else ""


def _change(context: Context, line: Line, said: str) -> Change | None:
    """The change a line makes; in a change order *was* and *is* side by side are one too."""
    change = change_of(line["action"], line["refers"], said[:LONGEST], in_order=context.changes)
    if not change and context.changes and line["former"]:
        return Change("change", references(line["refers"], bare=True), said)
    return change


def _note_row(context: Context, line: Line) -> None:
    row = line.row
    told = (
        ("hidden", row.hidden),
        ("part_struck", row.part_struck or (row.struck and not context.is_struck(row))),
        ("struck", context.is_struck(row)),
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


def _quantity(context: Context, line: Line, said: str) -> tuple[int, str, str]:
    """(pieces, unit, description without a leading quantity)."""
    text = line["quantity"] or line["total-quantity"]
    lead, rest = lead_quantity(said)
    if not text and lead is not None:
        return lead, "", rest
    quantity = quantity_of(text)
    if quantity.count is not None:
        return _divided(context, line, quantity.count), quantity.unit, said
    if not text and not papers.counts_pieces(context.paper):
        return 0, "", said
    worded = not quantity.open and status_of(text)
    if context.table.having("quantity") and not worded:
        context.notes.row("no_quantity" if quantity.open else "quantity", line.row)
    return 1, "", said


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


def _device_class(line: Line, subject: str) -> str:
    typed = " ".join(filter(None, (line["maker"], line["model"], line["part-number"])))
    said = (subject, line["specification"], line["maker-model"], typed)
    tries = (", ".join(dict.fromkeys(filter(None, said))), line["purpose"], line["category"])
    return next(filter(None, map(equipment().device_class_of, tries)), "")


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
        if rest and front.isalpha() and equipment().maker_of(front):
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
