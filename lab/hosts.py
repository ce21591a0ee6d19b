"""Hosts as Linux network namespaces, joined by bridges that mirror, and taken down without fail."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import Self

from lab import relay
from lab.errors import LabError
from lab.programs import Host, Program
from lab.scenario import Device, Network, Nic, Scenario

ROOT = Path(__file__).parent.parent
PREFIX = re.compile(r"lab(\d+)-")
RESOLVERS = Path("/etc/netns")
"""Where ``ip netns exec`` looks for a namespace's own resolv.conf."""
LLDP = ("group_fwd_mask", "0x4000")
"""The bridge setting that lets frames to 01-80-C2-00-00-0E through, as a mirror port shows them."""
GRACE = 3.0


def run(*argv: str) -> str:
    """Run a command that must work, and give what it printed."""
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LabError(f"{' '.join(argv)}: {done.stderr.strip() or done.returncode}")
    return done.stdout


def permitted() -> bool:
    """Whether this process may make network namespaces with links in them."""
    name = f"lab{os.getpid()}-probe"
    tries = (("netns", "add", name), ("-n", name, "link", "add", "bridge", "type", "bridge"))
    try:
        return all(subprocess.run(["ip", *t], capture_output=True).returncode == 0 for t in tries)
    except OSError:
        return False
    finally:
        with contextlib.suppress(OSError):
            take_down(name)


class Ground:
    """Everything raised for one build. Leaving it takes all of it down again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.namespaces: list[str] = []
        self.running: list[subprocess.Popen[bytes]] = []
        self.lines: list[threading.Thread] = []
        self.open = True

    def __enter__(self) -> Self:
        sweep()
        return self

    def __exit__(self, *_: object) -> None:
        self.open = False
        self.stop(self.running)
        for line in self.lines:
            line.join()
        for name in self.namespaces:
            take_down(name)

    def namespace(self, name: str) -> str:
        """A new namespace with a quiet kernel: no IPv6, loopback up."""
        full = f"lab{os.getpid()}-{name}"
        self.namespaces.append(full)
        run("ip", "netns", "add", full)
        run("ip", "-n", full, "link", "set", "lo", "up")
        kernel(full, {"net.ipv6.conf.all.disable_ipv6": 1, "net.ipv6.conf.default.disable_ipv6": 1})
        return full

    def start(self, namespace: str, program: Program, log: Path) -> subprocess.Popen[bytes]:
        """Start a program in a namespace, its output going to ``log``."""
        with log.open("ab") as out:
            argv = ["ip", "netns", "exec", namespace, *program.argv]
            started = subprocess.Popen(
                argv,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        self.running.append(started)
        return started

    def stop(self, programs: list[subprocess.Popen[bytes]]) -> None:
        """Ask programs to end, and end those that do not."""
        for sent in (signal.SIGTERM, signal.SIGKILL):
            for program in programs:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(program.pid, sent)
            until = time.monotonic() + GRACE
            while time.monotonic() < until and any(p.poll() is None for p in programs):
                time.sleep(0.05)


def kernel(namespace: str, settings: dict[str, object]) -> None:
    """Set kernel values of a namespace."""
    if settings:
        pairs = [f"{key}={value}" for key, value in settings.items()]
        run("ip", "netns", "exec", namespace, "sysctl", "-q", "-w", *pairs)


def sweep() -> None:
    """Take down what a build that was killed left behind."""
    for line in run("ip", "netns", "list").splitlines():
        name = line.split()[0]
        made = PREFIX.match(name)
        if made and not _lives(made.group(1)):
            take_down(name)


def _lives(pid: str) -> bool:
    """Whether a process runs; one that ended but was not yet collected has no command line."""
    try:
        return bool(Path("/proc", pid, "cmdline").read_bytes())
    except OSError:
        return False


def take_down(namespace: str) -> None:
    """Remove a namespace with whatever still runs in it."""
    found = subprocess.run(["ip", "netns", "pids", namespace], capture_output=True, check=False)
    for pid in found.stdout.split():
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(pid), signal.SIGKILL)
    subprocess.run(["ip", "netns", "delete", namespace], capture_output=True, check=False)
    shutil.rmtree(RESOLVERS / namespace, ignore_errors=True)


def raise_hosts(ground: Ground, scenario: Scenario, seed: int) -> dict[str, Host]:
    """Raise every network and every present device, and join them."""
    bridges = {n.name: _bridge(ground, n) for n in scenario.networks if n.delay is None}
    hosts = {d.id: _host(ground, d) for d in scenario.devices if d.present}
    for device in scenario.devices:
        for nic in device.nics if device.present else ():
            if nic.network in bridges:
                _plug(hosts[device.id], nic, bridges[nic.network], device.id)
    for network in scenario.networks:
        if network.delay is not None:
            _long_line(ground, network, scenario, hosts, seed)
    for device in scenario.devices:
        if device.present:
            _routes(hosts[device.id].namespace, device)
    return hosts


def _bridge(ground: Ground, network: Network) -> str:
    """A bridge that floods every frame to every port; the port ``mirror`` sees all of them."""
    name = ground.namespace(f"net-{network.name}")
    options = ["ageing_time", "0", "forward_delay", "0", "mcast_snooping", "0"]
    run("ip", "-n", name, "link", "add", "bridge", "type", "bridge", *options, *LLDP)
    run("ip", "-n", name, "link", "add", "mirror", "type", "veth", "peer", "name", "port-mirror")
    run("ip", "-n", name, "link", "set", "port-mirror", "master", "bridge")
    for link in ("bridge", "mirror", "port-mirror"):
        run("ip", "-n", name, "link", "set", link, "up")
    return name


def _host(ground: Ground, device: Device) -> Host:
    folder = ground.folder / device.id
    folder.mkdir(parents=True)
    name = ground.namespace(device.id)
    kernel(name, dict(device.kernel))
    if device.resolver:
        own = RESOLVERS / name
        own.mkdir(parents=True)
        own.joinpath("resolv.conf").write_text(f"nameserver {device.resolver}\n", "utf-8")
    return Host(device.id, name, folder)


def _plug(host: Host, nic: Nic, bridge: str, port: str) -> None:
    link = nic.network
    where = ["netns", host.namespace]
    run("ip", "-n", bridge, "link", "add", port, "type", "veth", "peer", "name", link, *where)
    if nic.mac:
        run("ip", "-n", host.namespace, "link", "set", link, "address", nic.mac)
    offloads = ("tx", "off", "tso", "off", "gso", "off", "gro", "off")
    run("ip", "netns", "exec", host.namespace, "ethtool", "-K", link, *offloads)
    run("ip", "-n", bridge, "link", "set", port, "master", "bridge", "up")
    run("ip", "-n", host.namespace, "link", "set", link, "up")
    if not nic.leased:
        run("ip", "-n", host.namespace, "address", "add", nic.address, "dev", link)


def _long_line(
    ground: Ground, network: Network, scenario: Scenario, hosts: dict[str, Host], seed: int
) -> None:
    ends = [(d, n) for d in scenario.devices for n in d.nics if n.network == network.name]
    tuns = []
    for side, (device, nic) in enumerate(ends):
        name = f"lab{os.getpid()}t{side}"
        tuns.append(relay.open_tun(name))
        space = hosts[device.id].namespace
        run("ip", "link", "set", name, "netns", space, "name", network.name)
        run("ip", "-n", space, "address", "add", nic.address, "dev", network.name)
        run("ip", "-n", space, "link", "set", network.name, "up")
    delays = [relay.delay(network.delay or {}, f"{seed}/{network.name}/{s}") for s in (0, 1)]
    carried = (tuns[0], tuns[1]), (delays[0], delays[1]), lambda: ground.open
    line = threading.Thread(target=relay.carry, args=carried)
    line.start()
    ground.lines.append(line)


def _routes(namespace: str, device: Device) -> None:
    if device.gateway:
        run("ip", "-n", namespace, "route", "add", "default", "via", device.gateway)
    if device.masquerade:
        kernel(namespace, {"net.ipv4.ip_forward": 1})
    for network in device.masquerade:
        rule = ("-t", "nat", "-A", "POSTROUTING", "-o", network, "-j", "MASQUERADE")
        run("ip", "netns", "exec", namespace, "iptables", *rule)
