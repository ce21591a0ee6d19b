"""``statements.toml``: who said what about which equipment, and when.

Each ``[[statements]]`` entry has a speaker and a text; role, date, about and claims are optional.
An entry that cannot be understood is a gap that names its line, and the others are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from msgspec import Struct

from overlanded.data import table
from overlanded.model.citing import Citation, Locator
from overlanded.model.evidence import EvidenceItem
from overlanded.model.intervals import day
from overlanded.model.observing import Gap
from overlanded.model.statements import Claim, Statement
from overlanded.readers.paperwork.concealed import mask

NAME = "statements.toml"
MEND = 'begin every entry with [[statements]], then speaker = "…" and text = "…"'
_HEAD = re.compile(rb"^[ \t]*\[\[[ \t]*statements[ \t]*\]\]", re.MULTILINE)


class _UnclearError(Exception):
    """Why an entry cannot be understood, and how to mend it."""

    def __init__(self, why: str, mend: str) -> None:
        super().__init__(why)
        self.mend = mend


class _Place(Struct, frozen=True):
    """One entry in its file."""

    item: EvidenceItem
    number: int
    """Of the entry, from 1."""
    line: str
    """Of its heading, from 1; empty when that is not certain."""

    def cited(self, excerpt: str = "") -> Citation:
        locator = Locator("line", self.line) if self.line else Locator("item", "")
        return Citation(self.item.id, self.item.path, locator, excerpt)

    def __str__(self) -> str:
        """``statements.toml:12 (entry 2)``."""
        return f"{self.cited()} (entry {self.number})"


def read(item: EvidenceItem, data: bytes) -> Iterator[Statement | Gap]:
    """The statements in order, and a gap for whatever of the file was not understood."""
    try:
        entries = _entries(data)
    except _UnclearError as unclear:
        yield _gap(item.path, str(unclear), unclear.mend, Citation(item.id, item.path, WHOLE))
        return
    lines = [str(data.count(b"\n", 0, found.start()) + 1) for found in _HEAD.finditer(data)]
    # A heading quoted inside a longer text would shift the lines: then none is given.
    lines = lines if len(lines) == len(entries) else [""] * len(entries)
    for number, (entry, line) in enumerate(zip(entries, lines, strict=True), 1):
        place = _Place(item, number, line)
        try:
            yield _statement(place, entry)
        except _UnclearError as unclear:
            yield _gap(str(place), str(unclear), unclear.mend, place.cited())


WHOLE = Locator("item", "")


def _entries(data: bytes) -> list[Any]:
    limits = table("statements")["limits"]
    if len(data) > limits["bytes"]:
        raise _UnclearError(f"larger than {limits['bytes']:,} bytes", "quote what matters")
    import tomllib  # Some milliseconds of every start, and seldom needed.

    try:
        keys = tomllib.loads(data.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _UnclearError(f"not TOML ({error})", MEND) from error
    others = sorted(set(keys) - {"statements"})
    if others:
        raise _UnclearError(f"unknown key “{others[0]}”", MEND)
    entries = keys.get("statements", [])
    if not isinstance(entries, list) or not entries:
        raise _UnclearError("no entry", MEND)
    if len(entries) > limits["entries"]:
        raise _UnclearError(f"more than {limits['entries']} entries", "split the case")
    return entries


def _statement(place: _Place, entry: Any) -> Statement:  # noqa: ANN401 - whatever TOML held
    if not isinstance(entry, Mapping):
        raise _UnclearError("not a table", MEND)
    keys, limits = table("statements")["keys"], table("statements")["limits"]
    unknown = [key for key in entry if key not in keys["known"]]
    if unknown:
        raise _UnclearError(f"unknown key “{unknown[0]}”", f"known are {', '.join(keys['known'])}")
    for key in keys["needed"]:
        if not str(entry.get(key, "")).strip():
            raise _UnclearError(f"“{key}” is missing", f'add {key} = "…"')
    text = _text(entry["text"], "text")[: limits["text"]]
    return Statement(
        id=_mark("st", place.item.id, str(place.number)),
        speaker=_text(entry["speaker"], "speaker"),
        role=_text(entry.get("role", ""), "role").casefold(),
        date=_day(entry["date"], "date") if "date" in entry else "",
        text=text,
        about=_about(entry.get("about", [])),
        claims=tuple(_claims(entry.get("claims", {}))),
        citation=place.cited(text),
    )


def _about(value: Any) -> tuple[str, ...]:  # noqa: ANN401 - whatever TOML held
    listed = [value] if isinstance(value, str) else value
    most = table("statements")["limits"]["about"]
    if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
        raise _UnclearError("“about” is not a text or a list of texts", 'write about = ["+K2"]')
    if len(listed) > most:
        raise _UnclearError(f"“about” names more than {most} pieces", "split the entry")
    return tuple(dict.fromkeys(filter(None, (" ".join(one.split()) for one in listed))))


def _claims(value: Any) -> Iterator[Claim]:  # noqa: ANN401 - whatever TOML held
    if not isinstance(value, Mapping):
        raise _UnclearError("“claims” is not a table", "write claims = { connected = false }")
    known = table("statements")["claim"]
    for kind, said in value.items():
        if kind not in known:
            raise _UnclearError(f"unknown claim “{kind}”", f"known are {', '.join(known)}")
        shape = known[kind]["shape"]
        if isinstance(said, bool) and shape.endswith("yes-no"):
            yield Claim(kind, "yes" if said else "no")
        elif shape == "text":
            yield Claim(kind, _text(said, kind))
        elif shape.startswith("day"):
            yield Claim(kind, _day(said, kind))
        else:
            raise _UnclearError(f"“{kind}” is neither true nor false", f"write {kind} = false")


def _text(value: Any, key: str) -> str:  # noqa: ANN401 - whatever TOML held
    if not isinstance(value, str):
        raise _UnclearError(f"“{key}” is not a text", f'write {key} = "…"')
    return mask(" ".join(value.split()))


def _day(value: Any, key: str) -> str:  # noqa: ANN401 - whatever TOML held
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    try:
        return date.fromisoformat(day(value)).isoformat()
    except (TypeError, ValueError):
        raise _UnclearError(f"“{key}” is not a day", f"write {key} = 2017-08-15") from None


def _gap(what: str, why: str, mend: str, cited: Citation) -> Gap:
    weakens = ("installer", "purpose")
    return Gap(_mark("g", what, why), what, why, mend, cited, weakens, unread=True)


def _mark(kind: str, *parts: str) -> str:
    return f"{kind}-{sha256(chr(0).join(parts).encode('utf-8', 'replace')).hexdigest()[:10]}"
