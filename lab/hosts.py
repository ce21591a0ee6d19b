"""Hosts as Linux network namespaces, joined by bridges that mirror, and taken down without fail."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol, Self

from lab import netns, wires
from lab.netns import OWN_FILES, batch, inside, kernel, run, take_down
from lab.programs import Host, Program
from lab.scenario import Device, Network, Nic, Scenario
from lab.warm import Warm

ROOT = Path(__file__).parent.parent
PREFIX = re.compile(r"lab(\d+)-")
QUIET = {"net.ipv6.conf.all.disable_ipv6": 1, "net.ipv6.conf.default.disable_ipv6": 1}
"""What every namespace begins with: no IPv6 until a network asks for it."""
LLDP = "group_fwd_mask 0x4000"
"""The bridge setting that lets frames to 01-80-C2-00-00-0E through, as a mirror port shows them."""
FLOODING = f"ageing_time 0 forward_delay 0 mcast_snooping 0 {LLDP}"
GRACE = 3.0
EVERYTHING = "0.0.0.0/0"
NOBODY = "127.0.0.1"
"""Whom a host without a name server asks: itself, and not the machine's own name server."""


class Running(Protocol):
    """A program that was started."""

    @property
    def pid(self) -> int:
        """Its process, which leads a group of its own."""

    def poll(self) -> int | None:
        """Its exit status, or None while it runs."""


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
            take_down([name])


class Ground:
    """Everything raised for one build. Leaving it takes all of it down again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.namespaces: list[str] = []
        self.running: list[Running] = []
        self.lines: list[subprocess.Popen[bytes]] = []
        self.warm: Warm | None = None

    def __enter__(self) -> Self:
        sweep()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop(self.running)
        if self.warm:
            self.warm.close()
        for line in self.lines:
            line.kill()
            line.wait()
        take_down(self.namespaces)

    def raise_namespaces(self, names: Iterable[str]) -> None:
        """New namespaces with a quiet kernel: no IPv6, loopback up."""
        full = [self.namespace(name) for name in names]
        self.namespaces += full
        batch(f"netns add {name}" for name in full)
        for name in full:
            kernel(name, QUIET)

    @staticmethod
    def namespace(name: str) -> str:
        """The full name of a namespace of this build; names of networks begin with ``net-``."""
        return f"lab{os.getpid()}-{name}"

    def start(self, namespace: str, program: Program, log: Path) -> Running:
        """Start a program in a namespace, its output going to ``log``."""
        if program.warm:
            self.warm = self.warm or Warm(ROOT)
            started: Running = self.warm.start(namespace, program, log.absolute())
        else:
            argv = ("ip", "netns", "exec", namespace, *program.argv)
            started = spawn(argv, log, namespace.partition("-")[2])
        self.running.append(started)
        return started

    @staticmethod
    def stop(programs: list[Running]) -> None:
        """Ask programs to end, and end those that do not."""
        for sent in (signal.SIGTERM, signal.SIGKILL):
            for program in programs:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(program.pid, sent)
            until = time.monotonic() + GRACE
            while time.monotonic() < until and any(p.poll() is None for p in programs):
                time.sleep(0.05)


def spawn(argv: tuple[str, ...], log: Path, name: str) -> subprocess.Popen[bytes]:
    """Start a program that leads a process group, its output going to ``log``, on host ``name``."""
    with log.open("ab") as out:
        return subprocess.Popen(
            argv,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
            preexec_fn=lambda: netns.named(name),
        )


def sweep() -> None:
    """Take down what a build that was killed left behind."""
    names = [line.split()[0] for line in run("ip", "netns", "list").splitlines()]
    made = {name: found for name in names if (found := PREFIX.match(name))}
    dead = [name for name, found in made.items() if not _lives(found.group(1))]
    if dead:
        take_down(dead)


def _lives(pid: str) -> bool:
    """Whether a process runs; one that ended but was not yet collected has no command line."""
    try:
        return bool(Path("/proc", pid, "cmdline").read_bytes())
    except OSError:
        return False


def raise_hosts(ground: Ground, scenario: Scenario, seed: int) -> dict[str, Host]:
    """Raise every network and every present device, and join them."""
    networks = {n.name: n for n in scenario.networks if n.delay is None}
    devices = [d for d in scenario.devices if d.present]
    ground.raise_namespaces([*(f"net-{name}" for name in networks), *(d.id for d in devices)])
    hosts = {d.id: _host(ground, d) for d in devices}
    for network in networks.values():
        _bridge(ground, network, devices)
    lines = wires.attachments(ground.namespace, devices, seed)
    lines += wires.between_hosts(ground.namespace, scenario, seed)
    lines += wires.between_networks(ground.namespace, scenario, seed)
    for device in devices:
        _settle(hosts[device.id].namespace, device, scenario)
    if lines:
        ground.lines.append(wires.relay(lines, ground.folder / "relay.log"))
    return hosts


def _host(ground: Ground, device: Device) -> Host:
    folder = ground.folder / device.id
    folder.mkdir(parents=True)
    name = ground.namespace(device.id)
    kernel(name, {key: value for key, value in device.kernel.items() if not _of_link(key, device)})
    own = OWN_FILES / name
    own.mkdir(parents=True)
    own.joinpath("resolv.conf").write_text(f"nameserver {device.resolver or NOBODY}\n", "utf-8")
    return Host(device.id, name, folder)


def _of_link(key: str, device: Device) -> bool:
    return any(f".{nic.network}." in key for nic in device.nics)


def _bridge(ground: Ground, network: Network, devices: list[Device]) -> None:
    """A bridge that floods every frame to every port; the port ``mirror`` sees all of them."""
    lines = [
        f"link add bridge type bridge {FLOODING}",
        "link add mirror type veth peer name port-mirror",
        "link set port-mirror master bridge",
        *(f"link set {link} up" for link in ("bridge", "mirror", "port-mirror")),
    ]
    for device in devices:
        for nic in device.nics:
            if nic.network == network.name and nic.line is None:
                where = f"name {network.name} netns {ground.namespace(device.id)}"
                lines.append(f"link add name {device.id} type veth peer {where}")
                lines.append(f"link set dev {device.id} master bridge up")
    with inside(ground.namespace(f"net-{network.name}")):
        batch(lines)


def _settle(namespace: str, device: Device, scenario: Scenario) -> None:
    """Give a host's links their addresses and the host its routes, once all links are there."""
    networks = {network.name: network for network in scenario.networks}
    links = [nic.network for nic in device.nics]
    kernel(namespace, {key: v for key, v in device.kernel.items() if _of_link(key, device)})
    kernel(namespace, {f"net.ipv6.conf.{n}.disable_ipv6": 0 for n in links if networks[n].ipv6})
    if device.masquerade or device.routes:
        kernel(namespace, {"net.ipv4.ip_forward": 1, "net.ipv4.conf.all.send_redirects": 0})
    lines = ["link set lo up"]
    for nic in device.nics:
        lines += _addressing(nic)
    lines += _answering(device)
    if device.gateway:
        quick = " quickack 1" if any(map(wires.holds_acks, device.nics)) else ""
        lines.append(f"route add default via {device.gateway}{quick}")
    lines += _speaking(device)
    with inside(namespace):
        netns.plain_links(links)
        batch(lines)
        for network in device.masquerade:
            run("iptables", "-t", "nat", "-A", "POSTROUTING", "-o", network, "-j", "MASQUERADE")
        if EVERYTHING in device.accepts:
            _taking_all(device)


def _answering(device: Device) -> list[str]:
    """The further addresses of a host, and its ways to neighbours that have some."""
    lines = [f"address add {one}/32 dev lo" for one in device.accepts if one != EVERYTHING]
    return lines + [f"route add {to} via {via}" for to, via in device.routes.items()]


def _taking_all(device: Device) -> None:
    """Take what comes in for an address that nobody near has as if it were for this host."""
    near = [str(ipaddress.ip_interface(nic.address).network) for nic in device.nics]
    for known in (*near, *device.routes):
        run("iptables", "-t", "nat", "-A", "PREROUTING", "-d", known, "-j", "RETURN")
    run("iptables", "-t", "nat", "-A", "PREROUTING", "-j", "REDIRECT")


def _speaking(device: Device) -> list[str]:
    """Routes by which a host that answers for one more address speaks in its name, to everybody."""
    own = [one for one in device.accepts if "/" not in one]
    if not own:
        return []
    ways = [f"{ipaddress.ip_interface(n.address).network} dev {n.network}" for n in device.nics]
    ways += [f"default via {device.gateway}"] if device.gateway else []
    return [f"route replace {way} src {own[0]}" for way in ways]


def _addressing(nic: Nic) -> list[str]:
    lines = [f"link set dev {nic.network} address {nic.mac}"] if nic.mac else []
    lines.append(f"link set dev {nic.network} up")
    if not nic.leased:
        lines.append(f"address add {nic.address} brd + dev {nic.network}")
    if nic.address6:
        lines.append(f"address add {nic.address6} dev {nic.network} nodad")
    if wires.holds_acks(nic) and not nic.leased:
        lines.append(wires.acknowledging_route(nic))
    return lines
