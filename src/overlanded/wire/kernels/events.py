# cython: boundscheck=False, wraparound=False, cdivision=True
"""What the walk hands out, and the memory of what it handed out before."""

from __future__ import annotations

from typing import Any

import cython

from overlanded.wire.memory import room

if not cython.compiled:
    from overlanded.wire.kernels.joining import Joining
    from overlanded.wire.kernels.layout import *
    from overlanded.wire.kernels.octets import be32, mixed, octets, words


@cython.cclass
class Events(Joining):
    """A buffer of events, and a table of marks: what is marked was seen before."""

    b: Octets
    caught: i64
    sampling: cython.bint
    sampled_all: cython.bint
    marks: Words
    mark_mask: u64
    mark_used: u64
    mark_cap: u64
    events: Words
    event_octets: Octets
    event_used: u64
    event_room: u64
    event_bytes: u64
    event_cap: u64
    stream: u64
    stream_serial: u64
    stream_place: u64
    mark_store: object
    event_store: object

    def __init__(self, known: bytearray, flow_room: int, seen_room: int) -> None:
        super().__init__(known, flow_room, seen_room)
        self.sampling = False
        self.sampled_all = True
        self.event_used = self.event_room = 0
        self.mark_used = self.mark_mask = 0
        self.stream = self.stream_serial = self.stream_place = 0

    def hand_out(self, marks: int, total: int, events: int, largest: int) -> None:
        """Begin to hand out: at most so many marks, bytes in all, bytes at a time, of a frame."""
        self.mark_cap = marks
        self.event_cap = total
        self.event_bytes = 0
        self.event_store = room(events)
        self.events = words(self.event_store)
        self.event_octets = octets(self.event_store)
        self.event_room = events // 8 - (largest // 8 + 64) * 6
        self.size_marks(1 << 14)
        self.sampling = True
        self.fresh_side = NO_TTL

    def size_marks(self, slots: int) -> None:
        """Make so many slots for what was seen (a power of two); what was marked stays."""
        old: Any = self.mark_store if self.mark_used else bytearray(16)
        before: Words = words(old)
        count: u64 = len(old) // 16
        self.mark_store = room(slots * 16, large=True)
        self.marks = words(self.mark_store)
        self.mark_mask = slots - 1
        row: u64
        slot: u64
        key: u64
        for row in range(count):
            key = before[row * 2]
            if key != 0:
                slot = self.first_slot(key)
                while self.marks[slot * 2] != 0:
                    slot = (slot + 1) & self.mark_mask
                self.marks[slot * 2] = key
                self.marks[slot * 2 + 1] = before[row * 2 + 1]

    @cython.cfunc
    @cython.inline
    @cython.nogil
    @cython.exceptval(check=False)
    def first_slot(self, key: u64) -> u64:
        return (key >> 1 ^ key >> 29) & self.mark_mask

    def handed(self) -> tuple[Any, int]:
        """The events handed out since the last call, and their words; they are overwritten next."""
        used = self.event_used
        self.event_used = 0
        return self.event_store, used

    def complete(self) -> bool:
        """False when a bound kept something from being handed out."""
        return bool(self.sampled_all)

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def mark(self, key: u64) -> u64:
        """How often this key was marked before; a full table says very often."""
        marks: Words = self.marks
        key |= 1
        slot: u64 = self.first_slot(key)
        while marks[slot * 2] != 0 and marks[slot * 2] != key:
            slot = (slot + 1) & self.mark_mask
        if marks[slot * 2] == 0:
            if self.mark_used >= self.mark_cap:
                self.sampled_all = False
                return M32
            self.mark_used += 1
            marks[slot * 2] = key
            marks[slot * 2 + 1] = 0
        marks[slot * 2 + 1] += 1
        return marks[slot * 2 + 1] - 1

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def marked(self, key: u64) -> u64:
        """How often this key was marked; leaves it as it is."""
        marks: Words = self.marks
        key |= 1
        slot: u64 = self.first_slot(key)
        while marks[slot * 2] != 0 and marks[slot * 2] != key:
            slot = (slot + 1) & self.mark_mask
        return 0 if marks[slot * 2] == 0 else marks[slot * 2 + 1]

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def digest(self, at: i64, end: i64) -> u64:
        """A hash of a payload's first 512 bytes and its length."""
        h: u64 = mixed(0, cython.cast(u64, end - at))
        if end > at + 512:
            end = at + 512
        while end - at >= 4:
            h = mixed(h, be32(self.b, at))
            at += 4
        while at < end:
            h = mixed(h, self.b[at])
            at += 1
        return h

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def event(
        self, layer: u64, proto: u64, at: i64, end: i64, ports: u64, flags: u64
    ) -> cython.void:
        """Hand the bytes out as a sample, or as a part of one."""
        if self.event_bytes > self.event_cap:
            self.sampled_all = False
            return
        size: u64 = end - at if end > at else 0
        out: Words = self.events
        w: u64 = self.event_used
        out[w] = EVENT_WORDS + ((size + 7) >> 3)
        out[w + EV_LAYER] = layer
        out[w + EV_FRAME] = self.frames
        out[w + EV_NS] = self.ns
        out[w + EV_PROTO] = proto
        out[w + EV_VLAN] = self.vlan
        out[w + EV_FLAGS] = flags
        out[w + EV_MACS] = self.src_mac
        out[w + EV_MACS + 1] = self.dst_mac
        out[w + EV_IPS] = self.s_hi
        out[w + EV_IPS + 1] = self.s_lo
        out[w + EV_IPS + 2] = self.d_hi
        out[w + EV_IPS + 3] = self.d_lo
        out[w + EV_PORTS] = ports
        out[w + EV_SIZE] = size
        out[w + EV_STREAM] = self.stream
        out[w + EV_SERIAL] = self.stream_serial
        out[w + EV_PLACE] = self.stream_place
        self.event_used += out[w]
        self.event_bytes += size + EVENT_WORDS * 8
        place: i64 = (w + EVENT_WORDS) * 8
        step: i64
        for step in range(cython.cast(i64, size)):
            self.event_octets[place + step] = self.b[at + step]
