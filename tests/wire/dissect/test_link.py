"""ARP, LLDP, CDP, MNDP, spanning tree, ICMP and neighbour discovery."""

from __future__ import annotations

import socket
import struct

import pytest

from overlanded.wire.dissect import recognise

from .cases import Case, check
from .helper import made

CARD = bytes.fromhex("001e42000001")
UNSET = socket.inet_ntoa(bytes(4))
CARD_TEXT = "00:1e:42:00:00:01"
ROUTER = bytes.fromhex("fe800000000000000000000000000001")


def arp(operation: int, card: bytes, address: str) -> bytes:
    head = struct.pack("!HHBBH", 1, 0x0800, 6, 4, operation)
    return head + card + socket.inet_aton(address) + bytes(6) + socket.inet_aton("10.0.0.9")


def lldp(*tlvs: tuple[int, bytes]) -> bytes:
    return b"".join(struct.pack("!H", kind << 9 | len(body)) + body for kind, body in tlvs)


def cdp(*tlvs: tuple[int, bytes]) -> bytes:
    body = b"".join(struct.pack("!HH", kind, len(value) + 4) + value for kind, value in tlvs)
    return bytes.fromhex("aaaa0300000c2000") + b"\x02\xb4\0\0" + body


def mndp(*tlvs: tuple[int, bytes]) -> bytes:
    return bytes(4) + b"".join(struct.pack("!HH", kind, len(body)) + body for kind, body in tlvs)


def bridge(priority: int, card: bytes) -> bytes:
    return struct.pack("!H", priority) + card


def option(kind: int, body: bytes) -> bytes:
    return struct.pack("!BB", kind, (len(body) + 2) // 8) + body


BASE = ((1, b"\x04" + CARD), (2, b"\x07port-001"), (3, b"\x00\x78"))
SWITCH = lldp(
    *BASE,
    (4, b"Port 1"),
    (5, b"SW1"),
    (6, b"Industrial switch, firmware 4.1"),
    (7, struct.pack("!HH", 0x14, 0x04)),
    (8, b"\x05\x01\x0a\x00\x00\x02\x02\x00\x00\x00\x01\x00"),
    (127, bytes.fromhex("0012bb0a") + b"XC-208"),
    (127, bytes.fromhex("0012bb08") + b"SN-77"),
    (127, bytes.fromhex("000ecf05") + CARD),
    (0, b""),
)
ECHO = b"\x08\0\0\0\0\x01\0\x01"
CARRIED = bytes.fromhex("4500005400004000400123e90a5f01010a5f0102") + bytes(64)
"""A packet of 84 bytes, its checksum right."""
BROKEN = CARRIED[:10] + b"\x23\xea" + CARRIED[12:]
STP = b"\x42\x42\x03" + struct.pack("!HBBB", 0, 2, 2, 0) + bridge(4096, CARD) + bytes(4)
STP += bridge(32768, CARD) + bytes(10)
ADVERT = b"\x86\x00\x00\x00\x40\x00\x07\x08" + bytes(8) + option(1, CARD)
ADVERT += option(3, b"\x40\xc0" + bytes(12) + bytes.fromhex("20010db8") + bytes(12))
ADVERT += option(25, bytes(6) + ROUTER)
REDIRECT = bytearray(b"\x05\x01\x00\x00\x0a\x00\x00\xfe" + b"E\0" * 10)
struct.pack_into("!H", REDIRECT, 2, 0xFFFF - sum(struct.unpack("!14H", REDIRECT)) % 0xFFFF)

CASES = (
    Case("an ARP request claims its sender's address",
         made("eth", arp(1, CARD, "10.0.0.5") + bytes(18), proto=0x0806), "arp",
         ((f"mac:{CARD_TEXT}", "address", "10.0.0.5"),)),
    Case("an ARP probe claims nothing",
         made("eth", arp(1, CARD, UNSET), proto=0x0806), "arp"),
    Case("LLDP with a MED inventory and PROFINET",
         made("eth", SWITCH, proto=0x88CC), "lldp",
         (("src", "lldp.chassis", CARD_TEXT), ("src", "lldp.port", "port-001"),
          ("src", "lldp.port", "Port 1"), ("src", "lldp.system-name", "SW1"),
          ("src", "lldp.system-description", "Industrial switch, firmware 4.1"),
          ("src", "lldp.capabilities", "bridge"), ("src", "lldp.management", "10.0.0.2"),
          ("src", "address", "10.0.0.2"), ("src", "model", "XC-208"), ("src", "serial", "SN-77"))),
    Case("LLDP keeps what stands before and after a damaged part",
         made("eth", lldp(*BASE, (8, b"\x05"), (5, b"SW2")), proto=0x88CC), "lldp",
         (("src", "lldp.chassis", CARD_TEXT), ("src", "lldp.port", "port-001"),
          ("src", "lldp.system-name", "SW2"))),
    Case("CDP",
         made("llc", cdp((1, b"SW-A"), (2, b"\0\0\0\x01\x01\x01\xcc\0\x04\x0a\0\0\x03"),
                         (3, b"Gi0/5"), (4, b"\0\0\0\x28"), (6, b"WS-C3560"))), "cdp",
         (("src", "cdp.device", "SW-A"), ("src", "address", "10.0.0.3"), ("src", "cdp.port", "Gi0/5"),
          ("src", "cdp.capabilities", "switch,igmp"), ("src", "cdp.platform", "WS-C3560"))),
    Case("MNDP",
         made("udp", mndp((1, CARD), (5, b"gw"), (7, b"7.1"), (8, b"MikroTik"), (12, b"RB951"),
                          (17, bytes((10, 0, 0, 4)))), dst_port=5678), "mndp",
         ((f"mac:{CARD_TEXT}", "speaks", "mndp"), ("src", "mndp.identity", "gw"),
          ("src", "hostname", "gw"), ("src", "mndp.identity", "7.1"), ("src", "firmware", "7.1"),
          ("src", "mndp.identity", "MikroTik"), ("src", "maker", "MikroTik"),
          ("src", "mndp.identity", "RB951"), ("src", "model", "RB951"),
          ("src", "address", "10.0.0.4"))),
    Case("Ubiquiti discovery names all interfaces",
         made("udp", b"\x02\x06\0\x23\x02\0\x0a" + CARD + bytes((10, 0, 0, 6)) + b"\x01\0\x06" + CARD
              + b"\x0b\0\x04Ubnt\x0c\0\x03UGW", dst_port=10001), "ubnt",
         (("src", "maker", "Ubiquiti"), (f"mac:{CARD_TEXT}", "address", "10.0.0.6"),
          ("src", "hostname", "ubnt"), ("src", "model", "UGW"))),
    Case("an access concentrator offers a way out",
         made("eth", b"\x11\x07\0\0\0\x0c\x01\x01\0\0\x01\x02\0\x04BRAS" + bytes(20), proto=0x8863),
         "pppoe", (("src", "role", "gateway"), ("src", "hostname", "bras")), "dst"),
    Case("rapid spanning tree", made("llc", STP), "stp",
         (("src", "stp.bridge", f"bridge 32768/{CARD_TEXT} root 4096/{CARD_TEXT}"),)),
    Case("a router advertisement",
         made("ip", ADVERT, proto=58, src_ip=(0xFE80 << 48, 1)), "nd",
         (("src", "role", "router-advertiser"), ("src", "role", "gateway"),
          (f"mac:{CARD_TEXT}", "address", "fe80::1"), ("src", "offers", "prefix 2001:db8::/64"),
          ("src", "offers", "dns fe80::1", "ip:fe80::1"))),
    Case("a neighbour advertisement",
         made("ip", b"\x88\0\0\0\x60\0\0\0" + ROUTER + option(2, CARD), proto=58), "nd",
         ((f"mac:{CARD_TEXT}", "address", "fe80::1"),)),
    Case("an ICMP redirect names two gateways", made("ip", bytes(REDIRECT), proto=1), "icmp",
         (("src", "role", "gateway"), ("ip:10.0.0.254", "role", "gateway"))),
    Case("an echo that carries a packet", made("ip", ECHO + CARRIED, proto=1), "icmp-tunnel"),
    Case("behind a head of its own", made("ip", ECHO + bytes(16) + CARRIED, proto=1), "icmp-tunnel"),
    Case("with a mark", made("ip", ECHO + bytes.fromhex("d5200880") + bytes(60), proto=1), "icmp-tunnel"),
    Case("a packet whose checksum is wrong", made("ip", ECHO + BROKEN, proto=1), "icmp"),
    Case("an echo that counts", made("ip", ECHO + bytes(range(100)), proto=1), "icmp"),
    Case("an echo says nothing", made("ip", b"\x08\0\0\0\0\x01\0\x01", proto=1), "icmp"),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_content(case: Case) -> None:
    check(case)


def test_a_redirect_with_a_wrong_sum_names_nobody() -> None:
    broken = bytes(REDIRECT[:-1]) + b"\xff"
    found = recognise(made("ip", broken, proto=1))
    assert found is not None
    assert not found.facts


@pytest.mark.parametrize("proto", [0x0806, 0x88CC])
def test_an_ethertype_alone_is_nothing(proto: int) -> None:
    assert recognise(made("eth", bytes(64), proto=proto)) is None


def test_a_claim_for_a_group_address_is_dropped() -> None:
    group = bytes.fromhex("01005e000001")
    found = recognise(made("eth", arp(2, group, "10.0.0.5"), proto=0x0806))
    assert found is not None
    assert not found.facts
