"""Payloads: what the text in a QR, DataMatrix or bar code says of the piece that carries it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from overlanded.data import table
from overlanded.model.identifiers import PARSERS
from overlanded.readers.labels.marks import MASK, Mark, Said, kind_of_key, said, valued

Pairs = list[tuple[str, str]]

_PAIR = re.compile(r"([^\W_][\w /.#-]{0,23}?)\s*[:=]\s*([^;,&|\r\n]+)")
_GS1 = re.compile(r"\((\d{2,4})\)([^(]+)")
_WIFI = re.compile(r"WIFI:", re.IGNORECASE)
_GROUP = "\x1d"
"""Separator of ISO/IEC 15434 and of GS1 payloads."""


def carried(text: str, *, gs1: bool = False) -> Said:
    """The marks in the payload of a code, and its text without secrets.

    ``gs1`` says that the symbol is marked as GS1, with its identifiers in brackets.
    """
    plain = text[: table("labels")["bounds"]["payload"]]
    pairs = _by_identifier(plain) if gs1 else _structured(plain)
    if not pairs:
        found = said(plain)
        return found if found.marks else Said(tuple(bare(plain, code=True)), found.text)
    marks = [mark for kind, value in pairs if (mark := valued(kind, value))]
    return Said(tuple(marks), _masked(plain, pairs))


def bare(text: str, *, code: bool) -> Iterator[Mark]:
    """What a number with no word beside it must be by its own check; nothing when that is open.

    From a code (``code``) also the beginnings that bar codes have, and twelve hexadecimal digits
    as a proposal.
    """
    whole = text.strip()
    digits = re.sub(r"[ -]", "", whole)
    bodies = tuple(table("labels")["bare"]["imei-bodies"])
    for kind in ("iccid", "eid", "imei"):
        if digits.isdecimal() and PARSERS[kind](digits).checked:
            if kind != "imei" or digits.startswith(bodies):
                yield Mark(kind, digits, whole)
            return
    if re.fullmatch(r"[0-9A-Fa-f]{2}([:-])(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}", whole):
        yield Mark("mac", whole, whole)
    elif code and re.fullmatch(r"[0-9A-Fa-f]{12}", whole) and not whole.isdecimal():
        yield Mark("mac", whole, whole, proposed=True)
    elif code:
        yield from (mark for kind, value in _by_letters(whole) if (mark := valued(kind, value)))


def _structured(text: str) -> Pairs:
    """(kind, value) of a JSON object, a Wi-Fi code, an ISO 15434 message or a list of pairs."""
    if text.lstrip().startswith("{"):
        return _of_json(text)
    if _GROUP in text:
        return [pair for part in re.split("[\x1d\x1e]", text) for pair in _by_letters(part)]
    pairs = [(kind_of_key(key), value.strip()) for key, value in _PAIR.findall(_query(text))]
    known = [pair for pair in pairs if pair[0]]
    return known if len(known) > 1 or _WIFI.match(text) else []


def _query(text: str) -> str:
    """The part of an address after its question mark; any other text as it is."""
    return text.partition("?")[2] if re.match(r"\w+://", text) else _WIFI.sub("", text)


def _of_json(text: str) -> Pairs:
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return []
    values = read.items() if isinstance(read, dict) else ()
    return [(kind, str(value)) for key, value in values if (kind := kind_of_key(key))]


def _by_identifier(text: str) -> Pairs:
    """GS1: ``(01)04012345678901(21)ABC``."""
    known = table("labels")["gs1"]
    return [(known[key], value.strip()) for key, value in _GS1.findall(text) if key in known]


def _by_letters(text: str) -> Pairs:
    """ANSI MH10.8.2: the letters that a bar code begins with say what follows."""
    known: dict[str, str] = table("labels")["mh10"]
    for letters in sorted(known, key=len, reverse=True):
        value = text.removeprefix(letters)
        if value != text and any(char.isdigit() for char in value):
            return [(known[letters], value)] if len(value) >= SHORTEST else []
    return []


SHORTEST = 6
"""Characters after the letters: shorter ones are as likely a number that begins so."""


def _masked(text: str, pairs: Pairs) -> str:
    hidden = text
    for kind, value in pairs:
        if kind == "secret" and value:
            hidden = hidden.replace(value, MASK)
    return hidden
