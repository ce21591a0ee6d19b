"""Builds a scenario: raises it, records it, and writes the case folder with the truth beside it.

``truth.json`` follows from the scenario and its seed; ``recorded.json`` says when the visits that
it foresees really came, by the clients' own logs.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import time
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from lab import inspections, paperwork, permits, photos, plan, record, stacks
from lab.casefile import crane_toml, statements_toml
from lab.errors import LabError
from lab.hosts import Ground, permitted, raise_hosts
from lab.programs import Host, Program
from lab.scenario import Device, Run, Scenario
from lab.truth import truth

ALWAYS = ("ip", "iptables", "dumpcap")
SETTLE = 4.0
"""Seconds that servers get before clients start."""


def build(scenario: Scenario, seed: int, out: Path) -> None:
    """Write ``out``/case and ``out``/truth.json. Raises LabError when it cannot."""
    missing = list(lacking(scenario))
    if missing:
        raise LabError("the lab needs " + "; ".join(missing))
    case = out / "case"
    for taken in (case, out / "hosts"):
        if taken.exists():
            raise LabError(f"{taken} is there already; give another --out")
    (case / "evidence").mkdir(parents=True)
    write_truth(scenario, seed, out)
    began = _record(scenario, seed, out)
    write_rest(scenario, case, began)
    _write(out / "recorded.json", {"began": began, "visits": dict(_visits(out / "hosts"))})


def write_rest(scenario: Scenario, case: Path, began: str) -> None:
    """Write all of a case folder but its captures, which began at ``began`` (ISO)."""
    paperwork.write(scenario, case / "paperwork")
    permits.write(scenario, case / "paperwork", began)
    inspections.write(scenario, case / "evidence")
    photos.write(scenario, case / "evidence")
    (case / "crane.toml").write_text(crane_toml(scenario, began), "utf-8")
    if said := statements_toml(scenario):
        (case / "statements.toml").write_text(said, "utf-8")


def rewrite(scenario: Scenario, case: Path) -> None:
    """Write a case folder again around the captures in it. Raises LabError when it has none."""
    try:
        note = tomllib.loads((case / "crane.toml").read_text("utf-8"))
    except OSError as error:
        raise LabError(f"{case}: no case folder that was built: {error}") from error
    captures = {f"evidence/{sensor.file}" for sensor in scenario.sensors}
    began = [one["at"] for one in note.get("files", ()) if one["path"] in captures]
    if not began:
        raise LabError(f"{case}: its crane.toml names no capture of the scenario")
    write_rest(scenario, case, began[0])


def write_truth(scenario: Scenario, seed: int, out: Path) -> None:
    """Write ``out``/truth.json."""
    out.mkdir(parents=True, exist_ok=True)
    _write(out / "truth.json", truth(scenario, seed))


def _write(path: Path, data: Any) -> None:  # noqa: ANN401
    path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", "utf-8")


def _visits(hosts: Path) -> Iterator[tuple[str, list[list[float | None]]]]:
    """Device → beginning and end of each of its visits, in seconds since 1970.

    There is no end of one that was going on when the recording was over.
    """
    for folder in sorted(hosts.iterdir()):
        found: list[list[float | None]] = []
        for log in sorted(folder.glob("*.log")):
            for line in _lines_of(log):
                if line.startswith('{"begins"'):
                    found.append([json.loads(line)["begins"], None])
                elif line.startswith('{"ends"'):
                    found[-1][1] = json.loads(line)["ends"]
        if found:
            yield folder.name, sorted(found, key=lambda visit: visit[0] or 0.0)


def _lines_of(log: Path) -> list[str]:
    return log.read_text("utf-8", "replace").splitlines()


def lacking(scenario: Scenario) -> Iterator[str]:
    """What this machine lacks for the scenario: rights, programs, Python packages."""
    if os.geteuid() != 0:
        yield "root, for network namespaces"
    elif not permitted():
        yield "the right to make network namespaces and bridges"
    if not Path("/dev/net/tun").exists() and _lines(scenario):
        yield "/dev/net/tun"
    yield from needs({stacks.module(one.stack) for d in scenario.devices for one in d.runs})


def needs(used: set[ModuleType]) -> Iterator[str]:
    """What this machine lacks of the programs and packages that modules of stacks name."""
    programs = {name for module in used for name in module.PROGRAMS} | set(ALWAYS)
    for name in sorted(name for name in programs if shutil.which(name) is None):
        yield f"the program {name}"
    for name in sorted({name for module in used for name in module.MODULES}):
        if find_spec(name) is None:
            yield f"the Python package {name} (pip install -r lab/requirements.txt)"


def _lines(scenario: Scenario) -> bool:
    """Whether anything is carried by the relay."""
    return any(n.delay is not None for n in scenario.networks) or any(
        nic.line is not None for device in scenario.devices for nic in device.nics
    )


def _record(scenario: Scenario, seed: int, out: Path) -> str:
    """Raise the hosts, let them live for the scenario's time, and give when recording began.

    Their settings and logs stay in ``out``/hosts.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with Ground(out / "hosts") as ground:
        hosts = raise_hosts(ground, scenario, seed)
        began = datetime.now(UTC).isoformat(timespec="seconds")
        recordings = [record.begin(ground, scenario, sensor) for sensor in scenario.sensors]
        _live(ground, scenario, hosts, seed)
        for sensor, recording in zip(scenario.sensors, recordings, strict=True):
            record.end(recording, scenario, sensor, out / "case/evidence" / sensor.file)
    return began


def _live(ground: Ground, scenario: Scenario, hosts: dict[str, Host], seed: int) -> None:
    """Start servers, then clients, and let them be until the scenario's time is over."""
    programs = list(_programs(scenario, hosts, seed))
    until = time.monotonic() + scenario.seconds
    started = {}
    for clients, settle in ((False, SETTLE), (True, 0.0)):
        for host, name, program in programs:
            if program.client is clients:
                log = host.folder / f"{name}.log"
                started[log] = ground.start(host.namespace, program, log)
        time.sleep(min(settle, scenario.seconds / 2))
    time.sleep(max(0.0, until - time.monotonic()))
    failed = sorted(str(log) for log, program in started.items() if program.poll())
    if failed:
        raise LabError("the recording is of no use, these programs failed: " + ", ".join(failed))


def _programs(
    scenario: Scenario, hosts: dict[str, Host], seed: int
) -> Iterator[tuple[Host, str, Program]]:
    visits = plan.plans(scenario, seed)
    for device in scenario.devices:
        for place, one in enumerate(device.runs if device.present else ()):
            options = _options(scenario, device, one)
            options["seed"] = f"{seed}/{device.id}/{place}"
            if (device.id, place) in visits:
                options["plan"] = visits[device.id, place]
            program = stacks.start(one.stack)(hosts[device.id], options)
            yield hosts[device.id], f"{place}-{one.stack}", program


def _options(scenario: Scenario, device: Device, one: Run) -> dict[str, Any]:
    """The options of a stack with the names in ``to`` made addresses."""
    options = dict(one.options)
    wires = [nic.network for nic in device.nics]
    if "to" in options:
        to = options["to"]
        found = [_address(scenario, name, wires) for name in ([to] if isinstance(to, str) else to)]
        options["to"] = found[0] if isinstance(to, str) else found
    return options


def _address(scenario: Scenario, name: str, wires: list[str]) -> str:
    device = scenario.device(name)
    for nic in device.nics:
        if nic.network in wires:
            return nic.ip
    return next((one for one in device.accepts if "/" not in one), device.nics[0].ip)
