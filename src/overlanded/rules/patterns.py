r"""How a rule says what a text must look like.

=================  ============================================================
written            means (letters of either case)
=================  ============================================================
``any``            there is a value
``RUTX``           contains it, at the start of a word
``^Teltonika``     starts with it
``/tcp/9191$``     ends with it
``^OpenWrt$``      is exactly it
``re:RUT(\d+)``     a regular expression finds something
``over 50``        a number above 50 (``under 5``: below)
``*.example.com``  a host name in that domain (only where domains are asked for)
=================  ============================================================
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from msgspec import Struct

EXPRESSION = "re:"
"""How a rule file marks a regular expression."""
DETAIL = re.compile(r"[,;:]| \(")
MAX_TEXT = 2000
"""Characters of a value that are looked at: values come from hostile input."""


class Pattern(Struct, frozen=True):
    """One way a value may look: ``kind`` is a key of ``MATCHERS``."""

    kind: str
    text: str

    def __str__(self) -> str:
        """As a sentence says it: ``contains RUTX``."""
        return "is present" if self.kind == "any" else f"{WORDS[self.kind]} {self.text}"


MARKS = (("matches", EXPRESSION), ("over", "over "), ("under", "under "))
ANCHORED = {
    (True, True): "is",
    (True, False): "starts",
    (False, True): "ends",
    (False, False): "says",
}
"""Whether a text begins with ``^`` and ends with ``$`` → the kind it stands for."""


def parse(written: object, plain: str = "says") -> Pattern:
    """The pattern for what a rule file says; ``plain`` is the kind of a text without marks."""
    text = str(written)
    if text == "any":
        return Pattern("any", "")
    for kind, mark in MARKS:
        if text.startswith(mark):
            return Pattern(kind, text[len(mark) :])
    if plain != "says":
        return Pattern(plain, text)
    return _anchored(text)


def _anchored(text: str) -> Pattern:
    starts, ends = text.startswith("^"), text.endswith("$")
    bare = text[starts : len(text) - ends].casefold()
    return Pattern(ANCHORED[starts, ends], bare)


def fits(pattern: Pattern, value: str) -> bool:
    """Whether ``value`` looks as ``pattern`` says; never raises."""
    return MATCHERS[pattern.kind](pattern.text, value[:MAX_TEXT])


def captured(pattern: Pattern, value: str) -> str:
    """What the group ``model`` of a regular expression caught, or empty."""
    if pattern.kind != "matches":
        return ""
    found = expression(pattern.text).search(value[:MAX_TEXT])
    return found.groupdict().get("model") or "" if found else ""


def domain(pattern: str, host: str) -> bool:
    """Whether ``host`` is the name, or lies in the domain when the pattern starts with ``*.``."""
    if pattern.startswith("*."):
        return host == pattern[2:] or host.endswith(pattern[1:])
    return host == pattern


@cache
def expression(text: str) -> re.Pattern[str]:
    """The compiled expression; compiled at first use, because most are never needed."""
    return re.compile(text, re.IGNORECASE)


def brief(about: str) -> str:
    """A vocabulary's sentence up to its first detail."""
    return DETAIL.split(about, maxsplit=1)[0]


def _says(text: str, value: str) -> bool:
    value = value.casefold()
    at = value.find(text)
    while at > 0 and value[at - 1].isalnum():
        at = value.find(text, at + 1)
    return at >= 0


def _number(value: str) -> float:
    try:
        return float(value)
    except ValueError:
        return float("nan")


MATCHERS: dict[str, Callable[[str, str], bool]] = {
    "any": lambda _text, value: bool(value),
    "is": lambda text, value: value.casefold() == text.casefold(),
    "starts": lambda text, value: value.casefold().startswith(text),
    "ends": lambda text, value: value.casefold().endswith(text),
    "says": _says,
    "matches": lambda text, value: expression(text).search(value) is not None,
    "domain": lambda text, value: domain(text, value.casefold()),
    "over": lambda text, value: _number(value) > float(text),
    "under": lambda text, value: _number(value) < float(text),
}
"""kind → whether a value fits; the text of a pattern was folded when it was parsed."""

WORDS = {
    "is": "is",
    "starts": "starts with",
    "ends": "ends with",
    "says": "contains",
    "matches": "matches",
    "domain": "is in",
    "list": "is in the list",
    "over": "is over",
    "under": "is under",
}
