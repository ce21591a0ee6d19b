"""Data files: vocabularies, synonym tables and thresholds, each row with its source."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def table(name: str) -> dict[str, Any]:
    """The parsed data file ``name`` (without ``.toml``)."""
    return tomllib.loads(files(__name__).joinpath(f"{name}.toml").read_text(encoding="utf-8"))


def carried(package: str, name: str) -> str:
    """The text of a file that an installed package carries."""
    return files(package).joinpath(name).read_text(encoding="utf-8")
