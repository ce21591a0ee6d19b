"""What kind of row a row is, and which heading it stands under."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto

from msgspec import Struct
from msgspec.structs import replace

from overlanded.model.records import RecordStatus
from overlanded.model.words import tokens
from overlanded.readers.paperwork.headings import THINGS, UNUSED, Table
from overlanded.readers.paperwork.sheets import Row, Sheet
from overlanded.readers.paperwork.words import (
    aside_status,
    equipment,
    is_line_number,
    leads_status,
    phrases,
    place_of,
    quantity_of,
    title_status,
)

BULLETS = "-–—•·*►"


class Kind(Enum):
    """What a row is."""

    RECORD = auto()
    HEADING = auto()
    CONTINUED = auto()
    """More words for the line above."""
    PART = auto()
    """A piece of equipment listed under the line above, without a number of its own."""
    NO_LINE = auto()
    """A total, a price, a note, a signature."""
    UNCLEAR = auto()


class Line(Struct, frozen=True):
    """A row seen through the columns of its table."""

    row: Row
    fields: Mapping[str, str]
    """Field → text; several columns of one field are joined."""
    lone: str
    """The only text of the row beside its number, else nothing."""
    lone_across: bool
    """That text is merged over columns or stands outside the columns of the list."""

    def __getitem__(self, field: str) -> str:
        return self.fields.get(field, "")

    @property
    def description(self) -> str:
        """What the line is about, as written."""
        named = (self["description"], self["specification"], self["maker-model"])
        first = next(filter(None, named), "")
        return first or " ".join(
            filter(None, (self["maker"], self["model"] or self["part-number"]))
        )


def line_of(sheet: Sheet, table: Table, row: Row) -> Line:
    """A row as a line of a table."""
    texts: dict[str, list[str]] = {}
    for column, field in table.columns.items():
        text = " ".join(row.cells.get(column, "").split())
        if text:
            texts.setdefault(field, []).append(text)
    if row.comments:
        texts.setdefault("remark", []).append(row.comments)
    fields = {field: ", ".join(dict.fromkeys(found)) for field, found in texts.items()}
    own = [c for c in row.cells if sheet.down.get((row.number, c), 1) == 1]
    said = [c for c in own if table.columns.get(c, "remark") not in {"line", *UNUSED}]
    if not said and not fields.get("description"):
        said = [
            c for c in own if not is_line_number(row.cells[c]) and table.columns.get(c) == "line"
        ]
    lone = " ".join(row.cells[said[0]].split()) if len(said) == 1 else ""
    outside = bool(lone) and table.columns.get(said[0]) not in THINGS
    merged = bool(lone) and sheet.across.get((row.number, said[0]), 0) - said[0] >= 2
    return Line(row, fields, lone, outside or merged)


def kind_of(line: Line, following: Line | None, *, counted: bool) -> Kind:
    """What a row is. ``counted``: most lines of the table state a quantity."""
    text = line.lone or line.description or next(iter(line.row.cells.values()))
    if _is_no_line(text, line):
        return Kind.NO_LINE
    if line.lone:
        return _lone_kind(line, following, counted=counted)
    if any(map(str.isalnum, line.description)):
        return Kind.RECORD
    return Kind.UNCLEAR if _says_something(line) else Kind.NO_LINE


def _is_no_line(text: str, line: Line) -> bool:
    first = next(iter(line.row.cells.values()))
    if phrases("rows", "note").whole(tokens(first)) and first.rstrip().endswith((":", "：")):
        return True
    words = tokens(text)
    total, rest = phrases("rows", "total").leading(words)
    named = line["model"] or line["part-number"] or line["maker"]
    if total and not named:
        return phrases("rows", "total_after").first(rest[:1]) != "" or not rest or rest[0] == ":"
    price, rest = phrases("rows", "price").leading(words)
    if price and not named and len(rest) <= 4:
        return True
    note, rest = phrases("rows", "note").leading(words)
    told = line["quantity"] or line["status"] or line["drawing"]
    return bool(note) and not named and not told


def _says_something(line: Line) -> bool:
    """Letters in a column whose value could matter, where nothing says what the line is about."""
    useful = {field: text for field, text in line.fields.items() if field not in {"unit", *UNUSED}}
    return any(any(c.isalpha() for c in text) for text in useful.values())


def _lone_kind(line: Line, following: Line | None, *, counted: bool) -> Kind:
    text = line.lone
    number = "" if line["line"] == text else line["line"]
    if not any(char.isalpha() for char in text):
        return Kind.NO_LINE
    if number and following and following["line"].startswith(f"{number.rstrip('.')}."):
        return Kind.HEADING
    if group(text) or (line.lone_across and not number):
        return Kind.HEADING
    device = equipment().device_class_of(text)
    if number:
        told = place_of(text) or leads_status(text)
        return Kind.HEADING if told and not device else Kind.RECORD
    if text[:1] in BULLETS:
        return Kind.PART if device else Kind.CONTINUED
    if text[:1] in "(（" or phrases("rows", "goes_on").leading(tokens(text))[0]:
        return Kind.CONTINUED
    alone = following is None or bool(following.lone)
    if device and (alone or not counted or aside_status(text) or quantity_of(text).count):
        return Kind.RECORD
    if device or place_of(text) or title_status(text) or text.endswith((":", "：")):
        return Kind.HEADING
    return Kind.CONTINUED if counted and text[:1].islower() else Kind.HEADING


def group(text: str) -> bool:
    """Whether a text ends in a word for a group of equipment."""
    words = tokens(text)
    named = list(phrases("rows", "group_words").hits(words))
    return bool(named) and named[-1][1] == len(words)


class Section(Struct, frozen=True):
    """A heading row and what it says of the lines under it."""

    text: str
    number: str
    place: str
    status: RecordStatus | None
    after: int
    """How many lines of the table came before it."""


INHERITED = ("line", "status", "accept", "decline", "optional", "action", "refers", "place")
"""What a part takes from the line above it."""


def part_of(line: Line, above: Line) -> Line:
    """A part as a line of its own, with what holds for the line above."""
    taken = {field: above[field] for field in INHERITED if above[field]}
    text = line.lone.lstrip(f"{BULLETS} ")
    return replace(line, fields=taken | {"description": text})


def in_doubt(before: tuple[Section, ...], after: tuple[Section, ...]) -> bool:
    """Whether a heading leaves open if the option heading before it still holds."""
    ended = any(old.status and old not in after for old in before)
    new = after[-1]
    numbered = bool(new.number) and any(old.number for old in before)
    return ended and not new.status and not numbered


def section_of(line: Line, after: int) -> Section:
    """The section that a heading row opens."""
    return Section(
        line.lone, line["line"].rstrip("."), place_of(line.lone), title_status(line.lone), after
    )


def opened(sections: tuple[Section, ...], new: Section) -> tuple[Section, ...]:
    """The headings that hold after a new one.

    A heading directly under another is part of it; a deeper number too; one that speaks of the
    same (a place after a place) replaces it and what came under it; any other closes all.
    """
    for index, old in enumerate(sections):
        if new.number and old.number:
            if not new.number.startswith(f"{old.number}."):
                return (*sections[:index], new)
        elif _about(old) == _about(new) and old.after != new.after:
            return (*sections[:index], new)
    inside = not sections or sections[-1].after == new.after
    deeper = bool(sections) and new.number.startswith(f"{sections[-1].number}.")
    return (*sections, new) if inside or deeper else (new,)


def _about(section: Section) -> tuple[bool, bool]:
    return bool(section.place), section.status is not None
