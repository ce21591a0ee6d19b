"""ARP that nobody asked for (RFC 826, RFC 5227): announcements, and questions for neighbours."""

from __future__ import annotations

import socket
import struct
from random import Random

from lab import links
from lab.programs import Host, Options, Program, main, pause, python

MODULES = ()
PROGRAMS = ()
ARP = 0x0806
EVERYBODY, NOBODY = b"\xff" * 6, bytes(6)
REQUEST, REPLY = 1, 2


def probe(_host: Host, options: Options) -> Program:
    """Announces its own address on ``interface`` now and then, and asks for each of ``ask``.

    ``reply`` makes the announcements replies, as some do; ``silent`` leaves them out. ``ask`` holds
    addresses, not devices: a gateway that is not there is asked for as well.
    """
    return python(__name__, "probe", options)


def frame(own: bytes, address: str, asked: str, *, kind: int = REQUEST) -> bytes:
    """A frame for everybody: who has, or with the own address twice, here is."""
    head = EVERYBODY + own + struct.pack(">HHHBBH", ARP, 1, 0x0800, 6, 4, kind)
    sender = own + socket.inet_aton(address)
    wanted = (EVERYBODY if kind == REPLY else NOBODY) + socket.inet_aton(asked)
    return (head + sender + wanted).ljust(60, b"\0")


def _probe(options: Options) -> None:
    link, rng = options["interface"], Random(options["seed"])
    address, own = links.up(link), links.mac(link)
    door = links.frames(link, ARP)
    kind = REPLY if options.get("reply") else REQUEST
    while True:
        if not options.get("silent"):
            door.send(frame(own, address, address, kind=kind))
        for asked in options.get("ask", ()):
            door.send(frame(own, address, asked))
        pause(options, rng)


if __name__ == "__main__":
    main({"probe": _probe})
