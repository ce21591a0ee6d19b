"""IEC 61850 GOOSE and sampled values (IEC 61850-8-1 annex C, 61850-9-2 section 8)."""

from __future__ import annotations

import struct

from overlanded.wire.dissect import ber
from overlanded.wire.dissect.plain import facts, text
from overlanded.wire.facts import Recognised, Sample

GOOSE, SAMPLES = 0x61, 0x60
CONTROL_BLOCK, LIST, UNIT, SAMPLE_ID = 0x80, 0xA2, 0x30, 0x80


def dissect(sample: Sample) -> Recognised | None:
    """The control block or stream that a device publishes."""
    if len(sample.payload) < 10:
        return None
    length, tag = struct.unpack_from(">H4xB", sample.payload, 2)
    if tag not in (GOOSE, SAMPLES) or length < 10:
        return None
    body = ber.first(sample.payload[8:], tag)
    if tag == GOOSE:
        name, protocol = ber.first(body, CONTROL_BLOCK), "goose"
    else:
        name, protocol = ber.first(ber.first(ber.first(body, LIST), UNIT), SAMPLE_ID), "sv"
    if not text(name):
        return None
    return Recognised(protocol, facts("src", [("iec61850.publishes", text(name))]), "", ("cyclic",))
