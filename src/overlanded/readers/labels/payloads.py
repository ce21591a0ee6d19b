"""Payloads: what the text in a QR, DataMatrix or bar code says of the piece that carries it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from overlanded.data import table
from overlanded.model.identifiers import PARSERS
from overlanded.readers.labels.marks import LOGIN, MASK, Mark, Said, kind_of_key, said, valued

Pairs = list[tuple[str, str]]

_PAIR = re.compile(r"([^\W_][\w /.#-]{0,23}?)\s*[:=]\s*([^;,&|\r\n]+)")
_GS1 = re.compile(r"\((\d{2,4})\)([^(]+)")
_WIFI = re.compile(r"WIFI:", re.IGNORECASE)
SHORT = 4
"""Characters of what an unknown key may show: nothing is opened with fewer."""
_GROUP = "\x1d"
"""Separator of ISO/IEC 15434 and of GS1 payloads."""


def carried(text: str, *, gs1: bool = False) -> Said:
    """The marks in the payload of a code, and its text without secrets.

    ``gs1`` says that the symbol is marked as GS1, with its identifiers in brackets.
    """
    plain = text[: table("labels")["bounds"]["payload"]]
    pairs = _by_identifier(plain) if gs1 else _structured(plain)
    if pairs:
        found = Said(tuple(mark for kind, value in pairs if (mark := valued(kind, value))), plain)
    else:
        found = said(plain)
        found = found if found.marks else Said(tuple(bare(plain, code=True)), found.text)
    return Said(found.marks, _masked(plain if gs1 else found.text, found.marks, gs1=gs1))


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
    if _GROUP in text:
        return [pair for part in re.split("[\x1d\x1e]", text) for pair in _by_letters(part)]
    known = [(kind, value) for key, value in _listed(text) if (kind := kind_of_key(key))]
    sure = _WIFI.match(text) or text.lstrip().startswith("{")
    return known if len(known) > 1 or sure else []


def _listed(text: str) -> Pairs:
    """(key, value) of everything in a JSON object, an address or a list of pairs."""
    if text.lstrip().startswith("{"):
        return _of_json(text)
    return [(key, value.strip()) for key, value in _PAIR.findall(_query(text))]


def _query(text: str) -> str:
    """The part of an address after its question mark; any other text as it is."""
    return text.partition("?")[2] if re.match(r"\w+://", text) else _WIFI.sub("", text)


def _of_json(text: str) -> Pairs:
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return list(_leaves(read))


def _leaves(read: object, key: str = "") -> Iterator[tuple[str, str]]:
    """(the nearest key, value) of everything that is neither an object nor a list."""
    if isinstance(read, dict):
        for name, value in read.items():
            yield from _leaves(value, name)
    elif isinstance(read, list):
        for value in read:
            yield from _leaves(value, key)
    else:
        yield key, str(read)


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


def _masked(text: str, marks: Sequence[Mark], *, gs1: bool) -> str:
    """The text without the values of keys for secrets, and of keys that nobody knows.

    Each maker names the password in the code of its label as it likes: what stands behind an
    unknown key is shown to nobody, unless it is a number that was read.
    """
    listed = () if gs1 or _GROUP in text else _listed(text)
    hidden = LOGIN.sub(rf"\1{MASK}", text)
    for key, value in listed:
        kind = kind_of_key(key)
        told = len(value) < SHORT or any(value in mark.read for mark in marks)
        if value and (kind == "secret" or (not kind and not told)):
            hidden = hidden.replace(value, MASK)
    return hidden
