"""Whole outputs kept beside the tests; ``OVERLANDED_SNAPSHOTS=write`` accepts what is new."""

import os
from pathlib import Path


def same(path: Path, text: str) -> None:
    """Hold ``text`` against the snapshot at ``path``."""
    if os.environ.get("OVERLANDED_SNAPSHOTS") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.exists(), f"no snapshot yet: run once with OVERLANDED_SNAPSHOTS=write ({path})"
    assert text == path.read_text(encoding="utf-8")
