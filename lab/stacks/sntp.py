"""Time for small devices (SNTP, RFC 4330): a clock that begins at some date and asks for the time.

chronyd asks with random numbers where the own time was; small routers still send it. ``ntp`` has
the servers.
"""

from __future__ import annotations

import socket
import struct
import time
from datetime import UTC, datetime
from random import Random

from lab.programs import Host, Options, Program, main, pause, python

MODULES = ()
PROGRAMS = ()
PORT = 123
ERA = 2_208_988_800
"""Seconds from 1900, where NTP begins, to 1970."""


def client(_host: Host, options: Options) -> Program:
    """Asks ``to`` at its pace, its clock at ``boot`` (1970-01-01) when it starts.

    An answer puts the clock right; ``never`` says that it does not heed them. ``name`` is looked up
    in place of ``to``. ``version`` is 4 or 3.
    """
    return python(__name__, "client", options)


def request(now: float, version: int = 4) -> bytes:
    """A client's packet with its own time as the time of transmission."""
    whole = int(now)
    stamp = struct.pack(">II", (whole + ERA) & 0xFFFFFFFF, int((now - whole) * 2**32))
    return bytes((version << 3 | 3,)) + bytes(39) + stamp


def clock(options: Options) -> float:
    """How far the clock is off at the start."""
    boot = str(options.get("boot", "1970-01-01"))
    return datetime.fromisoformat(boot).replace(tzinfo=UTC).timestamp() - time.time()


def _ask(options: Options) -> None:
    rng, off = Random(options["seed"]), clock(options)
    while True:
        try:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
                door.settimeout(2)
                if options.get("own_port"):
                    door.bind(("0.0.0.0", PORT))
                asked = request(time.time() + off, options.get("version", 4))
                door.sendto(asked, (options.get("to") or options["name"], PORT))
                door.recv(128)
            off = off if options.get("never") else 0.0
        except OSError:
            pass
        pause(options, rng)


if __name__ == "__main__":
    main({"client": _ask})
