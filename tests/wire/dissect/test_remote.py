"""Shells, screens, files, messages and tunnels; and that no secret is ever kept."""

from __future__ import annotations

import socket
import struct

import pytest

from overlanded.wire.dissect import recognise
from overlanded.wire.facts import Sample

from .cases import Case, check
from .helper import made
from .test_names import ber, coded, dns, labels, pdu, record, snmp

DO_ECHO = b"\xff\xfd\x18\xff\xfb\x01\xff\xfa\x1f\0\x50\0\x18\xff\xf0"
GREETING = b"220-FTP of SW1\r\n220 ready\r\n331 next\r\n"
SESSION = bytes(range(1, 9))
CLOCKED = struct.pack("!II", 1, 1_700_000_000)
IKE = SESSION + bytes(8) + struct.pack("!BBBBII", 33, 0x20, 34, 8, 0, 40) + bytes(12)
SMB2 = b"\xfeSMB" + struct.pack("<H", 64) + bytes(10) + b"\x01\0\0\0" + bytes(44)


def mqtt(level: int, client: bytes, rest: bytes = b"") -> bytes:
    properties = b"\x05\x11\0\0\0\x0a" if level == 5 else b""
    body = b"\0\x04MQTT" + bytes((level, 0xC2, 0, 60)) + properties
    body += struct.pack("!H", len(client)) + client + rest
    return b"\x10" + bytes((len(body),)) + body


def x224(kind: int, rest: bytes) -> bytes:
    body = bytes((6 + len(rest), kind, 0, 0, 0, 0, 0)) + rest
    return struct.pack("!BBH", 3, 0, 4 + len(body)) + body


def wide(plain: str) -> bytes:
    return plain.encode("utf-16-le")


def challenge() -> bytes:
    pairs = b"".join(
        struct.pack("<HH", kind, 2 * len(name)) + wide(name)
        for kind, name in ((2, "CRANES"), (1, "HMI-1"), (3, "hmi-1.crane.example"))
    )
    pairs += bytes(4)
    head = b"NTLMSSP\0" + struct.pack("<I8xI16x", 2, 0x02000000)
    head += struct.pack("<HHI", len(pairs), len(pairs), 56) + struct.pack("<BBH4x", 10, 0, 17763)
    return head + pairs  # fmt: skip


def smb(message: bytes) -> bytes:
    return struct.pack("!I", len(message)) + message


def pptp(kind: int) -> bytes:
    head = struct.pack("!HHIHH", 156, 1, 0x1A2B3C4D, kind, 0) + bytes(16)
    return head + b"vpn-gw".ljust(64, b"\0") + b"Maker".ljust(64, b"\0")


def l2tp() -> bytes:
    pair = struct.pack("!HHH", 0x8000 | 6 + 4, 0, 7) + b"lac1"
    return struct.pack("!HHHHHH", 0xC802, 12 + len(pair), 0, 0, 0, 0) + pair


def stun(kind: int, *attributes: tuple[int, bytes]) -> bytes:
    body = b"".join(
        struct.pack("!HH", one, len(value)) + value + bytes(-len(value) % 4)
        for one, value in attributes
    )
    return struct.pack("!HHI", kind, len(body), 0x2112A442) + bytes(12) + body  # fmt: skip


def mapped(address: str) -> bytes:
    hidden = int.from_bytes(socket.inet_aton(address), "big") ^ 0x2112A442
    return b"\0\1" + bytes(2) + struct.pack("!I", hidden)


def packet() -> bytes:
    return b"\x45\0\0\x1c" + bytes(24)


CASES = (
    Case("an SSH server after other lines", made("tcp", b"hello\r\nSSH-2.0-dropbear\r\n", src_port=2022,
                                                 from_client=False), "ssh",
         (("src", "ssh.banner", "SSH-2.0-dropbear"),)),
    Case("Telnet without its negotiation",
         made("tcp", DO_ECHO + b"\r\nBusyBox v1.30\r\ngw login: root\r\nPassword: x", src_port=23,
              from_client=False), "telnet", (("src", "telnet.banner", "BusyBox v1.30 gw login:"),)),
    Case("FTP on another port", made("tcp", GREETING, src_port=2121, from_client=False), "ftp",
         (("src", "ftp.banner", "220-FTP of SW1 220 ready"),), "dst"),
    Case("a desktop is asked for", made("tcp", x224(0xE0, b"Cookie: mstshash=joe\r\n")), "rdp", (), "src"),
    Case("a desktop is given", made("tcp", x224(0xD0, b"\2\x1f\x08\0\2\0\0\0"), from_client=False), "rdp",
         (), "dst"),
    Case("a desktop over UDP", made("udp", b"\xff\xff\xff\xff\0\x40\0\1" + bytes(1224)), "rdp", (), "src"),
    Case("TeamViewer", made("tcp", b"\x17\x24\x0a\x20" + bytes(16), dst_port=5938), "teamviewer"),
    Case("TeamViewer over UDP", made("udp", bytes(11) + b"\x17\x24\x47" + bytes(30)), "teamviewer"),
    Case("Radmin", made("tcp", b"\1\0\0\0\1\0\0\0\x08\x08", dst_port=4899), "radmin"),
    Case("SoftEther asks for its address", made("udp", b"IP=10.1.2.3,PORT=51381"), "softether"),
    Case("tinc", made("tcp", b"0 crane7 17\n"), "tinc"),
    Case("Teredo", made("udp", b"\0\1\0\0" + bytes(9) + b"\x60" + bytes(39), dst_port=3544), "teredo"),
    Case("a packet in a packet", made("ip", packet(), proto=4), "ip-in-ip"),
    Case("IPv6 in IPv4", made("ip", b"\x60" + bytes(39), proto=41), "6in4"),
    Case("IPv6 in IPv6", made("ip", b"\x60" + bytes(39), proto=41, src_ip=(1, 1)), "ip-in-ip"),
    Case("a frame in IP", made("ip", b"\x30\0" + bytes(20), proto=97), "etherip"),
    Case("VXLAN", made("udp", b"\x08\0\0\0\0\0\x2a\0" + bytes(20), dst_port=4789), "vxlan"),
    Case("GTP", made("udp", b"\x30\xff\0\x14" + bytes(24), dst_port=2152), "gtp"),
    Case("Tailscale", made("udp", b"TS\xf0\x9f\x92\xac" + bytes(range(40))), "tailscale"),
    Case("RustDesk", made("udp", b"\x32\x0b\x0a\x09123456789", dst_port=21116), "rustdesk"),
    Case("pcAnywhere", made("udp", b"NQ", dst_port=5632), "pcanywhere"),
    Case("Citrix", made("tcp", b"\x7f\x7fICA\0\x7f\x7fICA\0"), "citrix"),
    Case("SPICE", made("tcp", b"REDQ\2\0\0\0\2\0\0\0" + bytes(8)), "spice"),
    Case("SOCKS 5", made("tcp", b"\5\1\0\5\1\0\3\x09plc.local\0\x66"), "socks"),
    Case("SOCKS 5 with a name", made("tcp", b"\5\2\0\2\1\3joe\6secret\5\1\0\1\x0a\0\0\1\0\x66"), "socks"),
    Case("SOCKS 4", made("tcp", b"\4\1\0\x50\x0a\0\0\1joe\0", dst_port=1080), "socks"),
    Case("a proxy is asked to go on", made("tcp", b"CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n"),
         "http-connect", (("src", "http.host", "a.example:443"),), "src"),
    Case("IPMI", made("udp", b"\x06\0\xff\x07" + bytes(19), dst_port=623), "rmcp"),
    Case("a door is asked for", made("udp", b"\0\2" + bytes(10), dst_port=5351), "nat-pmp"),
    Case("a screen", made("tcp", b"RFB 003.008\n", src_port=5901, from_client=False), "vnc"),
    Case("MQTT names its client", made("tcp", mqtt(4, b"gw-1234")), "mqtt",
         (("src", "mqtt.client", "gw-1234"),), "src"),
    Case("MQTT 5", made("tcp", mqtt(5, b"gw-5")), "mqtt", (("src", "mqtt.client", "gw-5"),), "src"),
    Case("an SMB server names itself", made("tcp", smb(SMB2 + challenge()), src_port=445), "smb",
         (("src", "hostname", "hmi-1"), ("src", "hostname", "hmi-1.crane.example"),
          ("src", "firmware", "Windows 10.0 build 17763")), "dst"),
    Case("a NetBIOS session",
         made("tcp", b"\x81\0\0\x44" + labels(coded("SRV", 32)) + labels(coded("PC-1", 0)), dst_port=139),
         "smb", (("src", "hostname", "pc-1"),), "src"),
    Case("OpenVPN without a key", made("udp", b"\x38" + SESSION + bytes(5)), "openvpn", (), "src"),
    Case("OpenVPN with an HMAC", made("udp", b"\x38" + SESSION + b"h" * 20 + CLOCKED + bytes(5)),
         "openvpn", (), "src"),
    Case("OpenVPN sealed, from the server",
         made("udp", b"\x40" + SESSION + CLOCKED + b"t" * 32 + b"e" * 17), "openvpn", (), "dst"),
    Case("OpenVPN over TCP", made("tcp", b"\0\x0e\x38" + SESSION + bytes(5)), "openvpn", (), "src"),
    Case("OpenVPN in its middle", made("udp", b"\x48\0\0\1" + bytes(4) + b"t" * 20, dst_port=1194),
         "openvpn"),
    Case("STUN tells a client how the outside sees it",
         made("udp", stun(0x0101, (0x0020, mapped("192.0.2.9")), (0x8022, b"coturn"))), "stun",
         (("dst", "stun.mapped", "192.0.2.9"), ("src", "stun.server", "coturn")), "dst"),
    Case("WireGuard asks", made("udp", b"\1\0\0\0" + bytes(144)), "wireguard", (), "src"),
    Case("WireGuard carries", made("udp", b"\4\0\0\0\1\2\3\4" + b"\7" + bytes(7) + bytes(range(16))),
         "wireguard"),
    Case("IKE", made("udp", IKE, dst_port=500), "ipsec", (), "src"),
    Case("IKE through a NAT", made("udp", bytes(4) + IKE, dst_port=4500), "ipsec", (), "src"),
    Case("ESP in UDP", made("udp", struct.pack("!II", 0xC0FFEE00, 9) + bytes(40), dst_port=4500), "ipsec"),
    Case("ESP", made("ip", struct.pack("!II", 0xC0FFEE00, 9) + bytes(40), proto=50), "ipsec"),
    Case("GRE", made("ip", b"\x20\0\x08\0" + bytes(20), proto=47), "gre"),
    Case("L2TP", made("udp", l2tp(), dst_port=1701), "l2tp", (("src", "hostname", "lac1"),)),
    Case("PPTP", made("tcp", pptp(1), dst_port=1723), "pptp",
         (("src", "hostname", "vpn-gw"), ("src", "maker", "Maker")), "src"),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_content(case: Case) -> None:
    check(case)


SECRET = b"hunter2"
OID = "2b06010201010100"
SECRETS = (
    ("snmp", made("udp", snmp(1, ber(4, SECRET), pdu(0xA2, (OID, ber(4, b"x")))), src_port=161)),
    ("http", made("tcp", b"GET /?k=hunter2 HTTP/1.1\r\nAuthorization: Basic hunter2\r\nCookie: hunter2\r\n\r\n")),
    ("http", made("tcp", b"HTTP/1.1 200 OK\r\nSet-Cookie: hunter2\r\n\r\nhunter2", from_client=False)),
    ("rtsp", made("tcp", b"PLAY rtsp://a:hunter2@h/ RTSP/1.0\r\nAuthorization: hunter2\r\n\r\n")),
    ("sip", made("udp", b"INVITE sip:hunter2 SIP/2.0\r\nVia: x\r\nAuthorization: hunter2\r\n\r\n")),
    ("rdp", made("tcp", x224(0xE0, b"Cookie: mstshash=hunter2\r\n"))),
    ("ftp", made("tcp", b"USER hunter2\r\nPASS hunter2\r\n", dst_port=21)),
    ("ftp", made("tcp", b"220 FTP\r\n331 hunter2\r\n", src_port=21, from_client=False)),
    ("telnet", made("tcp", DO_ECHO + b"hunter2\r\n", dst_port=23)),
    ("telnet", made("tcp", DO_ECHO + b"login: joe\r\npassword: hunter2", src_port=23, from_client=False)),
    ("mqtt", made("tcp", mqtt(4, b"c", b"\0\7hunter2\0\7hunter2"))),
    ("mdns", made("udp", dns(0x8400, (), record("x.local", 16, b"\x0bpwd=hunter2")), src_port=5353)),
    ("syslog", made("udp", b"<34>Oct 11 22:14:15 h su: hunter2", dst_port=514)),
)  # fmt: skip


@pytest.mark.parametrize(("protocol", "one"), SECRETS)
def test_secrets_are_never_kept(protocol: str, one: Sample) -> None:
    found = recognise(one)
    assert found is not None
    assert found.protocol == protocol
    assert "hunter2" not in repr(found)


def test_a_mail_server_is_not_ftp() -> None:
    assert recognise(made("tcp", b"220 mx ESMTP ftp\r\n", src_port=25, from_client=False)) is None


NOTHING = {
    "a protocol of packets without one": made("ip", b"\x46" + bytes(30), proto=41),
    "GTP whose size is wrong": made("udp", b"\x30\xff\0\x99" + bytes(24), dst_port=2152),
    "RustDesk on another port": made("udp", b"\x32\x0b\x0a\x09123456789", dst_port=9),
    "SOCKS 4 elsewhere": made("tcp", b"\4\1\0\x50\x0a\0\0\1joe\0", dst_port=7000),
}
"""Too little to know a tunnel by."""


@pytest.mark.parametrize("name", NOTHING)
def test_what_is_too_little(name: str) -> None:
    assert recognise(NOTHING[name]) is None
