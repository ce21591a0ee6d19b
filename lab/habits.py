"""Who talks with whom on a crane: the programs that pieces of equipment run towards each other.

A controller polls its drives and I/O; panels and the management server read controllers; the
recorder watches cameras; the firewall names, times and leads to the port; a station comes now and
then. What an entry of the catalogue can do is said there (``polls``, ``asks``, ``records`` …).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random
from typing import Any

from msgspec import Struct, field

from lab.draw import rng
from lab.equipment import Piece

Run = dict[str, Any]

READS: dict[str, list[list[int]]] = {
    "s7": [[1, 0, 96], [40, 0, 180], [20, 0, 64]],
    "modbus": [[0, 24], [64, 8]],
}
"""What a client of each protocol reads: data block, start and size; or register and count."""
PORT_NAMES = {"tos.port.example": "10.200.20.10", "time.port.example": "10.200.20.10"}
FIELD = ("remote-io", "drive")
BROWSED = ("intercom", "sensor", "printer")
"""Classes that send nothing by themselves and are looked at by the management server."""
BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"


class Crane(Struct, frozen=True, dict=True):
    """The pieces of a crane, and the seed that decides their pace."""

    pieces: Sequence[Piece]
    seed: object
    seconds: int
    tos: str = "tos"
    names: Mapping[str, str] = field(default_factory=dict)
    """Names in the Internet and their addresses."""
    delegated: Mapping[str, str] = field(default_factory=dict)
    """Domains in the Internet and the name servers that know them."""

    def of(self, *classes: str) -> list[Piece]:
        """The present pieces of these classes."""
        return [one for one in self.pieces if one.device_class in classes and one.present]

    def draw(self, *what: object) -> Random:
        """A generator of its own for one thing."""
        return rng(self.seed, "habit", *what)

    @property
    def gateway(self) -> Piece | None:
        """The firewall, if there is one."""
        return next((one for one in self.pieces if one.entry.get("gateway")), None)


def way_out(piece: Piece, gateway: Piece) -> str:
    """The firewall's address on the piece's own network; .254 where it has only a leg."""
    if piece.network == gateway.network:
        return gateway.ip
    return f"{piece.ip.rpartition('.')[0]}.254"


def habits(piece: Piece, crane: Crane) -> Iterator[Run]:
    """Every program that a piece runs towards others."""
    for key, habit in HABITS.items():
        if piece.entry.get(key):
            yield from habit(piece, crane)


def ask(target: Piece, draw: Random, **more: Any) -> Run:  # noqa: ANN401
    """A client that reads a control device in the protocol that it speaks."""
    protocol = str(target.entry.get("speaks", "modbus"))
    run: Run = {"stack": f"{protocol}.client", "to": target.id}
    if protocol in READS:
        run["reads"] = READS[protocol]
    if "think_ms" not in more:
        run["every"] = round(draw.uniform(0.4, 1.4), 2)
    return run | more


def _polls(piece: Piece, crane: Crane) -> Iterator[Run]:
    """A controller writes to its share of the field devices in its cycle."""
    controllers = crane.of("plc")
    for place, one in enumerate(crane.of(*FIELD)):
        if one.entry.get("speaks", "modbus") == "modbus" and _mine(piece, controllers, place):
            every = round(crane.draw(piece.id, one.id).uniform(0.25, 1.0), 2)
            writes = [1] if one.device_class == "drive" else [128]
            registers = one.entry["runs"][0].get("registers", 256)
            reads = [[0, 24], [min(64, registers - 8), 8]]
            run = {"stack": "modbus.client", "to": one.id, "reads": reads, "every": every}
            yield run | {"writes": writes}


def _mine(piece: Piece, controllers: Sequence[Piece], place: int) -> bool:
    return controllers[place % len(controllers)].id == piece.id


def _asks(piece: Piece, crane: Crane) -> Iterator[Run]:
    wanted = piece.entry["asks"]
    controllers = crane.of("plc")
    liked = [one for one in controllers if one.entry.get("speaks") in wanted] or controllers
    for one in liked[:2]:
        yield ask(one, crane.draw(piece.id, one.id))
    if crane.gateway and piece.network == crane.gateway.network:
        yield {"stack": "ntp.client", "to": crane.gateway.id, "poll": 5}


def _fetches(_piece: Piece, crane: Crane) -> Iterator[Run]:
    """The management server: the terminal's system, the meters, switches and silent devices."""
    for one in crane.of("meter"):
        run = {"stack": "modbus.client", "to": one.id, "identify": True, "every": 2.0}
        yield run | {"reads": [[0, 60], [800, 40]]}
    switches = [one.id for one in crane.of("switch")]
    if switches:
        yield {"stack": "snmp.client", "to": switches, "community": "public", "every": 12}
    silent = [one.id for one in crane.of(*BROWSED)]
    if silent:
        yield _visit(silent, 9)
    if crane.gateway:
        url = "http://tos.port.example/api/crane/status"
        run = {"stack": "web.client", "urls": [url], "agent": "CMS/4.2", "every": 10}
        yield run | {"post": '{"state":"working","moves":118}'}


def _visit(to: list[str], every: float) -> Run:
    return {
        "stack": "web.client",
        "to": to,
        "urls": ["http://{to}/"],
        "agent": BROWSER,
        "every": every,
    }


def _engineers(piece: Piece, crane: Crane) -> Iterator[Run]:
    """A station comes a few times, asks who is there, and looks at some pages."""
    draw = crane.draw(piece.id, "visits")
    first = draw.randint(4, max(5, crane.seconds // 3))
    for one in (*crane.of("plc")[:2], *crane.of(*FIELD)[:3]):
        sessions = {"count": draw.randint(1, 2), "requests": [4, 9], "first": first, "quiet": 8}
        yield ask(one, draw, identify=True, sessions=sessions)
    pages = [one.id for one in crane.of("switch", "cms-server", "nvr", "camera")][:4]
    if pages:
        visit = {"count": 1, "requests": [len(pages), len(pages)], "first": first, "quiet": 8}
        yield _visit(pages, 2) | {"sessions": visit}


def _records(piece: Piece, crane: Crane) -> Iterator[Run]:
    cameras = [one.id for one in crane.of("camera")]
    if cameras:
        agent = piece.entry["records"]
        yield {"stack": "rtsp.client", "to": cameras, "path": "live", "agent": agent, "every": 15}
        yield _visit(cameras, 8) | {"agent": agent}


def _watches(_piece: Piece, crane: Crane) -> Iterator[Run]:
    cameras = [one.id for one in crane.of("camera")][:2]
    if cameras:
        run = {"stack": "rtsp.client", "to": cameras, "path": "live", "every": 12}
        yield run | {"agent": "ocr-engine/2.1"}
    if crane.gateway:
        url = "http://tos.port.example/api/ocr"
        yield {"stack": "web.client", "urls": [url], "agent": "ocr/2", "every": 7, "post": "{}"}


def _leads(piece: Piece, crane: Crane) -> Iterator[Run]:
    """The firewall names and times the crane, and lends addresses to what asks for one."""
    for network in sorted({one.network for one in crane.pieces}):
        yield _names_and_leases(piece, network, crane)
    yield {"stack": "ntp.server", "stratum": 3, "to": crane.tos}


def _names_and_leases(gateway: Piece, network: str, crane: Crane) -> Run:
    here = [one for one in crane.pieces if one.network == network]
    leased = [one for one in here if one.entry.get("leased") and one.present]
    own = way_out(here[0], gateway)
    server: Run = {
        "stack": "dnsmasq.server",
        "interface": network,
        "names": {**PORT_NAMES, **crane.names},
        "forward": dict(crane.delegated),
    }
    if leased:
        wire = own.rpartition(".")[0]
        server["dhcp"] = {
            "first": f"{wire}.150",
            "last": f"{wire}.170",
            "mask": "255.255.255.0",
            "lease": "2m",
            "router": own,
            "dns": own,
            "ntp": own,
            "domain": "crane.port.example",
            "hosts": [[one.mac, one.ip, one.hostname] for one in leased],
        }
    return server


def _leased(piece: Piece, _crane: Crane) -> Iterator[Run]:
    vendor = piece.entry["leased"]["vendor"]
    run = {"stack": "dhcp.client", "interface": piece.network, "vendor": vendor}
    yield run | {"hostname": piece.hostname}


HABITS: dict[str, Callable[[Piece, Crane], Iterator[Run]]] = {
    "polls": _polls,
    "asks": _asks,
    "fetches": _fetches,
    "engineers": _engineers,
    "records": _records,
    "watches": _watches,
    "gateway": _leads,
    "leased": _leased,
}
"""Key of a catalogue entry → what a piece of it runs towards others."""
