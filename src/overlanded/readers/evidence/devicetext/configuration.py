"""What a configuration or a modem's status tells of the unit, by the patterns of a table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from msgspec import Struct

from overlanded.data import table
from overlanded.readers.evidence.devicetext import rules
from overlanded.readers.evidence.devicetext.settings import JOINT, statements
from overlanded.readers.evidence.devicetext.text import Line
from overlanded.readers.evidence.devicetext.told import Told


class Pattern(Struct, frozen=True):
    """One kind of statement: which property its group ``value`` gives."""

    property: str
    expression: re.Pattern[str]
    detail: tuple[tuple[str, str], ...]


def dialect(lines: Sequence[Line]) -> str:
    """The dialect that the lines are written in; empty when they are no configuration."""
    signs = table("configurations")["dialects"]
    text = "\n".join(line.text for line in lines[: table("configurations")["bounds"]["signs"]])
    best, count = "", 0
    for name, sign in signs.items():
        found = sum(1 for _ in re.finditer(sign["sign"], text, re.MULTILINE))
        if found >= sign["least"] and found > count:
            best, count = name, found
    return best


def told(lines: Sequence[Line], dialects: Sequence[str]) -> Iterator[Told]:
    """What the lines tell when read in these dialects; what several tell the same, once."""
    seen: set[tuple[str, str, int]] = set()
    for name in dialects:
        made = list(statements(lines, name))
        for line in made:
            for one in _of(line, name):
                key = (one.property, one.value, one.line)
                if key not in seen:
                    seen.add(key)
                    yield one
        yield from rules.told(made, name)


def _of(line: Line, dialect: str) -> Iterator[Told]:
    for pattern in _patterns()[dialect]:
        if found := pattern.expression.search(line.text):
            said = found.groupdict(default="")
            groups = {name: text.replace(JOINT, " ") for name, text in said.items() if text}
            value = " ".join(groups.pop("value", "").split())
            if value:
                detail = (*pattern.detail, *sorted(groups.items()))
                excerpt = " ".join(found[0].replace(JOINT, " ").split())[:200]
                yield Told(pattern.property, value, line.number, excerpt, None, detail)


@cache
def _patterns() -> Mapping[str, tuple[Pattern, ...]]:
    rows = table("configurations")["patterns"]
    made: dict[str, list[Pattern]] = {
        name: [] for name in (*table("configurations")["dialects"], "pairs")
    }
    for row in rows:
        detail = (("how", "configured"),) if row["property"] == "address" else ()
        for expression in row["expressions"]:
            compiled = re.compile(expression, re.IGNORECASE)
            made[row["dialect"]].append(Pattern(row["property"], compiled, detail))
    return {name: tuple(found) for name, found in made.items()}
