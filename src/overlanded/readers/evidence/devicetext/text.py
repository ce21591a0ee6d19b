"""The text of a device as numbered lines: decoded, free of terminal marks, and masked."""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

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
PRINTABLE = re.compile(
    r"^content-transfer-encoding:\s*quoted-printable", re.IGNORECASE | re.MULTILINE
)
"""An e-mail that folds lines with ``=`` and writes other characters as ``=3D`` (RFC 2045)."""
ANSWERED = re.compile(r"^(?:>[ \t]?)+")
"""The marks before lines that an e-mail quotes."""
HEADERS = 16_384
"""Characters in which the headers of an e-mail stand."""


class Line(Struct, frozen=True):
    """One line; ``number`` is that of its first physical line in the file, from 1."""

    number: int
    text: str


class Text(Struct, frozen=True):
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
    """Lines without marks of terminals, pagers and e-mails, folded lines as one."""
    printable = bool(PRINTABLE.search(text[:HEADERS]))
    fold = "=" if printable else "\\" if FOLDED.search(text) else ""
    lines = text.removesuffix("\n").split("\n")
    answered = sum(line.startswith(">") for line in lines) >= len(lines) / 3
    for number, line in _unfolded(lines, fold):
        plain = quopri.decodestring(line.encode()).decode("utf-8", "replace") if printable else line
        yield number, ANSWERED.sub("", plain) if answered else plain


def _unfolded(lines: Iterable[str], fold: str) -> Iterator[tuple[int, str]]:
    """Lines without marks of terminals and pagers, those that end in ``fold`` with the next."""
    held, first = "", 0
    for number, raw in enumerate(lines, 1):
        line = PAGER.sub("", TERMINAL.sub("", _last_written(raw)))
        if first:
            line = held + (line if fold == "=" else line.lstrip())
        if fold and line.endswith(fold):
            held, first = line[:-1], first or number
            continue
        yield first or number, line
        held, first = "", 0
    if first:
        yield first, held


def _last_written(raw: str) -> str:
    """What a terminal would show of a line on which carriage returns or backspaces wrote over."""
    line = raw.rstrip("\r\n")
    if "\b" in line:
        line = re.sub(r"\x08+\s*\x08*", "", line)
    return line.rpartition("\r")[2] if "\r" in line else line
