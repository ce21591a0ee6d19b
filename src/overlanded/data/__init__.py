"""Data files: vocabularies, synonym tables and thresholds, each row with its source."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
MADE = FOLDER / "made"
"""Where tables lie as JSON: reading TOML takes longer than most of what is done with it."""


@cache
def table(name: str) -> dict[str, Any]:
    """The parsed data file ``name`` (without ``.toml``)."""
    content = (FOLDER / f"{name}.toml").read_bytes()
    made = MADE / _key(content)
    found: dict[str, Any] = json.loads(made.read_bytes()) if made.exists() else _parsed(content)
    return found


def tables() -> Iterator[tuple[str, str]]:
    """(file name, JSON) of every table: what an installation makes for ``MADE``."""
    for path in sorted(FOLDER.glob("*.toml")):
        content = path.read_bytes()
        yield _key(content), json.dumps(_parsed(content))


def _parsed(content: bytes) -> dict[str, Any]:
    return tomllib.loads(content.decode())


def _key(content: bytes) -> str:
    """By content: a table that was changed since is read as TOML again."""
    return f"{sha256(content).hexdigest()[:20]}.json"


def carried(package: str, name: str) -> str:
    """The text of a file that an installed package carries."""
    from importlib.resources import files

    return files(package).joinpath(name).read_text(encoding="utf-8")
