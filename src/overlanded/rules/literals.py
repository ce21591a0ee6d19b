"""What a text must hold to fit an expression: found once, when the library is built.

An expression stands for its plain parts: ``SCALANCE M-?8[012]`` needs ``scalance m``. A value that
holds none of them need not be tried, and the expression need not even be compiled.
"""

from __future__ import annotations

import re
from re import _parser  # type: ignore[attr-defined]
from typing import Any

LEAST = 2
"""Characters that a needed text has at least; shorter ones are in everything."""


def needed(expression: str) -> list[str]:
    """Folded texts of which one must occur; empty when nothing can be said."""
    found = _sequence(_parser.parse(expression, re.IGNORECASE))
    return sorted(found) if found else []


Needs = frozenset[str]


def _sequence(parts: Any) -> Needs:  # noqa: ANN401 - the parser's own tree
    """The best of what the parts need one after the other; plain letters in a row are one text."""
    best: Needs = frozenset()
    run = ""
    for kind, value in parts:
        letters = _plain(kind, value)
        if letters is not None:
            run += letters
            continue
        best, run = _better(best, frozenset((run,))), ""
        best = _better(best, _part(str(kind), value))
    return _better(best, frozenset((run,)))


def _plain(kind: object, value: Any) -> str | None:  # noqa: ANN401
    """The letters of a part that is nothing but letters."""
    if str(kind) == "LITERAL":
        return chr(value).casefold()
    if str(kind) == "AT":
        return ""
    if str(kind) == "SUBPATTERN":
        inner = [_plain(part, of) for part, of in value[-1]]
        return None if None in inner else "".join(map(str, inner))
    return None


def _part(kind: str, value: Any) -> Needs:  # noqa: ANN401
    if kind == "SUBPATTERN":
        return _sequence(value[-1])
    if kind == "BRANCH":
        choices = [_sequence(choice) for choice in value[1]]
        return frozenset[str]().union(*choices) if all(choices) else frozenset()
    if kind in ("MAX_REPEAT", "MIN_REPEAT") and value[0] > 0:
        return _sequence(value[2])
    return frozenset()


def _better(one: Needs, other: Needs) -> Needs:
    """Whichever lets fewer values through: that whose shortest text is the longer."""
    return max(one, other, key=_strictness)


def _strictness(needs: Needs) -> tuple[int, int]:
    shortest = min(map(len, needs), default=0)
    return (shortest, -len(needs)) if shortest >= LEAST else (0, 0)
