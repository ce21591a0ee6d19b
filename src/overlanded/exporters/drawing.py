"""The network around one device, laid out: outside at the left, crane controls at the right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from overlanded.exporters.text import safe
from overlanded.exporters.tree import Tree

WIDTH, BOX, TALL, STEP = 800, 224, 40, 52
"""Width of the drawing and of a box, height of a box, and from one box to the next."""
MIDDLE, RIGHT = (WIDTH - BOX) // 2, WIDTH - BOX
MOST = 8
"""Boxes in one column; the others are counted in the last one."""
NAME, NOTE = 28, 38
"""Characters that fit on the first and the second line of a box."""
UPLINKS = {
    "cellular": ("cellular network", "uplink of its own"),
    "satellite": ("satellite network", "uplink of its own"),
    "radio": ("radio link", "uplink of its own"),
    "wifi": ("Wi-Fi", "uplink of its own"),
    "vpn": ("VPN", "such devices can"),
    "cloud": ("maker's cloud", "such devices can"),
}
"""Way to talk outside → what stands at its other end, and how it is known."""


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody the device talks with or could talk with."""

    name: str
    note: str
    observed: bool
    outside: bool


@dataclass(frozen=True, slots=True)
class Box:
    """One party at its place; ``line`` runs from its edge to the device's."""

    x: int
    y: int
    name: str
    note: str
    style: str
    """``self``, ``observed`` or ``possible``."""
    line: tuple[int, int, int, int] | None = None
    width: int = BOX
    height: int = TALL


@dataclass(frozen=True, slots=True)
class Drawing:
    """Boxes in a field of ``width`` × ``height`` units, and the same in words."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    words: str


def drawing(device: Tree, names: Mapping[tuple[str, str], str]) -> Drawing | None:
    """The drawing for a device, or None when nobody is known around it.

    ``names``: (kind, value) of an address → name of the device that has it.
    """
    parties = list(_parties(device, names))
    if not parties:
        return None
    outside = _column([party for party in parties if party.outside])
    inside = _column([party for party in parties if not party.outside])
    height = max(len(outside), len(inside), 1) * STEP - (STEP - TALL) + 2
    centre = height // 2
    boxes = [
        *_placed(outside, 0, (BOX, MIDDLE), centre),
        *_placed(inside, RIGHT, (RIGHT, MIDDLE + BOX), centre),
        Box(MIDDLE, centre - TALL // 2, _cut(safe(device["name"]), NAME), _address(device), "self"),
    ]
    return Drawing(WIDTH, height, tuple(boxes), _words(device, parties))


def _parties(device: Tree, names: Mapping[tuple[str, str], str]) -> Iterable[Party]:
    links = [link for answer in device["answers"].values() for link in answer["links"]]
    found: dict[tuple[str, bool], Party] = {}
    for link in links:
        party = Party(link["name"], link["what"], link["how"] == "observed", link["outside"])
        found.setdefault((link["name"], link["outside"]), party)
    if not found:
        found = {(party.name, party.outside): party for party in _observed(device, names)}
    remote = (device["identity"] or {}).get("remote", ())
    ends = (UPLINKS.get(way, (way, "")) for way in remote)
    uplinks = [Party(name, note, observed=False, outside=True) for name, note in ends]
    return [*uplinks, *found.values()]


def _observed(device: Tree, names: Mapping[tuple[str, str], str]) -> Iterable[Party]:
    for seen in device["observations"]:
        other = seen["object"]
        if other and seen["property"] in ("session", "contact"):
            name = names.get((other["kind"], other["value"]), other["value"])
            yield Party(name, seen["value"], True, seen["property"] == "contact")


def _column(parties: list[Party]) -> list[Party]:
    ranked = sorted(parties, key=lambda party: not party.observed)
    if len(ranked) <= MOST:
        return ranked
    rest = ranked[MOST - 1 :]
    last = Party(f"and {len(rest)} more", "", rest[0].observed, rest[0].outside)
    return [*ranked[: MOST - 1], last]


def _placed(parties: list[Party], x: int, edges: tuple[int, int], centre: int) -> Iterable[Box]:
    top = centre - (len(parties) * STEP - (STEP - TALL)) // 2
    for row, party in enumerate(parties):
        y = top + row * STEP
        yield Box(
            x,
            y,
            _cut(safe(party.name), NAME),
            _cut(safe(party.note), NOTE),
            "observed" if party.observed else "possible",
            (edges[0], y + TALL // 2, edges[1], centre),
        )


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _address(device: Tree) -> str:
    subjects = device["subjects"]
    return _cut(safe(subjects[0]["value"]), NOTE) if subjects else ""


def _words(device: Tree, parties: Iterable[Party]) -> str:
    said = [
        f"{safe(party.name, 80)} ({'outside, ' if party.outside else ''}"
        f"{'observed' if party.observed else 'possible'}"
        f"{', ' + safe(party.note, 80) if party.note else ''})"
        for party in parties
    ]
    return f"{safe(device['name'], 80)} and the parties around it: {'; '.join(said)}."
