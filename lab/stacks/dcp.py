"""PROFINET DCP, discovery of stations (IEC 61158-6-10, section 4.3): over AF_PACKET.

Neither Debian nor PyPI has a device's side, so both are the lab's own.
"""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Iterator
from random import Random

from lab import links
from lab.programs import Host, Options, Program, main, pause, python

MODULES = ()
PROGRAMS = ()

PROFINET = 0x8892
EVERYBODY, HELLO_TO = bytes.fromhex("010ecf000000"), bytes.fromhex("010ecf000001")
HELLO, GET_SET, ASK, ANSWER = 0xFEFC, 0xFEFD, 0xFEFE, 0xFEFF
GET, IDENTIFY, HELLOS = 3, 5, 6
REQUEST, SUCCESS = 0, 1
ADDRESS, VENDOR, NAME, ID, ROLE, INITIATIVE, ALL = (
    (1, 2),
    (2, 1),
    (2, 2),
    (2, 3),
    (2, 4),
    (6, 1),
    (255, 255),
)
HEAD = struct.Struct(">HBBIHH")
ROLES = {"device": 1, "controller": 2, "multidevice": 4, "supervisor": 8}


def device(_host: Host, options: Options) -> Program:
    """A station on ``interface`` that says what it is when asked, and says hello at its start.

    ``name`` of station, ``vendor`` (its text), ``id`` [vendor, device] in numbers, ``role``.
    """
    return python(__name__, "device", options)


def controller(_host: Host, options: Options) -> Program:
    """Asks by ``interface`` for every station every ``every`` seconds.

    ``names`` are asked for one by one as well, as a controller does that misses them. With
    ``name`` it is a station itself, a device's other options with it.
    """
    return python(__name__, "controller", options)


def block(kind: tuple[int, int], value: bytes, *, info: int | None = 0) -> bytes:
    """One block: option, suboption, length, two octets of block information, value; padded."""
    body = value if info is None else struct.pack(">H", info) + value
    return struct.pack(">BBH", *kind, len(body)) + body + b"\0" * (len(body) % 2)


def blocks(data: bytes) -> Iterator[tuple[tuple[int, int], bytes]]:
    """The blocks of a request, which have no block information."""
    at = 0
    while at + 4 <= len(data):
        option, suboption, length = struct.unpack_from(">BBH", data, at)
        yield (option, suboption), data[at + 4 : at + 4 + length]
        at += 4 + length + length % 2


def frame(to: bytes, own: bytes, what: tuple[int, int, int, int, int], body: bytes) -> bytes:
    """A frame: frame id, service, its type, transaction, delay or reserved, and blocks."""
    head = HEAD.pack(*what, len(body))
    return (to + own + PROFINET.to_bytes(2, "big") + head + body).ljust(60, b"\0")


def about(options: Options, link: str) -> bytes:
    """The blocks in which a station says what it is."""
    try:
        wire = [socket.inet_aton(one) for one in (links.address(link), links.mask(link), "0.0.0.0")]
    except OSError:
        wire = [bytes(4)] * 3
    vendor, kind = options.get("id", (0x002A, 0x010D))
    return b"".join(
        (
            block(VENDOR, options["vendor"].encode()),
            block(NAME, options["name"].encode()),
            block(ID, struct.pack(">HH", vendor, kind)),
            block(ROLE, bytes((ROLES[options.get("role", "device")], 0))),
            block(ADDRESS, b"".join(wire), info=1),
        )
    )


def wanted(asked: bytes, options: Options) -> bool:
    """Whether a request to identify oneself means this station."""
    found = dict(blocks(asked))
    return ALL in found or found.get(NAME) == options["name"].encode()


def answer(request: bytes, options: Options, link: str, own: bytes) -> bytes | None:
    """The frame that answers a frame, if one is due."""
    kind, service, _, transaction, _, length = HEAD.unpack_from(request, 14)
    asked = request[26 : 26 + length]
    if kind == ASK and service == IDENTIFY and wanted(asked, options):
        what = (ANSWER, IDENTIFY, SUCCESS, transaction, 0)
        return frame(request[6:12], own, what, about(options, link))
    if kind == GET_SET and service == GET and request[:6] == own:
        return frame(
            request[6:12], own, (GET_SET, GET, SUCCESS, transaction, 0), about(options, link)
        )
    return None


def _listen(door: socket.socket, options: Options, until: float) -> None:
    link = options["interface"]
    own = links.mac(link)
    while (left := until - time.monotonic()) > 0:
        door.settimeout(left)
        try:
            request = door.recv(1600)
        except TimeoutError:
            return
        reply = answer(request, options, link, own) if "name" in options else None
        if reply:
            door.send(reply)


def _door(options: Options) -> socket.socket:
    door = links.frames(options["interface"], PROFINET)
    links.join(door, options["interface"], EVERYBODY)
    return door


def _device(options: Options) -> None:
    door = _door(options)
    body = about(options, options["interface"]) + block(INITIATIVE, b"\0\1")
    own = links.mac(options["interface"])
    door.send(frame(HELLO_TO, own, (HELLO, HELLOS, REQUEST, 1, 0), body))
    _listen(door, options, time.monotonic() + 1e6)


def _control(options: Options) -> None:
    door, rng = _door(options), Random(options["seed"])
    own = links.mac(options["interface"])
    every = options.get("every", 30.0)
    while True:
        asked = [block(ALL, b"", info=None)]
        asked += [block(NAME, name.encode(), info=None) for name in options.get("names", ())]
        for body in asked:
            what = (ASK, IDENTIFY, REQUEST, rng.getrandbits(32), 1)
            door.send(frame(EVERYBODY, own, what, body))
            pause({"every": 0.05}, rng)
        _listen(door, options, time.monotonic() + every)


if __name__ == "__main__":
    main({"device": _device, "controller": _control})
