"""What one device reaches, laid out: outside at the left, itself, what is between, the ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from overlanded.exporters.layout import wrap
from overlanded.exporters.text import safe
from overlanded.exporters.tree import Tree

BOX, APART = 224, 44
"""Width of a box, and from one column to the next."""
TALL, LINE, STEP = 40, 15, 12
"""Height of a box with one note, of each further note, and between two boxes."""
TOP = 26
"""Where boxes begin, below the headings of the columns."""
MOST = 10
"""Boxes in one column; the others are counted in the last one."""
MOST_LINES = 3
"""Notes in one box."""
NAME, NOTE = 28, 36
"""Characters that fit on the first and on every further line of a box."""
UPLINKS = {
    "cellular": ("cellular network", "uplink of its own"),
    "satellite": ("satellite network", "uplink of its own"),
    "radio": ("radio link", "uplink of its own"),
    "wifi": ("Wi-Fi", "uplink of its own"),
    "vpn": ("VPN", "such devices can"),
    "cloud": ("maker's cloud", "such devices can"),
}
"""Way to talk outside → what stands at its other end, and how it is known."""
STYLES = {"observed": "observed", "possible": "possible", "apart": "no way seen"}
"""How a party is known → the same in words."""


class Party(Struct, frozen=True):
    """Somebody the device talks with, could talk with, or has no way to that was seen."""

    name: str
    notes: tuple[str, ...]
    style: str
    """A key of ``STYLES``."""
    between: tuple[tuple[str, str], ...] = ()
    """(name, reason) of everybody that the way leads through."""


class Box(Struct, frozen=True):
    """One party at its place; ``line`` runs from its edge to that of its neighbour."""

    x: int
    y: int
    name: str
    notes: tuple[str, ...]
    style: str
    """``self`` or a key of ``STYLES``."""
    line: tuple[int, int, int, int] | None = None
    width: int = BOX

    @property
    def height(self) -> int:
        """Grows with its notes."""
        return TALL + LINE * max(0, len(self.notes) - 1)

    @property
    def middle(self) -> int:
        """Where lines meet it."""
        return self.y + self.height // 2


class Drawing(Struct, frozen=True):
    """Boxes in a field of ``width`` × ``height`` units, and the same in words."""

    width: int
    height: int
    headings: tuple[tuple[int, str], ...]
    """(middle, text) of every column that has one."""
    boxes: tuple[Box, ...]
    words: str


def drawing(device: Tree) -> Drawing | None:
    """The drawing for a device, or None when nobody is known around it."""
    outside, inside = list(_outside(device)), list(_inside(device))
    if not outside and not inside:
        return None
    wide = any(party.between for party in inside)
    xs = [column * (BOX + APART) for column in range(4 if wide else 3)]
    left = _stacked([Box(xs[0], 0, *_text(party)) for party in _cut_off(outside)], TOP)
    right = [box for group in _groups(_cut_off(inside), xs) for box in group]
    low = TOP + max(_height(left), _height(right))
    own = Box(xs[1], (TOP + low - TALL) // 2, _cut(device["name"], NAME), _address(device), "self")
    boxes = (
        *(_tied(box, own) for box in _moved(left, (low - TOP - _height(left)) // 2)),
        *_hung(_moved(right, (low - TOP - _height(right)) // 2), own, xs[2] if wide else -1),
        own,
    )
    headings = [(xs[0], "outside", left), (xs[2], "through", wide), (xs[-1], "reaches", right)]
    return Drawing(
        xs[-1] + BOX,
        low + 2,
        tuple((x + BOX // 2, text) for x, text, shown in headings if shown),
        boxes,
        _words(device, outside, inside),
    )


def _outside(device: Tree) -> Iterator[Party]:
    remote = (device["identity"] or {}).get("remote", ())
    for name, note in (UPLINKS.get(way, (way, "")) for way in remote):
        yield Party(name, (note,), "possible")
    for answer in device["answers"].values():
        for link in answer["links"]:
            if link["outside"]:
                yield Party(link["name"], (link["what"],), link["how"])


def _inside(device: Tree) -> Iterator[Party]:
    paths = (device["answers"].get("reach") or {}).get("paths") or {}
    for path in paths.get("observed", ()):
        yield Party(path["name"], _notes(path["what"], path["zone"]), "observed", _between(path))
    for style in ("possible", "apart"):
        for alike in _alike(paths.get(style, ())):
            yield _together(alike, style)


def _alike(paths: Iterable[Tree]) -> list[list[Tree]]:
    """Ends of one kind and zone that are reached the same way; each group is one box."""
    groups: dict[tuple[object, ...], list[Tree]] = {}
    for path in paths:
        way = "" if path["steps"] else path["what"]
        key = path["kind"], path["zone"], way, *(step["name"] for step in path["steps"])
        groups.setdefault(key, []).append(path)
    return list(groups.values())


def _together(alike: Sequence[Tree], style: str) -> Party:
    first = alike[0]
    number = sum(path["number"] for path in alike)
    between = _between(first)
    beyond = "not captured" if first["kind"] == "network" else ""
    how = "no way seen" if style == "apart" else "" if between else "same network"
    name = ", ".join(path["name"] for path in alike)
    many = f"{number} in all" if len(name) > NAME and number > 1 else ""
    zone = "" if beyond else first["zone"]
    return Party(name, _notes(many, beyond or how, zone), style, between)


def _between(path: Tree) -> tuple[tuple[str, str], ...]:
    return tuple((step["name"], step["reason"]) for step in path["steps"][1:])


def _notes(*parts: str) -> tuple[str, ...]:
    """In one line if they fit; the last part is a zone."""
    zone = f"zone {parts[-1]}" if parts[-1] else ""
    told = [part for part in (*parts[:-1], zone) if part]
    joined = " · ".join(told)
    return (joined,) if len(joined) <= NOTE else tuple(told)


def _cut_off(parties: Sequence[Party]) -> list[Party]:
    """The first of them, what was seen before all else; the others counted."""
    ranked = sorted(parties, key=lambda party: list(STYLES).index(party.style))
    if len(ranked) <= MOST:
        return ranked
    rest = ranked[MOST - 1 :]
    return [*ranked[: MOST - 1], Party(f"and {len(rest)} more", (), rest[0].style)]


def _text(party: Party) -> tuple[str, tuple[str, ...], str]:
    lines = [line for note in party.notes for line in wrap(safe(note), NOTE)]
    if len(lines) > MOST_LINES:
        lines[MOST_LINES - 1] = _cut(f"{lines[MOST_LINES - 1]} …", NOTE)
    return _cut(party.name, NAME), tuple(lines[:MOST_LINES]), party.style


def _stacked(boxes: Iterable[Box], y: int) -> list[Box]:
    placed = []
    for box in boxes:
        placed.append(replace(box, y=y))
        y += box.height + STEP
    return placed


def _height(boxes: Sequence[Box]) -> int:
    low = max((box.y + box.height for box in boxes), default=0)
    return low - min((box.y for box in boxes), default=0)


def _moved(boxes: Iterable[Box], by: int) -> list[Box]:
    return [replace(box, y=box.y + by) for box in boxes]


def _groups(parties: Sequence[Party], xs: Sequence[int]) -> Iterator[list[Box]]:
    """The ends, each group led by the box of its way; those on its own network come first."""
    ways: dict[tuple[str, ...], list[Party]] = {}
    for party in sorted(parties, key=lambda party: bool(party.between)):
        names = (name for name, _ in party.between)
        ways.setdefault((party.style, *names) if party.between else (), []).append(party)
    y = TOP
    for those in ways.values():
        ends = _stacked([Box(xs[-1], 0, *_text(party)) for party in those], y)
        lead = [Box(xs[2], y, *_text(_via(those[0])))] if those[0].between else []
        tall = max(_height(ends), _height(lead))
        yield [box for part in (lead, ends) for box in _moved(part, (tall - _height(part)) // 2)]
        y += tall + STEP


def _via(party: Party) -> Party:
    """All that a way leads through as one."""
    name = " → ".join(name for name, _ in party.between)
    return Party(name, tuple(party.between[0][1].split("; ")), party.style)


def _tied(box: Box, to: Box) -> Box:
    """The box with its line to one beside it."""
    edges = (box.x, to.x + to.width) if box.x > to.x else (box.x + box.width, to.x)
    return replace(box, line=(edges[0], box.middle, edges[1], to.middle))


def _hung(boxes: Iterable[Box], own: Box, between: int) -> Iterator[Box]:
    """Each end tied to the box of its way, which stands at ``between``, or else to the device."""
    lead = own
    for box in boxes:
        if box.x == between:
            yield _tied(box, own)
            lead = box
        else:
            yield box if box.style == "apart" else _tied(box, lead)


def _cut(text: str, limit: int) -> str:
    text = safe(text)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _address(device: Tree) -> tuple[str, ...]:
    return tuple(_cut(subject["value"], NOTE) for subject in device["subjects"][:1])


def _words(device: Tree, outside: Sequence[Party], inside: Sequence[Party]) -> str:
    said = [f"{safe(device['name'], 80)}."]
    for head, parties in (("Outside", outside), ("Reaches", inside)):
        for style, known in STYLES.items():
            those = [_worded(party) for party in parties if party.style == style]
            if those:
                said.append(f"{head}, {known}: {'; '.join(those)}.")
    return " ".join(said)


def _worded(party: Party) -> str:
    through = [f"through {safe(name, 80)}: {safe(why, 80)}" for name, why in party.between]
    notes = ", ".join(filter(None, (*(safe(note, 80) for note in party.notes), *through)))
    return f"{safe(party.name, 160)} ({notes})" if notes else safe(party.name, 160)
