"""The truth of a scenario: what an audit of the case folder ought to find."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from lab import plan
from lab.scenario import CLASSES, Device, Run, Scenario, Sensor

CONTROL = {"s7": "s7comm", "modbus": "modbus", "opcua": "opcua", "enip": "cip"}
"""Stacks by which a control device is reached, and the name of what they speak."""
ACCEPTED = ("ordered", "changed")
REFUSED = ("declined", "removed")


def truth(scenario: Scenario, seed: int) -> dict[str, Any]:
    """Every device on the crane with its class, standing, reach, install interval and activity."""
    visits = plan.plans(scenario, seed)
    devices = [d for d in scenario.devices if d.on_crane]
    return {
        "schema": "overlanded.truth/1",
        "scenario": scenario.name,
        "seed": seed,
        "crane": scenario.crane["crane"],
        "seconds": scenario.seconds,
        "papers": [paper.file for paper in scenario.papers],
        "sensors": [_sensor(sensor) for sensor in scenario.sensors],
        "planted": [dict(one) for one in scenario.planted],
        "devices": [_device(scenario, device, visits) for device in devices],
        "elsewhere": [_elsewhere(d) for d in scenario.devices if not d.on_crane],
        "lacking": list(_lacking(scenario)),
    }


def _sensor(sensor: Sensor) -> dict[str, Any]:
    networks = [sensor.network, *sensor.trunk]
    return {"file": sensor.file, "networks": networks, "view": dict(sensor.view)}


def _elsewhere(device: Device) -> dict[str, Any]:
    addresses = [*(nic.ip for nic in device.nics), *_public(device)]
    macs = [nic.mac for nic in device.nics if nic.mac]
    return {"id": device.id, "macs": macs, "addresses": addresses}


def _device(scenario: Scenario, device: Device, visits: dict[Any, Any]) -> dict[str, Any]:
    outsiders = _outsiders(scenario, device)
    observed = sorted(
        _reached(device, visits) + _through(outsiders, visits),
        key=lambda one: (one["device"], one["protocol"]),
    )
    return {
        "id": device.id,
        "class": device.device_class,
        "maker": device.maker,
        "model": device.model,
        "place": device.place,
        "macs": [nic.mac for nic in device.nics if nic.mac],
        "addresses": [nic.ip for nic in device.nics if _on_crane(scenario, nic.network)],
        "networks": [nic.network for nic in device.nics],
        "standing": standing(scenario, device),
        "records": records(scenario, device),
        "installed": dict(device.installed),
        "reach": {"observed": observed, "possible": _possible(scenario, device, observed)},
        "activity": {
            "outside": [other.id for other in outsiders],
            "contacts": _contacts(scenario, device),
            "sessions": sum(len(plan) for key, plan in visits.items() if key[0] == device.id),
        },
    }


def _lacking(scenario: Scenario) -> Iterator[dict[str, Any]]:
    """Rows of the paperwork that list more pieces than were ever fitted, and how many more."""
    for paper in scenario.papers:
        for sheet in paper.sheets:
            for row in sheet.rows:
                if row.lacking and row.devices and row.status in ACCEPTED:
                    line = {"file": paper.file, "sheet": sheet.name, "line": str(row.cells[0])}
                    yield line | {"of": list(row.devices), "count": row.lacking}


def _contacts(scenario: Scenario, device: Device) -> list[str]:
    """The addresses in the Internet that a device's programs talk with."""
    if not device.present:
        return []
    named = _names(scenario)
    found = set()
    for run in device.runs:
        to = run.options.get("to", ())
        for name in [to] if isinstance(to, str) else to:
            found.update(_public(scenario.device(name)))
        hosts = (urlsplit(url).hostname or "" for url in run.options.get("urls", ()))
        found.update(named[host] for host in hosts if host in named)
    return sorted(found)


def _names(scenario: Scenario) -> dict[str, str]:
    """Names in the Internet, as the crane's own name servers give them, with their addresses."""
    known = {one for device in scenario.devices for one in _public(device)}
    names = [run.options.get("names", {}) for d in scenario.devices for run in d.runs]
    return {
        name: address
        for some in names
        if isinstance(some, dict)
        for name, address in some.items()
        if address in known
    }


def _public(device: Device) -> list[str]:
    """What a device elsewhere answers for beside its own addresses, one by one."""
    return [one for one in device.accepts if "/" not in one and not device.on_crane]


def records(scenario: Scenario, device: Device) -> list[dict[str, str]]:
    """The rows of paperwork that account for a device."""
    return [
        {"file": paper.file, "sheet": sheet.name, "line": str(row.cells[0]), "status": row.status}
        for paper in scenario.papers
        for sheet in paper.sheets
        for row in sheet.rows
        if device.id in row.devices
    ]


def standing(scenario: Scenario, device: Device) -> str:
    """The standing that follows from the paperwork and from whether the device is there."""
    rows = [
        row
        for paper in scenario.papers
        for sheet in paper.sheets
        for row in sheet.rows
        if device.id in row.devices
    ]
    accepted = [row for row in rows if row.status in ACCEPTED]
    offered = any(row.status == "optional" for row in rows)
    if not device.present:
        return "MISSING" if accepted else "ABSENT"
    if accepted:
        return "MISDESCRIBED" if any(row.misdescribed for row in accepted) else "DOCUMENTED"
    refused = any(row.status in REFUSED for row in rows)
    return "DOCUMENTED" if offered else "DECLINED" if refused else "UNDOCUMENTED"


def _on_crane(scenario: Scenario, network: str) -> bool:
    return any(net.name == network and net.captured for net in scenario.networks)


def _controls(run: Run) -> Iterator[tuple[str, str]]:
    """(protocol, target) of a client of a control protocol."""
    stack, _, role = run.stack.partition(".")
    if role == "client" and stack in CONTROL:
        targets = run.options["to"]
        for target in [targets] if isinstance(targets, str) else targets:
            yield CONTROL[stack], target


def _reached(device: Device, visits: dict[Any, Any]) -> list[dict[str, Any]]:
    if not device.present:
        return []
    found = []
    for place, run in enumerate(device.runs):
        plan = visits.get((device.id, place))
        for protocol, target in _controls(run):
            one: dict[str, Any] = {
                "device": target,
                "protocol": protocol,
                "functions": _functions(run),
            }
            if plan:
                one["sessions"] = len(plan)
                one["reads"] = sum(session["requests"] for session in plan)
            found.append(one)
    return found


def _functions(run: Run) -> list[str]:
    return ["read", "write"] if run.options.get("writes") else ["read"]


def _through(outsiders: list[Device], visits: dict[Any, Any]) -> list[Any]:
    return [one for other in outsiders for one in _reached(other, visits)]


def _outsiders(scenario: Scenario, device: Device) -> list[Device]:
    """Those elsewhere whose way onto the crane is this device, and who use it."""
    own = {nic.ip for nic in device.nics}
    return [
        other
        for other in scenario.devices
        if not other.on_crane and other.gateway in own and any(map(_has_control, other.runs))
    ]


def _has_control(run: Run) -> bool:
    return any(True for _ in _controls(run))


def _possible(scenario: Scenario, device: Device, observed: list[Any]) -> list[str]:
    """Control devices on a wire of a communications device that it was not seen to reach."""
    classes = tomllib.loads(CLASSES.read_text("utf-8"))["classes"]
    if not device.present or classes[device.device_class]["family"] != "communications":
        return []
    wires = {nic.network for nic in device.nics}
    seen = {one["device"] for one in observed}
    return sorted(
        other.id
        for other in scenario.devices
        if other.present
        and classes[other.device_class]["family"] == "control"
        and other.id not in seen
        and wires & {nic.network for nic in other.nics}
    )
