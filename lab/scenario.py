"""A scenario file: what is on a crane, what each thing runs, and what the paperwork says of it."""

from __future__ import annotations

import ipaddress
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from msgspec import Struct, field

from lab import compose, draw, shapes, views
from lab.errors import LabError
from lab.stacks import exists

CLASSES = Path(__file__).parent.parent / "src/overlanded/data/device-classes.toml"
MAC = re.compile(r"([0-9a-f]{2}:){5}[0-9a-f]{2}")
NAME = re.compile(r"[a-z][a-z0-9-]{0,13}")
"""A name becomes part of a namespace's and an interface's name (15 characters at most)."""

Options = Mapping[str, Any]


class Network(Struct, frozen=True):
    """One wire. ``delay`` makes it a long line between exactly two hosts (see ``shapes.toml``).

    With ``bridges`` the long line carries Ethernet frames between two other networks instead.
    ``vlan`` is the tag that its frames bear in a recording; ``ipv6`` lets its hosts speak IPv6.
    """

    name: str
    captured: bool = False
    delay: Options | None = None
    bridges: tuple[str, ...] = ()
    vlan: int | None = None
    ipv6: bool = False


class Nic(Struct, frozen=True):
    """One interface. ``leased`` ones get their address by DHCP.

    ``line`` is a slow attachment: its frames pass a line of that shape before the network.
    """

    network: str
    address: str
    mac: str = ""
    leased: bool = False
    address6: str = ""
    line: Options | None = None
    cloned: bool = False
    """Whether another interface has the same MAC."""

    @property
    def ip(self) -> str:
        """The address without its prefix length."""
        return self.address.split("/")[0]


class Run(Struct, frozen=True):
    """One stack that a device runs, as ``module.role``, with that stack's own options."""

    stack: str
    options: Options = field(default_factory=dict)


class Device(Struct, frozen=True):
    """One host. ``on_crane`` is false for what stands elsewhere and only talks with the crane."""

    id: str
    device_class: str
    nics: tuple[Nic, ...] = ()
    runs: tuple[Run, ...] = ()
    maker: str = ""
    model: str = ""
    place: str = ""
    gateway: str = ""
    resolver: str = ""
    masquerade: tuple[str, ...] = ()
    kernel: Options = field(default_factory=dict)
    installed: Options = field(default_factory=dict)
    present: bool = True
    on_crane: bool = True
    accepts: tuple[str, ...] = ()
    """Further addresses that it answers for; ``0.0.0.0/0`` for all that nobody else has."""
    routes: Mapping[str, str] = field(default_factory=dict)
    """Address elsewhere → the neighbour that leads to it."""


class Row(Struct, frozen=True):
    """One row of a sheet: a section heading, or cells and the devices that they account for."""

    cells: tuple[Any, ...] = ()
    section: str = ""
    devices: tuple[str, ...] = ()
    status: str = "ordered"
    misdescribed: bool = False
    hidden: bool = False
    quantity: int = 0
    """How many the row says there are; 0 stands for as many as it accounts for."""

    @property
    def lacking(self) -> int:
        """How many pieces the row lists that nobody ever fitted."""
        return max(0, self.quantity - len(self.devices))


class Sheet(Struct, frozen=True):
    """One sheet: title rows, a header, rows, and notes under the table."""

    name: str
    title: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


class Paper(Struct, frozen=True):
    """One file of paperwork with the notes that ``crane.toml`` keeps of it."""

    file: str
    sheets: tuple[Sheet, ...]
    notes: Options = field(default_factory=dict)


class Sensor(Struct, frozen=True):
    """One capture: which network it mirrors and the notes that ``crane.toml`` keeps of it.

    ``trunk`` names further networks that the same port carries; ``view`` is what it sees of them
    (``views``), everything when it is empty.
    """

    file: str
    network: str
    notes: Options = field(default_factory=dict)
    trunk: tuple[str, ...] = ()
    view: Options = field(default_factory=dict)


class Inspection(Struct, frozen=True):
    """A filled inspection sheet. A row is column → text by the names of ``data/inspection.toml``.

    ``device`` in a row stands for what the label of that device says.
    """

    file: str
    rows: tuple[Options, ...]
    notes: Options = field(default_factory=dict)


class Photo(Struct, frozen=True):
    """A photo of one label: printed lines, and codes by kind (``QRCode``, ``Code128`` …)."""

    file: str
    taken: str
    """The moment by the camera's clock, with its zone."""
    camera: tuple[str, str]
    lines: tuple[str, ...]
    codes: Mapping[str, str]
    turn: float = 0.0
    """Degrees against the clock by which the camera was held askew."""
    notes: Options = field(default_factory=dict)


class Scenario(Struct, frozen=True):
    """A crane for the lab. ``seconds`` is how long it is recorded."""

    name: str
    seconds: int
    crane: Options
    milestones: Options
    zones: tuple[Options, ...]
    networks: tuple[Network, ...]
    devices: tuple[Device, ...]
    papers: tuple[Paper, ...]
    sensors: tuple[Sensor, ...]
    planted: tuple[Options, ...] = ()
    """What was planted in a drawn crane: its kind, and whether an audit ought to stay quiet."""
    statements: tuple[Options, ...] = ()
    """What parties said, entry by entry as in ``statements.toml``."""
    inspections: tuple[Inspection, ...] = ()
    photos: tuple[Photo, ...] = ()

    def device(self, name: str) -> Device:
        """The device of that id."""
        return next(device for device in self.devices if device.id == name)


def load(path: Path, seed: int = 7) -> Scenario:
    """The scenario in a YAML file, checked; what it leaves to chance is drawn by the seed.

    Raises LabError naming everything that is wrong.
    """
    try:
        data = draw.read(path.read_text("utf-8"))
        scenario = parse(compose.compose(data, seed) if "draw" in data else data)
    except (OSError, yaml.YAMLError, LookupError, TypeError, ValueError, AttributeError) as error:
        raise LabError(f"{path}: not a scenario: {type(error).__name__} {error}") from error
    wrong = sorted(problems(scenario))
    if wrong:
        raise LabError(f"{path}: " + "; ".join(wrong))
    return scenario


def parse(data: dict[str, Any]) -> Scenario:
    """The scenario in plain data. Raises KeyError or TypeError where its shape is wrong."""
    return Scenario(
        name=data["scenario"],
        seconds=int(data["seconds"]),
        crane=data["crane"],
        milestones=data.get("milestones", {}),
        zones=tuple(data.get("zones", ())),
        networks=tuple(_network(name, **(rest or {})) for name, rest in data["networks"].items()),
        devices=tuple(_device(**device) for device in data["devices"]),
        papers=tuple(_paper(**paper) for paper in data.get("paperwork", ())),
        sensors=tuple(_sensor(**sensor) for sensor in data["sensors"]),
        planted=tuple(data.get("planted", ())),
        statements=tuple(data.get("statements", ())),
        inspections=tuple(_inspection(**one) for one in data.get("inspections", ())),
        photos=tuple(_photo(**one) for one in data.get("photos", ())),
    )


def _network(name: str, **data: Any) -> Network:  # noqa: ANN401
    data["bridges"] = tuple(data.get("bridges", ()))
    return Network(name, **data)


def _device(**data: Any) -> Device:  # noqa: ANN401  YAML gives what it gives
    data["device_class"] = data.pop("class")
    data["nics"] = tuple(Nic(**nic) for nic in data.get("nics", ()))
    data["runs"] = tuple(Run(run.pop("stack"), run) for run in map(dict, data.get("runs", ())))
    data["masquerade"] = tuple(data.get("masquerade", ()))
    data["accepts"] = tuple(data.get("accepts", ()))
    return Device(**data)


def _paper(file: str, sheets: list[dict[str, Any]], **notes: Any) -> Paper:  # noqa: ANN401
    return Paper(file, tuple(_sheet(**sheet) for sheet in sheets), notes)


def _sheet(
    columns: list[str],
    rows: list[dict[str, Any]],
    name: str = "",
    title: list[str] | None = None,
    notes: list[str] | None = None,
) -> Sheet:
    parsed = tuple(_row(**row) for row in rows)
    return Sheet(name, tuple(title or ()), tuple(columns), parsed, tuple(notes or ()))


def _row(**data: Any) -> Row:  # noqa: ANN401
    data["cells"] = tuple(data.get("cells", ()))
    data["devices"] = tuple(data.get("devices", ()))
    return Row(**data)


def _sensor(
    file: str,
    network: str,
    trunk: tuple[str, ...] = (),
    view: Options | None = None,
    **notes: Any,  # noqa: ANN401
) -> Sensor:
    return Sensor(file, network, notes, tuple(trunk), view or {})


def _inspection(file: str, rows: list[Options], **notes: Any) -> Inspection:  # noqa: ANN401
    return Inspection(file, tuple(rows), notes)


def _photo(
    file: str,
    taken: str,
    camera: tuple[str, str],
    lines: list[str],
    codes: dict[str, str],
    turn: float = 0.0,
    **notes: Any,  # noqa: ANN401
) -> Photo:
    make, model = camera
    return Photo(file, taken, (make, model), tuple(lines), codes, turn, notes)


def problems(scenario: Scenario) -> Iterator[str]:
    """Everything about a scenario that cannot be built, one sentence each."""
    yield from _bad_names(scenario)
    yield from _bad_devices(scenario)
    yield from _bad_networks(scenario)
    yield from _bad_papers(scenario)
    yield from _bad_inspections(scenario)


def _bad_names(scenario: Scenario) -> Iterator[str]:
    names = [d.id for d in scenario.devices] + [n.name for n in scenario.networks]
    macs = [nic.mac for d in scenario.devices for nic in d.nics if nic.mac and not nic.cloned]
    for name, count in Counter(names + macs).items():
        if count > 1:
            yield f"{name} is used {count} times"
    for name in names:
        if not NAME.fullmatch(name):
            yield f"{name} is not a name of at most 14 small letters, digits and dashes"


def _bad_devices(scenario: Scenario) -> Iterator[str]:
    classes = tomllib.loads(CLASSES.read_text("utf-8"))["classes"]
    names = {device.id for device in scenario.devices}
    for device in scenario.devices:
        if device.device_class not in classes:
            yield f"{device.id}: class {device.device_class} is not in the list"
        if device.present and not device.nics:
            yield f"{device.id}: present, but has no interface"
        for run in device.runs:
            if not exists(run.stack):
                yield f"{device.id}: there is no stack {run.stack}"
            to = run.options.get("to", ())
            unknown = {to} - names if isinstance(to, str) else set(to) - names
            for name in sorted(unknown):
                yield f"{device.id}: {run.stack} talks to {name}, which is not a device"


def _bad_networks(scenario: Scenario) -> Iterator[str]:
    joined = Counter(n.network for d in scenario.devices if d.present for n in d.nics)
    known = {network.name for network in scenario.networks}
    for device in scenario.devices:
        for nic in device.nics:
            yield from (f"{device.id}: {what}" for what in _bad_nic(nic, known))
    for network in scenario.networks:
        yield from (f"{network.name}: {what}" for what in _bad_line(network, joined, known))
    for sensor in scenario.sensors:
        for name in {sensor.network, *sensor.trunk} - known:
            yield f"{sensor.file}: there is no network {name}"
        devices = {device.id for device in scenario.devices}
        yield from (f"{sensor.file}: {what}" for what in views.problems(sensor.view, devices))


def _bad_line(network: Network, joined: Counter[str], known: set[str]) -> Iterator[str]:
    ends = 0 if network.bridges else 2
    if network.delay is not None and joined[network.name] != ends:
        yield f"a line with a delay joins {ends} hosts, not {joined[network.name]}"
    if network.bridges and (len(network.bridges) != 2 or network.delay is None):
        yield "a line between networks has two of them in bridges, and a delay"
    for name in set(network.bridges) - known:
        yield f"there is no network {name}"
    yield from shapes.problems(network.delay or {})


def _bad_nic(nic: Nic, known: set[str]) -> Iterator[str]:
    if nic.network not in known:
        yield f"there is no network {nic.network}"
    if nic.mac and not MAC.fullmatch(nic.mac):
        yield f"{nic.mac} is not a MAC in small letters"
    yield from shapes.problems(nic.line or {})
    try:
        ipaddress.ip_interface(nic.address)
    except ValueError:
        yield f"{nic.address} is not an address with its prefix length"


def _bad_papers(scenario: Scenario) -> Iterator[str]:
    names = {device.id for device in scenario.devices}
    for paper in scenario.papers:
        for sheet in paper.sheets:
            for row in sheet.rows:
                if row.cells and len(row.cells) != len(sheet.columns):
                    yield f"{paper.file}: {row.cells[0]} does not fill {len(sheet.columns)} columns"
                for name in set(row.devices) - names:
                    yield f"{paper.file}: {name} is not a device"


def _bad_inspections(scenario: Scenario) -> Iterator[str]:
    names = {device.id for device in scenario.devices}
    for sheet in scenario.inspections:
        for row in sheet.rows:
            if "device" in row and row["device"] not in names:
                yield f"{sheet.file}: {row['device']} is not a device"
