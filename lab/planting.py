"""Planted cases put into a crane: files of ``lab/planted`` that add pieces, or change some.

``docs/lab.md`` describes the parts of such a file.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from msgspec.structs import replace

from lab.composed import PORT, Composed, new_piece
from lab.draw import drawn, read, rng
from lab.equipment import Piece, filled
from lab.errors import LabError

PLANTED = Path(__file__).parent / "planted"
OWN = ("id", "at", "network", "mac", "place", "paper", "present")
"""Keys of a planted piece that are the piece's own; all others go into the scenario's device."""
KEPT = ("expects", "permit")
"""Parts of a case that the scenario's list of what was planted repeats."""

Data = dict[str, Any]


def kinds() -> list[str]:
    """The names of all planted cases."""
    return sorted(path.stem for path in PLANTED.glob("*.yml"))


def plant(made: Composed, kind: str, place: int) -> None:
    """Put a case in: its wires, its pieces, changes, and those who stand elsewhere.

    ``place`` is its number among the crane's cases, ``$k`` in its texts. Raises LabError for a
    case that is not there or asks for a class that the crane does not have.
    """
    path = PLANTED / f"{kind}.yml"
    if not path.exists():
        raise LabError(f"there is no planted case {kind}")
    case = drawn(read(path.read_text("utf-8")), f"{made.seed}/{kind}/{place}")
    words = {"k": str(place), "net": made.subnets["crane"], "port": PORT}
    words |= case.get("words", {})
    for name, device_class in case.get("finds", {}).items():
        words |= _found(_pick(made, device_class), name)
    case = filled(case, words)
    made.networks |= case.get("networks", {})
    for given in case.get("pieces", ()):
        piece = _planted_piece(made, dict(given))
        made.pieces.append(piece)
        words[piece.id.rstrip("0123456789")] = piece.ip
    for given in case.get("changes", ()):
        change = filled(dict(given), words)
        name = change.pop("as")
        words |= _found(_change(made, change), name)
    for other in filled(case.get("others", []), words):
        made.others.append(_public(made, dict(other)))
    made.names |= filled(case.get("names", {}), words)
    made.delegated |= filled(case.get("delegated", {}), words)
    kept = {key: filled(case[key], words) for key in KEPT if key in case}
    about = {"kind": kind, "quiet": case.get("quiet", False), "about": case["about"]}
    made.planted.append(about | kept)


def _found(piece: Piece, name: str) -> dict[str, str]:
    """The words by which a case speaks of a piece that was there before it."""
    return {name: piece.id, f"{name}_ip": piece.ip, f"{name}_mac": piece.mac}


def _pick(made: Composed, device_class: str) -> Piece:
    """A present piece of a class."""
    found = [one for one in made.pieces if one.device_class == device_class and one.present]
    if not found:
        raise LabError(f"a planted case wants a {device_class}, and there is none")
    return rng(made.seed, "change", device_class, len(made.planted)).choice(found)


def is_on_port(other: Data) -> bool:
    """Whether somebody elsewhere stands on the port's wire, where the way out is."""
    return bool(other["nics"][0]["network"] == "port")


def _public(made: Composed, other: Data) -> Data:
    """Somebody in the Internet: a neighbour of the port's way out who answers for an address."""
    if "public" not in other:
        return other
    nic = {"network": "port", "address": f"{PORT}.{100 + sum(map(is_on_port, made.others))}/24"}
    nic |= {"line": other.pop("line")} if "line" in other else {}
    own = {"accepts": [other.pop("public")], "nics": [nic]}
    return {"gateway": f"{PORT}.1"} | other | own


def _planted_piece(made: Composed, given: Data) -> Piece:
    own = {key: given.pop(key) for key in OWN if key in given}
    return new_piece(made, given.pop("pick"), **own, extra=given)


def _change(made: Composed, change: Data) -> Piece:
    """Change one piece of a class that is there already, and give it."""
    piece = _pick(made, change.pop("class"))
    own = {key: change.pop(key) for key in ("paper", "present") if key in change}
    more = {key: [*piece.extra.get(key, ()), *change.pop(key, ())] for key in ("runs", "nics")}
    changed = replace(piece, extra={**piece.extra, **change, **more}, **own)
    made.pieces[made.pieces.index(piece)] = changed
    return changed
