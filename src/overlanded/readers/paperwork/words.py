"""The words of contract lists: headings, statuses, quantities, places, identifiers."""

from __future__ import annotations

import math
import re
from functools import cache, lru_cache
from typing import Any

from msgspec import Struct

from overlanded.data import table
from overlanded.model.identifiers import PARSERS, Identifier
from overlanded.model.records import RecordStatus
from overlanded.model.words import Equipment, Phrases, fold, tokens

_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]|（[^）]*）")
_BRACKET = re.compile(r"[()\[\]（）]")
_CJK_RUN = re.compile(r"[\u3400-\u9fff]+")
_PIECES = re.compile(r"[\n/|;,]+")
_LINE = re.compile(
    r"(?:[A-Za-z]{1,6}[-.]?|(?:No|Pos|Opt)\.? )?\d+(?:[.\-]\d+)*[a-zA-Z]?\.?|[A-Z]|[IVX]+\.?"
)
_NUMBER = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)([.]\d+)?")
_MAC = re.compile(
    r"(?<![0-9A-Fa-f:.-])(?:[0-9A-Fa-f]{2}([:-])(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}"
    r"|[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4})(?![0-9A-Fa-f:-])"
)
_IP = re.compile(r"(?<![\d.\w])(\d{1,3}(?:\.\d{1,3}){3})(?:/(\d{1,2}))?(?![\d.]*\d)")
_IMEI = re.compile(r"IMEI\W{0,3}(\d[\d /-]{13,18}\d)", re.IGNORECASE)
_ICCID = re.compile(r"(?:ICCID|SIM\s*(?:no|number)?)\W{0,3}(89\d{16,18})", re.IGNORECASE)
_SERIAL = re.compile(
    r"(?:\bS/N|\bSN|serial(?: no| number)?)[.:# ]{1,3}([A-Z0-9-]*\d[A-Z0-9-]{3,})", re.IGNORECASE
)


@cache
def vocabulary() -> dict[str, Any]:
    """The parsed ``paperwork`` table."""
    return table("paperwork")


@cache
def equipment() -> Equipment:
    """The vocabulary of equipment."""
    return Equipment.of(table("equipment"))


@cache
def phrases(*path: str) -> Phrases:
    """The phrases under a path of the ``paperwork`` table, each meaning itself or its key."""
    node: Any = vocabulary()
    for step in path:
        node = node[step]
    if isinstance(node, list):
        return Phrases.of((word, word) for word in node)
    return Phrases.of((word, tag) for tag, words in node.items() for word in words)


SHORTEST_MISSPELT = 6
"""Letters from which a heading with a letter or two wrong is still known: shorter ones are words
of their own ("modem" is no "model")."""

# ---- headings ---------------------------------------------------------------------------------


class Heading(Struct, frozen=True):
    """What a heading may mean: one field, or several among which the values decide."""

    fields: tuple[str, ...]
    exact: bool
    """False when a known phrase only occurs inside the heading."""
    misspelt: bool = False


@cache
def _headings() -> dict[str, tuple[str, ...]]:
    words = vocabulary()
    known = {fold(w): (name,) for name, many in words["headings"].items() for w in many}
    return known | {fold(w): tuple(fields) for w, fields in words["ambiguous"].items()}


@cache
def _inside() -> Phrases:
    return Phrases.of((w, names[0]) for w, names in _headings().items() if len(w) > 1)


@lru_cache(maxsize=8192)
def heading(text: str) -> Heading | None:
    """What a column heading means, or None; both languages of a bilingual one are tried."""
    if not text or len(text) > 60:
        return None
    bare = _BRACKETS.sub(" ", text)
    opened = _BRACKET.sub(" ", text)
    cjk = " ".join(_CJK_RUN.findall(bare))
    pieces = (text, opened, bare, *_PIECES.split(bare), _CJK_RUN.sub(" ", bare), cjk)
    for piece in pieces:
        fields = _headings().get(fold(piece))
        if fields:
            return Heading(fields, exact=True)
    hits = sorted(_inside().hits(tokens(bare)), key=lambda hit: (hit[0] - hit[1], hit[0]))
    priced = any(name == "price" for _, _, name in hits)
    if hits:
        return Heading(("price" if priced else hits[0][2],), exact=False)
    near = _nearest(fold(opened))
    return Heading(_headings()[near], exact=False, misspelt=True) if near else None


def _nearest(folded: str) -> str:
    """The heading that a misspelt one ("Discription") must mean; empty when none is near."""
    if len(folded) < SHORTEST_MISSPELT or not folded.replace(" ", "").isalpha():
        return ""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    most = 2 if len(folded) >= 10 else 1
    found = process.extractOne(folded, list(_headings()), scorer=OSA.distance, score_cutoff=most)
    return found[0] if found and len(found[0]) >= SHORTEST_MISSPELT else ""


def is_line_number(text: str) -> bool:
    """Whether a text can be the paper's own number of a line: ``3``, ``14.3``, ``OPT-7``."""
    return len(text) <= 16 and bool(_LINE.fullmatch(text.strip()))


# ---- status -----------------------------------------------------------------------------------

_RANK = ("declined", "removed", "ordered", "optional")


def status_of(text: str) -> RecordStatus | None:
    """What words say became of a line; None when they say nothing that is understood."""
    found = set(phrases("status").found(tokens(others_alike(text))))
    return next((RecordStatus(name) for name in _RANK if name in found), None)


@cache
def pattern(section: str, name: str) -> re.Pattern[str]:
    """An expression of the ``paperwork`` table; case does not matter."""
    return re.compile(vocabulary()[section][name], re.IGNORECASE)


def others_alike(text: str) -> str:
    """A text in which every way to say that another party supplies a thing reads "by others"."""
    return pattern("by_others", "pattern").sub(" by others ", text)


@cache
def _title_status() -> Phrases:
    words = vocabulary()["heading_status"]
    return Phrases.of((w, name) for name in _RANK for w in words[name])


def title_status(text: str) -> RecordStatus | None:
    """What a sheet's name, title or section heading says of the lines under it."""
    words = tokens(text)
    named = _title_status().first(words)
    if named:
        return RecordStatus(named)
    found = status_of(text)
    offered = found in {RecordStatus.OPTIONAL, RecordStatus.ORDERED}
    mixed = offered and phrases("heading_status", "mixed").first(words)
    plain = found is RecordStatus.ORDERED and "option" not in text.lower()
    return None if mixed or plain else found


_ASIDE = re.compile(r"(?:^|[(\[（【,;，；:：–—]|\s-\s)\s*([^()\[\]（）【】,;，；:：–—]+)")


def leads_status(text: str) -> bool:
    """Whether a text begins with words that only headings and statuses use: "Options – not …"."""
    words = tokens(text)
    return bool(phrases("status").leading(words)[0] or _title_status().leading(words)[0])


def aside_status(text: str) -> RecordStatus | None:
    """The status that a description gives in brackets, after a dash or comma, or as its edge.

    "Router with optional antenna" gives none; "Optional router" and "Router (option)" do.
    """
    text = others_alike(text)
    found = {_aside_meaning(match) for match in _ASIDE.finditer(text)}
    words = tokens(text)
    last = list(phrases("status").hits(words))[-1:]
    found |= {meaning for _, end, meaning in last if end == len(words) and meaning in _REFUSED}
    return next((RecordStatus(name) for name in _RANK if name in found), None)


_REFUSED = frozenset(("declined", "removed"))


def _aside_meaning(match: re.Match[str]) -> str:
    meaning, rest = phrases("status").leading(tokens(match.group(1)))
    first = match.start() == 0
    return meaning if (not rest) or (first and meaning != "ordered") else ""


def mark(text: str) -> str:
    """``yes``, ``no``, ``cross``, ``blank`` or nothing for a tick in a cell."""
    folded = text.strip().casefold()
    return next((kind for kind, marks in vocabulary()["marks"].items() if folded in marks), "")


def by_others(text: str) -> bool:
    """Whether words say that another party supplies the line."""
    named = phrases("by_others", "words").first(tokens(others_alike(text)))
    return bool(named) and status_of(text) is RecordStatus.OPTIONAL


# ---- quantities -------------------------------------------------------------------------------


class Quantity(Struct, frozen=True):
    """A number of pieces; ``count`` is None when none is stated or understood."""

    count: int | None
    unit: str = ""
    open: bool = False
    """Blank or left open ("as required", "lot") rather than not understood."""


@lru_cache(maxsize=1024)
def quantity_of(text: str) -> Quantity:
    """The quantity in a cell: ``4``, ``4 pcs``, ``4x``, ``四台``, ``2+1``, ``1 lot``."""
    plain = _BRACKETS.sub(" ", text[:80]).strip().lstrip("xX×*").strip()
    folded = plain.casefold()
    if not plain or folded in vocabulary()["units"]["undetermined"]:
        return Quantity(None, open=True)
    sums = re.fullmatch(r"\+?(\d{1,6})\s*\+\s*(\d{1,6})", plain)
    if sums:
        return Quantity(int(sums[1]) + int(sums[2]))
    number = _NUMBER.match(plain.lstrip("+"))
    if number:
        rest = plain.lstrip("+")[number.end() :]
        return _counted(float(number[1].replace(",", "") + (number[2] or "")), rest)
    return _in_words(folded)


def _in_words(folded: str) -> Quantity:
    numerals: dict[str, int] = vocabulary()["units"]["numerals"]
    for word in sorted(numerals, key=len, reverse=True):
        if folded.startswith(word):
            return _counted(float(numerals[word]), folded[len(word) :])
    return Quantity(None)


def _counted(number: float, rest: str) -> Quantity:
    unit = rest.strip(" .*/")
    known = vocabulary()["units"]
    words = fold(unit).split(" ")
    units = {*known["pieces"], *known["sets"], *known["lengths"]}
    understood = not unit or words[0] in units or words[0] in {"per", "/", "each"}
    if not understood or number > 1e6:
        return Quantity(None)
    return Quantity(math.ceil(number), "" if unit in {"x", "×", "X"} else unit)


def lead_quantity(text: str) -> tuple[int | None, str]:
    """(quantity, rest) of a description that begins with one: ``4x camera``, ``2 pcs switch``."""
    match = re.match(
        r"(\d{1,4})\s*(?:[x×]\s|[x×](?=[^\d\s])|pcs\.?\s|sets?\s|台|套|个|只)\s*(?=\S)",
        text,
        re.IGNORECASE,
    )
    return (int(match[1]), text[match.end() :]) if match else (None, text)


# ---- places -----------------------------------------------------------------------------------


def place_of(text: str) -> str:
    """The text when it names a place on a crane, else nothing."""
    named = phrases("places", "words").first(tokens(text))
    return text.strip() if named or _designation().match(text.strip()) else ""


@cache
def _designation() -> re.Pattern[str]:
    return re.compile(vocabulary()["places"]["pattern"])


# ---- identifiers ------------------------------------------------------------------------------


def identifiers_in(text: str) -> list[Identifier]:
    """The addresses and labelled numbers that stand in free text."""
    short = text[:2000]
    if not any(map(str.isdecimal, short)):
        return []
    found = [PARSERS["mac"](hit.group()) for hit in _MAC.finditer(short)]
    found += [PARSERS["imei"](hit[1]) for hit in _IMEI.finditer(short)]
    found += [PARSERS["iccid"](hit[1]) for hit in _ICCID.finditer(short)]
    found += [PARSERS["serial"](hit[1]) for hit in _SERIAL.finditer(short)]
    return found + [PARSERS["ip"](hit[1]) for hit in _IP.finditer(short) if _is_host(hit, short)]


def _is_host(hit: re.Match[str], text: str) -> bool:
    address, prefix = hit[1], hit[2]
    before = text[max(0, hit.start() - 10) : hit.start()].lower()
    mask = address.startswith("255.") or re.search(r"(?:v|ver|version|rev|fw|mask)[. :]*$", before)
    network = prefix is not None and prefix != "32" and address.endswith(".0")
    return not (mask or network) and all(int(part) < 256 for part in address.split("."))


def identifiers_of(kind: str, text: str) -> list[Identifier]:
    """The identifiers in a cell of a column of that kind; several may share a cell."""
    if not text:
        return []
    inside = [found for found in identifiers_in(text) if found.kind == kind]
    if inside or kind == "ip":
        return inside
    pieces = re.split(r"[\n;,、]+|\s+/\s+", text[:2000])
    return [PARSERS[kind](piece) for piece in map(str.strip, pieces) if _is_value(kind, piece)]


def _is_value(kind: str, piece: str) -> bool:
    if not piece or fold(piece) in {"", "n a", "na", "tbd", "none", "无", "待定"}:
        return False
    return kind == "hostname" or any(char.isdigit() for char in piece)
