"""Announcements by multicast DNS (RFC 6762, 6763): Avahi, and a small asker."""

from __future__ import annotations

import shlex
import struct
from random import Random
from xml.sax.saxutils import escape

from lab import links
from lab.programs import Host, Options, Program, main, pause, python

MODULES = ()
PROGRAMS = ("avahi-daemon", "mount")
GROUP, PORT = "224.0.0.251", 5353

SETTINGS = """\
[server]
host-name={name}
allow-interfaces={interface}
use-ipv4=yes
use-ipv6={ipv6}
enable-dbus=no
[publish]
publish-workstation={workstation}
publish-hinfo=no
"""
SERVICE = """\
<?xml version="1.0" standalone="no"?><!DOCTYPE service-group SYSTEM "avahi-service.dtd">
<service-group><name>{name}</name><service><type>{type}</type><port>{port}</port>{txt}</service>
</service-group>
"""
START = """\
set -e
mount -t tmpfs none /run
mkdir -p /run/avahi-daemon
mount --bind {folder} /etc/avahi
exec avahi-daemon -f {folder}/avahi-daemon.conf --no-drop-root --no-chroot --no-rlimits
"""


def server(host: Host, options: Options) -> Program:
    """Announces ``name``.local on ``interface`` with ``services``: {name, type, port, txt} each.

    ``workstation`` adds the announcement that Linux machines make of themselves.
    """
    folder = host.folder / "avahi"
    (folder / "services").mkdir(parents=True, exist_ok=True)
    settings = SETTINGS.format(
        name=options["name"],
        interface=options["interface"],
        ipv6="yes" if options.get("ipv6") else "no",
        workstation="yes" if options.get("workstation") else "no",
    )
    (folder / "avahi-daemon.conf").write_text(settings, "utf-8")
    for number, one in enumerate(options.get("services", ())):
        words = "".join(f"<txt-record>{escape(word)}</txt-record>" for word in one.get("txt", ()))
        text = SERVICE.format(
            name=escape(one["name"]), type=one["type"], port=one["port"], txt=words
        )
        (folder / f"services/{number}.service").write_text(text, "utf-8")
    return Program(("sh", "-c", START.format(folder=shlex.quote(str(folder)))))


def client(_host: Host, options: Options) -> Program:
    """Asks on ``interface`` for services of each of ``types`` in turn, at its pace."""
    return python(__name__, "client", options)


def question(name: str) -> bytes:
    """A query for the pointers at a name."""
    labels = b"".join(bytes((len(one),)) + one.encode() for one in name.split("."))
    return struct.pack(">HHHHHH", 0, 0, 1, 0, 0, 0) + labels + struct.pack(">BHH", 0, 12, 1)


def _ask(options: Options) -> None:
    rng = Random(options["seed"])
    links.up(options["interface"])
    door = links.multicast(options["interface"], GROUP, PORT, hops=255)
    while True:
        for kind in options["types"]:
            door.sendto(question(f"{kind}.local"), (GROUP, PORT))
            pause(options, rng)


if __name__ == "__main__":
    main({"client": _ask})
