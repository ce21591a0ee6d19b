"""Network management: Net-SNMP's agent and its snmpget."""

from __future__ import annotations

from lab.programs import Host, Options, Program
from lab.repeat import repeat

MODULES = ()
PROGRAMS = ("snmpd", "snmpget")

SETTINGS = """\
agentaddress udp:161
rocommunity {community} default
sysDescr {description}
sysName {name}
sysLocation {location}
sysContact ""
sysObjectID {object}
"""
SYSTEM = ("1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.2.0", "1.3.6.1.2.1.1.3.0", "1.3.6.1.2.1.1.5.0")
"""sysDescr, sysObjectID, sysUpTime and sysName (RFC 3418)."""


def server(host: Host, options: Options) -> Program:
    """An agent that says what it is."""
    settings = host.write("snmpd.conf", SETTINGS.format(**options))
    own = ("env", f"SNMP_PERSISTENT_DIR={host.folder}")
    return Program((*own, "snmpd", "-f", "-Lo", "-r", "-C", "-c", str(settings), "-I", "-smux"))


def client(_host: Host, options: Options) -> Program:
    """Asks each of ``to`` for its system group."""
    ask = ("snmpget", "-v2c", "-c", options["community"], "-t", "2", "-On")
    return repeat(((*ask, address, *SYSTEM) for address in options["to"]), options)
