"""What became of a line: ordered, optional, declined, changed or removed."""

from __future__ import annotations

from collections.abc import Iterable

from overlanded.model.records import RecordStatus
from overlanded.model.words import tokens
from overlanded.readers.paperwork.changes import STATUS, Change
from overlanded.readers.paperwork.context import Context
from overlanded.readers.paperwork.lines import Line, Section
from overlanded.readers.paperwork.words import aside_status, mark, phrases, quantity_of, status_of


def status_for(
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
    status = told or above or _default(context)
    if count == 0 and status is RecordStatus.ORDERED and not told:
        status = RecordStatus.OPTIONAL
    kept = status in {RecordStatus.DECLINED, RecordStatus.REMOVED}
    return RecordStatus.REMOVED if context.is_struck(line.row) and not kept else status


def _own_status(context: Context, line: Line) -> RecordStatus | None:
    ticked = _ticked(context, line, CHOICE)
    if ticked:
        return ticked
    text = line["status"]
    found = status_of(text) or MARKED.get(_mark(context, "status", text))
    if text and not found and mark(text) != "blank":
        context.notes.row("status", line.row)
    others = (
        status_of(line["action"]),
        _quantity_status(line),
        _price_status(line),
        aside_status(line["remark"]),
    )
    told = found or next(filter(None, others), None) or aside_status(line.description)
    return told or _ticked(context, line, OFFER)


def _price_status(line: Line) -> RecordStatus | None:
    """A word in place of a price: ``option``, ``not included``; ``included`` says nothing."""
    meaning = phrases("status").whole(tokens(line["price"]))
    told = meaning in {"optional", "declined"} and len(line["price"]) >= SHORTEST_WORD
    return RecordStatus(meaning) if told else None


def _quantity_status(line: Line) -> RecordStatus | None:
    text = line["quantity"]
    return status_of(text) if text and quantity_of(text).count is None else None


MARKED = {
    "yes": RecordStatus.ORDERED,
    "no": RecordStatus.DECLINED,
}
"""What a mark alone in a status column says."""


SHORTEST_WORD = 6
"""Letters of a word in a price column that counts: "n/a" and "excl." speak of the price."""
CHOICE = (
    ("decline", RecordStatus.DECLINED, None),
    ("accept", RecordStatus.ORDERED, RecordStatus.DECLINED),
)
OFFER = (("optional", RecordStatus.OPTIONAL, RecordStatus.ORDERED),)
"""Tick column, status when ticked, status when crossed out; the first that decides holds."""


def _ticked(
    context: Context, line: Line, ticks: Iterable[tuple[str, RecordStatus, RecordStatus | None]]
) -> RecordStatus | None:
    for field, ticked, crossed in ticks:
        text = line[field]
        told = {"yes": ticked, "no": crossed}.get(_mark(context, field, text)) or status_of(text)
        if told:
            return told
    return None


def _mark(context: Context, field: str, text: str) -> str:
    """The mark in a cell, a cross taken for what it says in its column."""
    kind = mark(text)
    if kind == "cross":
        return "no" if field in context.crosses_say_no else "yes"
    return kind


def _default(context: Context) -> RecordStatus:
    """Ordered, but for a line left open in a column that asks what the customer chose."""
    titles = (context.table.titles[column] for column in context.table.having("status"))
    asked = any(phrases("choice", "words").first(tokens(title)) for title in titles)
    left_open = asked or context.table.having("accept")
    return RecordStatus.OPTIONAL if left_open else RecordStatus.ORDERED


def superseded(context: Context, line: Line, change: Change | None) -> tuple[str, ...]:
    """The contract lines that a change replaces or deletes, as numbered there.

    A line that is added may name its neighbour or its heading; it takes nobody's place.
    """
    if not change or change.action in {"add", "keep"}:
        return ()
    if change.refers:
        return change.refers
    if line["line"] and not context.own_numbers:
        return (line["line"],)
    context.notes.row("change_unreferred", line.row)
    return ()
