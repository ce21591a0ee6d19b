"""Lists of permits for remote access: who was allowed to connect, from when to when.

A time says nothing without its time zone: it stands behind the time, in a column of its own, or in
the heading. A row without one is a gap, and no session is held against it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone

from msgspec import Struct

from overlanded.data import table
from overlanded.model.citing import Citation, Locator
from overlanded.model.evidence import EvidenceItem
from overlanded.model.intervals import day
from overlanded.model.observing import Gap
from overlanded.model.permits import Permit
from overlanded.readers.paperwork import forms
from overlanded.readers.paperwork.sheets import Row, Sheet, cite, key

FORM = "permits"
_CLOCK = re.compile(r"(?<!\d)(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?")
_OFFSET = re.compile(r"([+-])(\d{1,2})(?::?(\d{2}))?(?!\d)")
_UTC = re.compile(r"(?<![A-Za-z])(?:Z|UTC|GMT)(?![A-Za-z])")
_BETWEEN = re.compile(r"[,;、\n]+")
MENDS = {
    "from when to when": "write both as 2026-11-26 08:00",
    "in which time zone": "write +08:00 behind the time, or add a column “Time zone”",
    "whose permit it is": "write who was allowed to connect",
    "whether it held: it is struck through": "hand in the list without it, or with its date",
}
"""What was not understood of a row → how to mend it."""


class _UnclearError(Exception):
    """What of a row was not understood: one of ``MENDS``."""


class _Line(Struct, frozen=True):
    """One row: the text of each column, and of each heading."""

    cells: Mapping[str, str]
    titles: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return " ".join(self.cells.get(column, "").split())[: table(FORM)["limits"]["text"]]


def sniff(head: bytes, name: str) -> bool:  # noqa: ARG001
    """A workbook or delimited text with the headings of a list of permits."""
    return forms.is_form(FORM, head)


def read(item: EvidenceItem, data: bytes) -> Iterator[Permit | Gap]:
    """The permits in order, and a gap for each kind of trouble with the other rows."""
    unclear: dict[str, list[Citation]] = defaultdict(list)
    most, given = table(FORM)["limits"]["permits"], 0
    for sheet, (top, columns) in forms.sheets(FORM, data):
        titles = {name: row.cells[at] for row in sheet.rows if row.number == top
                  for at, name in columns.items()}  # fmt: skip
        if sheet.cut:
            yield _gap(item, "the rest of it", sheet.cut, "hand in a shorter one", ())
        for row in (row for row in sheet.rows if row.number > top):
            cells = {name: row.cells[at] for at, name in columns.items() if at in row.cells}
            if not set(cells) - {"zone"}:
                continue
            given += 1
            if given > most:
                why = f"it has more than {most} rows"
                yield _gap(item, "the rest of it", why, "split the list", ())
                break
            try:
                yield _permit(item, sheet, row, _Line(cells, titles))
            except _UnclearError as error:
                unclear[str(error)].append(cite(item, sheet, row))
    for what, cited in unclear.items():
        yield _gap(item, what, "not written, or not clear", MENDS[what], cited)


def _permit(item: EvidenceItem, sheet: Sheet, row: Row, line: _Line) -> Permit:
    if row.struck:
        raise _UnclearError("whether it held: it is struck through")
    if not line["party"]:
        raise _UnclearError("whose permit it is")
    first, last = _moment(line, "from"), _moment(line, "until")
    if last <= first:
        raise _UnclearError("from when to when")
    names = filter(None, (" ".join(name.split()) for name in _BETWEEN.split(line["about"])))
    cited = cite(item, sheet, row)
    return Permit(
        id=key("permit", item.id, sheet.place(row)),
        number=line["number"],
        party=line["party"],
        first=first,
        last=last,
        about=tuple(dict.fromkeys(names))[: table(FORM)["limits"]["about"]],
        purpose=line["purpose"],
        by=line["by"],
        citation=cited,
    )


def _moment(line: _Line, column: str) -> int:
    """A cell's time, ns since 1970; of a day without a time its begin, or its end for ``until``."""
    text = line[column]
    written = day(text)
    if len(written) != len("2017-08-15"):
        raise _UnclearError("from when to when")
    clock = _CLOCK.search(text)
    behind = text[clock.end() :] if clock else ""
    offsets = map(_offset, (behind, line["zone"], line.titles[column]))
    offset = next((one for one in offsets if one is not None), None)
    if offset is None:
        raise _UnclearError("in which time zone")
    begin = datetime.fromisoformat(written).replace(tzinfo=timezone(offset))
    hours, minutes, seconds = (int(part or 0) for part in clock.groups()) if clock else (0, 0, 0)
    if hours > 24 or minutes > 59 or seconds > 59:
        raise _UnclearError("from when to when")
    if not clock and column == "until":
        hours = 24
    moment = begin + timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return int(moment.astimezone(UTC).timestamp()) * 10**9


def _offset(text: str) -> timedelta | None:
    """``+08:00``, ``UTC+8``, ``Z``: how far a clock is before UTC; None when it is not said."""
    found = _OFFSET.search(text)
    if found is None:
        return timedelta() if _UTC.search(text) else None
    hours, minutes = int(found[2]), int(found[3] or 0)
    if hours > 14 or minutes > 59:
        return None
    return timedelta(hours=hours, minutes=minutes) * (1 if found[1] == "+" else -1)


SHOWN = 6
"""Rows that one gap names."""


def _gap(
    item: EvidenceItem, what: str, why: str, mend: str, cited: list[Citation] | tuple[()]
) -> Gap:
    shown = ", ".join(one.locator.place for one in cited[:SHOWN])
    more = f" and {len(cited) - SHOWN} more" if len(cited) > SHOWN else ""
    place = f" in row {shown}{more}" if cited else ""
    whole = Citation(item.id, item.path, Locator("item", ""))
    told = f"{item.path}: {what}"
    first = cited[0] if cited else whole
    return Gap(key("g", item.id, what), told, why + place, mend, first, ("activity",), unread=True)
