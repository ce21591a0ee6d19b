"""Plain text in columns: wrapping by the width of glyphs, and colour by ANSI codes."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import zip_longest

CODES = {"bold": "1", "dim": "2", "red": "1;31", "yellow": "33", "green": "32", "cyan": "36"}
"""ECMA-48 SGR parameters."""


def paint(text: str, style: str, *, colour: bool) -> str:
    """``text`` in a style, or as it is when ``colour`` is off or the style is empty."""
    return f"\x1b[{CODES[style]}m{text}\x1b[0m" if colour and style else text


def span(text: str) -> int:
    """The terminal columns that ``text`` takes: two for wide glyphs, none for marks (UAX #11)."""
    if text.isascii():
        return len(text)
    return sum(_wide(char) for char in text)


def _wide(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def wrap(text: str, width: int) -> list[str]:
    """``text`` in lines of at most ``width`` columns; a word that is longer is cut.

    A no-break blank holds only where the words it ties fit on one line.
    """
    lines: list[str] = []
    line = ""
    for word in (part for long in text.split(" ") for part in _cut(long, width)):
        joined = f"{line} {word}" if line else word
        if span(joined) <= width:
            line = joined
        else:
            lines.append(line)
            line = word
    return [*lines, line] if line or not lines else lines


def _cut(word: str, width: int) -> Iterator[str]:
    if span(word) <= width:
        yield word
        return
    if "\u00a0" in word:
        for piece in word.split("\u00a0"):
            yield from _cut(piece, width)
        return
    part = ""
    for char in word:
        if span(part + char) > width:
            yield part
            part = ""
        part += char
    yield part


def pad(text: str, width: int) -> str:
    """``text`` filled with blanks to ``width`` columns."""
    return text + " " * max(0, width - span(text))


def beside(left: str, right: str, width: int, gap: int = 2) -> list[tuple[str, str]]:
    """Two texts side by side in ``width`` columns: pairs of a padded left and a right line.

    The right text gets at most two fifths; alone, the left one takes the whole width.
    """
    if not right:
        return [(line, "") for line in wrap(left, width)]
    narrow = width * 2 // 5
    wide = width - narrow - gap
    rows = zip_longest(wrap(left, wide), wrap(right, narrow), fillvalue="")
    return [(pad(one, wide + gap), other) for one, other in rows]
