"""Where each column of a table lies in the kernels' rows."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from mmap import mmap

from overlanded.model.columns import FLOWS, SERVICES, SIGHTINGS, Table
from overlanded.wire.kernels import layout as at
from overlanded.wire.kernels.layout import Store
from overlanded.wire.kernels.tabling import every, gather
from overlanded.wire.memory import room

Spec = tuple[int, int, int, int, int, int]
"""word when a is client, its shift, word when b is client, its shift, bits, bytes."""

WIDTHS = {"u1": 1, "u2": 2, "u4": 4, "u8": 8, "i8": 8}


def _one(word: int, shift: int = 0, bits: int = 64) -> tuple[int, int, int, int, int]:
    return word, shift, word, shift, bits


def _pair(
    name: str, word: int, shift: int = 0, bits: int = 64, step: int = 0
) -> dict[str, tuple[int, int, int, int, int]]:
    """The two directions of a pair that lies in one word (``step`` bits apart) or in two."""
    other = (word, shift + step) if step else (word + 1, shift)
    return {
        name.format("ab", "a"): (word, shift, *other, bits),
        name.format("ba", "b"): (*other, word, shift, bits),
    }


_FLOW = {
    "part": _one(at.PART),
    "first_frame": _one(at.FIRST_FRAME),
    "first_ns": _one(at.FIRST_NS),
    "last_ns": _one(at.LAST_NS),
    "vlan": _one(at.PORTS, 12, 12),
    "inner_vlan": _one(at.PORTS, 0, 12),
    "tunnel": _one(at.STATE, at.TUNNEL_SHIFT, 4),
    "proto": _one(at.PORTS, 24, 8),
    **_pair("{1}_mac", at.MACS),
    "a_ip_hi": (at.A_HI, 0, at.B_HI, 0, 64),
    "a_ip_lo": (at.A_LO, 0, at.B_LO, 0, 64),
    "b_ip_hi": (at.B_HI, 0, at.A_HI, 0, 64),
    "b_ip_lo": (at.B_LO, 0, at.A_LO, 0, 64),
    "a_port": (at.PORTS, 48, at.PORTS, 32, 16),
    "b_port": (at.PORTS, 32, at.PORTS, 48, 16),
    **_pair("packets_{0}", at.PACKETS),
    **_pair("bytes_{0}", at.BYTES),
    **_pair("payload_{0}", at.PAYLOAD),
    **_pair("segments_{0}", at.SEGMENTS),
    **_pair("flags_{0}", at.SIDES, 0, 8),
    **_pair("ttl_min_{0}", at.SIDES, 8, 8),
    **_pair("ttl_max_{0}", at.SIDES, 16, 8),
    **_pair("mss_{0}", at.OPTIONS, 0, 16, 16),
    **_pair("wscale_{0}", at.OPTIONS, 32, 8, 8),
    **_pair("stamp_{0}", at.STAMPS, 0, 32, 32),
    **_pair("ident_{0}", at.STATE, at.IDENT_SHIFT, 16, 16),
    "syn_ns": _one(at.SYN_NS),
    "synack_ns": _one(at.SYNACK_NS),
    "ack_ns": _one(at.ACK_NS),
    "ask_ns": (at.FIRST_PAY, 0, at.FIRST_PAY + 1, 0, 64),
    "reply_ns": (at.FIRST_PAY + 1, 0, at.FIRST_PAY, 0, 64),
}

_SIGHTING = {
    "mac": _one(at.MAC_VLAN, 0, 48),
    "vlan": _one(at.MAC_VLAN, 48, 16),
    "ip_hi": _one(at.IP_HI),
    "ip_lo": _one(at.IP_LO),
    "how": _one(at.SEEN_BITS, 0, 8),
    "first_frame": _one(at.SEEN_FRAME),
    "first_ns": _one(at.SEEN_FIRST),
    "last_ns": _one(at.SEEN_LAST),
    "packets": _one(at.SEEN),
    "bytes": _one(at.SEEN_BYTES),
    "ttl_min": _one(at.SEEN_BITS, 8, 8),
    "ttl_max": _one(at.SEEN_BITS, 16, 8),
}

_SERVICE = {
    "vlan": _one(at.SV_MAC_VLAN, 48, 16),
    "mac": _one(at.SV_MAC_VLAN, 0, 48),
    "ip_hi": _one(at.SV_HI),
    "ip_lo": _one(at.SV_LO),
    "proto": _one(at.SV_PORT, 16, 8),
    "port": _one(at.SV_PORT, 0, 16),
    "clients": _one(at.SV_CLIENTS),
    "flows": _one(at.SV_FLOWS),
    "bytes": _one(at.SV_BYTES),
    "first_ns": _one(at.SV_FIRST_NS),
    "last_ns": _one(at.SV_LAST_NS),
    "first_frame": _one(at.SV_FRAME),
}

Memory = Callable[[int], mmap]
"""Gives at least so many bytes."""

Columns = dict[str, memoryview]
"""Column name → its values as bytes, each of the column's width, little-endian."""


def flow_columns(
    store: Store,
    chosen: bytearray,
    sides: bytearray,
    sure: bytearray,
    file: int,
    memory: Memory = room,
) -> Columns:
    """The columns of ``model.columns.FLOWS`` for the chosen rows (numbers of 4 bytes)."""
    given = {"client_known": memoryview(sure)}
    return _columns(FLOWS, _FLOW, store, at.FLOW_WORDS, chosen, sides, file, given, memory)


def sighting_columns(store: Store, count: int, file: int) -> Columns:
    """The columns of ``model.columns.SIGHTINGS`` for the first ``count`` rows."""
    return _columns(
        SIGHTINGS, _SIGHTING, store, at.SIGHTING_WORDS, every(count), bytearray(count), file, {}
    )


def service_columns(store: Store, count: int, file: int) -> Columns:
    """The columns of ``model.columns.SERVICES`` for the first ``count`` rows."""
    return _columns(
        SERVICES, _SERVICE, store, at.SERVICE_WORDS, every(count), bytearray(count), file, {}
    )


def _columns(
    table: Table,
    specs: dict[str, tuple[int, int, int, int, int]],
    store: Store,
    words: int,
    chosen: bytearray,
    sides: bytearray,
    file: int,
    given: Columns,
    memory: Memory = room,
) -> Columns:
    made = {"file": memoryview(file.to_bytes(4, "little") * len(sides)), **given}
    wanted = [column for column in table.columns if column.name not in made]
    shapes = [(*specs[column.name], WIDTHS[column.dtype]) for column in wanted]
    found = _gathered(store, words, chosen, sides, shapes, memory)
    made.update({column.name: data for column, data in zip(wanted, found, strict=True)})
    return {column.name: made[column.name] for column in table.columns}


def _gathered(
    store: Store,
    words: int,
    chosen: bytearray,
    sides: bytearray,
    shapes: list[Spec],
    memory: Memory,
) -> list[memoryview]:
    """The columns of these shapes, all in one piece of memory."""
    count = len(sides)
    if not count:
        return [memoryview(b"") for _ in shapes]
    specs: list[int] = []
    places = []
    size = 0
    for *place, bits, width in shapes:
        specs += [*place, at.M64 >> (64 - bits), width, size]
        places.append((size, size + width * count))
        size += (width * count + 7) // 8 * 8
    out = memory(size)
    gather(store, words, chosen, sides, bytearray(array("Q", specs).tobytes()), out)
    view = memoryview(out)
    return [view[begin:end] for begin, end in places]
