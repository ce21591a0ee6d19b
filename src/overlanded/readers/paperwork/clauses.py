"""Contracts and specifications in sentences: the clauses that speak of equipment, as a list.

A clause counts when it is numbered or bulleted and short, when it says that something is supplied,
or when it says that something is left out or left open. Headings are kept, so that *Options* over
three clauses says what it says over three rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise, zip_longest

from msgspec import Struct
from msgspec.structs import replace

from overlanded.model.evidence import EvidenceItem
from overlanded.model.observing import Gap
from overlanded.model.records import Record, RecordStatus
from overlanded.model.words import tokens
from overlanded.readers.paperwork import table
from overlanded.readers.paperwork.lines import BULLETS, group
from overlanded.readers.paperwork.sheets import Row, Sheet
from overlanded.readers.paperwork.words import (
    aside_status,
    equipment,
    others_alike,
    pattern,
    phrases,
    place_of,
    status_of,
    title_status,
)

HEADS = {0: "Item", 1: "Description", 2: "Qty", 3: "Status", 4: "Aside"}
"""The headings under which clauses become rows."""
NUMBER = re.compile(
    r"\s*((?:§\s*)?\d{1,3}(?:\.\d{1,3}){0,5}[.)]?|[A-Z]\.\d{1,3}(?:\.\d{1,3})*"
    r"|\([a-z0-9]{1,3}\)|[a-z]\)|(?:OPT|Option|选项)[-. ]?\d{1,3}:?"
    r"|[（(][一二三四五六七八九十]+[）)]|[一二三四五六七八九十]+、)"
    r"(?:\s+|(?=[^\x00-\x7f]))(?=\S)",
)
COUNTED = re.compile(
    r"(?:\b[a-z]+\s*\((\d{1,3})\)|(?:qty|quantity|数量)\W{0,3}(\d{1,3})\b"
    r"|(?:^|\b(?:supply|provide|furnish|deliver|install)\s)\s*"
    r"(two|three|four|five|six|seven|eight|nine|ten|twelve)\s"
    r"|\b(\d{1,3})\s*(?:pcs|pc|pieces|sets|set|nos|units|off|x|×)(?![a-z])|(\d{1,3})\s*[台套个只件]"
    r"|([一二两三四五六七八九十])[台套个只件])",
    re.IGNORECASE,
)
TAKEN = RecordStatus.ORDERED.value
MARKS = "§()（）.、: "
"""What stands around a number and is not part of it."""
SHORT = 90
"""Width of a numbered or bulleted line up to which it is an item of a list and no sentence."""
SENTENCE = (".", "。", ";", "；")
"""How a sentence ends."""
HEADING = 70
"""Width up to which a line may be a heading."""


class Paragraph(Struct, frozen=True):
    """One paragraph of a paper, and where it stands."""

    text: str
    place: str
    box: str = ""
    heading: bool = False
    """The paper's own styles say that it is a heading."""
    struck: bool = False


class Clause(Struct, frozen=True):
    """A paragraph that matters: a line about equipment, or a heading over such lines."""

    source: Paragraph
    number: str
    words: str
    equipment: bool
    named: bool = True
    """A heading by its words, and not only because it is short and numbered."""


def records(
    item: EvidenceItem, paragraphs: Iterable[Paragraph], locator: str, titles: tuple[str, ...]
) -> Iterator[Record | Gap]:
    """The records of the clauses outside tables."""
    written = sheet_of(paragraphs, locator)
    if written:
        yield from table.records(item, replace(written, titles=titles))


def form(
    item: EvidenceItem, written: Iterable[Paragraph], locator: str, titles: tuple[str, ...]
) -> Iterator[Record]:
    """The records of lines outside tables, where they are those of a form."""
    rows = tuple(
        Row(at, {0: one.text}, place=one.place, box=one.box) for at, one in enumerate(written, 1)
    )
    yield from table.form(item, Sheet("", rows, locator=locator, titles=titles), rows)


def sheet_of(paragraphs: Iterable[Paragraph], locator: str) -> Sheet | None:
    """The clauses as a sheet with headings; None when no clause speaks of equipment."""
    alone = (part for one in paragraphs for part in _apart(one))
    found = list(_without_items(filter(None, map(_clause, alone))))
    if not any(one.equipment for one in found):
        return None
    heads = Row(1, dict(HEADS), place=found[0].source.place)
    rows = tuple(
        _row(at, one, following)
        for at, (one, following) in enumerate(zip_longest(found, found[1:]), 2)
    )
    across = {(at, 1): max(HEADS) for at, one in enumerate(found, 2) if not one.equipment}
    return Sheet("", (heads, *rows), across=across, locator=locator)


def is_sentence(one: Paragraph) -> bool:
    """Whether a paragraph speaks for itself, and is no title of the table below it."""
    if not one.text.rstrip().endswith(SENTENCE):
        return False
    clause = _clause(one)
    return _width(one.text) > HEADING or bool(clause and clause.equipment)


def _apart(one: Paragraph) -> Iterator[Paragraph]:
    """A paragraph without the sentences that leave other equipment out or open, then each of them.

    "The modem is supplied. A satellite terminal is not included." are two clauses.
    """
    first, *rest = _sentences(one.text)
    others = [part for part in rest if not _refers(part) and _is_clause(part, listed=False)]
    yield replace(one, text="".join((first, *(part for part in rest if part not in others))))
    for part in others:
        yield replace(one, text=part.strip(), heading=False)


def _sentences(text: str) -> list[str]:
    """The sentences of a text, with the blanks behind them."""
    ends = [found.end() for found in pattern("clauses", "sentence_end").finditer(text)]
    return [text[begin:end] for begin, end in pairwise((0, *ends, len(text)))]


def _refers(sentence: str) -> bool:
    """Whether a sentence goes on about what stands before it."""
    return bool(pattern("clauses", "refers_back").match(sentence))


def _clause(one: Paragraph) -> Clause | None:
    numbered = NUMBER.match(one.text)
    number = numbered[1].strip(MARKS) if numbered else ""
    words = one.text[numbered.end() :] if numbered else one.text.strip()
    listed = bool(numbered) or words[:1] in BULLETS
    if not one.heading and _is_clause(words, listed=listed):
        return Clause(one, number, words.lstrip(f"{BULLETS} "), True)
    if _width(words) > HEADING or words.rstrip().endswith(SENTENCE):
        return None
    named = one.heading or title_status(words) or place_of(words) or (number and group(words))
    return Clause(one, number, words, False, bool(named)) if named or number else None


def _width(text: str) -> int:
    """The width of a text in Latin letters: a Chinese character takes two."""
    return sum(2 if char > "\u2e80" else 1 for char in text)


def _is_clause(words: str, *, listed: bool) -> bool:
    words, _ = _about_the_thing(words)
    if not listed:
        return bool(equipment().device_class_of(words)) and _status(words) not in ("", TAKEN)
    supplied = phrases("clauses", "supply").first(tokens(words))
    item = _width(words) <= SHORT and not words.endswith((".", "。"))
    said = _status(words) or COUNTED.search(words) or supplied or item
    return bool(said) and equipment().names_equipment(words)


def _without_items(clauses: Iterable[Clause]) -> Iterator[Clause]:
    """The clauses without numbered items that are no equipment: these are no headings."""
    section = ""
    for one in clauses:
        if not one.equipment:
            if not one.named and section and one.number.startswith(f"{section}."):
                continue
            section = one.number
        yield one


def _row(at: int, one: Clause, following: Clause | None) -> Row:
    inside = following and following.number.startswith(f"{one.number.rstrip('.')}.")
    about, aside = _about_the_thing(one.words) if one.equipment else (one.words, "")
    cells = {0: one.number if one.equipment or inside else "", 1: about, 4: aside}
    if one.equipment:
        cells |= {2: _count(about), 3: _status(about)}
    cells = {column: text for column, text in cells.items() if text}
    struck = frozenset(cells if one.source.struck else ())
    return Row(at, cells, struck=struck, place=one.source.place, box=one.source.box)


def _count(words: str) -> str:
    found = COUNTED.search(words)
    return next(filter(None, found.groups()), "") if found else "1"


def _status(words: str) -> str:
    """The status that words give a thing they leave out or open.

    *With optional antenna* inside a sentence leaves the thing itself neither out nor open.
    """
    left_out = pattern("clauses", "none").search(words)
    if left_out and equipment().device_class_of(left_out[0]):
        return RecordStatus.DECLINED.value
    told = status_of(words)
    said = tokens(others_alike(words))
    sure = told is RecordStatus.OPTIONAL and phrases("clauses", "open").first(said)
    if told in (RecordStatus.OPTIONAL, RecordStatus.ORDERED) and not sure:
        told = aside_status(words)
    return told.value if told else ""


def _about_the_thing(words: str) -> tuple[str, str]:
    """(the sentences up to the one that names equipment, and those that refer back; the rest)."""
    about: list[str] = []
    aside: list[str] = []
    named = False
    for sentence in _sentences(words):
        (aside if named and not _refers(sentence) else about).append(sentence)
        named = named or bool(equipment().device_class_of(sentence))
    return "".join(about).strip(), "".join(aside).strip()
