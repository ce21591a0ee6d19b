"""Tunnels of OpenVPN: certificates of the build's own, over UDP or TCP, for packets or frames."""

from __future__ import annotations

import ipaddress
import shlex

from lab import keys
from lab.programs import Host, Options, Program

MODULES = ("cryptography",)
PROGRAMS = ("openvpn",)

COMMON = """\
dev {device}
dev-type {kind}
ca {ca}
cert {certificate}
key {key}
persist-key
persist-tun
data-ciphers AES-256-GCM
verb 3
"""
BRIDGED = """\
set -e
[ "$(ip -br link show {link} | wc -l)" = 1 ]
mac=$(cat /sys/class/net/{link}/address)
addresses=$(ip -4 -o address show dev {link} | awk '{{print $4}}')
gateway=$(ip route show default | awk '{{print $3}}')
ip link add tunnel-bridge type bridge forward_delay 0
ip link set tunnel-bridge address "$mac"
ip address flush dev {link}
ip link set {link} master tunnel-bridge
ip link set tunnel-bridge up
for one in $addresses; do ip address add "$one" dev tunnel-bridge; done
[ -z "$gateway" ] || ip route replace default via "$gateway"
exec "$@"
"""
UP = '#!/bin/sh\nexec ip link set "$dev" master tunnel-bridge up\n'


def server(host: Host, options: Options) -> Program:
    """Waits on ``port`` for clients of the same ``tunnel`` (a name, ``tunnel`` if none is given).

    ``proto`` is udp or tcp, ``kind`` tun or tap; ``network`` the tunnel's own addresses;
    ``keepalive`` [10, 60]; ``push`` networks that clients reach through it; ``behind`` the
    networks behind a client on a tun, by its device; ``wrap``: auth or crypt, a key around the
    handshake; ``bridge``: the link that frames of a tap are bridged to.
    """
    wire = ipaddress.ip_network(options.get("network", "10.8.0.0/24"))
    ping, dead = options.get("keepalive", (10, 60))
    lines = [f"port {options.get('port', 1194)}", "dh none", f"keepalive {ping} {dead}"]
    lines += [f"proto {'tcp-server' if options.get('proto') == 'tcp' else 'udp'}"]
    if options.get("bridge"):
        lines += ["mode server", "tls-server", "client-to-client"]
    else:
        lines += [f"server {wire.network_address} {wire.netmask}", "topology subnet"]
        lines += ["client-to-client"]
    for network in map(ipaddress.ip_network, options.get("push", ())):
        lines += [f'push "route {network.network_address} {network.netmask}"']
    if options.get("behind"):
        folder = host.folder / "clients"
        folder.mkdir(exist_ok=True)
        lines += [f"client-config-dir {folder}"]
        for device, given in options["behind"].items():
            networks = [ipaddress.ip_network(network) for network in given]
            routes = [f"route {n.network_address} {n.netmask}" for n in networks]
            lines += routes
            folder.joinpath(device).write_text("".join(f"i{r}\n" for r in routes), "utf-8")
    return _openvpn(host, options, lines, side=0)


def client(host: Host, options: Options) -> Program:
    """Keeps a tunnel to ``to``; ``proto``, ``port``, ``kind``, ``wrap`` and ``bridge`` as there.

    ``address`` and ``mac`` are its own on a tap whose far side is bridged and gives none.
    """
    proto = "tcp-client" if options.get("proto") == "tcp" else "udp"
    lines = ["client", "nobind", f"proto {proto}", "resolv-retry infinite"]
    lines += [f"remote {options['to']} {options.get('port', 1194)}", "connect-retry 1 5"]
    if "address" in options:
        one = ipaddress.ip_interface(options["address"])
        lines += [f"ifconfig {one.ip} {one.netmask}"]
    lines += [f"lladdr {options['mac']}"] if "mac" in options else []
    return _openvpn(host, options, lines, side=1)


def _openvpn(host: Host, options: Options, lines: list[str], side: int) -> Program:
    tunnel = options.get("tunnel", "tunnel")
    kind = "tap" if options.get("bridge") else options.get("kind", "tun")
    _, ca = keys.authority(host, tunnel)
    key, own = keys.certificate(host, f"{tunnel}-{host.id}", host.id, issuer=tunnel)
    device = options.get("device", f"{kind}0")
    head = COMMON.format(device=device, kind=kind, ca=ca, certificate=own, key=key)
    if options.get("wrap") == "auth":
        lines.append(f"tls-auth {keys.static(host, tunnel)} {side}")
    if options.get("wrap") == "crypt":
        lines.append(f"tls-crypt {keys.static(host, tunnel)}")
    start = ["openvpn", "--config"]
    if options.get("bridge"):
        up = host.write("up.sh", UP)
        up.chmod(0o755)
        lines += ["script-security 2", f"up {up}"]
    settings = host.write(f"openvpn-{tunnel}.conf", head + "\n".join(lines) + "\n")
    argv = (*start, str(settings))
    if options.get("bridge"):
        first = BRIDGED.format(link=shlex.quote(options["bridge"]))
        argv = ("sh", "-c", first, "sh", *argv)
    return Program(argv, client=side == 1)
