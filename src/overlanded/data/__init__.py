"""Data files: vocabularies, synonym tables and thresholds, each row with its source."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from msgspec import json

FOLDER = Path(__file__).parent
MADE = FOLDER / "made"
"""Where what was read once lies as JSON: reading TOML takes longer than most of its uses."""


@cache
def table(name: str) -> dict[str, Any]:
    """The parsed data file ``name`` (without ``.toml``)."""
    return kept((FOLDER / f"{name}.toml").read_bytes(), parsed)


def tables() -> Iterator[tuple[str, str]]:
    """(file name, JSON) of every table: what an installation makes for ``MADE``."""
    for path in sorted(FOLDER.glob("*.toml")):
        yield made(path.read_bytes(), parsed)


def kept(content: bytes, read: Callable[[bytes], dict[str, Any]]) -> dict[str, Any]:
    """What ``read`` makes of the content: from ``MADE`` where it was read at the installation."""
    ready = MADE / _key(content)
    found: dict[str, Any] = json.decode(ready.read_bytes()) if ready.exists() else read(content)
    return found


def made(content: bytes, read: Callable[[bytes], dict[str, Any]]) -> tuple[str, str]:
    """(file name, JSON) for ``MADE`` of what ``read`` makes of the content."""
    return _key(content), json.encode(read(content)).decode()


def _key(content: bytes) -> str:
    """By content: what was changed since is read again."""
    return f"{sha256(content).hexdigest()[:20]}.json"


def parsed(content: bytes) -> dict[str, Any]:
    """The table that a TOML file holds."""
    import tomllib

    return tomllib.loads(content.decode())


def carried(package: str, name: str) -> str:
    """The text of a file that an installed package carries."""
    from importlib.resources import files

    return files(package).joinpath(name).read_text(encoding="utf-8")
