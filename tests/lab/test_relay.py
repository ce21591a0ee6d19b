from __future__ import annotations

import contextlib
import os
import socket
import statistics
import struct
import threading
import time
from pathlib import Path

import pytest

from lab import netns, relay

ACK, PUSH_ACK, SYN, SYN_ACK, FIN_ACK = 0x10, 0x18, 0x02, 0x12, 0x11


def segment(flags, acknowledged=1, data=b"", port=4000):
    """A TCP segment in an IPv4 packet in a frame."""
    tcp = struct.pack(">HHIIBBHHH", port, 102, 1, acknowledged, 0x50, flags, 8192, 0, 0) + data
    head = struct.pack(
        ">BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0, b"\x0a\0\0\1", b"\x0a\0\0\2"
    )
    return bytes(12) + b"\x08\x00" + head + tcp + bytes(6)


def delays(*packets):
    """The hold of each packet, numbered from one, and the state that it was judged with."""
    acks = relay.Acks(0.2)
    return acks, [acks.delay(one, 14, number) for number, one in enumerate(packets, 1)]


def test_the_acknowledgement_of_a_handshake_goes_at_once_and_the_next_is_held():
    acks, held = delays(segment(SYN, 0), segment(ACK, 5), segment(ACK, 9))
    assert held == [0, 0, 0.2]
    assert acks.sent(3)
    assert not acks.held
    assert not acks.flows


def test_data_takes_the_place_of_what_is_held():
    acks, held = delays(segment(ACK, 9), segment(PUSH_ACK, 9, b"request"))
    assert held == [0.2, 0]
    assert not acks.sent(1)
    assert acks.sent(2)


def test_the_second_segment_is_acknowledged_at_once():
    acks, held = delays(segment(ACK, 9), segment(ACK, 1469))
    assert held == [0.2, 0]
    assert not acks.sent(1)
    assert acks.sent(2)


def test_a_repeated_one_an_end_and_other_packets_go_at_once():
    _, held = delays(segment(ACK, 9), segment(ACK, 9), segment(FIN_ACK, 9), bytes(60), b"")
    assert held == [0.2, 0, 0, 0, 0]


def test_connections_are_told_apart():
    _, held = delays(segment(ACK, 9), segment(ACK, 9, port=4001), segment(PUSH_ACK, 9, b"x"))
    assert held == [0.2, 0.2, 0]


def test_padding_is_no_data():
    packet = segment(ACK, 9)
    _, held = delays(packet.ljust(60, b"\0"))
    assert held == [0.2]


def test_packets_are_late_and_keep_their_order():
    """Two socket pairs stand for the devices: datagram in, datagram out."""
    near, near_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    far, far_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    going = threading.Event()
    going.set()
    settings = {"floor_ms": 20, "median_ms": 30, "sigma": 0.8}
    files = [near_end.fileno(), far_end.fileno()]
    lanes = relay.lanes({"files": files, "settings": settings, "seed": "7"})
    line = threading.Thread(target=relay.carry, args=(lanes, going.is_set))
    line.start()
    try:
        begun = time.monotonic()
        for number in range(30):
            near.send(bytes([number]))
        far.settimeout(5)
        assert [far.recv(10)[0] for _ in range(30)] == list(range(30))
        assert time.monotonic() - begun >= 0.020
    finally:
        going.clear()
        line.join()
        for end in (near, near_end, far, far_end):
            end.close()


def door(wire, host, address):
    with netns.inside(wire.hosts[host].namespace):
        made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        made.bind((address, 9))
        made.settimeout(2)
        made.setsockopt(socket.SOL_SOCKET, 35, 1)
        return made


def spent(pid):
    """Processor seconds of a process so far."""
    with Path("/proc", str(pid), "stat").open() as file:
        words = file.read().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def kept(wire, count, gap):
    """Milliseconds from sending to arrival, by the kernel's time stamps."""
    out, into = door(wire, "near", "10.9.0.1"), door(wire, "away", "10.9.0.2")
    with out, into:
        for _ in range(3):
            out.sendto(b"wake", ("10.9.0.2", 9))
            into.recv(100)
        late = []
        for number in range(count):
            begun = time.time()
            out.sendto(number.to_bytes(4, "big"), ("10.9.0.2", 9))
            data, more, _, _ = into.recvmsg(100, 100)
            assert int.from_bytes(data, "big") == number
            seconds, nanoseconds = struct.unpack("qq", more[0][2])
            late.append((seconds + nanoseconds / 1e9 - begun) * 1000)
            time.sleep(gap)
    return late


@pytest.mark.parametrize("kind", ["packets", "frames between networks", "frames of a host"])
def test_a_real_line_is_exact_and_cheap(wire, kind):
    """The line is asked for 20 ms; how much later it is, is the relay's own doing."""
    line = {"shape": "constant", "ms": 20}
    near, away = {"address": "10.9.0.1/24"}, {"address": "10.9.0.2/24"}
    networks = {"lan": {}}
    if kind == "packets":
        networks = {"far": {"delay": line}}
        near, away = ({"nics": [{"network": "far", **one}]} for one in (near, away))
    elif kind == "frames between networks":
        networks |= {"off": {}, "far": {"delay": line, "bridges": ["lan", "off"]}}
        away = {"nics": [{"network": "off", **away}]}
    else:
        away["line"] = line
    wire.up({"near": near, "away": away}, networks)
    pid = wire.ground.lines[0].pid
    before = spent(pid)
    late = kept(wire, 150, 0.002)
    used = spent(pid) - before
    assert min(late) >= 19.9
    assert statistics.median(late) - 20 < 1.0, "a busy machine; 0.1 to 0.3 on an idle one"
    assert used / 300 < 0.0006, "processor seconds a packet; 0.00006 on an idle machine"


def test_the_relay_ends_with_its_build(tmp_path, wire):
    wire.up({"near": {"address": "10.9.0.1/24", "line": {"shape": "tick"}}})
    process = wire.ground.lines[0]
    assert process.poll() is None
    with contextlib.suppress(OSError):
        wire.ground.__exit__()
    assert process.poll() is not None
