"""NAT-PMP (RFC 6886): a program behind a gateway asks it for its address and for an open port.

A gateway that speaks it is a few lines; the real one, miniupnpd, tells of its machine's kernel.
"""

from __future__ import annotations

import socket
import struct
import time
from random import Random

from lab.programs import Host, Options, Program, main, pause, python

MODULES = ()
PROGRAMS = ()
PORT = 5351
ADDRESS, MAP_UDP, MAP_TCP = 0, 1, 2


def server(_host: Host, options: Options) -> Program:
    """A gateway that says ``public`` is its address and grants every port (and opens none)."""
    return python(__name__, "server", options)


def client(_host: Host, options: Options) -> Program:
    """Asks ``to`` at its pace for its address and for ``port`` (``udp``: true, or TCP)."""
    return python(__name__, "client", options)


def requests(options: Options) -> list[bytes]:
    """The two requests: the gateway's address, and a port that leads here for two hours."""
    port = options.get("port", 8888)
    kind = MAP_UDP if options.get("udp") else MAP_TCP
    return [struct.pack(">BB", 0, ADDRESS), struct.pack(">BBHHHI", 0, kind, 0, port, port, 7200)]


def answer(request: bytes, public: str, uptime: int) -> bytes | None:
    """The answer to a request; None to what is none."""
    if len(request) < 2 or request[0] or request[1] > MAP_TCP:
        return None
    head = struct.pack(">BBHI", 0, 128 + request[1], 0, uptime)
    if request[1] == ADDRESS:
        return head + socket.inet_aton(public)
    if len(request) < 12:
        return None
    _, inner, outer, life = struct.unpack_from(">HHHI", request, 2)
    return head + struct.pack(">HHI", inner, outer or inner, life)


def _serve(options: Options) -> None:
    begun = time.monotonic()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.bind(("0.0.0.0", PORT))
        while True:
            request, asker = door.recvfrom(128)
            uptime = int(time.monotonic() - begun) + options.get("uptime", 86_400)
            reply = answer(request, options["public"], uptime)
            if reply:
                door.sendto(reply, asker)


def _ask(options: Options) -> None:
    rng = Random(options["seed"])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.settimeout(0.25)
        while True:
            for request in requests(options):
                try:
                    door.sendto(request, (options["to"], PORT))
                    door.recv(64)
                except OSError:
                    continue
            pause(options, rng)


if __name__ == "__main__":
    main({"server": _serve, "client": _ask})
