"""The lines of a build that keep what they carry: between hosts, between networks, to one host."""

from __future__ import annotations

import ipaddress
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from lab import relay as carrier
from lab.errors import LabError
from lab.netns import batch, inside
from lab.scenario import Device, Nic, Scenario
from lab.shapes import shape

Line = dict[str, Any]
Namespaces = Callable[[str], str]
READY = 10.0
"""Seconds within which the relay must carry."""


def attachments(namespace: Namespaces, devices: Iterable[Device], seed: int) -> list[Line]:
    """A TAP device in each host that is slow to reach, and its other end on the network."""
    return [
        {
            "files": [
                _tap(namespace(device.id), nic.network),
                _port(namespace(f"net-{nic.network}"), device.id),
            ],
            "settings": dict(nic.line),
            "seed": f"{seed}/{device.id}/{nic.network}",
            "ethernet": True,
            "attachment": True,
        }
        for device in devices
        for nic in device.nics
        if nic.line is not None
    ]


def between_hosts(namespace: Namespaces, scenario: Scenario, seed: int) -> list[Line]:
    """A TUN device in both hosts of every network that is a long line."""
    made = []
    for network in scenario.networks:
        if network.delay is None or network.bridges:
            continue
        ends = [d.id for d in scenario.devices for n in d.nics if n.network == network.name]
        files = []
        for end in ends:
            with inside(namespace(end)):
                files.append(carrier.open_device(network.name))
        settings, own = dict(network.delay), f"{seed}/{network.name}"
        made.append({"files": files, "settings": settings, "seed": own})
    return made


def between_networks(namespace: Namespaces, scenario: Scenario, seed: int) -> list[Line]:
    """A port on both networks that a line joins: whoever is at the far one is on the near wire."""
    return [
        {
            "files": [_port(namespace(f"net-{end}"), network.name) for end in network.bridges],
            "settings": dict(network.delay),
            "seed": f"{seed}/{network.name}",
            "ethernet": True,
        }
        for network in scenario.networks
        if network.delay is not None and network.bridges
    ]


def _tap(namespace: str, name: str) -> int:
    with inside(namespace):
        return carrier.open_device(name, ethernet=True)


def _port(namespace: str, name: str) -> int:
    with inside(namespace):
        file = carrier.open_device(name, ethernet=True)
        batch([f"link set dev {name} master bridge up"])
        return file


def relay(lines: list[Line], log: Path) -> subprocess.Popen[bytes]:
    """Start the process that carries the lines; it carries when this returns."""
    files = [file for line in lines for file in line["files"]]
    argv = (sys.executable, "-m", carrier.__name__, json.dumps(lines))
    with log.open("wb") as out:
        process = subprocess.Popen(
            argv,
            cwd=Path(__file__).parent.parent,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            pass_fds=files,
            start_new_session=True,
        )
    for file in files:
        os.close(file)
    until = time.monotonic() + READY
    while log.stat().st_size == 0:
        if process.poll() is not None or time.monotonic() > until:
            process.kill()
            raise LabError(f"the relay did not start: see {log}")
        time.sleep(0.02)
    return process


def holds_acks(nic: Nic) -> bool:
    """Whether acknowledgements that leave by this interface are held back."""
    return nic.line is not None and shape(nic.line).delack_ms > 0


def acknowledging_route(nic: Nic) -> str:
    """The kernel acknowledges at once where the line decides how long that is held."""
    wire = ipaddress.ip_interface(nic.address).network
    return f"route replace {wire} dev {nic.network} src {nic.ip} quickack 1"
