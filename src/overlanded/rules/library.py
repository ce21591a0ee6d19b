"""From the rule files that people edit to the one file that the program loads.

``rules/library/**.yml`` → ``rules/library.json``: JSON loads in milliseconds, a hundred YAML files
in a second. The test run and ``overlanded rules lint`` check that the two are in step.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from overlanded.rules.literals import needed
from overlanded.rules.patterns import EXPRESSION

HERE = Path(__file__).parent
FOLDER = HERE / "library"
BUILT = HERE / "library.json"


def files(folder: Path = FOLDER) -> list[Path]:
    """The rule files, in the order of their paths."""
    return sorted(folder.rglob("*.yml"), key=lambda path: path.relative_to(folder).as_posix())


def read(path: Path) -> dict[str, Any]:
    """One rule file. Raises ``ValueError`` naming the file when it is not a mapping."""
    import yaml

    data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    if not isinstance(data, dict):
        raise ValueError(f"{path.name}: a rule file is a mapping of keys")
    return data | {"namespace": path.parent.name}


def entries(folder: Path = FOLDER) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every rule file with its content."""
    for path in files(folder):
        yield path, read(path)


def build(folder: Path = FOLDER) -> bytes:
    """The content of ``library.json`` for a folder of rule files."""
    data = gathered(entry for _path, entry in entries(folder))
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, indent=1, default=str)
    return (text + "\n").encode()


def gathered(every: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """All rule files as one value: what ``ruleset.from_data`` reads."""
    data: dict[str, Any] = {"fingerprints": [], "lists": {}, "rules": []}
    for entry in every:
        _put(data, entry)
    return data | {"needs": {text: needed(text) for text in sorted(_expressions(data))}}


def _expressions(part: object) -> Iterator[str]:
    """Every regular expression in a part of the rules."""
    if isinstance(part, str) and part.startswith(EXPRESSION):
        yield part.removeprefix(EXPRESSION)
    elif isinstance(part, dict | list):
        for inner in part.values() if isinstance(part, dict) else part:
            yield from _expressions(inner)


def _put(data: dict[str, Any], entry: dict[str, Any]) -> None:
    if entry["namespace"] == "fingerprints":
        kept = {key: entry[key] for key in ("rule", "title", "identifies", "rows") if key in entry}
        data["fingerprints"].append(kept)
    elif entry["namespace"] == "lists":
        data["lists"][entry["list"]] = _names(entry)
    else:
        data["rules"].append({key: entry[key] for key in entry if key != "tests"})


def _names(entry: dict[str, Any]) -> dict[str, str]:
    return {
        domain.casefold(): row["name"] for row in entry["rows"] for domain in row.get("domains", ())
    }


def in_step() -> bool:
    """Whether ``library.json`` is what the rule files say."""
    return BUILT.exists() and BUILT.read_bytes() == build()


if __name__ == "__main__":
    BUILT.write_bytes(build())
