"""The lab is not part of the installed package; tests find it at the root of the repository."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))


@pytest.fixture(scope="session")
def sts07():
    from lab.scenario import load

    return load(ROOT / "lab/scenarios/sts-07.yml")


@pytest.fixture
def small():
    """The smallest scenario that holds together, as plain data to break."""
    return {
        "scenario": "small",
        "seconds": 60,
        "crane": {"crane": "C1"},
        "networks": {"lan": {"captured": True}, "far": {"delay": {"floor_ms": 1}}},
        "sensors": [{"file": "lan.pcapng", "network": "lan"}],
        "devices": [
            {
                "id": "plc-1",
                "class": "plc",
                "nics": [{"network": "lan", "address": "10.0.0.1/24", "mac": "00:1b:1b:00:00:01"}],
            },
            {
                "id": "gate",
                "class": "cellular-gateway",
                "nics": [
                    {"network": "lan", "address": "10.0.0.9/24", "mac": "00:1e:42:00:00:01"},
                    {"network": "far", "address": "10.9.0.2/30"},
                ],
            },
            {
                "id": "away",
                "class": "pc",
                "on_crane": False,
                "gateway": "10.9.0.2",
                "nics": [{"network": "far", "address": "10.9.0.1/30"}],
                "runs": [
                    {
                        "stack": "s7.client",
                        "to": "plc-1",
                        "reads": [[1, 0, 8]],
                        "sessions": {"count": 3, "requests": [5, 9], "first": 5, "quiet": 5},
                    }
                ],
            },
        ],
        "paperwork": [
            {
                "file": "list.csv",
                "sheets": [
                    {
                        "columns": ["Item", "Description"],
                        "rows": [
                            {"cells": ["1", "PLC"], "devices": ["plc-1"]},
                            {"cells": ["2", "4G"], "devices": ["gate"], "status": "declined"},
                        ],
                    }
                ],
            }
        ],
    }


class Wire:
    """Hosts on real wires for a test, stacks run on them, and what tshark sees of it."""

    def __init__(self, ground):
        self.ground = ground
        self.scenario = None
        self.hosts = {}
        self.number = 0

    def up(self, addresses, networks=None, **more):
        """Raise hosts on the network ``lan``: addresses by name, or whole devices; and record."""
        from lab.hosts import raise_hosts
        from lab.scenario import Sensor, parse

        devices = []
        for name, given in addresses.items():
            given = given if isinstance(given, dict) else {"address": given}
            nic = {
                key: given.pop(key)
                for key in ("address", "mac", "line", "address6", "leased")
                if key in given
            }
            nics = given.pop("nics", [{"network": "lan", **nic}])
            devices.append({"id": name, "class": "pc", "nics": nics, **given})
        networks = {"lan": {"captured": True}} if networks is None else networks
        data = {"scenario": "wire", "seconds": 9, "crane": {}, "networks": networks, "sensors": []}
        self.scenario = parse(data | {"devices": devices} | more)
        self.hosts = raise_hosts(self.ground, self.scenario, 1)
        for network in self.scenario.networks:
            if network.delay is None:
                from lab import record

                record.begin(
                    self.ground, self.scenario, Sensor(f"{network.name}.pcapng", network.name)
                )
        return self

    def run(self, host, stack, **options):
        """Start a stack on a host, as a build does."""
        from lab.build import needs
        from lab.scenario import Run

        from lab import build, stacks

        lacks = list(needs({stacks.module(stack)}))
        if lacks:
            pytest.skip(f"{stack} needs " + "; ".join(lacks))
        device = self.scenario.device(host)
        options = build._options(self.scenario, device, Run(stack, options))  # noqa: SLF001
        self.number += 1
        options["seed"] = f"1/{host}/{self.number}"
        program = stacks.start(stack)(self.hosts[host], options)
        log = self.hosts[host].folder / f"{self.number}-{stack}.log"
        return self.ground.start(self.hosts[host].namespace, program, log)

    def inside(self, host, *argv, timeout=20):
        """What a command run on a host prints."""
        argv = ["ip", "netns", "exec", self.hosts[host].namespace, *argv]
        done = subprocess.run(argv, capture_output=True, text=True, timeout=timeout, check=False)
        return done.stdout + done.stderr

    def seen(self, wanted, *fields, network="lan", count=1, within=15.0):
        """Rows of fields of the frames that match, waited for until there are so many."""
        capture = self.ground.folder / f"{network}.pcapng"
        argv = ["tshark", "-n", "-r", str(capture), "-Y", wanted, "-T", "fields"]
        argv += [word for field in fields or ("frame.number",) for word in ("-e", field)]
        until = time.monotonic() + within
        while True:
            done = subprocess.run(argv, capture_output=True, text=True, check=False)
            rows = [tuple(line.split("\t")) for line in done.stdout.splitlines()]
            if len(rows) >= count or time.monotonic() > until:
                return rows
            time.sleep(0.3)

    def until(self, true, within=15.0):
        """Wait for something to come true."""
        end = time.monotonic() + within
        while time.monotonic() < end:
            if true():
                return True
            time.sleep(0.2)
        return bool(true())


@pytest.fixture
def wire(tmp_path):
    from lab.build import ALWAYS
    from lab.hosts import Ground, permitted

    if os.geteuid() != 0 or not Path("/dev/net/tun").exists() or not permitted():
        pytest.skip("hosts on a wire need root, the right to make namespaces, and /dev/net/tun")
    for program in (*ALWAYS, "tshark"):
        if shutil.which(program) is None:
            pytest.skip(f"hosts on a wire need {program}")
    with Ground(tmp_path / "hosts") as ground:
        yield Wire(ground)
