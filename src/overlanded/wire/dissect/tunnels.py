"""Tunnels told by fixed fields: WireGuard, IPsec, L2TP, PPTP, GRE and packets in packets."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from overlanded.wire.dissect.fields import gather, text
from overlanded.wire.facts import Fact, Recognised, Sample

WIREGUARD_SIZES = {1: 148, 2: 92, 3: 64}
"""Message type → size (WireGuard paper section 5.4: initiation, response, cookie)."""
WIREGUARD_DATA, SMALLEST_DATA = 4, 32

IKE_PORTS = (500, 4500)
IKE_VERSIONS = (0x10, 0x20)
IKE_EXCHANGES = frozenset((*range(1, 7), 32, 33, *range(34, 45)))
IKE_HEAD = 28
SMALLEST_SPI = 256
"""SPIs below are reserved (RFC 4303 section 2.1)."""
GRE, ESP, AH = 47, 50, 51
GRE_RESERVED = 0x4F78
"""Bits that stay zero in a GRE header of version 0 (RFC 2784, RFC 2890)."""
GRE_TYPES = frozenset(
    (0x0800, 0x86DD, 0x6558, 0x8847, 0x8848, 0x88BE, 0x22EB, 0x880B, 0x2001, 0x883E)
)
"""EtherTypes carried in practice; 0x880B with version 1 is PPTP's data (RFC 2637)."""

IN_IP = {4: 4, 41: 6}
"""IP protocol → version of the packet inside (RFC 2003, RFC 4213, RFC 2473)."""
SMALLEST_PACKET = {4: 20, 6: 40}
ETHERIP, ETHERIP_HEAD = 97, b"\x30\0"
"""Version 3, reserved bits zero (RFC 3378 section 3)."""
MAPPED = 0xFFFF
"""Bits 32 to 47 of an IPv4 address held as IPv6."""

VXLAN_PORTS, VXLAN_HEAD = (4789, 8472), b"\x08\0\0\0"
"""Only the bit that says that an identifier follows (RFC 7348 section 5)."""
GTP_PORT, GTP_PACKET = 2152, 255
"""User plane; a message that carries a packet (3GPP TS 29.281 section 5.1)."""

L2TP_PORT = 1701
L2TP_CONTROL = 0xC802
"""Type, length and sequence bits with version 2 (RFC 2661 section 3.1)."""
L2TP_WORDS = {7: "hostname", 8: "maker"}
PPTP_COOKIE = 0x1A2B3C4D
PPTP_START, PPTP_STARTED = 1, 2


def dissect(sample: Sample) -> Recognised | None:
    """The first tunnel whose fixed fields the payload has."""
    if sample.layer == "ip":
        return _below_udp(sample)
    if sample.layer == "tcp":
        return _pptp(sample.payload)
    return _wireguard(sample) or _ike(sample) or _l2tp(sample) or _overlay(sample)


def _wireguard(sample: Sample) -> Recognised | None:
    body = sample.payload
    if len(body) < SMALLEST_DATA or body[1:4] != b"\0\0\0":
        return None
    if len(body) == WIREGUARD_SIZES.get(body[0]):
        opener = "src" if body[0] == 1 else "dst" if body[0] == 2 else ""
        return Recognised("wireguard", (), opener)
    return Recognised("wireguard") if _wireguard_data(body) else None


def _wireguard_data(body: bytes) -> bool:
    """A receiver index, a counter below 2^40, then whole blocks of what looks like noise."""
    shaped = body[0] == WIREGUARD_DATA and len(body) % 16 == 0
    return shaped and any(body[4:8]) and not any(body[13:16]) and len(set(body[16:32])) > 8


def _ike(sample: Sample) -> Recognised | None:
    body = sample.payload
    floated = 4500 in (sample.src_port, sample.dst_port)
    if floated and body == b"\xff":  # keeps a NAT entry alive (RFC 3948 section 2.3)
        return Recognised("ipsec")
    if floated and body[:4] == b"\0\0\0\0":
        body = body[4:]
    elif floated:
        return _esp(body)
    if len(body) < IKE_HEAD or not any(body[:8]):
        return None
    _, version, exchange, _, _, size = struct.unpack_from("!BBBBII", body, 16)
    if version not in IKE_VERSIONS or exchange not in IKE_EXCHANGES:
        return None
    if size != len(body) and sample.complete:
        return None
    first = not any(body[8:16])
    return Recognised("ipsec", (), "src" if first else "")


def _esp(body: bytes) -> Recognised | None:
    if len(body) < 24:
        return None
    spi, number = struct.unpack_from("!II", body)
    return Recognised("ipsec") if spi >= SMALLEST_SPI and number else None


def _below_udp(sample: Sample) -> Recognised | None:
    body = sample.payload
    if sample.proto == ESP:
        return _esp(body)
    if sample.proto == AH:
        # Length counts words of four bytes, less two; the next two bytes are zero (RFC 4302).
        return Recognised("ipsec") if len(body) >= 12 and body[2:4] == b"\0\0" else None
    if sample.proto == GRE and len(body) >= 4:
        flags, kind = struct.unpack_from("!HH", body)
        if kind in GRE_TYPES and (flags & 7 == 1 or not flags & GRE_RESERVED):
            return Recognised("gre")
    if sample.proto == ETHERIP:
        return Recognised("etherip") if body[:2] == ETHERIP_HEAD and len(body) >= 16 else None
    return _in_ip(sample)


def _in_ip(sample: Sample) -> Recognised | None:
    version = IN_IP.get(sample.proto, 0)
    if version == 0 or not _is_packet(sample.payload, version, whole=sample.complete):
        return None
    over_four = sample.src_ip[0] == 0 and sample.src_ip[1] >> 32 == MAPPED
    return Recognised("6in4" if version == 6 and over_four else "ip-in-ip")


def _is_packet(body: bytes, version: int, *, whole: bool) -> bool:
    """True where an IP packet begins that is no longer than what is there."""
    if len(body) < SMALLEST_PACKET[version] or body[0] >> 4 != version:
        return False
    if version == 4:
        return body[0] & 15 >= 5 and (int.from_bytes(body[2:4], "big") <= len(body) or not whole)
    return int.from_bytes(body[4:6], "big") + 40 <= len(body) or not whole


def _overlay(sample: Sample) -> Recognised | None:
    body, ports = sample.payload, {sample.src_port, sample.dst_port}
    if ports & set(VXLAN_PORTS) and body[:4] == VXLAN_HEAD and len(body) >= 22 and body[7] == 0:
        return Recognised("vxlan")
    if GTP_PORT in ports and len(body) > 8 and body[0] >> 4 == 3 and body[1] == GTP_PACKET:
        fits = int.from_bytes(body[2:4], "big") + 8 == len(body) or not sample.complete
        return Recognised("gtp") if fits else None
    return None


def _l2tp(sample: Sample) -> Recognised | None:
    body = sample.payload
    if len(body) < 12 or L2TP_PORT not in (sample.src_port, sample.dst_port):
        return None
    flags, size = struct.unpack_from("!HH", body)
    if flags & 0x8000 == 0:
        return Recognised("l2tp") if flags & 0x34FF == 2 else None
    if flags & 0xCBFF != L2TP_CONTROL or (size != len(body) and sample.complete):
        return None
    return Recognised("l2tp", gather([_l2tp_names(body[12:size])]))


def _l2tp_names(body: bytes) -> Iterator[Fact]:
    """Host and vendor name from the attribute pairs that are not hidden (section 4.1)."""
    at = 0
    while at + 6 <= len(body):
        flags, vendor, kind = struct.unpack_from("!HHH", body, at)
        size = flags & 0x3FF
        if size < 6:
            return
        if vendor == 0 and kind in L2TP_WORDS and not flags & 0x4000:
            yield Fact("src", L2TP_WORDS[kind], text(body[at + 6 : at + size]))
        at += size


def _pptp(body: bytes) -> Recognised | None:
    """Start-Control-Connection: host at byte 28, vendor at 92, 64 bytes each (RFC 2637 2.1)."""
    if len(body) < 12 or struct.unpack_from("!I", body, 4)[0] != PPTP_COOKIE:
        return None
    kind = int.from_bytes(body[8:10], "big")
    opener = {PPTP_START: "src", PPTP_STARTED: "dst"}.get(kind, "")
    if not opener:
        return Recognised("pptp")
    facts = (Fact("src", "hostname", text(body[28:92])), Fact("src", "maker", text(body[92:156])))
    return Recognised("pptp", facts, opener)
