"""PROFINET discovery and basic configuration (IEC 61158-6-10 section 4.3)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from overlanded.data import table
from overlanded.wire.dissect import fields
from overlanded.wire.dissect.plain import facts, text
from overlanded.wire.facts import Recognised, Sample

HELLO, GET_SET, ASK, ANSWER = 0xFEFC, 0xFEFD, 0xFEFE, 0xFEFF
"""Frame ids; everything else of the EtherType is real-time data or time."""
SERVICES = {3: "read", 4: "write", 5: "identify", 6: "identify"}
GET, SET = 3, 4
TYPES = {0: "src", 1: "dst", 5: "dst"}
"""Request, answer, answer that the service is not supported: the side that asked."""

IP, IP_FULL = (1, 2), (1, 3)
STATION_TYPE, STATION_NAME, DEVICE, ROLE, OEM = (2, 1), (2, 2), (2, 3), (2, 4), (2, 8)
ROLES = ((1, "io-device"), (2, "controller"), (8, "supervisor"))
MOST = 64


def dissect(sample: Sample) -> Recognised | None:
    """DCP frames: what a station says of itself, and what another one sets for it."""
    if len(sample.payload) < 12:
        return None
    frame_id, service, kind, _, _, length = struct.unpack_from(">HBBIHH", sample.payload)
    if frame_id not in (HELLO, GET_SET, ASK, ANSWER) or service not in SERVICES:
        return None
    if kind not in TYPES or (sample.complete and length > len(sample.payload) - 12):
        return None
    body = sample.payload[12 : 12 + length]
    answer = kind != 0 or frame_id == HELLO
    stated = [pair for pair in _stated(body) if frame_id != ASK]
    about = "src" if answer else "dst" if service == SET else ""
    opener = "" if frame_id == HELLO else TYPES[kind]
    found = facts(about, stated) if about else ()
    return Recognised("profinet-dcp", found, opener, (SERVICES[service],))


def _blocks(body: bytes) -> Iterator[tuple[tuple[int, int], bytes]]:
    """((option, suboption), value) of each block, without its info or qualifier."""
    at = 0
    for _ in range(MOST):
        if at + 6 > len(body):
            return
        option, suboption, length = struct.unpack_from(">BBH", body, at)
        yield (option, suboption), body[at + 6 : at + 4 + length]
        at += 4 + length + length % 2


def _stated(body: bytes) -> Iterator[tuple[str, str]]:
    for kind, value in _blocks(body):
        if kind == STATION_NAME:
            yield "station-name", text(value)
        elif kind == STATION_TYPE:
            yield "model", text(value, "latin-1")
        elif kind == DEVICE and len(value) >= 4:
            yield from device(*struct.unpack_from(">HH", value))
        elif kind == ROLE and value:
            yield from (("role", word) for bit, word in ROLES if value[0] & bit)
        elif kind == OEM and len(value) >= 4:
            yield "maker", vendor(struct.unpack_from(">H", value)[0])
        elif kind in (IP, IP_FULL) and len(value) >= 4 and fields.names_host(fields.ip(value[:4])):
            yield "address", fields.ip(value[:4])


def vendor(number: int) -> str:
    """The maker that a PROFINET vendor id stands for, else the number itself."""
    known: str = table("profinet")["vendors"].get(f"{number:04X}", "")
    return known or (f"PROFINET vendor {number:04X}" if number else "")


def device(maker: int, kind: int) -> Iterator[tuple[str, str]]:
    """Facts of a vendor id and a device id: together they name one GSDML description."""
    yield "maker", vendor(maker)
    yield "device-type", f"PROFINET device {maker:04X}:{kind:04X}" if maker else ""
