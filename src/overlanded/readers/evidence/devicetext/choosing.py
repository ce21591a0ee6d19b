"""Which template fits a text: by its command and platform, or by trying on its first lines."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from overlanded.data import table
from overlanded.model import identifiers
from overlanded.model.identifiers import Identifier
from overlanded.readers.evidence.devicetext.templates import (
    Row,
    Template,
    by_command,
    parse,
    wanted,
)


def mac(text: str) -> Identifier:
    """A MAC as tables write it; DHCP puts its kind of hardware before it (RFC 2132 9.14)."""
    digits = re.sub(r"[^0-9A-Fa-f]", "", text)
    return identifiers.mac(digits[2:] if len(digits) == 14 and digits.startswith("01") else text)


def ip(text: str) -> Identifier:
    """An address as tables write it, without the length of its prefix and its zone."""
    return identifiers.ip(re.split(r"[/%]", text)[0])


CHECKED = {"mac": mac, "ip": ip}


class Table(Struct, frozen=True):
    """A table as a template read it."""

    template: Template
    rows: tuple[Row, ...]


def read(command: str, lines: Sequence[str]) -> Table | None:
    """The table that the lines are; None when no template of a wanted kind fits.

    The command, where a prompt told it, narrows the choice; without one every template of the
    kinds whose signs stand in the first lines is tried on these. Commands are cut short and differ
    from maker to maker: where none of their templates fits, others of the same kinds are tried.
    """
    if not command:
        return _best(_likely(lines), "", lines)
    named = by_command(command)
    found = _best(named, command, lines)
    if found is None:
        kinds = {one.kind for one in named}
        found = _best([one for one in _likely(lines) if one.kind in kinds], "", lines)
    return found


def _best(candidates: Sequence[Template], command: str, lines: Sequence[str]) -> Table | None:
    """What the template that fits best reads; without a command its rows must be good ones."""
    meant = _meant(command, lines)
    found = (
        (_fit(rows, one, meant), rows, one) for one in candidates if (rows := parse(one, lines))
    )
    best = max(found, key=lambda one: one[0], default=None)
    if best is None or not (command or best[0].good):
        return None
    return Table(best[2], tuple(best[1]))


class Fit(Struct, frozen=True, order=True):
    """How well a template fits; compared in this order."""

    rank: int
    """Of the kind, when any row has what its rows must have."""
    good: int
    """Rows that have it."""
    meant: bool
    """It is of the platform that the text names."""
    cells: int
    """Cells filled in them."""


def _fit(rows: Sequence[Row], template: Template, meant: str) -> Fit:
    kind = table("devicetext")["kinds"][template.kind]
    good = [row for row in rows if all(_holds(row, name) for name in kind["must"])]
    cells = sum(bool(value) for row in good or rows for value in row.values())
    named = bool(meant) and template.name.startswith(meant)
    return Fit(kind["rank"] if good else 0, len(good), named, cells)


def _likely(lines: Sequence[str]) -> list[Template]:
    """The templates that read most of the first lines, best first."""
    bounds = table("devicetext")["bounds"]
    head = [line[: bounds["trial-width"]] for line in lines[: bounds["trial"]]]
    text = "\n".join(head)
    kinds = {
        name for name, kind in table("devicetext")["kinds"].items() if re.search(kind["sign"], text)
    }
    scored = [
        (_fit(rows, one, ""), one)
        for one in wanted()
        if one.kind in kinds and one.name not in bounds["untried"] and (rows := parse(one, head))
    ]
    fitting = sorted((one for one in scored if one[0].good), key=lambda one: one[0], reverse=True)
    return [template for _, template in fitting[: bounds["tried"]]]


def _meant(command: str, lines: Sequence[str]) -> str:
    """The platform that the first lines name, if any."""
    head = "\n".join((command, *lines[: table("devicetext")["bounds"]["trial"]]))
    platforms = table("devicetext")["platforms"]
    return next((str(one["name"]) for one in platforms if re.search(one["words"], head)), "")


def _holds(row: Row, name: str) -> bool:
    found = cell(row, name)
    check = CHECKED.get(name)
    return bool(found) and (check is None or check(found).note not in NOT_ONE)


NOT_ONE = ("not 48 bits", "not an address")
"""Notes of identifiers whose text is no identifier of the kind at all."""


def cell(row: Row, name: str) -> str:
    """What a row says of a column in our words; of several values the first."""
    for column in table("devicetext")["columns"][name]:
        value = row.get(column) or ""
        text = value if isinstance(value, str) else next((one for one in value if one), "")
        if text:
            return text.strip()
    return ""
