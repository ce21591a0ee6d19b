"""Tunnels of WireGuard: wireguard-go, which needs no kernel module, set up by ``wg``."""

from __future__ import annotations

import shlex

from lab import keys
from lab.programs import Host, Options, Program

MODULES = ("cryptography",)
PROGRAMS = ("wireguard-go", "wg", "mount")

START = """\
set -e
mkdir -p /run/wireguard
mount -t tmpfs none /run/wireguard
wireguard-go -f {link} &
until wg show {link} >/dev/null 2>&1; do kill -0 $!; sleep 0.05; done
wg setconf {link} {settings}
ip address add {address} dev {link}
ip link set {link} mtu 1420 up
for one in {routes}; do ip route add "$one" dev {link}; done
wait
"""
"""The sockets of wireguard-go are named by link alone, so each host gets a folder of its own."""


def server(host: Host, options: Options) -> Program:
    """Waits on ``port`` (51820) of the same ``tunnel``; ``address`` is its own inside.

    ``clients`` gives the networks that may come from each device: its inner address, and what is
    behind it.
    """
    tunnel = options.get("tunnel", "wg0")
    private, _ = keys.curve(host, f"{tunnel}-server")
    lines = ["[Interface]", f"PrivateKey = {private}", f"ListenPort = {options.get('port', 51820)}"]
    for device, networks in options["clients"].items():
        _, public = keys.curve(host, f"{tunnel}-{device}")
        lines += ["[Peer]", f"PublicKey = {public}", f"AllowedIPs = {', '.join(networks)}"]
    routes = [one for networks in options["clients"].values() for one in networks]
    return _wireguard(host, tunnel, lines, options["address"], routes)


def client(host: Host, options: Options) -> Program:
    """Keeps a tunnel to ``to``: ``address`` inside, ``networks`` reached through it.

    ``keepalive`` in seconds (25; 0 for none).
    """
    tunnel = options.get("tunnel", "wg0")
    private, _ = keys.curve(host, f"{tunnel}-{host.id}")
    _, public = keys.curve(host, f"{tunnel}-server")
    lines = ["[Interface]", f"PrivateKey = {private}", "[Peer]", f"PublicKey = {public}"]
    lines += [f"Endpoint = {options['to']}:{options.get('port', 51820)}"]
    lines += [f"AllowedIPs = {', '.join(options['networks'])}"]
    lines += [f"PersistentKeepalive = {options.get('keepalive', 25)}"]
    return _wireguard(host, tunnel, lines, options["address"], options["networks"], client=True)


def _wireguard(
    host: Host,
    tunnel: str,
    lines: list[str],
    address: str,
    routes: list[str],
    *,
    client: bool = False,
) -> Program:
    settings = host.write(f"{tunnel}.conf", "\n".join(lines) + "\n")
    given = {"link": tunnel, "settings": shlex.quote(str(settings)), "address": address}
    script = START.format(routes=" ".join(routes), **given)
    argv = ("env", "WG_PROCESS_FOREGROUND=1", "LOG_LEVEL=error", "sh", "-c", script)
    return Program(argv, client)
