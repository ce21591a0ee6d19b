"""DNS, mDNS, LLMNR, NetBIOS, DHCP, NTP, SNMP, SSDP, WS-Discovery and syslog."""

from __future__ import annotations

import socket
import struct

import pytest

from overlanded.wire.dissect import recognise
from overlanded.wire.dissect.labels import name

from .cases import Case, check
from .helper import V4, made

UNSET = socket.inet_ntoa(bytes(4))
CARD = bytes.fromhex("001e42000001")
ABOUT = "mac:00:1e:42:00:00:01"


def labels(dotted: str) -> bytes:
    parts = dotted.encode().split(b".") if dotted else []
    return b"".join(bytes((len(part),)) + part for part in parts) + b"\0"


def record(owner: str, kind: int, data: bytes, category: int = 1) -> bytes:
    return labels(owner) + struct.pack("!HHIH", kind, category, 60, len(data)) + data


def question(asked: str, kind: int = 1) -> bytes:
    return labels(asked) + struct.pack("!HH", kind, 1)


def dns(flags: int, questions: tuple[bytes, ...], *answers: bytes, extra: int = 0) -> bytes:
    head = struct.pack("!6H", 7, flags, len(questions), len(answers) - extra, 0, extra)
    return head + b"".join(questions) + b"".join(answers)


def coded(plain: str, suffix: int) -> str:
    raw = plain.encode().ljust(15) + bytes((suffix,))
    return "".join(chr(65 + (byte >> 4)) + chr(65 + (byte & 15)) for byte in raw)


def bootp(
    operation: int, options: dict[int, bytes], given: str = UNSET, relay: str = UNSET
) -> bytes:
    head = struct.pack("!BBBBIHH", operation, 1, 6, 0, 1, 0, 0) + bytes(4)
    head += socket.inet_aton(given) + bytes(4) + socket.inet_aton(relay) + CARD + bytes(10)
    body = b"".join(bytes((kind, len(value))) + value for kind, value in options.items())
    return head + bytes(192) + bytes.fromhex("63825363") + body + b"\xff"


def six(kind: int, *options: tuple[int, bytes]) -> bytes:
    body = b"".join(struct.pack("!HH", code, len(value)) + value for code, value in options)
    return bytes((kind, 1, 2, 3)) + body


def ber(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    size = bytes((len(body),)) if len(body) < 128 else struct.pack("!BH", 0x82, len(body))
    return bytes((tag,)) + size + body


def pdu(kind: int, *pairs: tuple[str, bytes]) -> bytes:
    bound = (ber(0x30, ber(6, bytes.fromhex(oid)), value) for oid, value in pairs)
    return ber(kind, ber(2, b"\x01"), ber(2, b"\0"), ber(2, b"\0"), ber(0x30, *bound))


def snmp(version: int, *rest: bytes) -> bytes:
    return ber(0x30, ber(2, bytes((version,))), *rest)


def ntp(mode: int, stratum: int, reference: bytes = bytes(4), sent: int = 0) -> bytes:
    head = bytes((4 << 3 | mode, stratum, 6, 0xEC)) + bytes(8) + reference + bytes(24)
    return head + struct.pack("!II", sent, 0)


DESCRIPTION, OBJECT, SYSTEM_NAME = "2b06010201010100", "2b06010201010200", "2b06010201010500"
ANSWER = pdu(0xA2, (DESCRIPTION, ber(4, b"RUT955 Linux 4.14")),
             (OBJECT, ber(6, bytes.fromhex("2b06010401bf08030a"))),
             (SYSTEM_NAME, ber(4, b"gw-1")))  # fmt: skip
ENGINE = ber(4, ber(0x30, ber(4, bytes.fromhex("80001f8803001e42000001")), ber(2, b"\1")))
OFFER = {
    53: b"\x02", 54: socket.inet_aton("10.0.0.1"), 3: socket.inet_aton("10.0.0.1"),
    6: socket.inet_aton("8.8.8.8"), 15: b"crane.example",
}  # fmt: skip
HOST = made("udp", b"").src_ip
assert HOST == (0, V4 | 0x0A000001)
OWN = socket.inet_aton("10.0.0.1")
NODE = b"\x02" + b"PLC-HMI        \x00\x04\x00" + b"CRANES         \x00\x84\x00" + CARD + bytes(40)
SCOPES = b"onvif://www.onvif.org/hardware/DS-2CD onvif://www.onvif.org/name/CAM%%201"
WSD = (
    b'<e:Envelope xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"><w:Action>'
    b"http://schemas.xmlsoap.org/ws/2005/04/discovery/%s</w:Action>"
    b"<d:Types>dn:NetworkVideoTransmitter</d:Types><d:Scopes>" + SCOPES + b"</d:Scopes>"
)
SSDP_OK = (
    b"HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\nUSN: uuid:1\r\nSERVER: Linux UPnP/1.0 X/2\r\n"
    b"LOCATION: http://10.0.0.1:49152/d.xml\r\n\r\n"
)

CASES = (
    Case("a DNS question", made("udp", dns(0x0100, (question("VPN.example.com"),)), dst_port=53),
         "dns", (("src", "resolved", "vpn.example.com"),), "src"),
    Case("a DNS answer through an alias",
         made("udp", dns(0x8180, (question("a.example"),), record("a.example", 5, labels("b.example")),
                         record("b.example", 1, bytes((192, 0, 2, 1)))), src_port=53), "dns",
         (("src", "role", "dns-server"), ("dst", "resolved", "a.example", "ip:192.0.2.1"),
          ("ip:192.0.2.1", "domain-name", "a.example")), "dst"),
    Case("a refusal is no service", made("udp", dns(0x8185, (question("a.example"),)), src_port=53),
         "dns", (), "dst"),
    Case("a reverse name of the crane's own network",
         made("udp", dns(0x8180, (question("4.0.0.10.in-addr.arpa", 12),),
                         record("4.0.0.10.in-addr.arpa", 12, labels("hmi.crane.example"))),
              src_port=53), "dns",
         (("src", "role", "dns-server"), ("ip:10.0.0.4", "domain-name", "hmi.crane.example")), "dst"),
    Case("DNS on another port", made("udp", dns(0x0100, (question("t.example.com"),)), dst_port=5300),
         "dns", (("src", "resolved", "t.example.com"),), "src"),
    Case("DNS over TCP",
         made("tcp", b"\0\x1d" + dns(0x0100, (question("a.example.c"),)), dst_port=53), "dns",
         (("src", "resolved", "a.example.c"),), "src"),
    Case("an mDNS announcement",
         made("udp", dns(0x8400, (), record("_http._tcp.local", 12, labels("Cam 1._http._tcp.local")),
                         record("Cam 1._http._tcp.local", 16, b"\x07model=X\x0bpassword=yz"),
                         record("cam1.local", 1, OWN, 0x8001)), src_port=5353, dst_port=5353),
         "mdns", (("src", "mdns.service", "_http._tcp"), ("src", "mdns.instance", "Cam 1"),
                  ("src", "mdns.text", "model=X"), ("src", "hostname", "cam1"))),
    Case("an LLMNR question", made("udp", dns(0, (question("wpad"),)), dst_port=5355), "llmnr",
         (("src", "resolved", "wpad"),), "src"),
    Case("an LLMNR answer is for one's own name",
         made("udp", dns(0x8000, (question("pc7"),), record("pc7", 1, OWN)), src_port=5355), "llmnr",
         (("src", "hostname", "pc7"),), "dst"),
    Case("a NetBIOS registration",
         made("udp", dns(0x2910, (question(coded("PC-7", 0), 32),),
                         record(coded("PC-7", 0), 32, b"\x60\0" + OWN), extra=1), dst_port=137),
         "netbios", (("src", "netbios.name", "PC-7<00>"), ("src", "hostname", "pc-7")), "src"),
    Case("a NetBIOS node status",
         made("udp", dns(0x8400, (), record(coded("*", 0), 33, NODE)), src_port=137), "netbios",
         (("src", "netbios.name", "PLC-HMI<00>"), ("src", "hostname", "plc-hmi"),
          (ABOUT, "address", "10.0.0.1")), "dst"),
    Case("a NetBIOS datagram",
         made("udp", b"\x11\x02\0\1" + OWN + b"\0\x8a\0\x50\0\0" + labels(coded("PC-8", 32)),
              dst_port=138), "netbios",
         (("src", "netbios.name", "PC-8<20>"), ("src", "hostname", "pc-8"))),
    Case("a DHCP client",
         made("udp", bootp(1, {53: b"\1", 12: b"Cam-3", 60: b"udhcp 1.3", 55: b"\1\3\6", 61: b"\1" + CARD}),
              src_port=68, dst_port=67), "dhcp",
         ((ABOUT, "hostname", "cam-3"), (ABOUT, "dhcp.vendor-class", "udhcp 1.3"),
          (ABOUT, "dhcp.parameters", "1,3,6"), (ABOUT, "dhcp.client-id", "01001e42000001")), "src"),
    Case("a DHCP offer names router, DNS and domain and binds nothing",
         made("udp", bootp(2, OFFER, "10.0.0.50"), src_port=67, dst_port=68), "dhcp",
         (("src", "role", "dhcp-server"), ("src", "offers", "router 10.0.0.1", "ip:10.0.0.1"),
          ("src", "offers", "dns 8.8.8.8", "ip:8.8.8.8"), ("src", "offers", "domain crane.example"),
          ("src", "offers", "lease 10.0.0.50", ABOUT)), "dst"),
    Case("a relayed DHCP acknowledgement is about the server that it names",
         made("udp", bootp(2, {53: b"\5", 54: bytes((10, 9, 0, 1))}, "10.0.0.50", "10.0.0.2"),
              src_port=67, dst_port=67), "dhcp",
         (("ip:10.9.0.1", "role", "dhcp-server"), ("ip:10.9.0.1", "offers", "lease 10.0.0.50", ABOUT),
          (ABOUT, "address", "10.0.0.50")), "dst"),
    Case("a DHCPv6 client",
         made("udp", six(1, (1, bytes.fromhex("00030001001e42000001")), (6, b"\0\x17\0\x18"),
                         (39, b"\0\x03pc9")), src_port=546, dst_port=547), "dhcp",
         (("src", "dhcp.client-id", "00030001001e42000001"), ("src", "dhcp.parameters", "23,24"),
          ("src", "hostname", "pc9")), "src"),
    Case("a DHCPv6 server",
         made("udp", six(7, (23, bytes(15) + b"\1"), (24, labels("crane.example"))), src_port=547,
              dst_port=546), "dhcp",
         (("src", "role", "dhcp-server"), ("src", "offers", "dns ::1", "ip:::1"),
          ("src", "offers", "domain crane.example")), "dst"),
    Case("an NTP server", made("udp", ntp(4, 1, b"GPS\0"), src_port=123), "ntp",
         (("src", "role", "ntp-server"), ("src", "ntp.reference", "stratum 1 GPS")), "dst"),
    Case("an NTP server that is not synchronised", made("udp", ntp(4, 0), src_port=123), "ntp", (), "dst"),
    Case("an NTP client whose clock was never set",
         made("udp", ntp(3, 0, sent=2_208_988_800 + 3 * 86_400), dst_port=123), "ntp",
         (("src", "ntp.clock", "3 days after 1970-01-01"),), "src"),
    Case("an SNMP answer", made("udp", snmp(1, ber(4, b"public"), ANSWER), src_port=161), "snmp",
         (("src", "snmp.version", "2c"), ("src", "snmp.description", "RUT955 Linux 4.14"),
          ("src", "snmp.object-id", "1.3.6.1.4.1.8072.3.10"), ("src", "snmp.name", "gw-1")), "dst"),
    Case("an SNMP question on another port",
         made("udp", snmp(0, ber(4, b"x"), pdu(0xA0, (DESCRIPTION, b"\5\0"))), dst_port=16100), "snmp",
         (("src", "snmp.version", "1"),), "src"),
    Case("an SNMPv3 report",
         made("udp", snmp(3, ber(0x30, ber(2, b"\1")), ENGINE, ber(0x30, ber(4, b""), ber(4, b""), pdu(0xA8))),
              src_port=161), "snmp",
         (("src", "snmp.version", "3"), ("src", "snmp.engine", "80001f8803001e42000001"))),
    Case("an SSDP answer", made("udp", SSDP_OK, src_port=1900), "ssdp",
         (("src", "upnp.type", "upnp:rootdevice"), ("src", "upnp.server", "Linux UPnP/1.0 X/2"),
          ("src", "upnp.location", "http://10.0.0.1:49152/d.xml")), "dst"),
    Case("an SSDP search", made("udp", b"M-SEARCH * HTTP/1.1\r\nST: ssdp:all\r\n\r\n", dst_port=1900),
         "ssdp", (("src", "upnp.type", "search ssdp:all"),), "src"),
    Case("a camera that answers WS-Discovery", made("udp", WSD % b"ProbeMatches", src_port=3702), "wsd",
         (("src", "wsd.type", "dn:NetworkVideoTransmitter"),
          ("src", "wsd.scope", "onvif://www.onvif.org/hardware/DS-2CD"), ("src", "model", "DS-2CD"),
          ("src", "wsd.scope", "onvif://www.onvif.org/name/CAM%201")), "dst"),
    Case("a probe says nothing of who asks", made("udp", WSD % b"Probe", dst_port=3702), "wsd", (), "src"),
    Case("syslog with a host", made("udp", b"<34>Oct 11 22:14:15 SW-1 su[7]: text", dst_port=514),
         "syslog", (("src", "hostname", "sw-1"),)),
    Case("syslog without a host", made("udp", b"<34>Oct 11 22:14:15 su: text", dst_port=514), "syslog"),
    Case("new syslog", made("udp", b"<34>1 2003-10-11T22:14:15Z plc.example su - - - x", dst_port=514),
         "syslog", (("src", "hostname", "plc.example"),)),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_content(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("message", [b"\xc0\x00", b"\x01a\xc0\x02", b"\xc0\x04\x00\x00\xc0\x02"])
def test_names_that_point_at_themselves_end(message: bytes) -> None:
    with pytest.raises((ValueError, IndexError)):
        name(message, 0)


def test_binary_on_the_port_of_dns_is_not_dns() -> None:
    assert recognise(made("udp", bytes(range(40)), dst_port=53)) is None


def test_facts_about_a_group_address_are_dropped() -> None:
    answer = dns(0x8180, (question("a.example"),), record("a.example", 1, bytes((8, 8, 8, 8))))
    found = recognise(made("udp", answer, src_port=53, dst_mac=0xFFFFFFFFFFFF))
    assert found is not None
    assert [fact.about for fact in found.facts] == ["src"]
