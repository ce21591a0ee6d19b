"""LLDP (IEEE 802.1AB-2016 clause 8) with the MED and PROFINET extensions.

LLDP-MED: ANSI/TIA-1057 clause 10.2.5, OUI 00-12-BB. PROFINET: IEC 61158-6-10, OUI 00-0E-CF.
"""

from __future__ import annotations

from collections.abc import Iterator

from overlanded.wire.dissect.fields import bits, gather, ip, mac, names_card, names_host, text
from overlanded.wire.facts import Fact, Recognised, Sample

CHASSIS, PORT, TTL, PORT_TEXT, NAME, DESCRIPTION, CAPABILITIES, MANAGEMENT = 1, 2, 3, 4, 5, 6, 7, 8
ORGANISATION = 127
MOST_TLVS = 128

MED = bytes.fromhex("0012bb")
PROFINET = bytes.fromhex("000ecf")
MED_INVENTORY = {
    5: "hardware",
    6: "firmware",
    7: "firmware",
    8: "serial",
    9: "maker",
    10: "model",
}
"""MED subtype → property (5 hardware, 6 firmware and 7 software revision, 8 serial …)."""
PROFINET_CHASSIS_MAC = 5

CAPABILITY_BITS = (
    (0x001, "other"),
    (0x002, "repeater"),
    (0x004, "bridge"),
    (0x008, "access-point"),
    (0x010, "router"),
    (0x020, "telephone"),
    (0x040, "docsis"),
    (0x080, "station"),
    (0x100, "c-vlan"),
    (0x200, "s-vlan"),
    (0x400, "relay"),
)
CHASSIS_MAC, CHASSIS_ADDRESS = 4, 5
PORT_MAC, PORT_ADDRESS = 3, 4
PLAIN = {
    PORT_TEXT: "lldp.port",
    NAME: "lldp.system-name",
    DESCRIPTION: "lldp.system-description",
}


def dissect(sample: Sample) -> Recognised | None:
    """What a neighbour says of itself; the first three TLVs must be chassis, port and TTL."""
    tlvs = tuple(_tlvs(sample.payload))
    if [kind for kind, _ in tlvs[:3]] != [CHASSIS, PORT, TTL]:
        return None
    facts = gather(_facts(kind, body) for kind, body in tlvs)
    return Recognised("lldp", facts)


def _tlvs(payload: bytes) -> Iterator[tuple[int, bytes]]:
    """(type, value) of each whole TLV; stops at the end TLV or at a cut."""
    at = 0
    for _ in range(MOST_TLVS):
        if at + 2 > len(payload):
            return
        head = int.from_bytes(payload[at : at + 2], "big")
        kind, size = head >> 9, head & 0x1FF
        body = payload[at + 2 : at + 2 + size]
        if kind == 0 or len(body) < size:
            return
        yield kind, body
        at += 2 + size


def _facts(kind: int, body: bytes) -> Iterator[Fact]:
    if kind == CHASSIS:
        yield Fact("src", "lldp.chassis", _id(body, CHASSIS_MAC, CHASSIS_ADDRESS))
    elif kind == PORT:
        yield Fact("src", "lldp.port", _id(body, PORT_MAC, PORT_ADDRESS))
    elif kind in PLAIN:
        yield Fact("src", PLAIN[kind], text(body))
    elif kind == CAPABILITIES and len(body) >= 4:
        enabled = int.from_bytes(body[2:4], "big")
        yield Fact("src", "lldp.capabilities", bits(enabled, CAPABILITY_BITS))
    elif kind == MANAGEMENT:
        yield from _management(body)
    elif kind == ORGANISATION:
        yield from _organisation(body)


def _id(body: bytes, mac_kind: int, address_kind: int) -> str:
    """A chassis or port id as text: subtype, then a MAC, a network address or a name."""
    kind, value = body[0], body[1:]
    if kind == mac_kind and len(value) == 6:
        return mac(value)
    if kind == address_kind and value[:1] in (b"\x01", b"\x02") and len(value) in (5, 17):
        return ip(value[1:])
    return text(value)


def _management(body: bytes) -> Iterator[Fact]:
    """The management address: length (with the family), IANA family 1 or 2, address."""
    size, family = body[0], body[1]
    address = ip(body[2 : 1 + size]) if (family, size) in ((1, 5), (2, 17)) else ""
    if names_host(address):
        yield Fact("src", "lldp.management", address)
        yield Fact("src", "address", address)


def _organisation(body: bytes) -> Iterator[Fact]:
    owner, kind, value = body[:3], body[3], body[4:]
    if owner == MED and kind in MED_INVENTORY:
        yield Fact("src", MED_INVENTORY[kind], text(value))
    elif owner == PROFINET and kind == PROFINET_CHASSIS_MAC and len(value) == 6:
        chassis = mac(value)
        if names_card(chassis):
            yield Fact("src", "lldp.chassis", chassis)
