"""What kind of paper a list is: by its titles, by its columns, else by what its file is called."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import PurePosixPath
from typing import Any

from overlanded.data import table
from overlanded.model.records import PaperKind
from overlanded.model.words import Phrases, tokens

TELLING = 2
"""Columns of one kind of paper that tell it: one may stand in any list."""


def kind_of(
    titles: Iterable[str], headings: Iterable[str], whole: Iterable[str], path: str
) -> PaperKind:
    """The kind of one list.

    ``titles`` stand over the list itself, ``headings`` over its columns, ``whole`` are titles of
    the paper that it is part of, and ``path`` is the file's.
    """
    name = PurePosixPath(path).stem
    return (
        titled(titles)
        or _columned(headings)
        or titled(whole)
        or titled([name.replace("_", " ").replace("-", " ")])
        or PaperKind.UNSTATED
    )


def titled(texts: Iterable[str]) -> PaperKind | None:
    """The kind that titles name; of several the one that comes first in the table."""
    found = {kind for text in texts for kind in _titles().found(tokens(text))}
    return next((PaperKind(kind) for kind in _kinds() if kind in found), None)


def dates(kind: PaperKind) -> bool:
    """Whether the date of such a paper bounds anything (``timeline.toml``)."""
    return bool(_kinds()[kind]["fact"])


def counts_pieces(kind: PaperKind) -> bool:
    """Whether a line without a quantity means one piece; of a drawing it means none."""
    return bool(_kinds()[kind]["expected"])


def _columned(headings: Iterable[str]) -> PaperKind | None:
    columns = [tokens(heading) for heading in headings]
    counts = {kind: sum(bool(_columns(kind).first(c)) for c in columns) for kind in _kinds()}
    best = max(counts, key=lambda kind: counts[kind])
    return PaperKind(best) if counts[best] >= TELLING else None


@cache
def _titles() -> Phrases:
    return Phrases.of((word, kind) for kind, row in _kinds().items() for word in row["titles"])


@cache
def _columns(kind: str) -> Phrases:
    return Phrases.of((word, kind) for word in _kinds()[kind]["headings"])


def _kinds() -> dict[str, dict[str, Any]]:
    kinds: dict[str, dict[str, Any]] = table("papers")["kinds"]
    return kinds
