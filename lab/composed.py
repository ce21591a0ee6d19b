"""A crane while it is put together: its wires, the pieces that it has so far, who else there is."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field

from lab.draw import rng
from lab.equipment import PLACES, Piece, entry, filled, mac, serial, short

ADDRESSES = {
    "plc": 10,
    "safety-plc": 16,
    "remote-io": 20,
    "drive": 30,
    "meter": 40,
    "hmi": 50,
    "cms-server": 60,
    "engineering-station": 65,
    "intercom": 70,
    "sensor": 75,
    "printer": 80,
    "ocr-server": 90,
    "camera": 131,
    "nvr": 145,
    "switch": 201,
    "firewall": 254,
}
"""Last octet of the first piece of a class; others begin at 210."""
ELSEWHERE = 210
VIDEO = ("camera", "nvr", "ocr-server")
PORT = "10.200.20"
FAMILY = {
    "control": ("plc", "safety-plc", "remote-io", "drive", "hmi"),
    "video": VIDEO,
    "network": ("switch", "firewall", "media-converter", "router"),
    "computing": ("cms-server", "engineering-station", "pc"),
    "field": ("meter", "intercom", "sensor", "printer", "lift", "positioning"),
}


class Composed(Struct, dict=True):
    """A crane while it is put together."""

    data: dict[str, Any]
    seed: object
    networks: dict[str, dict[str, Any]] = field(default_factory=dict)
    subnets: dict[str, str] = field(default_factory=dict)
    """Network → the first three octets of its addresses."""
    pieces: list[Piece] = field(default_factory=list)
    others: list[dict[str, Any]] = field(default_factory=list)
    macs: set[str] = field(default_factory=set)
    planted: list[dict[str, Any]] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    """Name in the Internet → its address, as the crane's name server gives it."""
    delegated: dict[str, str] = field(default_factory=dict)
    """Domain → the name server in the Internet that the crane's own one asks for it."""

    @property
    def gateway(self) -> Piece | None:
        """The firewall, if there is one."""
        return next((one for one in self.pieces if one.entry.get("gateway")), None)

    @property
    def crane(self) -> str:
        """Its name."""
        return str(self.data["crane"]["crane"])

    def next_number(self, device_class: str) -> int:
        """The number of the next piece of a class."""
        return sum(one.device_class == device_class for one in self.pieces) + 1


def new_piece(made: Composed, kind: str, **known: Any) -> Piece:  # noqa: ANN401
    """A piece of an entry of the catalogue, with whatever is known of it; the rest is drawn."""
    one = entry(kind)
    device_class = one["class"]
    number = made.next_number(device_class)
    name = str(known.pop("id", f"{short(device_class)}-{number}"))
    network = known.pop("network", _network_of(made, device_class))
    first = known.pop("at", ADDRESSES.get(device_class, ELSEWHERE))
    ip = f"{made.subnets[network]}.{_free(made, network, first)}"
    family = next((f for f, classes in FAMILY.items() if device_class in classes), "communications")
    draw = rng(made.seed, "place", name)
    address = known.pop("mac", None) or mac(one, made.seed, name, made.macs)
    hostname = filled(
        one.get("hostname", f"{made.crane.lower()}-{name}"),
        {"plainmac": address.replace(":", "")},
    )
    return Piece(
        id=name,
        entry=one,
        kind=kind,
        number=number,
        network=network,
        ip=ip,
        prefix=24,
        mac=address,
        serial=serial(one, made.seed, name),
        place=known.pop("place", draw.choice(PLACES[family])),
        hostname=hostname,
        **known,
    )


def _network_of(made: Composed, device_class: str) -> str:
    return "video" if device_class in VIDEO and "video" in made.networks else "crane"


def _free(made: Composed, network: str, first: int) -> int:
    """The first last octet from there on that nothing has on a network."""
    taken = {one.ip for one in made.pieces if one.network == network}
    octet = first
    while f"{made.subnets[network]}.{octet}" in taken:
        octet += 1
    return octet
