"""A long line: a TUN device in each of two namespaces, and packets carried over with a delay.

Kernels without a network emulator need this. Packets keep their order, as on a radio link.
"""

from __future__ import annotations

import fcntl
import heapq
import os
import select
import struct
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random

TUNSETIFF = 0x400454CA
IFF_TUN_NO_PI = 0x1001
MTU = 65536


@dataclass(slots=True)
class Delay:
    """One way of the line: ``floor_ms`` plus a log-normal part, so that the median is as given."""

    floor_ms: float
    median_ms: float
    sigma: float
    rng: Random = field(default_factory=Random)

    def seconds(self) -> float:
        """The delay of the next packet."""
        body = (self.median_ms - self.floor_ms) * self.rng.lognormvariate(0, self.sigma)
        return (self.floor_ms + body) / 1000


def delay(settings: Mapping[str, float], seed: str) -> Delay:
    """The delay that a scenario describes, drawing from a generator of its own."""
    return Delay(settings["floor_ms"], settings["median_ms"], settings["sigma"], Random(seed))


def open_tun(name: str) -> int:
    """Make a TUN device in this namespace; it lives as long as the file that is returned."""
    tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN_NO_PI))
    return tun


def carry(tuns: tuple[int, int], delays: tuple[Delay, Delay], running: Callable[[], bool]) -> None:
    """Carry packets both ways until told to stop. A packet never overtakes the one before it."""
    waiting: list[tuple[float, int, int, bytes]] = []
    latest = [0.0, 0.0]
    number = 0
    while running():
        timeout = max(0.0, min(0.2, waiting[0][0] - time.monotonic())) if waiting else 0.2
        for tun in select.select(tuns, (), (), timeout)[0]:
            side = tuns.index(tun)
            due = time.monotonic() + delays[side].seconds()
            latest[side] = max(latest[side], due)
            number += 1
            heapq.heappush(waiting, (latest[side], number, tuns[1 - side], os.read(tun, MTU)))
        while waiting and waiting[0][0] <= time.monotonic():
            _, _, out, packet = heapq.heappop(waiting)
            os.write(out, packet)
