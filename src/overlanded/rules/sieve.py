"""Many patterns, one value: which fit, without trying each.

Texts are found by the first letters of words, an expression is tried on values that hold what it
needs, host names are looked up by their domains; the few others are tried.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from overlanded.rules.patterns import MAX_TEXT, Pattern, captured, fits

BEGINNING = ("says", "starts", "is")
"""Kinds of pattern whose text stands at the start of a word, which the whole value is, too."""
LETTERS = 3
STARTS = re.compile(r"(?<![^\W_])(?=(.{3}))", re.DOTALL)
"""The first letters of every word, or of what stands between words."""


class Sieve(Struct, frozen=True):
    """What the leaves ask of one property, sorted so that most values are done with quickly."""

    words: Mapping[str, tuple[tuple[int, Pattern], ...]]
    """First letters → texts that a word may start with."""
    expressions: tuple[tuple[int, Pattern, tuple[str, ...]], ...]
    """With the texts of which a value must hold one (all values, where there are none)."""
    others: tuple[tuple[int, Pattern], ...]
    domains: Mapping[str, tuple[int, ...]]

    def fitting(self, value: str) -> Iterator[tuple[int, str]]:
        """(leaf number, model caught) of every pattern that the value fits."""
        folded = value[:MAX_TEXT].casefold()
        for number, pattern in self._candidates(folded):
            if fits(pattern, value):
                yield number, ""
        for number, pattern, needs in self.expressions:
            if _may_fit(folded, needs) and fits(pattern, value):
                yield number, captured(pattern, value)
        for key in _above(value) if self.domains else ():
            yield from ((number, "") for number in self.domains.get(key, ()))

    def _candidates(self, folded: str) -> Iterator[tuple[int, Pattern]]:
        yield from self.others
        starts = set(STARTS.findall(folded)) if self.words else ()
        for start in starts:
            yield from self.words.get(start, ())


def _may_fit(folded: str, needs: tuple[str, ...]) -> bool:
    for text in needs:
        if text in folded:
            return True
    return not needs


def sieve(entries: list[tuple[int, Pattern]], needs: Mapping[str, Sequence[str]]) -> Sieve:
    """The sieve of one property from its (leaf number, pattern) pairs.

    ``needs`` says for an expression what a value must hold; one that it does not know is tried.
    """
    words: defaultdict[str, list[tuple[int, Pattern]]] = defaultdict(list)
    domains: defaultdict[str, list[int]] = defaultdict(list)
    expressions, others = [], []
    for number, pattern in entries:
        if pattern.kind == "domain":
            domains[pattern.text].append(number)
        elif pattern.kind == "matches":
            expressions.append((number, pattern, tuple(needs.get(pattern.text, ()))))
        elif pattern.kind in BEGINNING and len(text := pattern.text.casefold()) >= LETTERS:
            words[text[:LETTERS]].append((number, pattern))
        else:
            others.append((number, pattern))
    return Sieve(
        {key: tuple(found) for key, found in words.items()},
        tuple(expressions),
        tuple(others),
        {key: tuple(found) for key, found in domains.items()},
    )


def _above(host: str) -> Iterator[str]:
    """The host name and every domain above it: ``a.b.c``, ``*.a.b.c``, ``*.b.c``, ``*.c``."""
    host = host.casefold().rstrip(".")
    labels = host.split(".")[:32]
    yield host
    for start in range(len(labels)):
        yield f"*.{'.'.join(labels[start:])}"
