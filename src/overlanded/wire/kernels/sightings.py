# cython: boundscheck=False, wraparound=False, cdivision=True
"""The table of sightings: who was seen under which address, found by hash and grown."""

from __future__ import annotations

from typing import Any

import cython

from overlanded.wire.memory import grown, room

if not cython.compiled:
    from overlanded.wire.kernels.layout import *
    from overlanded.wire.kernels.octets import mixed, words


def larger(store: Any, size: int) -> Any:
    """A store of ``size`` bytes that begins with what this one holds."""
    same = grown(store, size) if cython.compiled else None
    if same is not None:
        return same
    fresh = room(size, large=True)
    fresh[: len(store)] = store[:]
    return fresh


@cython.cclass
class Sightings:
    """Sightings, and the frame at hand that they are told of."""

    sightings: Words
    seen_index: Words
    seen_mask: u64
    seen_used: u64
    seen_room: u64
    seen_store: Any
    seen_index_store: Any
    # the frame at hand
    frames: u64
    ns: u64
    wire: u64
    src_mac: u64
    dst_mac: u64
    vlan: u64
    inner: u64
    tunnel: u64
    depth: i64
    s_hi: u64
    s_lo: u64
    d_hi: u64
    d_lo: u64
    ttl: u64
    side: u64

    def __init__(self, room_for: int) -> None:
        self.frames = 0
        self.seen_used = 0
        self.size_sightings(room_for)

    def forget_sightings(self) -> None:
        """Empty the table of sightings; the flows must be settled."""
        self.seen_used = 0
        with cython.nogil:
            self.index_sightings()

    def size_sightings(self, rows: int) -> None:
        """Make room for so many sightings (a power of two); those present stay."""
        self.seen_room = rows
        if self.seen_used:
            self.seen_store = larger(self.seen_store, rows * SIGHTING_WORDS * 8)
        else:
            self.seen_store = room(rows * SIGHTING_WORDS * 8, large=True)
        self.sightings = words(self.seen_store)
        self.seen_mask = rows * 2 - 1
        self.seen_index_store = room(rows * 16, large=True)
        self.seen_index = words(self.seen_index_store)
        with cython.nogil:
            self.index_sightings()

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def index(
        self, rows: Words, used: u64, width: u64, hash_at: u64, index: Words, mask: u64
    ) -> cython.void:
        """Build anew, where it lies, the index of so many rows by the hash that each holds."""
        row: u64
        slot: u64
        h: u64
        for slot in range(mask + 1):
            index[slot] = 0
        for row in range(used):
            h = rows[row * width + hash_at]
            slot = h & mask
            while index[slot] != 0:
                slot = (slot + 1) & mask
            index[slot] = (h & (M32 << 32)) | (row + 1)

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def index_sightings(self) -> cython.void:
        """Build the index of sightings anew."""
        self.index(
            self.sightings,
            self.seen_used,
            SIGHTING_WORDS,
            SEEN_HASH,
            self.seen_index,
            self.seen_mask,
        )

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def sighted(self, mac: u64, hi: u64, lo: u64) -> u64:
        """1 + the row of (MAC, VLAN, IP), made when it is new; counts nothing."""
        rows: Words = self.sightings
        key: u64 = mac | self.vlan << 48
        h: u64 = mixed(mixed(mixed(0, key), hi), lo)
        slot: u64 = self.seen_slot(h, key, hi, lo)
        row: u64
        if self.seen_index[slot] == 0:
            row = self.seen_used * SIGHTING_WORDS
            self.seen_used += 1
            self.seen_index[slot] = (h & (M32 << 32)) | self.seen_used
            rows[row + MAC_VLAN] = key
            rows[row + IP_HI] = hi
            rows[row + IP_LO] = lo
            rows[row + SEEN] = 0
            rows[row + SEEN_BYTES] = 0
            rows[row + SEEN_LAST] = self.ns
            rows[row + SEEN_BITS] = NO_TTL
            rows[row + SEEN_FIRST] = self.ns
            rows[row + SEEN_FRAME] = self.frames
            rows[row + SEEN_HASH] = h
        return self.seen_index[slot] & M32

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def sighting(self, mac: u64, hi: u64, lo: u64, how: u64, ttl: u64) -> cython.void:
        """Count a frame for (MAC, VLAN, IP). A TTL of 256 stands for none."""
        row: u64 = (self.sighted(mac, hi, lo) - 1) * SIGHTING_WORDS
        rows: Words = self.sightings
        rows[row + SEEN] += 1
        rows[row + SEEN_BYTES] += self.wire
        if self.ns > rows[row + SEEN_LAST]:
            rows[row + SEEN_LAST] = self.ns
        rows[row + SEEN_BITS] |= how
        if ttl < 256:
            self.seen_ttl(row, ttl)

    @cython.cfunc
    @cython.inline
    @cython.nogil
    @cython.exceptval(check=False)
    def seen_ttl(self, row: u64, ttl: u64) -> cython.void:
        bits: u64 = self.sightings[row + SEEN_BITS]
        if ttl < bits >> 8 & 255:
            bits = (bits & ~cython.cast(u64, 0xFF00)) | ttl << 8
        if ttl > bits >> 16 & 255:
            bits = (bits & ~cython.cast(u64, 0xFF0000)) | ttl << 16
        self.sightings[row + SEEN_BITS] = bits

    @cython.cfunc
    @cython.inline
    @cython.nogil
    @cython.exceptval(check=False)
    def seen_slot(self, h: u64, key: u64, hi: u64, lo: u64) -> u64:
        """The slot of this sighting, or the empty one where it belongs."""
        rows: Words = self.sightings
        slot: u64 = h & self.seen_mask
        entry: u64 = self.seen_index[slot]
        row: u64
        while entry != 0:
            if entry >> 32 == h >> 32:
                row = ((entry & M32) - 1) * SIGHTING_WORDS
                if rows[row + MAC_VLAN] == key and rows[row + IP_LO] == lo:
                    if rows[row + IP_HI] == hi:
                        break
            slot = (slot + 1) & self.seen_mask
            entry = self.seen_index[slot]
        return slot
