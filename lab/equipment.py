"""Pieces of equipment: entries of the catalogue given an address, a number and a place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

from msgspec import Struct, field

from lab.draw import drawn, read, rng
from lab.errors import LabError

CATALOGUE = Path(__file__).parent / "catalogue"

SHORT = {
    "remote-io": "io",
    "cms-server": "cms",
    "engineering-station": "es",
    "ocr-server": "ocr",
    "firewall": "fw",
    "switch": "sw",
    "camera": "cam",
    "intercom": "ic",
    "printer": "prn",
    "sensor": "sen",
    "cellular-gateway": "modem",
    "cellular-module": "module",
    "remote-access-router": "access",
    "satellite-terminal": "sat",
    "serial-gateway": "serial",
    "lora-gateway": "lora",
    "radio-link": "radio",
    "wifi-ap": "ap",
}
"""Beginnings of ids, where a class's own name is long."""

PLACES = {
    "control": ("E-house +K1", "E-house +K3", "E-house +K4", "trolley +K5", "spreader"),
    "video": ("sill beam", "portal beam", "boom tip", "E-house", "trolley"),
    "network": ("E-house +K2", "trolley +K5", "gantry +K7"),
    "computing": ("E-house +K2", "E-house", "checker's cabin"),
    "field": ("E-house +K6", "operator's cab", "gantry leg", "boom"),
    "communications": ("E-house +K2", "E-house +K6", "operator's cab", "gantry +K7"),
}
"""Where equipment of a family stands on a crane (general engineering knowledge)."""


class Piece(Struct, frozen=True):
    """One piece: its entry in the catalogue, and what tells it from its like."""

    id: str
    entry: Mapping[str, Any]
    kind: str
    """The entry's name."""
    number: int
    network: str
    ip: str
    prefix: int
    mac: str
    serial: str
    place: str
    hostname: str
    paper: str = "listed"
    """What the papers say of it; see ``papers.PAPERS``."""
    present: bool = True
    extra: Mapping[str, Any] = field(default_factory=dict)
    """Further keys of the scenario's device: interfaces, runs, gateway …"""

    @property
    def device_class(self) -> str:
        """From the closed list."""
        return str(self.entry["class"])

    def words(self) -> dict[str, str]:
        """What the entry's texts may name with a dollar sign."""
        return {
            "id": self.id,
            "ip": self.ip,
            "n": str(self.number),
            "serial": self.serial,
            "place": self.place,
            "hostname": self.hostname,
            "plainmac": self.mac.replace(":", ""),
            "tail": self.mac.replace(":", "").upper()[6:],
            "wire": self.network,
        }


@cache
def catalogue() -> dict[str, dict[str, Any]]:
    """Every entry by name."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(CATALOGUE.glob("*.yml")):
        found |= read(path.read_text("utf-8"))
    return found


def entry(name: str) -> dict[str, Any]:
    """One entry. Raises LabError for a name that is not there."""
    if name not in catalogue():
        raise LabError(f"{name} is not in the catalogue")
    return catalogue()[name]


def of_class(device_class: str) -> list[str]:
    """The names of the entries of a class that a crane may have without being asked for them."""
    return sorted(
        name
        for name, one in catalogue().items()
        if one["class"] == device_class and not one.get("special")
    )


def short(device_class: str) -> str:
    """The beginning of the ids of a class."""
    return SHORT.get(device_class, device_class)


def mac(one: Mapping[str, Any], seed: object, name: str, taken: set[str]) -> str:
    """An address in one of the entry's blocks that nothing else has."""
    draw = rng(seed, "mac", name)
    while True:
        block = draw.choice(one["ouis"]).replace(":", "")
        digits = block + "".join(draw.choice("0123456789abcdef") for _ in range(12 - len(block)))
        made = ":".join(digits[at : at + 2] for at in range(0, 12, 2))
        if made not in taken:
            taken.add(made)
            return made


def serial(one: Mapping[str, Any], seed: object, name: str) -> str:
    """A serial number of the entry's pattern."""
    pattern = one.get("serial")
    return str(drawn(pattern, seed, "serial", name)) if pattern else ""


def filled(value: Any, words: Mapping[str, str]) -> Any:  # noqa: ANN401
    """The value with every ``$word`` in its texts put in."""
    if isinstance(value, str):
        return Template(value).safe_substitute(words)
    if isinstance(value, dict):
        return {filled(key, words): filled(part, words) for key, part in value.items()}
    if isinstance(value, list):
        return [filled(part, words) for part in value]
    return value


def runs(piece: Piece, crane: str) -> Iterator[dict[str, Any]]:
    """What the piece runs by its entry."""
    words = piece.words() | {"CRANE": crane.replace("-", ""), "crane": crane.lower()}
    for one in piece.entry.get("runs", ()):
        yield filled(one, words)
