"""GE Ethernet Global Data: cyclic data over UDP (GE GFK-2224, chapter on EGD)."""

from __future__ import annotations

import struct

from overlanded.wire.dissect import fields
from overlanded.wire.facts import Fact, Recognised, Sample

HEADER = 32
DATA, VERSION = 0x0D, 0x01


def dissect(sample: Sample) -> Recognised | None:
    """A data production packet; its producer id is an address unless it was set otherwise."""
    payload = sample.payload
    if len(payload) < HEADER or payload[:2] != bytes((DATA, VERSION)):
        return None
    if struct.unpack_from("<I", payload, 28)[0]:
        return None
    producer = fields.ip(payload[4:8])
    known = (Fact("src", "address", producer),) if fields.names_host(producer) else ()
    return Recognised("egd", known, "", ("cyclic",))
