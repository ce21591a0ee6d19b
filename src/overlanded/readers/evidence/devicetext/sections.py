"""One file may hold several commands' output: it is cut at the prompts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from msgspec import Struct, field

from overlanded.data import table
from overlanded.readers.evidence.devicetext.text import Line


class Section(Struct):
    """The lines that follow one command; without a command, those before the first."""

    command: str = ""
    host: str = ""
    """The device's name as the prompt has it."""
    lines: list[Line] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """True when nothing stands in it."""
        return not any(line.text.strip() for line in self.lines)


def sections(lines: Iterable[Line]) -> list[Section]:
    """The sections that hold anything, in order.

    Output that is kept as comments, as some backups have it, ends where the comments end.
    """
    made = [Section()]
    comment = False
    for line in lines:
        if (found := prompt(line.text)) is not None:
            made.append(Section(*found))
            comment = line.text.startswith("!")
            continue
        if comment and line.text.strip() and not line.text.startswith("!"):
            made.append(Section(host=made[-1].host))
            comment = False
        made[-1].lines.append(line)
    return [one for one in made if not one.is_empty]


def prompt(line: str) -> tuple[str, str] | None:
    """(command, name of the device) of a line with a prompt or an echoed command; else None."""
    for pattern in _prompts():
        if found := pattern.match(line):
            parts = found.groupdict()
            return " ".join((parts["command"] or "").split()).lower(), parts.get("host") or ""
    return None


@cache
def _prompts() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(one["pattern"]) for one in table("devicetext")["prompts"])
