"""BACnet/IP (ANSI/ASHRAE 135-2020 annex J, clauses 6, 20 and 21)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from overlanded.wire.dissect.plain import facts, text
from overlanded.wire.facts import Recognised, Sample

TYPE = 0x81
FORWARDED = 0x04
LAST_FUNCTION = 0x0C
CARRIERS = (FORWARDED, 0x09, 0x0A, 0x0B)
"""Functions that carry a network message: forwarded, distributed, unicast, broadcast."""
REQUEST, UNCONFIRMED, SIMPLE, COMPLEX = range(4)
I_AM, WHO_IS = 0, 8
READ_PROPERTY = 12
CONFIRMED = {
    5: "subscribe",
    6: "upload",
    7: "download",
    **dict.fromkeys((8, 9, 15, 16), "write"),
    **dict.fromkeys((10, 11), "program"),
    **dict.fromkeys((12, 14, 26), "read"),
    **dict.fromkeys((17, 20), "stop"),
    28: "subscribe",
}
"""Confirmed services (clause 21): device communication control and reinitialise stop a device."""
PROPERTIES = {12: "firmware", 44: "firmware", 70: "model", 77: "hostname", 121: "maker"}
"""Properties of the device object that name it."""
DEVICE = 8


def dissect(sample: Sample) -> Recognised | None:
    """A datagram whose length field covers it; I-Am and names of the device object are read."""
    payload = sample.payload
    if len(payload) < 4 or payload[0] != TYPE or payload[1] > LAST_FUNCTION:
        return None
    if sample.complete and struct.unpack_from(">H", payload, 2)[0] != len(payload):
        return None
    unit = _unit(payload)
    if len(unit) < 2:
        return Recognised("bacnet")
    kind = unit[0] >> 4
    if kind == UNCONFIRMED:
        return _unconfirmed(unit)
    if kind == REQUEST and len(unit) >= 4:
        word = CONFIRMED.get(unit[3], "")
        return Recognised("bacnet", (), "src", (word,) if word else ())
    stated = _property(unit) if kind == COMPLEX else ()
    return Recognised("bacnet", facts("src", stated), "dst")


def _unit(payload: bytes) -> bytes:
    """The application message; empty for one of the network layer (clause 6.2)."""
    if payload[1] not in CARRIERS:
        return b""
    at = 10 if payload[1] == FORWARDED else 4
    if payload[at] != 1 or payload[at + 1] & 0x80:
        return b""
    control = payload[at + 1]
    at += 2
    if control & 0x20:
        at += 3 + payload[at + 2]
    if control & 0x08:
        at += 3 + payload[at + 2]
    return payload[at + (1 if control & 0x20 else 0) :]


def _unconfirmed(unit: bytes) -> Recognised:
    if unit[1] == I_AM:
        return Recognised("bacnet", facts("src", _i_am(unit)), "dst")
    return Recognised("bacnet", (), "src", ("identify",) if unit[1] == WHO_IS else ())


def _i_am(unit: bytes) -> Iterator[tuple[str, str]]:
    """Device instance and maker's number of an I-Am (clause 16.10)."""
    values = list(_values(unit[2:]))
    if len(values) >= 4 and len(values[0]) == 4:
        number = int.from_bytes(values[0], "big")
        maker = int.from_bytes(values[3], "big")
        yield "device-type", f"BACnet device {number & 0x3FFFFF}" if number >> 22 == DEVICE else ""
        yield "maker", f"BACnet vendor {maker}"


def _values(data: bytes) -> Iterator[bytes]:
    """Contents of application-tagged values of up to four bytes (clause 20.2.1)."""
    at = 0
    while at < len(data) and data[at] & 7 <= 4 and not data[at] & 8:
        size = data[at] & 7
        yield data[at + 1 : at + 1 + size]
        at += 1 + size


def _property(unit: bytes) -> Iterator[tuple[str, str]]:
    """One text property of the device object in an answer to ReadProperty (clause 15.5)."""
    if unit[0] & 8 or unit[2] != READ_PROPERTY or unit[3] != 0x0C or len(unit) < 13:
        return
    if struct.unpack_from(">I", unit, 4)[0] >> 22 != DEVICE or unit[8] != 0x19:
        return
    name = PROPERTIES.get(unit[9], "")
    if name and unit[10:12] == b"\x3e\x75":
        size = unit[12]
        at = 13
        if size == 0xFE:
            size, at = struct.unpack_from(">H", unit, 13)[0], 15
        encoding = "utf-16-be" if unit[at] == 4 else "utf-8"
        yield name, text(unit[at + 1 : at + size].decode(encoding, "replace").encode())
