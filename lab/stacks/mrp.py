"""The tests of a ring's manager (MRP, IEC 62439-2): sent round the ring, over AF_PACKET.

The kernel's own wants a program that no Debian package has.
"""

from __future__ import annotations

import struct
import time
import uuid

from lab import links
from lab.programs import Host, Options, Program, main, python

MODULES = ()
PROGRAMS = ()
MRP = 0x88E3
TESTS = bytes.fromhex("01154e000001")
VERSION, END, COMMON, TEST = 1, 0, 1, 2
CLOSED, PRIMARY = 1, 0


def manager(_host: Host, options: Options) -> Program:
    """Sends a test by ``interface`` every ``every_ms`` (20), of the ring's domain ``domain``."""
    return python(__name__, "manager", options)


def frame(own: bytes, domain: uuid.UUID, number: int, moment: int) -> bytes:
    """One test: priority, address, port, state, transitions, time; sequence and domain."""
    test = struct.pack(">H6sHHHI", 0x8000, own, PRIMARY, CLOSED, 1, moment & 0xFFFFFFFF)
    common = struct.pack(">H16s", number & 0xFFFF, domain.bytes)
    body = struct.pack(">HBB", VERSION, TEST, len(test)) + test
    body += struct.pack(">BB", COMMON, len(common)) + common + struct.pack(">BB", END, 0)
    return (TESTS + own + MRP.to_bytes(2, "big") + body).ljust(60, b"\0")


def _manage(options: Options) -> None:
    link = options["interface"]
    own, door = links.mac(link), links.frames(link, MRP)
    domain = uuid.UUID(options.get("domain", "ffffffff-ffff-ffff-ffff-ffffffffffff"))
    due = time.monotonic()
    for number in range(10**12):
        door.send(frame(own, domain, number, int(due * 1000)))
        due += options.get("every_ms", 20) / 1000
        time.sleep(max(0.0, due - time.monotonic()))


if __name__ == "__main__":
    main({"manager": _manage})
