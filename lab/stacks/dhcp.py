"""A leased address: udhcpc, the client of most small devices."""

from __future__ import annotations

from lab.programs import Host, Options, Program

MODULES = ()
PROGRAMS = ("udhcpc",)

SCRIPT = """\
#!/bin/sh
case "$1" in
  bound|renew) ip address replace "$ip/$mask" brd + dev "$interface"
    [ -z "$router" ] || ip route replace default via "${router%% *}" ;;
esac
"""


def client(host: Host, options: Options) -> Program:
    """Asks for an address on ``interface`` as ``hostname``, with the vendor class ``vendor``."""
    script = host.write("udhcpc.sh", SCRIPT)
    script.chmod(0o755)
    argv = ("udhcpc", "-f", "-i", options["interface"], "-s", str(script), "-t", "10", "-T", "2")
    return Program((*argv, "-V", options["vendor"], "-x", f"hostname:{options['hostname']}"))
