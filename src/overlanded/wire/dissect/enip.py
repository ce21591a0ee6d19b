"""EtherNet/IP encapsulation (ODVA, The CIP Networks Library volume 2, chapter 2)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from msgspec import Struct

from overlanded.wire.dissect import cip, fields
from overlanded.wire.dissect.plain import facts, once
from overlanded.wire.facts import Recognised, Sample

PORT, IO_PORT = 44818, 2222
SERVICES, IDENTITY, INTERFACES = 0x04, 0x63, 0x64
REGISTER, UNREGISTER, UNCONNECTED, CONNECTED = 0x65, 0x66, 0x6F, 0x70
LISTS = (SERVICES, IDENTITY, INTERFACES)
STATUSES = (0, 1, 2, 3, 0x64, 0x65, 0x69)
CONNECTED_DATA, UNCONNECTED_DATA, IDENTITY_ITEM, SEQUENCED = 0xB1, 0xB2, 0x0C, 0x8002
MOST = 128


class Unit(Struct, frozen=True):
    """One encapsulation message; ``data`` may be cut short."""

    command: int
    session: int
    status: int
    data: bytes


def units(payload: bytes) -> tuple[list[Unit], bool]:
    """The messages in a payload, and whether nothing else is in it."""
    found: list[Unit] = []
    at = 0
    while at + 24 <= len(payload) and len(found) < MOST:
        command, length, session, status, _, options = struct.unpack_from("<HHII8sI", payload, at)
        one = Unit(command, session, status, payload[at + 24 : at + 24 + length])
        if options or status not in STATUSES or not _fits(one, length):
            return found, False
        found.append(one)
        at += 24 + length
    return found, True


def _fits(one: Unit, length: int) -> bool:
    if one.command in LISTS:
        return length == 0 or 8 <= length <= 1024
    if one.command == REGISTER:
        return length == 4 and one.data[:4] == b"\x01\0\0\0"
    if one.command == UNREGISTER:
        return length == 0 and one.session != 0
    if one.command in (UNCONNECTED, CONNECTED):
        return bool(one.status) or (one.session != 0 and length >= 8 and not any(one.data[:4]))
    return False


def dissect(sample: Sample) -> Recognised | None:
    """EtherNet/IP messages over TCP or UDP, and cyclic data on UDP 2222."""
    if sample.layer == "udp" and IO_PORT in (sample.src_port, sample.dst_port):
        return _cyclic(sample.payload)
    found, whole = units(sample.payload)
    if not found or not whole:
        return None
    asked = [one for unit in found for one in messages(unit)]
    stated = [pair for unit in found for pair in _listed(unit)]
    stated += [pair for one in asked for raw in _answers(one) for pair in cip.identity(raw)]
    words = [word for one in asked for word in cip.classes(one)]
    words += ["identify" for unit in found if unit.command == IDENTITY]
    sides = [side for unit in found if (side := _side(unit))]
    sides += ["dst" if one.answer else "src" for one in asked]
    opener = sides[0] if sides else _by_port(sample)
    return Recognised("enip", facts("src", stated), opener, once(words))


def _by_port(sample: Sample) -> str:
    return {sample.dst_port: "src", sample.src_port: "dst"}.get(PORT, "")


def _side(unit: Unit) -> str:
    """The client, where the message itself tells: a list is answered with items."""
    if unit.command in LISTS:
        return "dst" if unit.data else "src"
    if unit.command == REGISTER:
        return "dst" if unit.session else "src"
    return ""


def items(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(type, data) of the items of a Common Packet Format list (volume 2, 2-6)."""
    count = struct.unpack_from("<H", data)[0] if len(data) >= 2 else 0
    at = 2
    for _ in range(min(count, 16)):
        if at + 4 > len(data):
            return
        kind, size = struct.unpack_from("<HH", data, at)
        yield kind, data[at + 4 : at + 4 + size]
        at += 4 + size


def messages(unit: Unit) -> Iterator[cip.Message]:
    """The CIP messages in the data items of an encapsulation message."""
    if unit.command not in (UNCONNECTED, CONNECTED) or unit.status:
        return
    for kind, data in items(unit.data[6:]):
        if kind in (CONNECTED_DATA, UNCONNECTED_DATA):
            found = cip.message(data[2:] if kind == CONNECTED_DATA else data)
            if found:
                yield found


def _answers(one: cip.Message) -> Iterator[cip.Message]:
    """The answer, or those inside a packet of several."""
    if one.answer and one.service == cip.SEVERAL:
        yield from filter(None, map(cip.message, cip.several(one.data)))
    else:
        yield one


def _listed(unit: Unit) -> Iterator[tuple[str, str]]:
    """Facts of a ListIdentity answer: version, socket address, identity (volume 2, 2-4.3.3)."""
    if unit.command != IDENTITY:
        return
    for kind, data in items(unit.data):
        if kind == IDENTITY_ITEM and len(data) >= 33:
            yield from cip.stated(data[18:])
            address = fields.ip(data[6:10])
            yield "address", address if fields.names_host(address) else ""


def _cyclic(payload: bytes) -> Recognised | None:
    """Cyclic data: a connection id with its count, then the data, and nothing else."""
    found = list(items(payload))
    size = 2 + sum(4 + len(data) for _, data in found)
    kinds = [kind for kind, _ in found]
    if kinds != [SEQUENCED, CONNECTED_DATA] or len(found[0][1]) != 8 or size != len(payload):
        return None
    return Recognised("enip", functions=("cyclic",))
