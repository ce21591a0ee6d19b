"""Cranes of any make: hosts that speak as real equipment does, and the capture of a mirror port.

Everything is deterministic. Times are nanoseconds; a frame is whole, from Ethernet to payload.
"""

import struct

from crane import ACCEPT, BASE_NS, CONNECT, READ, SETUP, SETUP_OK, packed, pcap
from msgspec import Struct, field

BROADCAST = "ffffffffffff"
MS = 1_000_000


class Host(Struct, frozen=True, dict=True):
    """A network card: its MAC (12 hex digits), address, hop limit of what it sends, VLAN."""

    mac: str
    ip: str = ""
    ttl: int = 64
    vlan: int = 0

    @property
    def colons(self):
        return ":".join(self.mac[at : at + 2] for at in range(0, 12, 2))


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data[: len(data) // 2 * 2]))
    total += data[-1] << 8 if len(data) % 2 else 0
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ethernet(src, dst_mac, kind, payload):
    tag = struct.pack("!HH", 0x8100, src.vlan) if src.vlan else b""
    head = bytes.fromhex(dst_mac) + bytes.fromhex(src.mac) + tag + struct.pack("!H", kind)
    return (head + payload).ljust(60, b"\0")


def ipv4(src, dst, proto, payload, *, ident=1):
    head = struct.pack("!BBHHHBB", 0x45, 0, 20 + len(payload), ident, 0x4000, src.ttl, proto)
    ends = packed(src.ip) + packed(dst.ip)
    check = struct.pack("!H", checksum(head + b"\0\0" + ends))
    return ethernet(src, dst.mac, 0x0800, head + check + ends + payload)


def udp(src, dst, sport, dport, payload):
    return ipv4(src, dst, 17, struct.pack("!HHHH", sport, dport, 8 + len(payload), 0) + payload)


def arp(src, ip, *, reply_to=None):
    own = bytes.fromhex(src.mac) + packed(src.ip)
    other = bytes.fromhex(reply_to.mac) + packed(reply_to.ip) if reply_to else bytes(6) + packed(ip)
    body = struct.pack("!HHBBH", 1, 0x0800, 6, 4, 2 if reply_to else 1) + own + other
    return ethernet(src, reply_to.mac if reply_to else BROADCAST, 0x0806, body)


def lldp(src, name, description):
    def part(kind, value):
        return struct.pack("!H", kind << 9 | len(value)) + value

    body = part(1, b"\x04" + bytes.fromhex(src.mac)) + part(2, b"\x05port-001") + part(3, b"\0\x78")
    body += part(5, name.encode()) + part(6, description.encode()) + part(7, b"\0\x14\0\x04")
    return ethernet(src, "0180c200000e", 0x88CC, body + b"\0\0")


def dns(name, address=None, ident=7):
    labels = b"".join(bytes([len(part)]) + part.encode() for part in name.split(".")) + b"\0"
    asked = labels + b"\0\x01\0\x01"
    if address is None:
        return struct.pack("!HHHHHH", ident, 0x0100, 1, 0, 0, 0) + asked
    said = b"\xc0\x0c\0\x01\0\x01" + struct.pack("!IH", 60, 4) + packed(address)
    return struct.pack("!HHHHHH", ident, 0x8180, 1, 1, 0, 0) + asked + said


def dhcp(client, kind, options=(), *, server=None):
    """A BOOTP message of RFC 2131: 1 discover, 2 offer, 3 request, 5 acknowledge."""
    head = struct.pack("!BBBBIHH", 2 if server else 1, 1, 6, 0, 0x11223344, 0, 0)
    head += bytes(4) + (packed(client.ip) if server else bytes(4)) + bytes(8)
    head += bytes.fromhex(client.mac) + bytes(10 + 192) + bytes.fromhex("63825363")
    parts = [(53, bytes([kind])), *options]
    return head + b"".join(bytes([o, len(v)]) + v for o, v in parts) + b"\xff"


MODBUS_READ = bytes.fromhex("000100000006010300000002")
MODBUS_READ_OK = bytes.fromhex("0001000000070103040000002a")


def modbus_identity(maker, product, revision):
    parts = b"".join(
        bytes([at, len(text)]) + text.encode() for at, text in enumerate((maker, product, revision))
    )
    body = bytes([1, 0x2B, 0x0E, 1, 1, 0, 0, 3]) + parts
    return struct.pack("!HHH", 2, 0, len(body)) + body


MODBUS_ASK = bytes.fromhex("000200000005012b0e0100")


def enip_identity(host, vendor, kind, product):
    """The reply to List Identity (CIP volume 2, 2-4.2)."""
    name = product.encode()
    item = struct.pack("<H", 1) + struct.pack("!hH4s8x", 2, 44818, packed(host.ip))
    item += struct.pack("<HHHBBHIB", vendor, kind, 55, 20, 11, 0x60, 0xC0FFEE, len(name))
    item += name + b"\x03"
    body = struct.pack("<HHH", 1, 0x0C, len(item)) + item
    return struct.pack("<HHII8sI", 0x63, len(body), 0, 0, bytes(8), 0) + body


ENIP_ASK = struct.pack("<HHII8sI", 0x63, 0, 0, 0, bytes(8), 0)


def opcua_hello(url):
    body = struct.pack("<IIIII", 0, 65536, 65536, 0, 0) + struct.pack("<I", len(url)) + url.encode()
    return b"HELF" + struct.pack("<I", 8 + len(body)) + body


OPCUA_ACK = b"ACKF" + struct.pack("<IIIIII", 28, 0, 65536, 65536, 0, 0)
NTP_ASK = b"\x1b" + bytes(39) + struct.pack("!II", 0xE0000000, 0)
NTP_REPLY = bytes.fromhex("1c0203ec") + bytes(12) + struct.pack("!IIIIII", *[0xE0000000, 0] * 3)


def http_ask(host, agent="Mozilla/5.0 (Windows NT 10.0; Win64; x64)"):
    return f"GET / HTTP/1.1\r\nHost: {host}\r\nUser-Agent: {agent}\r\n\r\n".encode()


def http_reply(server, title):
    page = f"<html><head><title>{title}</title></head></html>".encode()
    head = f"HTTP/1.1 200 OK\r\nServer: {server}\r\nContent-Type: text/html\r\n"
    return f"{head}Content-Length: {len(page)}\r\n\r\n".encode() + page


def rtsp_ask(ip):
    return f"OPTIONS rtsp://{ip}/1 RTSP/1.0\r\nCSeq: 1\r\nUser-Agent: LibVLC/3\r\n\r\n".encode()


def rtsp_reply(server):
    return f"RTSP/1.0 200 OK\r\nCSeq: 1\r\nServer: {server}\r\nPublic: OPTIONS\r\n\r\n".encode()


S7 = ((CONNECT, ACCEPT), (SETUP, SETUP_OK), (READ, SETUP_OK))


class Wire(Struct, dict=True):
    """What a mirror port sees, in the order in which it is told."""

    now: int = BASE_NS
    frames: list = field(default_factory=list)
    _port: int = 40000

    def put(self, frame, wait=20_000):
        self.frames.append((self.now, frame))
        self.now += wait

    def announce(self, *hosts):
        for host in hosts:
            self.put(arp(host, host.ip), 100 * MS)

    def resolve(self, src, dst):
        self.put(arp(src, dst.ip))
        self.put(arp(dst, src.ip, reply_to=src))

    def datagrams(self, client, server, port, ask, reply, *, sport=None):
        self._port += 1
        self.put(udp(client, server, sport or self._port, port, ask))
        if reply is not None:
            self.put(udp(server, client, port, sport or self._port, reply), 200 * MS)

    def session(self, client, server, port, talk, *, far=30_000, oneway=False, sport=None):
        """A whole TCP session; the client is ``far`` ns away, a server answers in 20 µs."""
        self._port += 1
        ends, seq, ack = (sport or self._port, port), 1000, 9000

        def send(up, flags, payload=b"", wait=20_000):
            if up:
                segment = struct.pack("!HHIIBBHHH", *ends, seq, ack, 0x50, flags, 8192, 0, 0)
                self.put(ipv4(client, server, 6, segment + payload), wait)
            elif oneway:
                self.now += wait
            else:
                turned = struct.pack("!HHIIBBHHH", *ends[::-1], ack, seq, 0x50, flags, 8192, 0, 0)
                self.put(ipv4(server, client, 6, turned + payload), wait)

        send(True, 0x02)
        seq += 1
        send(False, 0x12, wait=far)
        ack += 1
        send(True, 0x10)
        for ask, reply in talk:
            send(True, 0x18, ask)
            seq += len(ask)
            send(False, 0x18, reply, wait=far)
            ack += len(reply)
        send(True, 0x11)
        seq += 1
        send(False, 0x11, wait=far)
        ack += 1
        send(True, 0x10, wait=200 * MS)

    def pcap(self):
        return pcap(self.frames)


# ---- equipment ----------------------------------------------------------------------------------


def s7(wire, client, plc, times=3, **more):
    for _ in range(times):
        wire.session(client, plc, 102, S7, **more)


def web(wire, client, server, banner, title):
    wire.session(client, server, 80, ((http_ask(server.ip), http_reply(banner, title)),))


def camera(wire, viewer, cam, *, rtsp="Hipcam RealServer/V1.0", server="App-webs/", title="IPCam"):
    wire.session(viewer, cam, 554, ((rtsp_ask(cam.ip), rtsp_reply(rtsp)),))
    web(wire, viewer, cam, server, title)


def modbus(wire, client, server, identity=None, **more):
    ask = [(MODBUS_READ, MODBUS_READ_OK)] * 3
    wire.session(
        client, server, 502, [*ask, *([(MODBUS_ASK, identity)] if identity else [])], **more
    )
