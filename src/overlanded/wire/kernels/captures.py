# cython: boundscheck=False, wraparound=False, cdivision=True
"""What a walk knows of the capture it is in: buffer, byte order, interfaces, accounts."""

from __future__ import annotations

import cython

if not cython.compiled:
    from overlanded.wire.kernels.frames import Frames
    from overlanded.wire.kernels.layout import *
    from overlanded.wire.kernels.octets import be16, be32, le32, octets, words


@cython.cclass
class Captures(Frames):
    """The capture at hand; its interfaces are numbered as they were described."""

    limit: u64
    big: cython.bint
    nano: cython.bint
    record: i64
    interface_count: i64
    skip: u64
    buffer: object

    def __init__(self, known: bytearray, flow_room: int, seen_room: int) -> None:
        super().__init__(known, flow_room, seen_room)
        self.interface_count = 0
        self.limit = 262144
        self.big = False
        self.nano = False
        self.record = 16
        self.skip = 0

    def restart(self) -> None:
        """Forget what was counted, keep the first fragments: the start of a slice.

        Those of another slice are too far away to be taken for one's own.
        """
        self.frames = self.truncated = self.wire_bytes = self.caught_bytes = 0
        self.first_ns = self.last_ns = 0
        self.skip = 0
        for number in range(SKIPS):
            self.skips[number] = 0
        for number in range(self.interface_count):
            self.interfaces[number * IF_WORDS + IF_FRAMES] = 0
            self.interfaces[number * IF_WORDS + IF_SKIPPED] = 0
        self.forget_flows()
        self.forget_sightings()

    def absorb(self, other: Captures) -> None:
        """Add what the walk of the part behind found, as if this one had gone on."""
        row: u64
        self.absorb_rows(other)
        for row in range(SKIPS):
            self.skips[row] += other.skips[row]
        for row in range(self.interface_count * IF_WORDS):
            if row % IF_WORDS == IF_FRAMES or row % IF_WORDS == IF_SKIPPED:
                self.interfaces[row] += other.interfaces[row]
        if other.first_ns != 0 and (self.first_ns == 0 or other.first_ns < self.first_ns):
            self.first_ns = other.first_ns
        if other.last_ns > self.last_ns:
            self.last_ns = other.last_ns
        self.frag_store, other.frag_store = other.frag_store, self.frag_store
        self.fragments, other.fragments = other.fragments, self.fragments
        self.frames += other.frames
        self.truncated += other.truncated
        self.wire_bytes += other.wire_bytes
        self.caught_bytes += other.caught_bytes

    def grow(self) -> None:
        """Double whichever table is nearly full."""
        if self.flow_used + 8 > self.flow_room:
            self.size_flows(self.flow_room * 2)
        if self.seen_used + 8 > self.seen_room:
            self.size_sightings(self.seen_room * 2)
        if self.sampling and self.mark_used * 2 + 64 > self.mark_mask:
            self.size_marks((self.mark_mask + 1) * 2)
        if self.rhythm_used + 8 > self.rhythm_room and 0 < self.rhythm_room < RHYTHMS_MOST:
            self.size_rhythms(self.rhythm_room * 2)

    @cython.cfunc
    @cython.inline
    @cython.nogil
    @cython.exceptval(check=False)
    def ready(self) -> i64:
        """MORE when every table has room for what one frame can add."""
        if self.flow_used + 8 > self.flow_room or self.seen_used + 8 > self.seen_room:
            return GROW
        if self.sampling:
            if self.mark_used * 2 + 64 > self.mark_mask and self.mark_used < self.mark_cap:
                return GROW
            if self.event_used > self.event_room:
                return DRAIN
            if self.rhythm_used + 8 > self.rhythm_room and self.rhythm_room < RHYTHMS_MOST:
                return GROW
        return MORE

    def interface(self, link: int, unit: int, offset: int, snap: int) -> None:
        """Add an interface: its kind of link, ticks per second, seconds to add, snap length."""
        if (self.interface_count + 1) * IF_WORDS * 8 > len(self.interface_store):
            self.interface_store = self.interface_store + bytearray(len(self.interface_store))
            self.interfaces = words(self.interface_store)
        at = self.interface_count * IF_WORDS
        self.interfaces[at + IF_LINK] = link
        self.interfaces[at + IF_UNIT] = unit
        self.interfaces[at + IF_OFFSET] = offset & M64
        self.interfaces[at + IF_SNAP] = snap
        self.interfaces[at + IF_FRAMES] = 0
        self.interfaces[at + IF_SKIPPED] = 0
        plain = offset == 0 and unit <= 1000000000 and 1000000000 % unit == 0
        self.interfaces[at + IF_SCALE] = 1000000000 // unit if plain else 0
        self.interfaces[at + IF_LAST] = LAST_SECOND * unit if plain else 0
        self.interface_count += 1

    def no_interfaces(self) -> None:
        """Forget all interfaces: a new section begins."""
        self.interface_count = 0

    def interface_counts(self) -> list[tuple[int, int]]:
        """(frames, frames skipped for their link type) of every interface."""
        return [
            (self.interfaces[i * IF_WORDS + IF_FRAMES], self.interfaces[i * IF_WORDS + IF_SKIPPED])
            for i in range(self.interface_count)
        ]

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def nanoseconds(self, ticks: u64, number: u64) -> u64:
        """Ticks of an interface as nanoseconds since 1970; beyond the year 2262 is cut off there."""
        at: u64 = number * IF_WORDS
        unit: u64 = self.interfaces[at + IF_UNIT]
        seconds: u64 = ticks // unit
        rest: u64 = ticks - seconds * unit
        seconds = (seconds + self.interfaces[at + IF_OFFSET]) & M64
        if seconds > LAST_SECOND:
            seconds = LAST_SECOND
        while unit > 1000000000:
            rest //= 10
            unit //= 10
        return seconds * 1000000000 + rest * 1000000000 // unit

    def counts(self) -> dict[str, int]:
        """What was counted over all frames."""
        return {
            "frames": self.frames,
            "truncated": self.truncated,
            "wire_bytes": self.wire_bytes,
            "caught_bytes": self.caught_bytes,
            "first_ns": self.first_ns,
            "last_ns": self.last_ns,
        }

    def skipped(self) -> list[int]:
        """Frames skipped, by reason number."""
        return [self.skips[number] for number in range(SKIPS)]

    def pass_over(self) -> None:
        """Count a frame that is too large to hold."""
        self.frames += 1
        self.skips[SKIP_LARGE] += 1

    def to_skip(self) -> int:
        """Bytes to pass over when a walk came back with SKIP."""
        return self.skip

    def shape(self, big: bool, nano: bool, record: int, limit: int) -> None:  # noqa: FBT001
        """Byte order, ticks and record header length of a pcap; the longest frame to believe."""
        self.big = big
        self.nano = nano
        self.record = record
        self.limit = limit

    def feed(self, buffer: bytearray, base: int) -> None:
        """The bytes to walk, and where in the file their first byte lies."""
        self.buffer = buffer
        self.b = octets(buffer)
        self.base = base

    @cython.cfunc
    @cython.inline
    @cython.nogil
    @cython.exceptval(check=False)
    def word(self, at: i64) -> u64:
        return be32(self.b, at) if self.big else le32(self.b, at)

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def enhanced(self, at: i64, length: u64, old: cython.bint) -> cython.bint:
        """An enhanced packet block, or the packet block it replaced."""
        number: u64 = self.word(at + 8)
        caught: u64 = self.word(at + 20)
        ticks: u64 = self.word(at + 12) << 32 | self.word(at + 16)
        if old:
            number = (be16(self.b, at + 8)) if self.big else (number & 0xFFFF)
        if caught > length - 32:
            return False
        if number >= cython.cast(u64, self.interface_count):
            self.frames += 1
            self.skips[SKIP_INTERFACE] += 1
            return True
        self.ns = self.nanoseconds(ticks, number)
        self.frame(
            at + 28,
            at + 28 + cython.cast(i64, caught),
            self.word(at + 24),
            cython.cast(i64, number),
        )
        return True

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def simple(self, at: i64, length: u64) -> cython.void:
        """A simple packet block: no time, the first interface, cut to its snap length."""
        wire: u64 = self.word(at + 8)
        caught: u64 = length - 16
        if self.interface_count == 0:
            self.frames += 1
            self.skips[SKIP_INTERFACE] += 1
            return
        snap: u64 = self.interfaces[IF_SNAP]
        if caught > wire:
            caught = wire
        if snap != 0 and caught > snap:
            caught = snap
        self.ns = 0
        self.frame(at + 12, at + 12 + cython.cast(i64, caught), wire, 0)
