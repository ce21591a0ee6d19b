"""The newer Siemens S7 communication (protocol 0x72) of S7-1200 and S7-1500.

It has no public description; what is read here was seen in captures of real modules: the frame
header, the function code, and the texts that both sides state when a session opens.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from msgspec import Struct

from overlanded.wire.dissect import cotp
from overlanded.wire.dissect.plain import facts, once, text
from overlanded.wire.facts import Fact, Recognised, Sample

ASK, ANSWER, NOTE = 0x31, 0x32, 0x33
CREATE, SET, SET_SEVERAL = 0x04CA, 0x04F2, 0x0542

FUNCTIONS = {
    0x04BB: "read",
    SET: "write",
    0x04FC: "read",
    0x0524: "read",
    SET_SEVERAL: "write",
    0x054C: "read",
    0x0556: "monitor",
    0x0560: "monitor",
    0x0586: "read",
}
"""Explore, set and get a variable, get link, set and get several, begin and end a sequence (seen
of programming tools only, when they go online), get a stream."""
SESSION_VERSION = b"\x82\x32"
"""Attribute 306: a set-several with it agrees on a session and writes no variable."""
RUN_STATE = b"\x00\x00\x00\x34\x01\x90\x77\x00\x08"
"""Set of attribute 2167, wanted operating state, of object 52, the CPU; the value follows."""
RUN_STATES = {1: "stop", 3: "start"}

MODULE = re.compile(
    rb"1;(6[A-Z0-9]{3} ?[A-Z0-9]{3,4}-[A-Z0-9]{5}-[A-Z0-9]{4}) *;([SV]\d+\.\d[\d.]*)"
)
"""Order number and firmware as the module states them: ``1;6ES7 511-1AK00-0AB0;V1.0``."""
HOST = re.compile(rb"\x82\x2a\x00\x15(.)", re.DOTALL)
"""Attribute 298 of a session's creation: the client's host name, as a text with its length."""
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{1,62}")


class Unit(Struct, frozen=True):
    """One S7 unit: operation, function code and what follows it."""

    operation: int
    function: int
    body: bytes


def unit(message: bytes) -> Unit | None:
    """The unit in a message, or None when its header does not fit."""
    if len(message) < 12 or message[0] != 0x72 or message[1] not in (1, 2, 3):
        return None
    length = struct.unpack_from(">H", message, 2)[0]
    trailer = message[4 + length :]
    if trailer and trailer[:4] != bytes((0x72, message[1], 0, 0)):
        return None
    digest = 33 if message[1] == 3 and message[4] == 32 else 0
    body = message[4 + digest : 4 + length]
    if body[0] not in (ASK, ANSWER, NOTE) or (body[0] != NOTE and body[1:3] != b"\0\0"):
        return None
    function = struct.unpack_from(">H", body, 3)[0] if body[0] != NOTE else 0
    return Unit(body[0], function, body[5:])


def dissect(sample: Sample) -> Recognised | None:
    """S7 communication of newer modules over ISO-on-TCP."""
    transport = cotp.read(sample.payload)
    if transport is None:
        return None
    units = [one for one in map(unit, transport.messages) if one]
    if not units:
        return None
    found = [*cotp.connection(transport), *(fact for one in units for fact in _stated(one))]
    opener = "src" if units[0].operation == ASK else "dst"
    return Recognised("s7comm-plus", tuple(dict.fromkeys(found)), opener, once(map(_class, units)))


def _class(one: Unit) -> str:
    if one.operation == NOTE:
        return "subscribe"
    if one.operation == ANSWER and one.function == SET_SEVERAL:
        return ""
    if one.function == SET_SEVERAL and SESSION_VERSION in one.body[:40]:
        return ""
    if one.function == SET and one.operation == ASK and RUN_STATE in one.body:
        return RUN_STATES.get(one.body.partition(RUN_STATE)[2][0], "write")
    return FUNCTIONS.get(one.function, "")


def _stated(one: Unit) -> Iterator[Fact]:
    """What the texts of a session's creation say: the module about itself, the client's host."""
    if one.function != CREATE:
        return
    if one.operation == ANSWER and (module := MODULE.search(one.body)):
        order, firmware = (text(part) for part in module.groups())
        yield from facts("src", [("order-number", order), ("firmware", firmware)])
    if one.operation == ASK and (host := HOST.search(one.body)):
        name = text(one.body[host.end() : host.end() + host.group(1)[0]])
        yield from facts("src", [("hostname", name if NAME.fullmatch(name) else "")])
