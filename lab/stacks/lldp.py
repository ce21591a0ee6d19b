"""Link-layer discovery: lldpd, told to speak as the device."""

from __future__ import annotations

from lab.programs import Host, Options, Program

MODULES = ()
PROGRAMS = ("lldpd", "lldpcli")

SETTINGS = """\
configure system hostname "{name}"
configure system capabilities enabled {capabilities}
configure lldp tx-interval {every}
configure ports {interface} lldp portidsubtype local "{port}" description "{about}"
resume
"""


def server(host: Host, options: Options) -> Program:
    """Announces name, description and management address on ``interface`` every ``every`` s."""
    settings = host.write("lldpd.conf", SETTINGS.format(**options))
    argv = ("lldpd", "-d", "-k", "-i", "-u", str(host.folder / "lldpd.socket"))
    speak = ("-I", options["interface"], "-C", options["interface"], "-m", options["management"])
    return Program((*argv, *speak, "-S", options["description"], "-O", str(settings)))
