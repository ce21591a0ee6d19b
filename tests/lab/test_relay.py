from __future__ import annotations

import os
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from lab.hosts import permitted

from lab import relay

KNOCK = """
import socket, time
for _ in range(8):
    begun = time.monotonic()
    with socket.socket() as door:
        door.connect_ex(("10.99.0.2", 9))
    print((time.monotonic() - begun) * 1000)
"""
"""Milliseconds until a closed port refuses: one way there and one way back."""
SETTINGS = {"floor_ms": 32, "median_ms": 50, "sigma": 0.55}


def test_delays_have_the_median_and_floor_asked_for():
    line = relay.delay(SETTINGS, "7/far/0")
    drawn = [line.seconds() * 1000 for _ in range(20_000)]
    assert min(drawn) > 32
    assert statistics.median(drawn) == pytest.approx(50, rel=0.02)
    assert statistics.quantiles(drawn, n=100)[98] < 32 + 18 * 4.0


def test_same_seed_same_delays():
    first, second = (relay.delay(SETTINGS, "7/far/0") for _ in range(2))
    assert [first.seconds() for _ in range(5)] == [second.seconds() for _ in range(5)]


def test_packets_are_late_and_keep_their_order():
    """Two socket pairs stand for the TUN devices: datagram in, datagram out."""
    import socket

    near, near_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    far, far_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    going = threading.Event()
    going.set()
    delays = tuple(
        relay.delay({"floor_ms": 20, "median_ms": 30, "sigma": 0.8}, str(side)) for side in (1, 2)
    )
    ends = (near_end.fileno(), far_end.fileno())
    line = threading.Thread(target=relay.carry, args=(ends, delays, going.is_set))
    line.start()
    try:
        begun = time.monotonic()
        for number in range(30):
            near.send(bytes([number]))
        far.settimeout(5)
        arrived = [far.recv(10)[0] for _ in range(30)]
        assert arrived == list(range(30))
        assert time.monotonic() - begun >= 0.020
    finally:
        going.clear()
        line.join()
        for end in (near, near_end, far, far_end):
            end.close()


def ip(*argv):
    return subprocess.run(["ip", *argv], capture_output=True, text=True, check=True).stdout


@pytest.mark.skipif(
    os.geteuid() != 0 or not Path("/dev/net/tun").exists() or not permitted(),
    reason="a real line between two namespaces needs root, its rights, and /dev/net/tun",
)
def test_a_knock_over_a_real_line_takes_two_delays():
    names = [f"labtest{os.getpid()}-{side}" for side in "ab"]
    going = threading.Event()
    going.set()
    tuns, line = [], None
    try:
        for side, name in enumerate(names):
            ip("netns", "add", name)
            tuns.append(relay.open_tun(f"lt{os.getpid() % 100000}{side}"))
            ip("link", "set", f"lt{os.getpid() % 100000}{side}", "netns", name, "name", "far")
            ip("-n", name, "address", "add", f"10.99.0.{side + 1}/30", "dev", "far")
            ip("-n", name, "link", "set", "far", "up")
        delays = tuple(relay.delay(SETTINGS, str(side)) for side in (0, 1))
        line = threading.Thread(target=relay.carry, args=(tuple(tuns), delays, going.is_set))
        line.start()
        done = ip("netns", "exec", names[0], sys.executable, "-c", KNOCK)
        times = [float(word) for word in done.split()]
        assert len(times) == 8
        assert min(times) >= 64
        assert 70 < statistics.mean(times) < 250
    finally:
        going.clear()
        if line:
            line.join()
        for tun in tuns:
            os.close(tun)
        for name in names:
            subprocess.run(["ip", "netns", "delete", name], capture_output=True, check=False)
