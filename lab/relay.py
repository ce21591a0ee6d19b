"""Long lines: packets or frames carried between two TUN or TAP devices, each kept for a while.

Kernels without a network emulator need this. One process carries all lines of a build, so that a
busy build does not make them late; packets keep their order, as on a radio link. How long a line
keeps a packet is its shape (``lab.shapes``).
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import heapq
import json
import os
import select
import signal
import struct
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct, field

from lab import shapes

TUNSETIFF = 0x400454CA
IFF_TUN, IFF_TAP, IFF_NO_PI = 0x0001, 0x0002, 0x1000
MTU = 65536
ETHERNET = 14
PR_SET_TIMERSLACK = 29
FIN, SYN, RST, ACK = 1, 2, 4, 16


class Acks(Struct):
    """Holds back pure TCP acknowledgements, as a host does that waits for data to go with them.

    The first after a handshake, every second one, and one that repeats the last go at once. What
    is held is dropped when data goes out on the same connection: the data acknowledges too.
    """

    seconds: float
    fresh: set[bytes] = field(default_factory=set)
    last: dict[bytes, bytes] = field(default_factory=dict)
    held: dict[bytes, int] = field(default_factory=dict)
    flows: dict[int, bytes] = field(default_factory=dict)
    dropped: set[int] = field(default_factory=set)

    def delay(self, packet: bytes, head: int, number: int) -> float:
        """Seconds for which the packet with that number is held; its IPv4 header is at ``head``."""
        read = self._tcp(packet, head)
        if read is None:
            return 0.0
        flow, flags, acknowledged, has_data = read
        before = self.held.pop(flow, None)
        if before is not None:
            self.dropped.add(before)
            del self.flows[before]
        repeated = self.last.get(flow) == acknowledged
        self.last[flow] = acknowledged
        if flags & SYN:
            self.fresh.add(flow)
        pure = not has_data and flags & (FIN | SYN | RST | ACK) == ACK
        if not pure or repeated or before is not None:
            return 0.0
        if flow in self.fresh:
            self.fresh.remove(flow)
            return 0.0
        self.held[flow] = number
        self.flows[number] = flow
        return self.seconds

    @staticmethod
    def _tcp(packet: bytes, head: int) -> tuple[bytes, int, bytes, bool] | None:
        if head and packet[12:14] != b"\x08\x00":
            return None
        if len(packet) < head + 40 or packet[head] >> 4 != 4 or packet[head + 9] != 6:
            return None
        tcp = head + (packet[head] & 15) * 4
        end = head + int.from_bytes(packet[head + 2 : head + 4], "big")
        flow = packet[head + 12 : head + 20] + packet[tcp : tcp + 4]
        has_data = end > tcp + (packet[tcp + 12] >> 4) * 4
        return flow, packet[tcp + 13], packet[tcp + 8 : tcp + 12], has_data

    def sent(self, number: int) -> bool:
        """Whether the packet with that number, now due, is to go."""
        if number in self.dropped:
            self.dropped.remove(number)
            return False
        flow = self.flows.pop(number, None)
        if flow is not None:
            del self.held[flow]
        return True


class Lane(Struct):
    """One direction between two devices."""

    inlet: int
    outlet: int
    way: shapes.Way
    head: int = 0
    """Where the IP header is: after 14 octets of Ethernet, or at once."""
    acks: Acks | None = None


def lanes(line: dict[str, Any]) -> list[Lane]:
    """Both directions of a line given as plain data: files, settings, seed, kind."""
    attachment = bool(line.get("attachment"))
    both = shapes.ways(line["settings"], line["seed"], attachment=attachment)
    head = ETHERNET if line.get("ethernet") else 0
    files = line["files"]
    made = [Lane(files[0], files[1], both[0], head), Lane(files[1], files[0], both[1], head)]
    hold = both[0].shape.delack_ms / 1000
    for lane in made[:1] if attachment else made:
        lane.acks = Acks(hold) if hold else None
    return made


def open_device(name: str, *, ethernet: bool = False) -> int:
    """Make a TUN or TAP device in this namespace; it lives as long as the file that is returned."""
    file = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    kind = (IFF_TAP if ethernet else IFF_TUN) | IFF_NO_PI
    fcntl.ioctl(file, TUNSETIFF, struct.pack("16sH22x", name.encode(), kind))
    return file


def carry(lines: Sequence[Lane], running: Callable[[], bool]) -> None:
    """Carry packets until told to stop."""
    by_inlet = {lane.inlet: lane for lane in lines}
    inlets = list(by_inlet)
    waiting: list[tuple[float, int, Lane, bytes]] = []
    clock, wait, read = time.monotonic, select.select, os.read
    number = 0
    while running():
        timeout = max(0.0, min(0.2, waiting[0][0] - clock())) if waiting else 0.2
        for inlet in wait(inlets, (), (), timeout)[0]:
            lane = by_inlet[inlet]
            now = clock()
            with contextlib.suppress(OSError):
                packet = read(inlet, MTU)
                due = lane.way.due(now)
                if due is None:
                    continue
                number += 1
                if lane.acks:
                    due += lane.acks.delay(packet, lane.head, number)
                heapq.heappush(waiting, (due, number, lane, packet))
        now = clock()
        while waiting and waiting[0][0] <= now:
            _, one, lane, packet = heapq.heappop(waiting)
            if lane.acks is None or lane.acks.sent(one):
                with contextlib.suppress(OSError):
                    os.write(lane.outlet, packet)


def punctual() -> None:
    """Let this process wake when it means to, also while others keep the processors busy."""
    ctypes.CDLL(None).prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0)
    with contextlib.suppress(OSError):
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))


def main() -> None:
    """Carry the lines that the first argument describes until the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = os.getppid()
    lines = [lane for line in json.loads(sys.argv[1]) for lane in lanes(line)]
    punctual()
    print("carrying", flush=True)
    carry(lines, lambda: os.getppid() == parent)


if __name__ == "__main__":
    main()
