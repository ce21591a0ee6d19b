"""Ethernet POWERLINK (EPSG DS 301 section 4.6, 7.3.3)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from overlanded.wire.dissect import fields
from overlanded.wire.dissect.plain import facts, text
from overlanded.wire.facts import Recognised, Sample

START, POLL, ANSWER, ASYNCHRONOUS, SEND = 1, 3, 4, 5, 6
KINDS = (START, POLL, ANSWER, ASYNCHRONOUS, SEND)
IDENTITY = 1
MANAGER = 240
"""Node number of the managing node."""


def dissect(sample: Sample) -> Recognised | None:
    """A frame of a known kind; the managing node and identity answers are named."""
    payload = sample.payload
    if len(payload) < 4 or payload[0] not in KINDS:
        return None
    if payload[0] == START and (payload[1], payload[2]) != (255, MANAGER):
        return None
    stated = [("role", "controller")] if payload[2] == MANAGER else []
    if payload[0] == SEND and payload[3] == IDENTITY and len(payload) >= 114:
        stated += _identity(payload)
    cyclic = payload[0] in (POLL, ANSWER)
    return Recognised("powerlink", facts("src", stated), "", ("cyclic",) if cyclic else ())


def _identity(payload: bytes) -> Iterator[tuple[str, str]]:
    maker, product, revision, serial = struct.unpack_from("<IIII", payload, 30)
    address = fields.ip(payload[70:74])
    yield "device-type", f"POWERLINK device {maker:08X}:{product:08X}"
    yield "hardware", f"{revision:08X}" if revision else ""
    yield "serial", str(serial) if serial else ""
    yield "address", address if fields.names_host(address) else ""
    yield "hostname", text(payload[82:114])
