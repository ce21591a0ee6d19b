"""PROFINET real-time frames: cyclic data, alarms and time (IEC 61158-6-10 section 4.7)."""

from __future__ import annotations

import struct

from overlanded.wire.facts import Recognised, Sample

CYCLIC = range(0x0100, 0xFC00)
"""Frame ids of real-time classes 3, 2 and 1."""
ALARMS = (0xFC01, 0xFE01)
TIME = (*range(0x0020, 0x0022), *range(0x0080, 0x0082), *range(0xFF00, 0xFF44))
"""Precision time: sync, announce, follow-up and delay."""
LEAST = 10
RESERVED = 0x48
"""Bits of the data status that are always zero; the transfer status after it is zero too."""


def dissect(sample: Sample) -> Recognised | None:
    """The kind of a frame by its frame id; discovery frames are not ours."""
    if len(sample.payload) < LEAST:
        return None
    frame_id = struct.unpack_from(">H", sample.payload)[0]
    if frame_id in CYCLIC and _status(sample):
        return Recognised("profinet-rt", functions=("cyclic",))
    if frame_id in ALARMS and sample.payload[6] >> 4 in (0, 1) and sample.payload[6] & 15 in KINDS:
        return Recognised("profinet-rt")
    return Recognised("ptcp") if frame_id in TIME else None


KINDS = (1, 2, 3, 4)
"""Alarm PDUs: data, negative answer, positive answer, error (section 4.7.2.4)."""


def _status(sample: Sample) -> bool:
    """Whether cycle counter, data status and transfer status may end the frame."""
    data, transfer = sample.payload[-2:]
    return not sample.complete or (not data & RESERVED and not transfer)
