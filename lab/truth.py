"""The truth of a scenario: what an audit of the case folder ought to find."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

from lab import plan
from lab.scenario import CLASSES, Device, Run, Scenario

CONTROL = {"s7": "s7comm", "modbus": "modbus", "opcua": "opcua"}
"""Stacks by which a control device is reached, and the name of what they speak."""
ACCEPTED = ("ordered", "changed")


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
        "devices": [_device(scenario, device, visits) for device in devices],
    }


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
        "standing": standing(scenario, device),
        "records": records(scenario, device),
        "installed": dict(device.installed),
        "reach": {"observed": observed, "possible": _possible(scenario, device, observed)},
        "activity": {
            "outside": [other.id for other in outsiders],
            "sessions": sum(len(plan) for key, plan in visits.items() if key[0] == device.id),
        },
    }


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
    if not device.present:
        return "MISSING" if accepted else "ABSENT"
    if accepted:
        return "MISDESCRIBED" if any(row.misdescribed for row in accepted) else "DOCUMENTED"
    return "DECLINED" if any(row.status == "declined" for row in rows) else "UNDOCUMENTED"


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
