"""What the words of a line of paperwork say about equipment: its class, its maker, its type.

The words themselves are data (``data/equipment.toml``); this module only looks them up.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import chain, pairwise
from typing import Any

from msgspec import Struct

LONGEST = 600
"""Characters of a text that are looked at: a description is a sentence, not a file."""

_TOKEN = re.compile(r"[a-z0-9à-öø-ÿ]+|\S")
_FILLER = re.compile(r"[\s\-_/\\.:*'’`\"‐-―]+")
_EXACT = re.compile(r"[^\W_][\w.]*(?:-[A-Za-z]\w*)?")
_BREAK = re.compile(r"[,;()\[\]{}|·•\n]+")
_TYPE = re.compile(r"[A-Z0-9][\w./+-]{2,}")
_NO_TYPE = re.compile(
    r"(?:IP\d\d|[RC]AT?[-.]?\d\w?|RJ-?\d+|RS-?\d{3}|DN\d+|[AD]C\d+V?|\d+(?:[./-]\d+)*(?:[AKMG]?V(?:[AD]C|A)?"
    r"|[KM]?W|M?A|[KMG]?HZ|[KMGT]B(?:IT|PS)?|MM?|[DA][IO]|P|K|MP|G|T?X|W?AY|PORTS?|INCH|H|BASE\w*)"
    r"|I+V?|N\d|EN\d+|IEC\d+|ISO\d+)\W*",
    re.IGNORECASE,
)


def fold(text: str) -> str:
    """One spelling for comparing: case, width, punctuation and blanks folded away."""
    return _FILLER.sub(" ", unicodedata.normalize("NFKC", text[:LONGEST]).casefold()).strip()


class Phrases(Struct, frozen=True):
    """Phrases that are found in text, each with what it stands for.

    A text is a list of Latin words and of single other characters, so that a Chinese phrase is
    found anywhere and a Latin one only as whole words (a plural s is allowed).
    """

    meaning: Mapping[tuple[str, ...], str]
    lengths: Mapping[str, tuple[int, ...]]
    """First token → lengths of the phrases that begin with it, longest first."""

    @classmethod
    def of(cls, words: Iterable[tuple[str, str]]) -> Phrases:
        """From (phrase, meaning) pairs; the first meaning of a phrase holds."""
        meaning: dict[tuple[str, ...], str] = {}
        for word, tag in words:
            for form in _forms(tokens(word)):
                meaning.setdefault(form, tag)
        lengths: dict[str, set[int]] = {}
        for phrase in meaning:
            lengths.setdefault(phrase[0], set()).add(len(phrase))
        ordered = {first: tuple(sorted(sizes, reverse=True)) for first, sizes in lengths.items()}
        return cls(meaning, ordered)

    def hits(self, words: tuple[str, ...]) -> Iterator[tuple[int, int, str]]:
        """(start, end, meaning) in order; a longer phrase hides those inside it."""
        start = 0
        while start < len(words):
            for length in self.lengths.get(words[start], ()):
                phrase = words[start : start + length]
                if phrase in self.meaning:
                    yield start, start + len(phrase), self.meaning[phrase]
                    start += len(phrase) - 1
                    break
            start += 1

    def found(self, words: tuple[str, ...]) -> list[str]:
        """The meanings in the order of the text."""
        return [meaning for _, _, meaning in self.hits(words)]

    def first(self, words: tuple[str, ...]) -> str:
        """The first meaning, or nothing."""
        return next((meaning for _, _, meaning in self.hits(words)), "")

    def leading(self, words: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
        """(meaning, the words after it) when the text begins with a phrase, else nothing."""
        hit = next(self.hits(words), None)
        return (hit[2], words[hit[1] :]) if hit and hit[0] == 0 else ("", words)

    def whole(self, words: tuple[str, ...]) -> str:
        """The meaning of a text that is one phrase from end to end, else nothing."""
        return self.meaning.get(words, "")


def mentions(text: str, words: Iterable[str]) -> bool:
    """True when one of the phrases stands in the text."""
    return bool(Phrases.of((word, word) for word in words).first(tokens(text)))


@lru_cache(maxsize=4096)
def tokens(text: str) -> tuple[str, ...]:
    """Latin words and single other characters of the folded text."""
    return tuple(_TOKEN.findall(fold(text)))


def _forms(phrase: tuple[str, ...]) -> list[tuple[str, ...]]:
    if not phrase:
        return []
    *before, last = phrase
    endings = ("", "s", "es") if last[-1:].isascii() and last[-1:].isalpha() else ("",)
    return [(*before, last + ending) for ending in endings]


class TypeNumber(Struct, frozen=True):
    """An order-number scheme: its maker and what such numbers stand for."""

    maker: str
    device_class: str
    needs_maker: bool


class Equipment(Struct, frozen=True):
    """The vocabulary of equipment; build it once with ``Equipment.of``."""

    nouns: Phrases
    weak: Phrases
    split: Phrases
    generic: frozenset[str]
    """Classes that a known order number makes more exact ("gateway" is a router until then)."""
    narrow: tuple[tuple[frozenset[str], Phrases, str], ...]
    makers: Phrases
    exact: Mapping[str, str]
    types: tuple[TypeNumber, ...]
    type_pattern: re.Pattern[str]
    """One group per entry of ``types``."""

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> Equipment:
        """From the parsed ``equipment`` table."""
        other = [(word, "") for word in table["other"]["words"]]
        return cls(
            nouns=Phrases.of([*_flat(table["classes"]), *other]),
            weak=Phrases.of(_flat(table["weak"])),
            split=Phrases.of((word, word) for word in table["split"]["words"]),
            generic=frozenset(table["generic"]["classes"]),
            narrow=tuple(map(_narrowing, table["narrow"])),
            makers=Phrases.of(_flat(table["makers"])),
            exact=dict(_flat(table["makers_exact"])),
            types=tuple(map(_type_number, table["models"])),
            type_pattern=_type_pattern(row["pattern"] for row in table["models"]),
        )

    def device_class_of(self, text: str) -> str:
        """The class that a description names; empty when its words do not say.

        The head of the phrase counts ("power supply for PLC" is no PLC): the last noun before
        *for*, *with* or a comma; then a known order number; then words that only hint.
        """
        heads, tails = self._parts(text)
        whole = self._unnamed(tokens(text))
        for part in heads:
            nouns = self.nouns.found(part)
            if nouns:
                named = self._narrowed(nouns[-1], whole)
                return (named in self.generic and self._by_type(text)) or named
        return self._by_type(text) or self._by_hint(heads, tails, whole)

    def maker_of(self, text: str) -> str:
        """The maker that a text names, in this project's spelling; empty when none."""
        named = self.makers.first(tokens(text)) or self._exact_maker(text)
        return named or next((scheme.maker for scheme, _ in self._types(text, "")), "")

    def model_of(self, text: str) -> str:
        """The type or order number in a text that names its maker; empty when none is clear."""
        maker = self.maker_of(text)
        known = max((number for _, number in self._types(text, maker)), key=len, default="")
        if known or not maker:
            return known
        found = (hit.group().rstrip(".,/") for hit in _TYPE.finditer(text[:LONGEST]))
        return next(filter(_is_type, found), "")

    def names_equipment(self, text: str) -> bool:
        """Whether a text looks like a line of equipment."""
        return bool(self.device_class_of(text) or self.maker_of(text))

    def _exact_maker(self, text: str) -> str:
        words = _EXACT.findall(unicodedata.normalize("NFKC", text[:LONGEST]))
        pairs = (" ".join(pair) for pair in pairwise(words))
        return next((self.exact[word] for word in chain(pairs, words) if word in self.exact), "")

    def _parts(self, text: str) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
        heads: list[tuple[str, ...]] = []
        tails: list[tuple[str, ...]] = []
        for piece in _BREAK.split(unicodedata.normalize("NFKC", text[:LONGEST])):
            words = self._unnamed(tokens(piece))
            cuts = list(self.split.hits(words))
            ends = [start for start, _, _ in cuts[1:]] + [len(words)]
            heads.append(words[: cuts[0][0]] if cuts else words)
            tails.extend(words[cut[1] : end] for cut, end in zip(cuts, ends, strict=False))
        return heads, tails

    def _unnamed(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """The words without makers' names: "Sierra Wireless" says nothing of a radio."""
        named = {at for start, end, _ in self.makers.hits(words) for at in range(start, end)}
        return tuple(word for at, word in enumerate(words) if at not in named) if named else words

    def _narrowed(self, device_class: str, whole: tuple[str, ...]) -> str:
        for bases, words, target in self.narrow:
            if device_class in bases and words.first(whole):
                return target
        return device_class

    def _by_type(self, text: str) -> str:
        found = self._types(text, self.maker_of(text))
        return next((scheme.device_class for scheme, _ in found if scheme.device_class), "")

    def _by_hint(
        self, heads: list[tuple[str, ...]], tails: list[tuple[str, ...]], whole: tuple[str, ...]
    ) -> str:
        hint = next(filter(None, map(self.weak.first, heads)), "")
        named = {noun for tail in tails for noun in self.nouns.found(tail) if noun}
        if not hint and len(named) == 1:
            return self._narrowed(named.pop(), whole)
        return hint or ("" if named else self.weak.first(whole))

    def _types(self, text: str, maker: str) -> list[tuple[TypeNumber, str]]:
        found = [
            (self.types[int(hit.lastgroup[1:])], hit.group().strip())
            for hit in self.type_pattern.finditer(text[:LONGEST])
            if hit.lastgroup
        ]
        return [(t, n) for t, n in found if t.maker == maker or not (t.needs_maker or maker)]


def _is_type(token: str) -> bool:
    """Whether a token has digits and capitals as type numbers do, and is no rating or norm."""
    mixed = any(map(str.isdigit, token)) and any(map(str.isupper, token))
    return mixed and not _NO_TYPE.fullmatch(token)


def _narrowing(row: Mapping[str, Any]) -> tuple[frozenset[str], Phrases, str]:
    return frozenset(row["from"]), Phrases.of((word, word) for word in row["words"]), row["to"]


def _type_number(row: Mapping[str, Any]) -> TypeNumber:
    return TypeNumber(row["maker"], row["class"], row.get("needs_maker", False))


def _type_pattern(patterns: Iterable[str]) -> re.Pattern[str]:
    groups = "|".join(f"(?P<t{i}>(?:{text})[A-Za-z0-9./-]*)" for i, text in enumerate(patterns))
    return re.compile(rf"(?<![A-Za-z0-9-])(?:{groups})", re.IGNORECASE)


def _flat(table: Mapping[str, Iterable[str]]) -> list[tuple[str, str]]:
    return [(word, tag) for tag, words in table.items() for word in words]
