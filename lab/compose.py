"""From a scenario that says what may be on a crane to one that says what is: drawn from a seed.

A scenario file with a part ``draw`` gives amounts, layouts and planted cases; this makes of it the
plain data that ``scenario.parse`` reads, the same for the same seed. ``docs/lab.md`` describes the
parts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from lab import habits, papers
from lab.composed import PORT, Composed, new_piece
from lab.draw import drawn, rng
from lab.equipment import Piece, of_class, runs
from lab.errors import LabError
from lab.inspecting import inspect
from lab.planting import is_on_port, plant


def compose(data: Mapping[str, Any], seed: object) -> dict[str, Any]:
    """The plain data of one crane. Raises LabError for what the files do not say rightly."""
    name = data["scenario"]
    whole = drawn(dict(data), f"{seed}/{name}")
    made = Composed(whole, f"{seed}/{name}")
    whole.setdefault("crane", {}).setdefault("crane", _name(made))
    _lay_out(made)
    for device_class, amount in whole["draw"]["equipment"].items():
        _supply(made, device_class, amount)
    own = {one.id for one in made.pieces}
    for place, kind in enumerate(whole["draw"].get("planted", ()), 1):
        plant(made, kind, place)
    _lead_out(made)
    return _written(made, inspect(made, own))


def _name(made: Composed) -> str:
    return f"STS-{rng(made.seed, 'name').randint(1, 99):02}"


def _lay_out(made: Composed) -> None:
    """The crane's wires and their addresses."""
    layout = made.data["draw"].get("layout", "flat")
    draw = rng(made.seed, "addresses")
    third = draw.randint(1, 220)
    base = draw.choice([f"10.{draw.randint(1, 199)}", "192.168", f"172.{draw.randint(16, 31)}"])
    made.networks["crane"] = {"captured": True}
    made.subnets["crane"] = f"{base}.{third}"
    if layout != "flat":
        made.networks["video"] = {"captured": True}
        made.subnets["video"] = f"{base}.{third + 1}"
    if layout == "vlans":
        made.networks["crane"]["vlan"] = draw.randint(2, 400)
        made.networks["video"]["vlan"] = draw.randint(401, 900)
    made.networks["port"] = {}


def _supply(made: Composed, device_class: str, amount: int) -> None:
    """So many pieces of a class, of one or two types."""
    draw = rng(made.seed, "types", device_class)
    kinds = of_class(device_class)
    if not kinds:
        raise LabError(f"the catalogue has nothing of class {device_class}")
    types = draw.sample(kinds, min(len(kinds), 1 if amount < 3 else draw.randint(1, 2)))
    for number in range(amount):
        kind = types[number % len(types)]
        made.pieces.append(new_piece(made, kind))


def _written(made: Composed, inspected: Mapping[str, Any]) -> dict[str, Any]:
    """All of it as a scenario's plain data."""
    data = made.data
    crane = habits.Crane(
        made.pieces, made.seed, data["seconds"], names=made.names, delegated=made.delegated
    )
    installed = inspected["installed"]
    devices = [_device(made, piece, crane, installed[piece.id]) for piece in made.pieces]
    devices += [_other(other, crane) for other in made.others]
    written = {
        "scenario": data["scenario"],
        "seconds": data["seconds"],
        "crane": {"port": "Port of Example", **data["crane"]},
        "milestones": data.get("milestones", MILESTONES),
        "zones": list(_zones(made)),
        "networks": made.networks,
        "devices": devices,
        "sensors": list(_sensors(made)),
        "planted": made.planted,
        "inspections": inspected["inspections"],
        "photos": inspected["photos"],
    }
    written["paperwork"] = papers.papers(
        made.pieces, data["draw"].get("papers", {}), made.crane, made.seed
    )
    return written


MILESTONES = {
    "factory acceptance": "2019-04-12",
    "shipment": "2019-05-03",
    "delivery": "2019-06-21",
    "site acceptance": "2019-08-30",
}


def _device(
    made: Composed, piece: Piece, crane: habits.Crane, installed: Mapping[str, str]
) -> dict[str, Any]:
    """A piece as a device of a scenario."""
    one, extra = piece.entry, dict(piece.extra)
    nic: dict[str, Any] = {
        "network": piece.network,
        "address": f"{piece.ip}/{piece.prefix}",
        "mac": piece.mac,
    }
    if one.get("leased"):
        nic["leased"] = True
    nic |= {key: extra.pop(key) for key in ("line", "cloned") if key in extra}
    ran = [*runs(piece, made.crane), *habits.habits(piece, crane)]
    ran = [] if extra.pop("mute", False) else ran
    more = [_aimed(run, piece.id, crane) for run in extra.pop("runs", ())]
    device = {
        "id": piece.id,
        "class": piece.device_class,
        "maker": one["maker"],
        "model": one["model"],
        "place": piece.place,
        "nics": [nic, *extra.pop("nics", ())],
        "kernel": {**one.get("kernel", {}), **extra.pop("kernel", {})},
        "runs": [*ran, *more],
        "present": piece.present,
        "installed": dict(installed),
    }
    return device | _ways(piece, crane) | extra


def _ways(piece: Piece, crane: habits.Crane) -> dict[str, Any]:
    """How packets leave: through the firewall, which hides the crane from the port."""
    gateway = crane.gateway
    if gateway is None:
        return {}
    if piece is gateway:
        return {"masquerade": ["port"], "gateway": f"{PORT}.1"}
    way = habits.way_out(piece, gateway)
    return {"resolver": way} if piece.entry.get("leased") else {"gateway": way, "resolver": way}


def _other(other: dict[str, Any], crane: habits.Crane) -> dict[str, Any]:
    """Somebody who stands elsewhere, with the runs aimed."""
    ran = [_aimed(run, other["id"], crane) for run in other.get("runs", ())]
    return {"class": "pc", "on_crane": False, **other, "runs": ran}


def _aimed(run: Mapping[str, Any], name: str, crane: habits.Crane) -> dict[str, Any]:
    """A run whose target is a class made one whose target is a piece.

    A ``control.client`` becomes one of the protocol that its target speaks; with ``at`` it asks
    there, where a tunnel ends that leads to the target.
    """
    run = dict(run)
    to = run.get("to")
    if run["stack"] == "control.client":
        given = {key: value for key, value in run.items() if key not in ("stack", "to", "at")}
        given |= {"to": run["at"]} if "at" in run else {}
        return habits.ask(_one_of(crane, name, run["to"]), crane.draw(name, "pace"), **given)
    if isinstance(to, str) and to.startswith("@"):
        return run | {"to": _one_of(crane, name, to[1:]).id}
    return run


def _one_of(crane: habits.Crane, name: str, wanted: str) -> Piece:
    """The piece of that id, or a piece of that class which ``name`` deals with."""
    device_class = wanted.removeprefix("@")
    found = [one for one in crane.pieces if one.id == wanted] or crane.of(device_class)
    if not found:
        raise LabError(f"{name} asks a {device_class}, and there is none")
    return crane.draw(name, "target").choice(found)


def _lead_out(made: Composed) -> None:
    """The firewall's legs, the port's own system, and the Internet: one host with every address."""
    gateway = made.gateway
    if gateway is None:
        return
    nics = [{"network": "port", "address": f"{PORT}.71/24", "mac": _next(gateway.mac, 1)}]
    if "video" in made.networks:
        nics.append(_video_leg(made, gateway))
    extra = {**gateway.extra, "nics": [*gateway.extra.get("nics", ()), *nics]}
    made.pieces[made.pieces.index(gateway)] = replace(gateway, extra=extra)
    neighbours = [one for one in made.others if "accepts" in one and is_on_port(one)]
    routes = {one["accepts"][0]: one["nics"][0]["address"].split("/")[0] for one in neighbours}
    tos, inet = drawn(OUTSIDE, made.seed, "outside")
    made.others += [tos, inet | {"routes": routes}]


def _video_leg(made: Composed, gateway: Piece) -> dict[str, Any]:
    """A port of its own with the MAC after the next; on a trunk, the same port as the crane's."""
    leg = {"network": "video", "address": f"{made.subnets['video']}.254/24"}
    if "vlan" in made.networks["video"]:
        return leg | {"mac": gateway.mac, "cloned": True}
    return leg | {"mac": _next(gateway.mac, 2)}


def _next(mac: str, number: int) -> str:
    """The MAC that so many ports later a maker gives."""
    digits = f"{(int(mac.replace(':', ''), 16) + number) % (1 << 48):012x}"
    return ":".join(digits[at : at + 2] for at in range(0, 12, 2))


OUTSIDE: list[dict[str, Any]] = [
    {
        "id": "tos",
        "class": "pc",
        "nics": [{"network": "port", "address": f"{PORT}.10/24", "mac": "00:50:56:a1:4e:2c"}],
        "gateway": f"{PORT}.71",
        "runs": [
            {"stack": "web.server", "title": "Terminal operating system", "server": "Apache"},
            {"stack": "ntp.server", "stratum": 2},
        ],
    },
    {
        "id": "inet",
        "class": "pc",
        "nics": [{"network": "port", "address": f"{PORT}.1/24", "mac": "00:50:56:a1:00:01"}],
        "accepts": ["0.0.0.0/0"],
    },
]


def _zones(made: Composed) -> Iterator[dict[str, Any]]:
    for network, purpose in (("crane", "control"), ("video", "video")):
        if network in made.networks:
            ranges = [f"{made.subnets[network]}.0/24"]
            yield {"name": purpose, "networks": ranges, "purpose": f"the crane's {purpose} network"}
    yield {"name": "port", "networks": [f"{PORT}.0/24"], "purpose": "the port's own systems"}


def _sensors(made: Composed) -> Iterator[dict[str, Any]]:
    """The captures that the scenario asks for; one of everything, when it asks for none."""
    captured = [name for name, about in made.networks.items() if about.get("captured")]
    for number, wanted in enumerate(made.data["draw"].get("sensors") or [{}], 1):
        one: dict[str, Any] = {
            "file": f"capture-{number}.pcapng",
            "network": "crane",
            "by": "port engineer",
        }
        if len(captured) > 1:
            one["trunk"] = [name for name in captured if name != "crane"]
        yield one | wanted
