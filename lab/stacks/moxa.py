"""The search of Moxa's serial device servers and gateways, on UDP 4800.

Its layout is known from those who watched it: a head of eight octets (function, status, length,
transaction), then in the answer the product's two numbers, MAC and address.
"""

from __future__ import annotations

import socket
import struct
from random import Random

from lab import links
from lab.programs import Host, Options, Program, main, pause, python

MODULES = ()
PROGRAMS = ()
PORT = 4800
HEAD = struct.Struct(">BBHI")
SEARCH, ANSWER = 0x01, 0x81


def server(_host: Host, options: Options) -> Program:
    """A device server on ``interface`` of ``product`` [0x05110001, 0x5110] that can be found."""
    return python(__name__, "server", options)


def client(_host: Host, options: Options) -> Program:
    """Searches on ``interface`` at its pace, as the vendor's tool does."""
    return python(__name__, "client", options)


def answer(request: bytes, product: list[int], mac: bytes, address: str) -> bytes | None:
    """The answer to a search; None if it is none."""
    if len(request) < HEAD.size or request[0] != SEARCH:
        return None
    transaction = HEAD.unpack_from(request)[3]
    body = struct.pack("<IH", *product) + mac + socket.inet_aton(address)
    return HEAD.pack(ANSWER, 0, HEAD.size + len(body), transaction) + body


def _serve(options: Options) -> None:
    link = options["interface"]
    address, mac = links.up(link), links.mac(link)
    door = links.datagrams(link, PORT)
    product = options.get("product", [0x05110001, 0x5110])
    while True:
        request, asker = door.recvfrom(1500)
        reply = answer(request, product, mac, address)
        if reply:
            door.sendto(reply, asker)


def _search(options: Options) -> None:
    link, rng = options["interface"], Random(options["seed"])
    links.up(link)
    door = links.datagrams(link, 0)
    while True:
        door.sendto(HEAD.pack(SEARCH, 0, HEAD.size, 0), ("255.255.255.255", PORT))
        pause(options, rng)


if __name__ == "__main__":
    main({"server": _serve, "client": _search})
