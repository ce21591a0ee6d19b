"""The text of network equipment: what switches, routers and modems print, and how they are set.

1. Decode, number and mask the lines (``text``, ``secrets``): nothing unmasked goes further.
2. Cut at the prompts (``sections``).
3. Read tables with TextFSM templates (``choosing``, ``rows``), settings with patterns
   (``configuration``).
4. Give the unit its name, and everything its line.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from msgspec import Struct, field
from msgspec.structs import replace

from overlanded.data import table
from overlanded.model import identifiers
from overlanded.model.citing import Citation, Locator
from overlanded.model.evidence import EvidenceItem
from overlanded.model.intervals import day
from overlanded.model.observing import Coverage, Gap, Observation, Subject
from overlanded.readers.evidence.devicetext import (
    choosing,
    configuration,
    elements,
    objects,
    rows,
    secrets,
)
from overlanded.readers.evidence.devicetext.rules import UNREAD
from overlanded.readers.evidence.devicetext.sections import Section, prompt, sections
from overlanded.readers.evidence.devicetext.text import Line, decoded, numbered
from overlanded.readers.evidence.devicetext.text import read as lines_of
from overlanded.readers.evidence.devicetext.told import Told
from overlanded.readers.paperwork import csv

WHAT = "device-text"
MOMENT = (
    "g-device-text-moment",
    "who was connected at other times than those of the device texts",
    "a table of a switch or router shows the moment at which it was printed",
    "print the tables again at other times, and capture for a shift",
)
HEAD = 4096
"""Bytes in which the outermost element of XML, or the marks of JSON, are looked for."""
DAY_NS = 86_400 * 10**9
LONGEST = 1000
"""Characters of a flat line: longer ones are certificates and scripts, and are left out."""
QUESTION = re.compile(r"at\+(c?gsn|cimi|c?gm[imr])\??", re.IGNORECASE)
"""Commands that modems answer with the bare value (3GPP TS 27.007, sections 5.1 to 5.6)."""
BARE = re.compile(r"(?!(?:OK|ERROR|AT)\b)\w", re.IGNORECASE)
CONTROL = re.compile(r"[\x00-\x06\x0e-\x1a\x1c-\x1f]")


class Found(Struct):
    """What one file gave."""

    told: list[Told] = field(default_factory=list)
    tables: Counter[str] = field(default_factory=Counter)
    """Name of a kind of table → its rows."""
    host: str = ""
    """By the prompt."""
    unread: list[tuple[str, int]] = field(default_factory=list)
    """Commands whose output no template reads, with their lines."""
    fault: str = ""
    """Why not all of the file was read."""


def sniff(head: bytes, name: str) -> bool:
    """True for text with prompts, settings or tables of network equipment.

    The name plays no part.
    """
    if head.startswith((b"%PDF", b"PK")):
        return False
    text = decoded(head)
    if CONTROL.search(text.replace("\x00", "\x01")):
        return False
    known = table("devicetext")["sniff"]
    if objects.is_settings(text):
        return True
    if root := elements.root(text):
        return root in known["roots"]
    if any(re.search(one, text, re.MULTILINE) for one in known["signs"]):
        return True
    lines = [line for line in text.splitlines() if line.strip()]
    if any(prompt(line) for line in lines[: known["prompts"]]):
        return True
    with_mac = sum(bool(re.search(known["row"], line)) for line in lines)
    return with_mac >= max(1, known["share"] * len(lines)) and not csv.sniff(head, name)


def read(item: EvidenceItem, data: bytes) -> Iterator[Observation | Coverage | Gap]:
    """What the file tells: observations with their lines, what it covered, what was not read."""
    yield from of_texts(item, [("", data)])


def of_texts(
    item: EvidenceItem, texts: Iterable[tuple[str, bytes]], fault: str = ""
) -> Iterator[Observation | Coverage | Gap]:
    """The same of several texts of one unit: (name inside the file, or nothing; content).

    ``fault`` is why there may be more texts than these.
    """
    found = Found(fault=fault)
    cut = 0
    for member, data in texts:
        before = len(found.told)
        cut += _text(data, found)
        found.told[before:] = [replace(one, member=member) for one in found.told[before:]]
    unit = _unit(item, found)
    label = unit.value if unit.kind == "hostname" else item.collected_where or item.path
    at = _times(item.collected_at)
    for one in found.told:
        yield _observation(item, one, unit, label, at)
    yield _coverage(item, found, label, at)
    yield from _gaps(item, found, cut)


def _text(data: bytes, found: Found) -> int:
    """Take in what one text tells; how many of its lines were cut or left out."""
    head = decoded(data[:HEAD])
    if objects.is_settings(head):
        return _flat("json", *objects.flat(decoded(data)), found)
    if elements.root(head):
        flat, wrong = elements.flat(decoded(data))
        return _flat("xml", flat, f"its XML breaks off ({wrong})" if wrong else "", found)
    text = lines_of(data)
    for section in sections(text.lines):
        _read(section, found)
    return text.cut


def _flat(dialect: str, lines: Iterable[tuple[int, str]], fault: str, found: Found) -> int:
    """Take in what flat lines tell; how many of them were cut or left out."""
    found.fault = fault or found.fault
    text = numbered((number, line) for number, line in lines if len(line) <= LONGEST)
    found.told += configuration.told(text.lines, [dialect])
    return text.cut


def _answers(section: Section) -> Iterator[Line]:
    """The lines of a section; the bare answer to an AT command as ``+CIMI: 204…``."""
    asked = QUESTION.fullmatch(section.command)
    for one in section.lines:
        text = one.text.strip()
        answer = asked and BARE.match(text)
        yield Line(one.number, f"+{asked[1]}: {text}") if asked and answer else one
        if text:
            asked = None if answer else QUESTION.fullmatch(text)


def _read(section: Section, found: Found) -> None:
    found.host = found.host or section.host
    lines = list(_answers(section))
    config = _is_configuration(section)
    made = None if config else choosing.read(section.command, [line.text for line in lines])
    told = list(rows.told(made, lines)) if made is not None else []
    if made is not None and told:
        kind = table("devicetext")["kinds"][made.template.kind]
        found.tables[kind["name"]] += len(made.rows)
    if not told:
        told = list(configuration.told(lines, [config, "pairs"] if config else ["pairs"]))
    if re.search(
        table("configurations")["modem"], "\n".join(line.text for line in lines), re.MULTILINE
    ):
        told = [_of_the_modem(one) for one in told]
    found.told += told
    if not told and section.command:
        found.unread.append((section.command, lines[0].number))


def _of_the_modem(one: Told) -> Told:
    """The same: make and type in a modem's own status are of the module, not of what it sits in."""
    return replace(one, property="module") if one.property in ("model", "firmware") else one


def _is_configuration(section: Section) -> str:
    """The dialect, when the section is a configuration; else nothing."""
    asked = table("configurations")["commands"]
    if section.command and not re.search(asked, section.command):
        return ""
    return configuration.dialect(section.lines)


LEADING = ("hostname", "imei", "serial", "mac", "address")
"""Properties that may name the unit, the surest first; each is a kind of subject, or below."""
KINDS = {"address": "ip"}


def _unit(item: EvidenceItem, found: Found) -> Subject:
    """The unit that printed the text: by its name, else by an identifier, else by the file."""
    generic = table("matching")["generic"]["names"]
    own = [one for one in found.told if one.subject is None]
    names = [one.value for one in own if one.property == "hostname"]
    for name in (*names, found.host):
        parsed = identifiers.hostname(name).value
        if (
            parsed
            and parsed not in generic
            and parsed not in table("devicetext")["generic"]["names"]
        ):
            return Subject("hostname", parsed)
    for word in LEADING[1:]:
        kind = KINDS.get(word, word)
        for one in own:
            known = identifiers.PARSERS[kind](one.value)
            if one.property == word and known.checked:
                return Subject(kind, known.value)
    return Subject("file", item.path)


def _observation(
    item: EvidenceItem, one: Told, unit: Subject, label: str, at: Times
) -> Observation:
    value = one.value.replace(rows.UNIT, label)
    place = f"{one.member} › {one.line}" if one.member else str(one.line)
    cited = Citation(item.id, item.path, Locator("line", place), one.excerpt)
    return Observation(one.subject or unit, one.property, value, cited, *at, 1, None, one.detail)


Times = tuple[int | None, int | None]
"""The first and the last ns since 1970 at which something may have been."""


def _times(text: str) -> Times:
    """When the text was collected: a moment, or a whole day; nothing when nobody said."""
    timed = ":" in text
    at = _moment(text if timed else day(text))
    return at, at if timed or at is None else at + DAY_NS - 1


def _moment(text: str) -> int | None:
    """The moment, or the begin of the day, that a text says in ns since 1970; else None."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return int(moment.timestamp()) * 1_000_000_000


def _coverage(item: EvidenceItem, found: Found, label: str, at: Times) -> Coverage:
    detail = [(name, f"{count} rows") for name, count in sorted(found.tables.items())]
    settings = sum(one.subject is None for one in found.told)
    detail += [("of the unit itself", f"{settings} statements")] if settings else []
    return Coverage(item.id, item.path, WHAT, label, *at, len(found.told), 0, tuple(detail))


def _gaps(item: EvidenceItem, found: Found, cut: int) -> Iterator[Gap]:
    if found.tables:
        mark, what, why, mend = MOMENT
        yield Gap(mark, what, why, mend, weakens=("activity", "state"))
    shown = table("devicetext")["bounds"]["named"]
    if found.unread:
        names = ", ".join(secrets.mask(command)[:60] for command, _ in found.unread[:shown])
        what = f"{item.path}: the output of {names}"
        why = "no template reads these tables"
        yield _gap(item, what, why, "", str(found.unread[0][1]), unread=False)
    yield from _not_understood(item, found)
    if cut:
        why = "longer than the bounds allow; the rest of them was not read"
        yield _gap(item, f"{item.path}: {cut:,} lines", why, "split the file", "", unread=True)
    if found.fault:
        yield _gap(item, item.path, found.fault, "export it again", "", unread=True)
    elif not found.told:
        why = "it looks like the text of a network device, but no table or setting in it is known"
        mend = "hand in the tables with the commands that printed them"
        yield _gap(item, item.path, why, mend, "", unread=True)


def _not_understood(item: EvidenceItem, found: Found) -> Iterator[Gap]:
    """The access rules whose form is not read: whether they refuse a path is open."""
    odd = [
        one for one in found.told if one.property == "filter" and ("share", UNREAD) in one.detail
    ]
    if odd:
        what = f"{item.path}: access rules not understood: {odd[0].excerpt}"
        what += f" and {len(odd) - 1} more" if len(odd) > 1 else ""
        why = "their form is not read; whether they refuse a path is open"
        mend = "ask its keeper what the rules let through"
        gap = _gap(item, what, why, mend, str(odd[0].line), unread=False)
        yield replace(gap, weakens=("reach",))


def _gap(item: EvidenceItem, what: str, why: str, mend: str, line: str, *, unread: bool) -> Gap:
    mark = hashlib.sha256(f"{item.id}\0{what}\0{why}".encode()).hexdigest()[:10]
    place = Locator("line", line) if line else Locator("item", "")
    cited = Citation(item.id, item.path, place)
    return Gap(f"g-{mark}", what, why, mend, cited, ("identity", "place"), unread)
