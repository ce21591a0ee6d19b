"""Beckhoff ADS/AMS over TCP 48898 and its discovery over UDP 48899.

Layouts follow Beckhoff Information System, "ADS specification"; the discovery has no public
description and is read as captures of real controllers show it.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from functools import lru_cache

from msgspec import Struct

from overlanded.wire.dissect.plain import facts, once, text, version
from overlanded.wire.facts import Recognised, Sample

DEVICE_INFO, READ, WRITE, STATE, CONTROL, ADD, REMOVE, NOTE, READ_WRITE = range(1, 10)
COMMANDS = {
    DEVICE_INFO: "identify",
    READ: "read",
    WRITE: "write",
    STATE: "read",
    ADD: "subscribe",
    REMOVE: "subscribe",
    NOTE: "subscribe",
    READ_WRITE: "read",
}
STATES = {2: "start", 5: "start", 6: "stop", 15: "stop", 16: "stop"}
"""States that a control command asks for: reset, run, stop, configuration."""
GROUPS = {0xF081: "write", 122: "upload", 123: "download"}
"""Index groups of read-write that do otherwise: write of a sum, read and write of a file."""
MOST = 128

MAGIC = b"\x03\x66\x14\x71"
SERVER_INFO, ADD_ROUTE = 1, 6
TAG_VERSION, TAG_NAME = 3, 5
NAME = re.compile(r"[A-Za-z0-9][\w.-]*")


class Unit(Struct, frozen=True):
    """One AMS message; ``source`` is the AMS Net Id of its sender."""

    source: bytes
    command: int
    answer: bool
    error: int
    data: bytes


def units(payload: bytes) -> list[Unit]:
    """The AMS messages from the first byte on; empty for anything else."""
    found: list[Unit] = []
    at = 0
    while at + 38 <= len(payload) and len(found) < MOST:
        zero, total = struct.unpack_from("<HI", payload, at)
        source = payload[at + 14 : at + 20]
        command, flags, size, error, _ = struct.unpack_from("<HHIII", payload, at + 22)
        if zero or total != 32 + size or command not in range(1, 10) or flags & 0xFFFE != 4:
            break
        data = payload[at + 38 : at + 38 + size]
        found.append(Unit(source, command, bool(flags & 1), error, data))
        at += 38 + size
    return found


def dissect(sample: Sample) -> Recognised | None:
    """AMS over TCP, or a discovery datagram over UDP."""
    return _discovery(sample.payload) if sample.layer == "udp" else _messages(sample.payload)


@lru_cache(maxsize=512)  # the same values are asked for again and again, by every panel
def _messages(payload: bytes) -> Recognised | None:
    found = units(payload)
    if not found:
        return None
    stated = [pair for one in found for pair in _stated(one)]
    first = found[0]
    asks = not first.answer and first.command != NOTE
    opener = "src" if asks else "dst"
    return Recognised("ads", facts("src", stated), opener, once(map(_class, found)))


def _class(one: Unit) -> str:
    if one.answer or len(one.data) < 4:
        return "" if one.command == CONTROL else COMMANDS[one.command]
    number = struct.unpack_from("<I", one.data)[0]
    if one.command == CONTROL:
        return STATES.get(number & 0xFFFF, "write")
    return GROUPS.get(number, "read") if one.command == READ_WRITE else COMMANDS[one.command]


def _stated(one: Unit) -> Iterator[tuple[str, str]]:
    yield "ads.netid", version(one.source)
    if one.command == DEVICE_INFO and one.answer and not one.error and len(one.data) >= 24:
        major, minor, build = struct.unpack_from("<BBH", one.data, 4)
        name = text(one.data[8:24])
        yield "ads.name", f"{name} {version((major, minor, build))}" if name else ""


def _discovery(payload: bytes) -> Recognised | None:
    """Discovery and route setting; its user names and passwords are passed over."""
    if payload[:4] != MAGIC or len(payload) < 24:
        return None
    command, net_id, count = struct.unpack_from("<I6s2xI", payload, 8)
    answer, kind = bool(command >> 31), command & 0x7FFFFFFF
    tags = dict(_tags(payload, count))
    name = text(tags.get(TAG_NAME, b""))
    stated = [("ads.netid", version(net_id)), ("hostname", name if NAME.fullmatch(name) else "")]
    if kind == SERVER_INFO and answer and len(tags.get(TAG_VERSION, b"")) >= 4:
        stated.append(
            ("ads.name", "TwinCAT " + version(struct.unpack_from("<BBH", tags[TAG_VERSION])))
        )
    word = {SERVER_INFO: "identify", ADD_ROUTE: "write"}.get(kind, "")
    opener = "dst" if answer else "src"
    return Recognised("ads", facts("src", stated), opener, (word,) if word else ())


def _tags(payload: bytes, count: int) -> Iterator[tuple[int, bytes]]:
    at = 24
    for _ in range(min(count, 32)):
        if at + 4 > len(payload):
            return
        tag, size = struct.unpack_from("<HH", payload, at)
        yield tag, payload[at + 4 : at + 4 + size]
        at += 4 + size
