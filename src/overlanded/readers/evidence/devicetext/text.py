"""The text of a device as numbered lines: decoded, free of terminal marks, and masked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from overlanded.data import table
from overlanded.readers.evidence.devicetext.secrets import masked
from overlanded.readers.paperwork.csv import encoding_of

TERMINAL = re.compile(
    r"\x1b(?:\[[0-9;?]*[A-Za-z]|[()][A-Z0-9]|[=>])|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
)
"""Marks that terminals obey and no file keeps on purpose (ECMA-48)."""
PAGER = re.compile(
    r"^\s*-+\s*\(?\s*more\s*(?:\(?\d+%\)?)?\s*\)?\s*-+\s*|^\s*<--- More --->\s*", re.IGNORECASE
)
FOLDED = re.compile(r"^/[a-z]", re.MULTILINE)
"""Exports of RouterOS have menus that begin with a slash, and fold lines with a backslash."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line; ``number`` is that of its first physical line in the file, from 1."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """All lines, and how many had to be cut or left out."""

    lines: tuple[Line, ...]
    cut: int = 0


def decoded(data: bytes) -> str:
    """The characters of a file, whatever its encoding."""
    return data.decode(encoding_of(data), "replace").lstrip("\ufeff")


def read(data: bytes) -> Text:
    """The lines of a file, secrets masked; bounded in length and number by ``devicetext.toml``."""
    return numbered(_logical(decoded(data)))


def numbered(lines: Iterable[tuple[int, str]]) -> Text:
    """Numbered lines as a text, secrets masked."""
    bounds = table("devicetext")["bounds"]
    kept: list[tuple[int, str]] = []
    cut = 0
    for number, line in lines:
        cut += len(line) > bounds["line"] or len(kept) >= bounds["lines"]
        if len(kept) < bounds["lines"]:
            kept.append((number, line[: bounds["line"]]))
    safe = masked(line for _, line in kept)
    return Text(
        tuple(Line(number, line) for (number, _), line in zip(kept, safe, strict=True)), cut
    )


def _logical(text: str) -> Iterator[tuple[int, str]]:
    """Lines without marks of terminals and pagers, folded lines as one."""
    folds = bool(FOLDED.search(text))
    held, first = "", 0
    for number, raw in enumerate(text.removesuffix("\n").split("\n"), 1):
        line = PAGER.sub("", TERMINAL.sub("", _last_written(raw)))
        if held:
            line = held + line.lstrip()
        if folds and line.endswith("\\"):
            held, first = line[:-1], first or number
            continue
        yield first or number, line
        held, first = "", 0
    if held:
        yield first, held


def _last_written(raw: str) -> str:
    """What a terminal would show of a line on which carriage returns or backspaces wrote over."""
    line = raw.rstrip("\r\n")
    if "\b" in line:
        line = re.sub(r"\x08+\s*\x08*", "", line)
    return line.rpartition("\r")[2] if "\r" in line else line
