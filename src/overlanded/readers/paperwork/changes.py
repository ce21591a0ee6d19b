"""Change orders: what a line adds, deletes or replaces, and which contract line it means."""

from __future__ import annotations

import re
from functools import cache

from msgspec import Struct

from overlanded.model.records import RecordStatus
from overlanded.model.words import Phrases, tokens
from overlanded.readers.paperwork.words import vocabulary

_NUMBERS = r"(?:[A-Za-z]{1,4}-)?\d+(?:[.\-]\d+)*[a-z]?"
_LIST = re.compile(rf"{_NUMBERS}(?:\s*(?:,|and|&|to|、|和|及)\s*(?:{_NUMBERS}))*")

STATUS = {
    "add": RecordStatus.ORDERED,
    "remove": RecordStatus.REMOVED,
    "change": RecordStatus.CHANGED,
    "keep": RecordStatus.ORDERED,
}
"""What an action makes of its line: an added line is ordered from then on."""


class Change(Struct, frozen=True):
    """One line of a change order."""

    action: str
    """add, remove, change or keep."""
    refers: tuple[str, ...]
    """Numbers of the contract lines meant, as given."""
    subject: str
    """The words for what is there afterwards (or, for remove, what was there)."""


@cache
def _verbs() -> Phrases:
    words = vocabulary()["change"]
    kinds = ("keep", "change", "remove", "add")
    return Phrases.of((word, kind) for kind in kinds for word in words[kind])


@cache
def _reference() -> re.Pattern[str]:
    words = sorted(vocabulary()["change"]["refer"], key=len, reverse=True)
    named = "|".join(map(re.escape, words))
    tail = "(?:项|条|行)?"
    return re.compile(
        rf"(?:\b|(?<=[^\x00-\x7f]))(?:{named})[.:# ]*(?:no\.?\s*)?({_LIST.pattern}){tail}",
        re.IGNORECASE,
    )


def action_of(text: str) -> str:
    """The action that a cell of an action column names; empty when none is understood."""
    return _verbs().first(tokens(text))


def change_of(action: str, refers: str, text: str, *, in_order: bool) -> Change | None:
    """The change that a line makes, from its action column, reference column and words.

    Without an action column the words must begin with a verb and, outside a change order, name
    the line they mean.
    """
    verb = action_of(action) if action else ""
    named = references(refers, bare=True) or references(f"{action}; {text}")
    if not verb and not action:
        leading = _verbs().leading(tokens(text))[0]
        verb = (leading or action_of(text)) if in_order else leading if named else ""
    return Change(verb, named, _subject(verb, text)) if verb else None


def references(text: str, *, bare: bool = False) -> tuple[str, ...]:
    """The line numbers that a text refers to; ``bare``: the text is nothing but numbers."""
    lists = [text] if bare else _reference().findall(text)
    found = [number for numbers in lists for number in re.findall(_NUMBERS, numbers)]
    return tuple(dict.fromkeys(number.rstrip(".") for number in found))


def _subject(verb: str, text: str) -> str:
    """What is there after a change: the words behind *by*, *with*, *to*, 改为."""
    plain = _reference().sub(" ", text)
    if verb != "change":
        return plain
    words = sorted(vocabulary()["change"]["by"], key=len, reverse=True)
    latin = "|".join(re.escape(w) for w in words if w.isascii() and w.isalpha())
    other = "|".join(re.escape(w) for w in words if not (w.isascii() and w.isalpha()))
    pieces = re.split(rf"\s(?:{latin})\s|{other}", plain, maxsplit=1, flags=re.IGNORECASE)
    return pieces[-1].strip() or plain
