"""Siemens S7 communication (protocol 0x32): functions, and the module's own identification.

The protocol has no public standard; layouts follow SIMATIC "System Software for S7-300/400,
System and Standard Functions" (SZL lists 0x0011 and 0x001C) and captures of real modules.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from msgspec import Struct

from overlanded.wire.dissect import cotp
from overlanded.wire.dissect.plain import facts, once, text, version
from overlanded.wire.facts import Fact, Recognised, Sample

JOB, ACK, ACK_DATA, USERDATA = 1, 2, 3, 7

JOBS = {
    0x04: "read",
    0x05: "write",
    0x1A: "download",
    0x1B: "download",
    0x1C: "download",
    0x1D: "upload",
    0x1E: "upload",
    0x1F: "upload",
    0x29: "stop",
}
FROM_SERVER = (0x1B, 0x1C)
"""Jobs that the module itself sends: it fetches the blocks of a download one by one."""

SERVICES = {
    b"P_PROGRAM": "start",
    b"_INSE": "program",
    b"_INS2": "program",
    b"_DELE": "program",
    b"_MODU": "program",
    b"_GARB": "program",
}
"""Program invocation services: restart, activate or delete a block, copy to ROM, compress."""

TEST_FUNCTIONS = {
    0x07: "write",
    0x08: "write",
    0x09: "write",
    0x0A: "program",
    0x0B: "start",
    0x0C: "program",
    0x16: "identify",
}
"""Programmer commands that do more than monitor: modify and force values, breakpoints, leave HOLD,
memory reset, flash the LED."""

USER_GROUPS = {2: "subscribe", 3: "monitor", 5: "program"}
"""Cyclic data, block lists, password."""
READ_LIST = 0x01
IDENTIFYING = (0x11, 0x1C)
"""Low bytes of the status lists that identify; the others are read as state and diagnosis."""
CLOCK_SET = (0x02, 0x03)

COMPONENT = {1: "station-name", 2: "station-name", 3: "station-name", 5: "serial", 7: "model"}
"""SZL 0x001C: names of the plant, the module and the site; serial number; module type."""
COPYRIGHT = 4
ORDER, HARDWARE, FIRMWARE = 1, 6, 7
"""Indexes of SZL 0x0011: the module, its basic hardware, its basic firmware."""


class Unit(Struct, frozen=True):
    """One S7 protocol data unit; parameters and data may be cut short."""

    kind: int
    parameters: bytes
    data: bytes


def unit(message: bytes) -> Unit | None:
    """A message's S7 unit, or None when the header's lengths do not fit."""
    if len(message) < 10 or message[0] != 0x32 or message[1] not in (JOB, ACK, ACK_DATA, USERDATA):
        return None
    size = 12 if message[1] in (ACK, ACK_DATA) else 10
    length, extra = struct.unpack_from(">HH", message, 6)
    if message[2:4] != b"\0\0" or len(message) > size + length + extra:
        return None
    split = size + length
    return Unit(message[1], message[size:split], message[split : split + extra])


def dissect(sample: Sample) -> Recognised | None:
    """S7 communication over ISO-on-TCP in a payload that starts with a TPKT."""
    transport = cotp.read(sample.payload)
    if transport is None:
        return None
    units = [one for one in map(unit, transport.messages) if one]
    if not units:
        return None
    found = [*cotp.connection(transport, s7=True), *_identification(units)]
    client = next(filter(None, map(_client, units)), "") or cotp.opener(transport, sample)
    return Recognised("s7comm", tuple(dict.fromkeys(found)), client, once(map(_function, units)))


def _client(one: Unit) -> str:
    """The side that the unit shows to be the client."""
    if not one.parameters:
        return ""
    if one.kind == USERDATA:
        return {0: "dst", 4: "src", 8: "dst"}.get(one.parameters[5] >> 4, "") if _user(one) else ""
    sent_by_client = (one.kind == JOB) != (one.parameters[0] in FROM_SERVER)
    return "src" if sent_by_client else "dst"


def _user(one: Unit) -> bool:
    return one.parameters[:3] == b"\0\x01\x12" and len(one.parameters) >= 8


def _function(one: Unit) -> str:
    if one.kind == USERDATA:
        return _user_function(one) if _user(one) else ""
    if not one.parameters:
        return ""
    if one.parameters[0] == 0x28:
        return next((word for name, word in SERVICES.items() if name in one.parameters), "")
    return JOBS.get(one.parameters[0], "")


def _user_function(one: Unit) -> str:
    group, function = one.parameters[5] & 0x0F, one.parameters[6]
    if group == 1:
        return TEST_FUNCTIONS.get(function, "monitor")
    if group == 4 and function == READ_LIST:
        return "identify" if one.data[5:6] and one.data[5] in IDENTIFYING else "read"
    if group == 4:
        return "subscribe"
    if group == 7:
        return "write" if function in CLOCK_SET else "read"
    return USER_GROUPS.get(group, "")


def _identification(units: list[Unit]) -> Iterator[Fact]:
    for number, body in _lists(units):
        if number & 0xFF == 0x11:
            yield from facts("src", _module(body))
        elif number & 0xFF == 0x1C:
            yield from facts("src", _component(body))


def _lists(units: list[Unit]) -> Iterator[tuple[int, bytes]]:
    """(list number, records from their length on) of the system status lists answered.

    A long list comes in several units that carry the same data unit reference.
    """
    open_lists: dict[int, bytes] = {}
    for one in units:
        if not _list_answer(one):
            continue
        reference, last = one.parameters[8], one.parameters[9] == 0
        body = open_lists.pop(reference, b"") + one.data[4:]
        if last or not reference:
            yield from _list(body)
        else:
            open_lists[reference] = body
    for body in open_lists.values():
        yield from _list(body)


def _list_answer(one: Unit) -> bool:
    """Whether the unit answers a read of a system status list (group 4, function 1)."""
    return (
        one.kind == USERDATA
        and _user(one)
        and len(one.parameters) >= 10
        and one.parameters[5:7] == b"\x84\x01"
        and one.data[:1] == b"\xff"
    )


def _list(body: bytes) -> Iterator[tuple[int, bytes]]:
    if len(body) >= 8:
        yield struct.unpack_from(">H", body)[0], body[4:]


def _records(body: bytes, least: int) -> Iterator[tuple[int, bytes]]:
    """(index, rest) of each whole record of a list."""
    size, count = struct.unpack_from(">HH", body)
    if size < least:
        return
    for at in range(4, min(len(body) - size, 4 + size * (count - 1)) + 1, size):
        yield struct.unpack_from(">H", body, at)[0] & 0xFF, body[at + 2 : at + size]


def _module(body: bytes) -> Iterator[tuple[str, str]]:
    for index, record in _records(body, 28):
        if index == ORDER:
            yield "order-number", text(record[:20])
        elif index == HARDWARE:
            yield "hardware", version(record[24:26][-1:])
        elif index == FIRMWARE and record[22:23] == b"V":
            yield "firmware", version(record[23:26])


def _component(body: bytes) -> Iterator[tuple[str, str]]:
    for index, record in _records(body, 34):
        if index == COPYRIGHT and b"Siemens" in record:
            yield "maker", "Siemens"
        elif index in COMPONENT:
            yield COMPONENT[index], text(record[:32])
