"""A capture of as many devices as one asks for, to see how the cost of an audit grows with them.

Each announces itself by ARP and opens three connections: Modbus and HTTP to others of its network,
S7 to anybody by way of the gateway. Two hundred share a network.

``python -m bench.devices /tmp/devices.pcap --devices 10000``
"""

from __future__ import annotations

import argparse
import random
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

SEED = 5
NETWORK = 200
"""Devices of one network."""
MAKERS = ("001b1b", "0080f4", "00a045", "0001d5", "0090e8", "000ed7", "e0dca0", "001d9c", "48ba4e")
"""MAC prefixes, of which one device after the other takes the next."""
GATEWAY = bytes.fromhex("001b1bfffffe")
START_US = 1_710_201_600_000_000
SYN, SYN_ACK, ACK, PUSH = 2, 18, 16, 24
ASKED = {
    502: bytes.fromhex("00010000000601030000000a"),
    80: b"GET / HTTP/1.1\r\nHost: device\r\n\r\n",
    102: bytes.fromhex("0300001611e00000001400c1020100c2020102c0010a"),
}
"""Port → what a client says first: Modbus, HTTP, and ISO-on-TCP as S7 begins with."""
TURNS = 4


class Device(Struct, frozen=True):
    """One device: its number, from 0."""

    number: int

    @property
    def mac(self) -> bytes:
        """Of one of the makers."""
        maker = bytes.fromhex(MAKERS[self.number % len(MAKERS)])
        return maker + self.number.to_bytes(3, "big")

    @property
    def network(self) -> int:
        """Which network it is on."""
        return self.number // NETWORK

    @property
    def ip(self) -> bytes:
        """IPv4 address on its network."""
        return bytes((10, self.network >> 8, self.network & 255, self.number % NETWORK + 2))


def frames(count: int) -> Iterator[bytes]:
    """Ethernet frames of so many devices."""
    draw = random.Random(SEED)
    devices = [Device(number) for number in range(count)]
    for one in devices:
        told = struct.pack(">HHBBH", 1, 0x0800, 6, 4, 1) + one.mac + one.ip + bytes(6) + one.ip
        yield b"\xff" * 6 + one.mac + b"\x08\x06" + told
    for one in devices:
        first = one.network * NETWORK
        beside = devices[first : first + NETWORK]
        for port, among in ((502, beside), (80, beside), (102, devices)):
            other = draw.choice(among)
            if other != one:
                yield from conversation(one, other, draw.randrange(40_000, 60_000), port)


def conversation(client: Device, server: Device, sport: int, port: int) -> Iterator[bytes]:
    """A handshake, and some questions with answers."""
    there, back = (client, server, sport, port), (server, client, port, sport)
    yield segment(*there, 1, SYN)
    yield segment(*back, 1, SYN_ACK)
    yield segment(*there, 2, ACK)
    said = ASKED[port]
    for turn in range(TURNS):
        yield segment(*there, 2 + turn * len(said), PUSH, said)
        yield segment(*back, 2 + turn * len(said), PUSH, said)


def segment(
    sender: Device, to: Device, sport: int, dport: int, seq: int, flags: int, said: bytes = b""
) -> bytes:
    """One TCP segment as the sender's network shows it; checksums are left out."""
    tcp = struct.pack(">HHIIBBHHH", sport, dport, seq, 1, 0x50, flags, 8192, 0, 0) + said
    ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), 1, 0x4000, 64, 6, 0)
    next_hop = to.mac if sender.network == to.network else GATEWAY
    return next_hop + sender.mac + b"\x08\x00" + ip + sender.ip + to.ip + tcp


def write(path: Path, count: int) -> None:
    """The frames as a pcap, a fifth of a millisecond apart."""
    with path.open("wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65_535, 1))
        for number, frame in enumerate(frames(count)):
            seconds, rest = divmod(START_US + number * 200, 1_000_000)
            out.write(struct.pack("<IIII", seconds, rest, len(frame), len(frame)) + frame)


def main() -> int:
    """Write the capture that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--devices", type=int, default=1000)
    args = parser.parse_args()
    write(args.path, args.devices)
    return 0


if __name__ == "__main__":
    sys.exit(main())
