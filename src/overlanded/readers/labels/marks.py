"""Marks: values found in the text of a label, by the word before them and by their check digits.

A value that fails its check is kept as it was read, and its parser flags it. A value that only
passes once letters are taken for the digits that they look like is *proposed*: never asserted.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache

from msgspec import Struct
from msgspec.structs import replace

from overlanded.data import table
from overlanded.model.identifiers import PARSERS

MASK = "•••"
"""Stands where a password, PIN or key stood."""

_GLUE = " \t:：.#=-_/|('\""
_KINDS = {"order-number": "part-number"}
"""Word of the table → kind of identifier, where they differ."""


class Mark(Struct, frozen=True):
    """One thing that a label says."""

    kind: str
    """``imei``, ``mac``, ``serial``, ``model``, ``contains`` …: a word of ``data/labels.toml``."""
    value: str
    read: str
    """As it stood, before blanks were dropped and letters were taken for digits."""
    proposed: bool = False
    """True when the value is a repair of what was read."""

    @property
    def sure(self) -> bool:
        """Whether it passes its own check as it stood; kinds without a check always do."""
        parse = PARSERS.get(_KINDS.get(self.kind, self.kind))
        return not self.proposed and (parse is None or parse(self.value).checked)


class Said(Struct, frozen=True):
    """What one run of text came to."""

    marks: tuple[Mark, ...]
    text: str
    """The text without secrets."""
    open: str = ""
    """The kind whose word ends the text, so that the value must stand elsewhere."""


def said(text: str) -> Said:
    """The marks in a run of text; blanks in it may be missing, in words and values.

    >>> said("S/N:1105123456 IMEI 867648040123450").marks[0].value
    '1105123456'
    """
    plain = unicodedata.normalize("NFKC", text)[: table("labels")["bounds"]["payload"]]
    found: list[Mark] = []
    kind, value = "", ""
    for kind, value in pieces(plain):
        mark = valued(kind, value)
        found += [mark] if mark else []
    wants = kind if kind in table("labels")["values"] and not value.strip(_GLUE) else ""
    return Said(tuple(found), masked(plain), wants)


def agreed(first: Said, second: Said) -> Said:
    """The first reading; what has no check digit only proposed, unless the second says the same.

    Blanks tell nothing: the engine puts them in and leaves them out.
    """
    if letters(first.text) == letters(second.text):
        return first
    told = {(mark.kind, letters(mark.value)) for mark in second.marks}
    marks = (
        mark if (mark.kind, letters(mark.value)) in told else doubted(mark) for mark in first.marks
    )
    return replace(first, marks=tuple(marks))


def doubted(mark: Mark) -> Mark:
    """The mark as it may be told when it was read once only."""
    unchecked = mark.kind in table("labels")["numbers"]["unchecked"]
    return replace(mark, proposed=True) if unchecked else mark


def letters(value: str) -> str:
    """Letters and digits only, in capitals: what two readings are compared by."""
    return "".join(char for char in value.upper() if char.isalnum())


def pieces(text: str) -> Iterator[tuple[str, str]]:
    """(kind, text after its word up to the next word) in order."""
    hits = list(_words().finditer(text))
    ends = [*(hit.start() for hit in hits[1:]), len(text)][: len(hits)]
    for hit, end in zip(hits, ends, strict=True):
        yield _kind(hit.group()), text[hit.end() : end]


LOGIN = re.compile(r"(?i)(\b(?:admin|administrator|root)\s*[,/]\s*)[^\s,;/]+")
"""A user's name with its password behind it, as labels and lists without keys have them."""


def masked(text: str) -> str:
    """The text with a mask for everything that follows a word for a secret."""
    hidden = LOGIN.sub(rf"\1{MASK}", text)
    for kind, value in pieces(text):
        bare = value.strip(_GLUE + ";,)")
        if kind == "secret" and bare:
            hidden = hidden.replace(bare, MASK)
    return hidden


def valued(kind: str, text: str) -> Mark | None:
    """The value of a kind at the beginning of a text, after punctuation; None when none is there.

    What follows the value does not matter, unless it goes on in digits.
    """
    if kind not in table("labels")["values"]:
        return None
    rest = text.lstrip(_GLUE)
    rest = rest if kind in ("model", "maker", "firmware", "hardware") else rest.upper()
    strict, loose = _forms(kind)
    if hit := strict.match(rest):
        mark = Mark(kind, _compact(kind, hit.group()), hit.group())
        # A number that a blank may have cut short looks whole.
        return doubted(mark) if rest[hit.end() :].strip(_GLUE)[:1].isalnum() else mark
    if hit := loose.match(rest):
        fixed = _compact(kind, _repaired(kind, hit.group()))
        if PARSERS[kind](fixed).checked:
            return Mark(kind, fixed, hit.group(), proposed=True)
    return _failing(kind, rest)


def _failing(kind: str, rest: str) -> Mark | None:
    """What stands where a checked number should: kept, so that its parser flags it."""
    if kind not in table("labels")["numbers"]["kinds"]:
        return None
    run = re.match(r"[0-9A-Z](?:[ ./-]?[0-9A-Z])*", rest)
    if run is None or sum(char.isdigit() for char in run.group()) < FEW:
        return None
    return Mark(kind, _compact(kind, run.group())[:40], run.group())


FEW = 10
"""Digits that a number must keep to be worth telling although its form is wrong."""


def _compact(kind: str, value: str) -> str:
    if kind in table("labels")["numbers"]["kinds"]:
        return re.sub(r"[\s./-]", "", value)
    return " ".join(value.split()).rstrip(".,-_/(")


def _repaired(kind: str, value: str) -> str:
    return "".join(_repairs(kind).get(char, char) for char in value)


@cache
def _repairs(kind: str) -> Mapping[str, str]:
    """Letter as it stands in capitals → the digit that it looks like."""
    name = "hexadecimal" if "%" in table("labels")["values"][kind] else "digits"
    pairs: dict[str, str] = table("labels")["repairs"][name]
    return {letter.upper(): digit for letter, digit in pairs.items()}


@cache
def _forms(kind: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A value of the kind as it should stand, and with letters where digits should be."""
    form: str = table("labels")["values"][kind]
    loose = "".join(re.escape(letter) for letter in _repairs(kind)) if kind in PARSERS else ""
    made = []
    for letters in ("", loose):
        digits = form.replace("#", f"[0-9{letters}]").replace("%", f"[0-9A-Fa-f{letters}]")
        numeric = "#" in form or "%" in form
        made.append(re.compile(rf"(?:{digits})" + (r"(?![0-9])" if numeric else "")))
    return made[0], made[1]


@cache
def _words() -> re.Pattern[str]:
    """Any word that stands before a value; a longer one hides those inside it."""
    labels = table("labels")
    words = {word for words in labels["words"].values() for word in words}
    short = set(labels["short"]["words"])
    ordered = sorted(words, key=lambda word: (-len(word), word))
    forms = (_word(word, short=word in short) for word in ordered)
    return re.compile("|".join(forms), re.IGNORECASE)


def _word(word: str, *, short: bool) -> str:
    body = r"[\s._-]*".join(re.escape(part) for part in re.split(r"[ -]", word))
    free = not word[0].isascii() or word in table("labels")["anywhere"]["words"]
    before = "" if free else r"(?<![A-Za-z])"
    follows = table("labels")["before"].get(word)
    if follows:
        return rf"{before}{body}(?={follows})"
    after = r"(?=[\s:：.#=-]|\d|$)" if short else r"(?:[.．](?!\d))?"
    return f"{before}{body}{after}"


def _kind(word: str) -> str:
    return _kinds()[_folded(word)]


@cache
def _kinds() -> Mapping[str, str]:
    words = table("labels")["words"]
    return {_folded(word): kind for kind, some in words.items() for word in some}


def _folded(word: str) -> str:
    return re.sub(r"[\s._-]+", "", word).casefold()


def kind_of_key(key: str) -> str:
    """The kind that a key of a payload names, else nothing."""
    plain = _folded(key)
    keys: dict[str, str] = table("labels")["keys"]
    return keys.get(key.strip().upper(), "") or _kinds().get(plain, "")
