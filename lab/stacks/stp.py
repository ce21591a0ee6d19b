"""Spanning tree (IEEE 802.1D): the Linux kernel's bridge, with the host's link as a port of it."""

from __future__ import annotations

import shlex

from lab.programs import Host, Options, Program

MODULES = ()
PROGRAMS = ("ip",)

START = """\
set -e
mac=$(cat /sys/class/net/{link}/address)
addresses=$(ip -4 -o address show dev {link} | awk '{{print $4}}')
gateway=$(ip route show default | awk '{{print $3}}')
ip link add {name} type bridge stp_state 1 priority {priority} hello_time {hello} \
  forward_delay 400 max_age 2000
ip link set {name} address "$mac"
ip address flush dev {link}
ip link set {link} master {name}
ip link set {name} up
for one in $addresses; do ip address add "$one" brd + dev {name}; done
[ -z "$gateway" ] || ip route replace default via "$gateway" || true
while sleep 3600; do :; done
"""


def bridge(_host: Host, options: Options) -> Program:
    """Makes the host's ``interface`` a port of a bridge that speaks 802.1D.

    ``priority`` (32768) and ``hello`` (2) seconds; ``name`` is the bridge's link, which bears the
    address from then on. The port forwards after 8 seconds.
    """
    script = START.format(
        link=shlex.quote(options["interface"]),
        name=options.get("name", "stp"),
        priority=options.get("priority", 32768),
        hello=round(options.get("hello", 2) * 100),
    )
    return Program(("sh", "-c", script))
