"""EtherCAT frames (IEC 61158-4-12; ETG.1000.4 section 5.3)."""

from __future__ import annotations

import struct

from overlanded.wire.facts import Recognised, Sample

DATAGRAMS, VARIABLES, MAILBOX = 1, 4, 5
LAST_COMMAND = 14
CYCLIC = (10, 11, 12)
"""Logical read, write, read and write: process data."""


def dissect(sample: Sample) -> Recognised | None:
    """A frame whose header, type and first datagram fit its length."""
    if len(sample.payload) < 4:
        return None
    header = struct.unpack_from("<H", sample.payload)[0]
    length, kind = header & 0x07FF, header >> 12
    if kind not in (DATAGRAMS, VARIABLES, MAILBOX) or header & 0x0800 or not length:
        return None
    if sample.complete and length > len(sample.payload) - 2:
        return None
    if kind != DATAGRAMS:
        return Recognised("ethercat")
    commands = _commands(sample.payload[2 : 2 + length])
    if not commands or max(commands) > LAST_COMMAND:
        return None
    cyclic = any(command in CYCLIC for command in commands)
    return Recognised("ethercat", functions=("cyclic",) if cyclic else ())


def _commands(body: bytes) -> list[int]:
    """Commands of the datagrams in order; 10 bytes before the data, a counter after it."""
    found: list[int] = []
    at, more = 0, True
    while more and at + 12 <= len(body) and len(found) < 64:
        size = struct.unpack_from("<H", body, at + 6)[0]
        found.append(body[at])
        more = bool(size & 0x8000)
        at += 12 + (size & 0x07FF)
    return found
