"""Inspection sheets: what people found in the cabinets, and which cabinets they did not open.

The sheet that ``overlanded init`` writes, or the same columns in any workbook or delimited text.
A person's eye is a sensor: what it covered is the cabinets that were opened, on that day.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from msgspec import Struct
from msgspec.structs import replace

from overlanded.data import table
from overlanded.model.citing import Citation, Locator
from overlanded.model.evidence import EvidenceItem
from overlanded.model.identifiers import PARSERS
from overlanded.model.intervals import day
from overlanded.model.observing import Coverage, Gap, Observation, Subject, cabinet
from overlanded.readers.labels.marks import masked
from overlanded.readers.paperwork import forms
from overlanded.readers.paperwork.forms import plain
from overlanded.readers.paperwork.sheets import Row, Sheet, cite
from overlanded.readers.paperwork.words import equipment

WHAT = "inspection"
HOLDS = ("visit", "date", "inspector", "cabinet")
"""Columns whose cell holds for the rows below it."""
NUMBERS = {"imei": "imei", "mac": "mac", "serial": "serial"}
"""Column → kind of the identifiers in it."""
LOOKED = (
    *("date", "inspector", "photos", "sim", "antenna", "power", "cables", "notes"),
    *NUMBERS,
)
"""Columns that only somebody fills in who stands there."""
UNSEEN = {
    "not found": (
        "devices that were looked for",
        "written as not found",
        "look for them elsewhere, or ask who removed them",
    ),
    "not opened": (
        "devices in cabinets that were not opened",
        "written beside a cabinet that was not opened, and not taken for seen",
        "open the cabinet, or write where outside it they were seen",
    ),
    "nobody": (
        "whether anybody saw the devices",
        "no day, inspector or state of the cabinet is written, and nothing of their labels",
        "write the day, and opened where a cabinet was opened",
    ),
}
"""Why a device in a row was not seen → what of the sheet is open, why, and its mend."""
DAY_NS = 86_400 * 10**9
_ICCID = re.compile(r"(?<!\d)89(?:[ -]?\d){16,18}(?!\d)")
_BETWEEN = re.compile(r"[,;/、\n]+")


class Line(Struct, frozen=True):
    """One filled row: the text of each column, with what holds from the rows above."""

    cells: Mapping[str, str]
    citation: Citation
    place: str
    """Of the row in its file, for messages."""

    def __getitem__(self, column: str) -> str:
        """The text of a column; empty when nothing was written."""
        return self.cells.get(column, "")

    @property
    def date(self) -> str:
        """The whole day; empty when none was written that can be read in one way only."""
        found = day(self["date"])
        return found if len(found) == len("2017-08-15") else ""

    @property
    def stated(self) -> str:
        """opened, not opened or sealed, as the row says; empty when it says nothing clear."""
        return _meant("words", _begun("words", self["state"]))

    @property
    def state(self) -> str:
        """The same; where nothing is written a device inside tells that it was opened."""
        untold = not _said(self["state"]) and self.doubt == ""
        return self.stated or ("opened" if untold and self.shows_device else "")

    @property
    def visit(self) -> str:
        """factory, delivery or site; else as written."""
        return _meant("visits", self["visit"]) or self["visit"].casefold()

    @property
    def shows_device(self) -> bool:
        """Whether the row tells of a device and not of its cabinet alone."""
        telling = ("maker", "model", *NUMBERS)
        named = _said(self["what"]) and not self.found_nothing
        return bool(named) or any(_said(self[column]) for column in telling)

    @property
    def found_nothing(self) -> bool:
        """Whether the row says that nothing was found."""
        what = self["what"]
        return _is("empty", what) or any(_is("absent", text) for text in (what, self["notes"]))

    @property
    def doubt(self) -> str:
        """Why the device of the row cannot be taken for seen: a word of ``UNSEEN``; or nothing.

        Lists of what should be there are copied into sheets before anybody goes to look.
        """
        if self.found_nothing:
            return "not found"
        if self.stated in ("not opened", "sealed"):
            return "not opened"
        looked = self.stated or any(_told(self[column]) for column in LOOKED)
        return "" if looked else "nobody"

    @property
    def unseen(self) -> str:
        """Why the device that the row names was not seen; empty when it was, or none is named."""
        return self.doubt if self.shows_device else ""


def sniff(head: bytes, name: str) -> bool:  # noqa: ARG001
    """A workbook or delimited text with the headings of the sheet."""
    return forms.is_form(WHAT, head)


def read(item: EvidenceItem, data: bytes) -> Iterator[Observation | Coverage | Gap]:
    """What was found, what each visit covered, and what was not looked at or not understood."""
    lines: list[Line] = []
    for sheet, headings in forms.sheets(WHAT, data):
        lines.extend(_lines(item, sheet, *headings))
        if sheet.cut:
            yield _gap(item, f"{item.path}: the rest of it", sheet.cut, "hand in a shorter one")
    if not lines:
        why = "no row of the inspection sheet is filled in"
        yield _gap(item, item.path, why, "fill it in, or leave it out")
    for line in lines:
        if line.shows_device and not line.doubt:
            yield from _device(item, line)
    for visit in dict.fromkeys(line.visit for line in lines):
        yield from _visited(item, visit, [line for line in lines if line.visit == visit])
    yield from _not_seen(item, lines)
    yield from _not_understood(item, lines)


def _lines(
    item: EvidenceItem, sheet: Sheet, top: int, columns: Mapping[int, str]
) -> Iterator[Line]:
    above: dict[str, str] = {}
    for row in sheet.rows:
        written = {
            name: text for at, name in columns.items() if (text := masked(row.cells.get(at, "")))
        }
        if row.number <= top or not written:
            continue
        above |= {name: text for name, text in written.items() if name in HOLDS and _said(text)}
        if set(written) - {"visit", "date", "inspector"}:
            yield Line({**above, **written}, cite(item, sheet, _shown(row)), sheet.place(row))


def _shown(row: Row) -> Row:
    return replace(row, cells={at: masked(text) for at, text in row.cells.items()})


def _device(item: EvidenceItem, line: Line) -> Iterator[Observation]:
    subject = Subject("label", f"{item.path} {line.place}")
    first, last = _times(line)

    def seen(prop: str, value: str, **detail: str) -> Observation:
        told = tuple((name, text) for name, text in detail.items() if text)
        return Observation(subject, prop, value, line.citation, first, last, detail=told)

    yield seen(
        "inspected",
        line.date or "on a day that is not stated",
        visit=line.visit,
        place=line["cabinet"],
        inspector=line["inspector"],
        photos=line["photos"],
        sim="none" if _is("none", line["sim"]) else "",
        notes=line["notes"],
    )
    if line["cabinet"]:
        yield seen("place", line["cabinet"])
    said = " ".join(filter(None, (line["what"], line["maker"], line["model"])))
    taken_for = equipment().device_class_of(line["what"]) or equipment().device_class_of(said)
    if taken_for:
        yield seen("taken-for", taken_for, said=line["what"])
    for column in table("inspection")["column"]:
        if "property" in column:
            for value in _values(column["name"], line[column["name"]]):
                yield seen(column["property"], value)
    if (card := _told(line["sim"])) and not _is("none", card):
        yield seen("sim-card", card)
    for number in _ICCID.findall(line["sim"]):
        yield seen("iccid", PARSERS["iccid"](number).value)


def _values(column: str, text: str) -> Iterator[str]:
    if column not in NUMBERS:
        # That there is no antenna says something; that a label gives no maker does not.
        yield from filter(None, (_said(text) if column in ("maker", "model") else _told(text),))
        return
    whole = _said(text)
    pieces = _BETWEEN.split(whole) if column != "serial" else (whole,)
    for piece in filter(None, map(_said, pieces)):
        yield PARSERS[NUMBERS[column]](piece).value


def _visited(
    item: EvidenceItem, visit: str, lines: Sequence[Line]
) -> Iterator[Observation | Coverage | Gap]:
    """The coverage of one visit, each cabinet that was opened, and a gap for the others."""
    opened, closed = _cabinets(lines)
    times = [time for line in lines for time in _times(line) if time is not None]
    named = tuple(
        (name, text)
        for name, text in (
            ("visit", visit),
            ("inspector", ", ".join(dict.fromkeys(filter(None, (x["inspector"] for x in lines))))),
            *((state, ", ".join(x["cabinet"] for x in ones)) for state, ones in closed.items()),
        )
        if text
    )
    where = ", ".join(dict.fromkeys(line["cabinet"] for line in opened))
    lost = sum(map(len, closed.values()))
    seen = len({cabinet(line["cabinet"]) for line in opened})
    first, last = min(times, default=None), max(times, default=None)
    if seen or lost:
        yield Coverage(item.id, item.path, WHAT, where, first, last, seen, lost, named)
    for line in opened:
        photos = [("photos", line["photos"])] if _said(line["photos"]) else []
        told = (("cabinet", line["cabinet"]), ("visit", visit), *photos)
        at, until = _times(line)
        if at is not None:
            subject = cabinet(line["cabinet"])
            yield Observation(subject, "opened", line.date, line.citation, at, until, detail=told)
    for state, ones in closed.items():
        yield _closed(item, visit, state, ones)


def _cabinets(lines: Iterable[Line]) -> tuple[list[Line], dict[str, list[Line]]]:
    """(rows that show a cabinet opened, one a day; state → one row of each other cabinet)."""
    opened: dict[tuple[Subject, str], Line] = {}
    others: dict[Subject, Line] = {}
    shut = {
        (cabinet(line["cabinet"]), line.date)
        for line in lines
        if line.stated and line.stated != "opened"
    }
    for line in lines:
        told = line.stated or (cabinet(line["cabinet"]), line.date) not in shut
        if line["cabinet"] and line.state == "opened" and told:
            opened.setdefault((cabinet(line["cabinet"]), line.date), line)
        elif line["cabinet"] and line.state:
            others.setdefault(cabinet(line["cabinet"]), line)
    closed: dict[str, list[Line]] = {}
    for subject, line in others.items():
        if subject not in {one for one, _ in opened}:
            closed.setdefault(line.state, []).append(line)
    return list(opened.values()), closed


def _closed(item: EvidenceItem, visit: str, state: str, ones: Sequence[Line]) -> Gap:
    names = ", ".join(line["cabinet"] for line in ones)
    what = f"{'cabinets' if len(ones) > 1 else 'cabinet'} {names}"
    why = "sealed, and not opened" if state == "sealed" else "not opened"
    on = f" on the {visit} visit" if visit else ""
    those, whose = ("them", "their owner") if len(ones) > 1 else ("it", "its owner")
    mend = f"open {those} in the presence of {whose}, and photograph what is inside"
    weakens = ("identity", "place", "installed")
    mark = _mark(item, visit, state)
    return Gap(mark, what, f"{why}{on} ({item.path})", mend, ones[0].citation, weakens)


def _not_understood(item: EvidenceItem, lines: Sequence[Line]) -> Iterator[Gap]:
    """Rows of which something was not understood, all of one kind together."""
    kinds = {
        "in which cabinet": (
            [one for one in lines if one.shows_device and not one["cabinet"]],
            "write the cabinet, as its plate says",
        ),
        "whether the cabinet was opened": (
            [one for one in lines if one["cabinet"] and not one.state and not one.unseen],
            "write opened, not opened or sealed",
        ),
        "on which day": (
            [one for one in lines if not one.date],
            "write the date as 2017-08-15",
        ),
    }
    for what, (ones, mend) in kinds.items():
        if ones:
            why = f"not written, or not clear, in {_places(ones)}"
            yield _gap(item, f"{item.path}: {what}", why, mend, ones[0].citation)


def _not_seen(item: EvidenceItem, lines: Sequence[Line]) -> Iterator[Gap]:
    """Devices that a sheet names and that nobody saw, by the reason."""
    for doubt, (what, why, mend) in UNSEEN.items():
        ones = [one for one in lines if one.unseen == doubt]
        if ones:
            told = f"{why} (row {_places(ones)})"
            yield _gap(item, f"{item.path}: {what}", told, mend, ones[0].citation)


def _places(ones: Sequence[Line]) -> str:
    shown = ", ".join(one.place for one in ones[:SHOWN])
    return f"{shown} and {len(ones) - SHOWN} more" if len(ones) > SHOWN else shown


SHOWN = 6
"""Rows that one gap names."""


def _gap(
    item: EvidenceItem, what: str, why: str, mend: str, citation: Citation | None = None
) -> Gap:
    cited = citation or Citation(item.id, item.path, Locator("item", ""))
    return Gap(_mark(item, what), what, why, mend, cited, ("installed", "place"), unread=True)


def _mark(item: EvidenceItem, *parts: str) -> str:
    return f"g-{hashlib.sha256(chr(0).join((item.id, *parts)).encode()).hexdigest()[:10]}"


def _times(line: Line) -> tuple[int | None, int | None]:
    """The first and last nanosecond of the row's day, as if it were a day of UTC."""
    if not line.date:
        return None, None
    start = int(datetime.fromisoformat(line.date).replace(tzinfo=UTC).timestamp()) * 10**9
    return start, start + DAY_NS - 1


def _meant(words: str, text: str) -> str:
    """What a word of the sheet means; empty when it is not known."""
    for meaning, written in table("inspection")[words].items():
        if plain(text) in written:
            return str(meaning)
    return ""


def _begun(words: str, text: str) -> str:
    """The longest known word that a text begins with, what follows being a remark.

    Empty when there is none, or when the remark takes it back.
    """
    written = plain(text)
    known = (one for ones in table("inspection")[words].values() for one in ones)
    begun = [
        one for one in known if written.startswith(one) and not written[len(one) :][:1].isalnum()
    ]
    longest = max(begun, key=len, default="")
    denied = re.search(table("inspection")["denied"], written[len(longest) :])
    return "" if denied else longest


def _said(text: str) -> str:
    """A cell's text, nothing where it says that nothing is there or was seen."""
    return "" if _is("none", text) else _told(text)


def _told(text: str) -> str:
    """A cell's text, nothing for a dash or for what was not looked at."""
    return "" if _is("nothing", text) else text.strip()


def _is(words: str, text: str) -> bool:
    return plain(text).rstrip(".!") in table("inspection")["cells"][words]
