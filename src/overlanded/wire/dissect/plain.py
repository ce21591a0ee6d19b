"""What the dissectors of control protocols share: clean text and facts without empty values."""

from __future__ import annotations

from collections.abc import Iterable

from overlanded.wire.facts import Fact

LONGEST = 200
"""Characters kept of one stated value: names on the wire are shorter, noise is not."""


def text(raw: bytes, encoding: str = "utf-8") -> str:
    """The printable text in a fixed or NUL-ended field; empty when it holds anything else."""
    stripped = raw.split(b"\0", 1)[0].decode(encoding, "replace").strip()
    return stripped[:LONGEST] if stripped.isprintable() and "\ufffd" not in stripped else ""


def facts(about: str, pairs: Iterable[tuple[str, str]]) -> tuple[Fact, ...]:
    """One fact for each (property, value) with a value, in order, without repeats."""
    return tuple(dict.fromkeys(Fact(about, key, value) for key, value in pairs if value))


def once(words: Iterable[str]) -> tuple[str, ...]:
    """The non-empty words in the order of their first mention."""
    return tuple(dict.fromkeys(word for word in words if word))


def version(parts: Iterable[int]) -> str:
    """A dotted version: ``3.2.6``."""
    return ".".join(str(part) for part in parts)
