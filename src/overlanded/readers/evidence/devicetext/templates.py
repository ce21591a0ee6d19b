"""TextFSM templates: those of ntc-templates and our own, found by command or by content.

The library is loaded when the first table is read.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, TypeAlias

from msgspec import Struct

from overlanded.data import carried, table

Row: TypeAlias = "Mapping[str, str | list[str]]"
"""Column in lower case → its cell; several values where a template collects them."""
PLACES = (("overlanded.data", "templates"), ("ntc_templates", "templates"))
"""(package, folder) of the templates; of equal names the first holds."""


class Template(Struct, frozen=True):
    """One template as its index lists it."""

    package: str
    name: str
    """Without its ending: ``cisco_ios_show_arp``."""
    platform: str
    """As its index writes it: an expression."""
    command: re.Pattern[str]

    @property
    def kind(self) -> str:
        """What its table is of, a word of ``kinds`` in ``devicetext.toml``; or nothing."""
        kinds = table("devicetext")["kinds"]
        platform = self.platform.replace(".*", ".*?")
        tail = re.sub(rf"^(?:{platform})", "", self.name)
        return next((kind for kind, one in kinds.items() if re.search(one["templates"], tail)), "")


def by_command(command: str) -> list[Template]:
    """Of each platform the template of this command, if its table is of a kind that is read.

    An index lists the longest of a platform's commands first, and the first that fits counts.
    """
    first: dict[str, Template] = {}
    for one in _all():
        if one.command.match(command):
            first.setdefault(one.platform, one)
    return [one for one in first.values() if one.kind]


@cache
def wanted() -> tuple[Template, ...]:
    """Every template whose table is of a kind that is read."""
    return tuple(one for one in _all() if one.kind)


@cache
def _all() -> tuple[Template, ...]:
    return tuple(one for place in PLACES for one in _listed(*place))


def _listed(package: str, folder: str) -> Iterator[Template]:
    for line in carried(package, f"{folder}/index").splitlines():
        if line.startswith(("#", "Template,")) or line.count(",") < 3:
            continue
        name, _, platform, command = (part.strip() for part in line.split(",", 3))
        pattern = re.sub(r"\[\[(.+?)\]\]", _completed, command)
        first = name.split(":")[0].removesuffix(".textfsm")
        yield Template(package, first, platform, re.compile(pattern, re.IGNORECASE))


def _completed(found: re.Match[str]) -> str:
    """``[[ow]]`` in an index stands for any beginning of these letters."""
    return "".join(f"(?:{re.escape(char)}" for char in found[1]) + ")?" * len(found[1])


def parse(template: Template, lines: Sequence[str]) -> list[Row]:
    """The rows of a table; none when the template refuses the text."""
    import textfsm  # type: ignore[import-untyped]

    machine = _machine(template.package, template.name)
    machine.Reset()
    try:
        rows = machine.ParseText("\n".join(lines) + "\n")
    except textfsm.TextFSMError:
        return []
    header = [str(name).lower() for name in machine.header]
    return [dict(zip(header, row, strict=True)) for row in rows]


@lru_cache(maxsize=512)
def _machine(package: str, name: str) -> Any:  # noqa: ANN401 - the library has no types
    import textfsm

    folder = dict(PLACES)[package]
    return textfsm.TextFSM(io.StringIO(carried(package, f"{folder}/{name}.textfsm")))
