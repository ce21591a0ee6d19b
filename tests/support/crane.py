"""A crane small enough to write by hand: frames, captures and papers for tests."""

import struct
from pathlib import Path

PLC, HMI, ROUTER = "001b1b000001", "001b1b000002", "001e42000001"
ADDRESS = {PLC: "192.168.10.1", HMI: "192.168.10.2", ROUTER: "192.168.10.254"}
BASE_NS = 1_488_362_400_000_000_000


def packed(ip):
    return bytes(map(int, ip.split(".")))


def arp(mac):
    body = struct.pack("!HHBBH", 1, 0x0800, 6, 4, 2)
    own = bytes.fromhex(mac) + packed(ADDRESS[mac])
    return b"\xff" * 6 + bytes.fromhex(mac) + b"\x08\x06" + body + own + own + bytes(18)


def ipv4(src, dst, proto, payload, ttl=64):
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), 1, 0, ttl, proto, 0)
    return head + packed(src) + packed(dst) + payload


def tcp(src_mac, dst_mac, sport, dport, seq, ack, flags, payload=b"", ttl=64):
    segment = struct.pack("!HHIIBBHHH", sport, dport, seq, ack, 0x50, flags, 8192, 0, 0) + payload
    packet = ipv4(ADDRESS[src_mac], ADDRESS[dst_mac], 6, segment, ttl)
    return bytes.fromhex(dst_mac) + bytes.fromhex(src_mac) + b"\x08\x00" + packet


CONNECT = bytes.fromhex("0300001611e00000000100c0010ac1020100c2020102")
ACCEPT = bytes.fromhex("0300001611d00001000200c0010ac1020100c2020102")
SETUP = bytes.fromhex("0300001902f08032010000ccc100080000f0000001000101e0")
SETUP_OK = bytes.fromhex("0300001b02f080320300ccc1000800000000f0000001000100f0")[:27]
READ = bytes.fromhex("0300001f02f080320100000200000e00000401120a10020001000183000000")
"""ISO 8073 connect and confirm, S7 setup and a read of one byte of flags, as on any S7-300."""


def s7_session(client, server, port, start_ns, delay_ns, ttl=64):
    """(time, frame) of one whole S7 session whose client is ``delay_ns`` away."""
    up, down = (client, server, port, 102), (server, client, 102, port)
    moment, seq, ack, out = start_ns, 100, 900, []

    def put(ends, *rest, ttl=64, wait=20_000):
        nonlocal moment
        out.append((moment, tcp(*ends, *rest, ttl=ttl)))
        moment += wait

    put(up, seq, 0, 0x02, ttl=ttl)
    put(down, ack, seq + 1, 0x12, wait=delay_ns)
    seq, ack = seq + 1, ack + 1
    put(up, seq, ack, 0x10, ttl=ttl)
    for ask, reply in ((CONNECT, ACCEPT), (SETUP, SETUP_OK), (READ, SETUP_OK)):
        put(up, seq, ack, 0x18, ask, ttl=ttl)
        seq += len(ask)
        put(down, ack, seq, 0x18, reply, wait=delay_ns)
        ack += len(reply)
    put(up, seq, ack, 0x11, ttl=ttl)
    return out


def pcap(frames):
    """A pcap file (µs, little endian) of (time in ns, frame) in the order of time."""
    out = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)]
    for ns, frame in sorted(frames):
        seconds, rest = divmod(ns, 10**9)
        out.append(struct.pack("<IIII", seconds, rest // 1000, len(frame), len(frame)) + frame)
    return b"".join(out)


def capture(*, router=True):
    """PLC and HMI, and a router through which somebody 80 ms away reads the PLC."""
    frames = [(BASE_NS + n, arp(mac)) for n, mac in enumerate((PLC, HMI))]
    for n in range(5):
        frames += s7_session(HMI, PLC, 40000 + n, BASE_NS + n * 10**9, 30_000)
    if router:
        frames.append((BASE_NS + 5, arp(ROUTER)))
        for n in range(3):
            frames += s7_session(
                ROUTER, PLC, 50000 + n, BASE_NS + (20 + n) * 10**9, 80_000_000, ttl=63
            )
    return pcap(frames)


CONTRACT = """Contract 17-0042 STS crane,,,,,,
Item,Description,Manufacturer,Type,Qty,Location,Status
1.1,PLC CPU,Siemens,S7-300 CPU 315-2 PN/DP,1,E-house +K1,ordered
1.2,Operator panel HMI,Siemens,TP1200 Comfort,1,Cabin,ordered
14.3,Remote diagnostics: 4G router,Teltonika,RUT950,1,E-house +K2,declined
"""


def case(folder: Path, *, papers=True, router=True):
    """Write a case folder; its path."""
    (folder / "evidence").mkdir(parents=True)
    (folder / "evidence" / "span.pcap").write_bytes(capture(router=router))
    if papers:
        (folder / "paperwork").mkdir()
        (folder / "paperwork" / "contract.csv").write_text(CONTRACT)
    return folder
