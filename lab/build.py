"""Builds a scenario: raises it, records it, and writes the case folder with the truth beside it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from lab import paperwork, plan, record, stacks
from lab.casefile import crane_toml
from lab.errors import LabError
from lab.hosts import Ground, permitted, raise_hosts
from lab.programs import Host, Program
from lab.scenario import Device, Run, Scenario
from lab.truth import truth

ALWAYS = ("ip", "iptables", "ethtool", "sysctl", "dumpcap")
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
    paperwork.write(scenario, case / "paperwork")
    began = _record(scenario, seed, out)
    (case / "crane.toml").write_text(crane_toml(scenario, began), "utf-8")


def write_truth(scenario: Scenario, seed: int, out: Path) -> None:
    """Write ``out``/truth.json."""
    out.mkdir(parents=True, exist_ok=True)
    text = json.dumps(truth(scenario, seed), indent=1, ensure_ascii=False)
    (out / "truth.json").write_text(text + "\n", "utf-8")


def lacking(scenario: Scenario) -> Iterator[str]:
    """What this machine lacks for the scenario: rights, programs, Python packages."""
    if os.geteuid() != 0:
        yield "root, for network namespaces"
    elif not permitted():
        yield "the right to make network namespaces and bridges"
    if not Path("/dev/net/tun").exists() and any(n.delay is not None for n in scenario.networks):
        yield "/dev/net/tun"
    used = {stacks.module(run.stack) for device in scenario.devices for run in device.runs}
    programs = {name for module in used for name in module.PROGRAMS} | set(ALWAYS)
    for name in sorted(name for name in programs if shutil.which(name) is None):
        yield f"the program {name}"
    for name in sorted({name for module in used for name in module.MODULES}):
        if find_spec(name) is None:
            yield f"the Python package {name} (pip install -r lab/requirements.txt)"


def _record(scenario: Scenario, seed: int, out: Path) -> str:
    """Raise the hosts, let them live for the scenario's time, and give when recording began.

    Their settings and logs stay in ``out``/hosts.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with Ground(out / "hosts") as ground:
        hosts = raise_hosts(ground, scenario, seed)
        began = datetime.now(UTC).isoformat(timespec="seconds")
        recorders = {}
        for sensor in scenario.sensors:
            path = ground.folder / sensor.file
            space = f"lab{os.getpid()}-net-{sensor.network}"
            recorders[path] = record.begin(ground, space, path)
        _live(ground, scenario, hosts, seed)
        for path, recorder in recorders.items():
            record.end(recorder, path)
            shutil.copyfile(path, out / "case/evidence" / path.name)
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
    nics = scenario.device(name).nics
    return next((nic.ip for nic in nics if nic.network in wires), nics[0].ip)
