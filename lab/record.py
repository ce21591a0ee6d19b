"""Records networks with dumpcap on their mirror ports, and leaves the recording machine out of it.

Kernels without 802.1Q need the tags put in afterwards: the frames of a network with a ``vlan``
bear it in the file, as they would on a trunk.
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from msgspec import Struct

from lab import pcapng, views
from lab.errors import LabError
from lab.hosts import Ground, Running
from lab.programs import Program
from lab.scenario import Scenario, Sensor

READY = 5.0
"""Seconds within which the recorder must have begun its file."""
LATE = 0.5
"""Seconds that the recorder may be behind the wire."""
STOPPED = 10.0
"""Seconds within which it must have finished it."""


class Recording(Struct, frozen=True):
    """A sensor at work: for each network that it sees its recorder, file and tag."""

    parts: tuple[tuple[Running, Path, int | None], ...]


def begin(ground: Ground, scenario: Scenario, sensor: Sensor) -> Recording:
    """Start recording what a sensor sees; it runs when this returns."""
    vlans = {network.name: network.vlan for network in scenario.networks}
    parts = []
    for number, network in enumerate((sensor.network, *sensor.trunk)):
        path = ground.folder / (f"{number}-{sensor.file}" if number else sensor.file)
        argv = ("dumpcap", "-q", "-i", "mirror", "-w", str(path))
        space = ground.namespace(f"net-{network}")
        recorder = ground.start(space, Program(argv), path.with_suffix(".log"))
        parts.append((recorder, path, vlans[network]))
    until = time.monotonic() + READY
    for recorder, path, _ in parts:
        while not path.exists() or path.stat().st_size == 0:
            if recorder.poll() is not None or time.monotonic() > until:
                raise LabError(f"the recorder did not start: see {path.with_suffix('.log')}")
            time.sleep(0.02)
    return Recording(tuple(parts))


def end(recording: Recording, scenario: Scenario, sensor: Sensor, out: Path) -> None:
    """Stop recording and write one file: without the machine, tagged, and as the sensor saw it."""
    time.sleep(LATE)
    for recorder, _, _ in recording.parts:
        os.kill(recorder.pid, signal.SIGINT)
    until = time.monotonic() + STOPPED
    while any(recorder.poll() is None for recorder, _, _ in recording.parts):
        if time.monotonic() > until:
            raise LabError(f"the recorder of {out.name} does not end")
        time.sleep(0.02)
    whole = pcapng.merged(
        [
            pcapng.tagged(pcapng.without_machine(path.read_bytes()), vlan)
            for _, path, vlan in recording.parts
        ]
    )
    if os.uname().release.encode() in whole:
        raise LabError(f"{out.name}: some program tells of this machine's kernel")
    if sensor.view:
        whole = views.seen(whole, sensor.view, _macs(scenario, sensor), scenario.name + out.name)
    out.write_bytes(whole)


def _macs(scenario: Scenario, sensor: Sensor) -> list[str]:
    """The addresses of the device whose port a sensor mirrors."""
    port = sensor.view.get("port")
    return [nic.mac for nic in scenario.device(port).nics if nic.mac] if port else []
