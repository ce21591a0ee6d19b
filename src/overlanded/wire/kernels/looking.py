# cython: boundscheck=False, wraparound=False, cdivision=True
"""Looking at some records together, so that the rows they need are on their way from memory."""

from __future__ import annotations

import cython

if not cython.compiled:
    from overlanded.wire.kernels.captures import Captures
    from overlanded.wire.kernels.layout import *
    from overlanded.wire.kernels.octets import be16, be32, be64, le32, mixed, prefetch, words


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def look(
    b: Octets, known: Octets, index: Words, mask: u64, entry: Words, r: i64, at: i64, caught: u64
) -> u64:
    """The hash of a common frame's conversation, and what it rests on; 0 for any other frame.

    Common is: Ethernet with at most one tag, IPv4 without options that is no fragment, TCP or UDP
    that wraps nothing.
    """
    vlan: u64 = 0
    at += 14
    if caught >= 46 and be16(b, at - 2) == 0x8100:
        vlan = be16(b, at) & 0xFFF
        at += 4
        caught -= 4
    if caught < 46 or be16(b, at - 2) != 0x0800 or b[at] != 0x45 or be16(b, at + 6) & 0x3FFF:
        return 0
    proto: u64 = b[at + 9]
    sport: u64 = be16(b, at + 20)
    dport: u64 = be16(b, at + 22)
    key: u64 = be64(b, at + 12)
    if proto == 6:
        if caught < 54:
            return 0
    elif proto != 17 or (known[sport] | known[dport]) & PORT_WRAPS:
        return 0
    # Which address is the higher is a coin's toss: turned by arithmetic, not by a branch.
    source: u64 = (key >> 32) << 16 | sport
    target: u64 = (key & M32) << 16 | dport
    side: u64 = source > target
    ports: u64 = sport << 16 | dport
    ports = (ports >> (side * 16) | ports << (side * 16)) & M32
    key = (key >> (side * 32) | key << (side * 32)) & M64
    ports = ports << 32 | proto << 24 | vlan << 12
    entry[r + RING_KEY] = key
    entry[r + RING_PORTS] = ports
    entry[r + RING_IP] = cython.cast(u64, at) << 1 | side
    h: u64 = mixed(mixed(0, ports), key)
    prefetch(index, h & mask)
    return h if key else 0


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def fetch(rows: Words, index: Words, mask: u64, ring: Words, end: i64) -> cython.void:
    """Fetch the rows of the records looked at, whose index slots have arrived by now."""
    row: u64
    r: i64 = 0
    while r < end:
        if ring[r + RING_HASH] != 0:
            row = index[ring[r + RING_HASH] & mask] & M32
            if row != 0:
                row = (row - 1) * FLOW_WORDS
                prefetch(rows, row)
                prefetch(rows, row + PACKETS)
        r += RING_WORDS


@cython.cclass
class Looking(Captures):
    """The records that lie ahead, in a ring of words."""

    ring: Words
    ring_store: bytearray

    def __init__(self, known: bytearray, flow_room: int, seen_room: int) -> None:
        super().__init__(known, flow_room, seen_room)
        self.ring_store = bytearray(LEAD * RING_WORDS * 8)
        self.ring = words(self.ring_store)

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def look_at_records(self, at: i64, stop: i64) -> i64:
        """Look at the next records of a pcap together; how many lie whole in the buffer."""
        b: Octets = self.b
        ring: Words = self.ring
        known: Octets = self.known
        index: Words = self.flow_index
        mask: u64 = self.flow_mask
        head: i64 = self.record
        limit: u64 = self.limit
        big: cython.bint = self.big
        scale: u64 = 1 if self.nano else 1000
        ether: cython.bint = self.interfaces[IF_LINK] == LINK_ETHERNET
        seconds: u64
        ticks: u64
        caught: u64
        wire: u64
        count: i64
        r: i64 = 0
        for count in range(LEAD):
            if stop - at < head:
                break
            if big:
                seconds = be32(b, at)
                ticks = be32(b, at + 4)
                caught = be32(b, at + 8)
                wire = be32(b, at + 12)
            else:
                seconds = le32(b, at)
                ticks = le32(b, at + 4)
                caught = le32(b, at + 8)
                wire = le32(b, at + 12)
            if caught > limit or stop - at - head < cython.cast(i64, caught):
                break
            at += head
            ring[r + RING_AT] = at
            ring[r + RING_WIRE] = wire if wire > caught else caught
            ring[r + RING_NS] = seconds * 1000000000 + ticks * scale
            ring[r + RING_HASH] = look(b, known, index, mask, ring, r, at, caught) if ether else 0
            at += cython.cast(i64, caught)
            ring[r + RING_END] = ring[r + RING_NEXT] = at
            r += RING_WORDS
        fetch(self.flows, index, mask, ring, r)
        return r

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def look_at_blocks(self, at: i64, stop: i64) -> i64:
        """As ``look_at_records``, for pcapng: the next blocks as long as they are enhanced ones."""
        b: Octets = self.b
        ring: Words = self.ring
        known: Octets = self.known
        index: Words = self.flow_index
        mask: u64 = self.flow_mask
        interfaces: Words = self.interfaces
        limit: u64 = self.limit + 4096
        big: cython.bint = self.big
        length: u64
        caught: u64
        wire: u64
        number: u64
        ticks: u64
        scale: u64
        count: i64
        r: i64 = 0
        for count in range(LEAD):
            if stop - at < 32:
                break
            if big:
                if be32(b, at) != 6:
                    break
                length = be32(b, at + 4)
                number = be32(b, at + 8)
                ticks = be32(b, at + 12) << 32 | be32(b, at + 16)
                caught = be32(b, at + 20)
                wire = be32(b, at + 24)
            else:
                if le32(b, at) != 6:
                    break
                length = le32(b, at + 4)
                number = le32(b, at + 8)
                ticks = le32(b, at + 12) << 32 | le32(b, at + 16)
                caught = le32(b, at + 20)
                wire = le32(b, at + 24)
            if length < 32 or length > limit or stop - at < cython.cast(i64, length):
                break
            if number >= cython.cast(u64, self.interface_count) or caught > length - 32:
                break
            if length & 3 or self.word(at + cython.cast(i64, length) - 4) != length:
                break
            scale = interfaces[number * IF_WORDS + IF_SCALE]
            ring[r + RING_AT] = at + 28
            ring[r + RING_END] = at + 28 + cython.cast(i64, caught)
            ring[r + RING_WIRE] = wire if wire > caught else caught
            ring[r + RING_INTERFACE] = number
            if scale != 0 and ticks <= interfaces[number * IF_WORDS + IF_LAST]:
                ring[r + RING_NS] = ticks * scale
            else:
                ring[r + RING_NS] = self.nanoseconds(ticks, number)
            ring[r + RING_HASH] = 0
            if interfaces[number * IF_WORDS + IF_LINK] == LINK_ETHERNET:
                ring[r + RING_HASH] = look(b, known, index, mask, ring, r, at + 28, caught)
            at += cython.cast(i64, length)
            ring[r + RING_NEXT] = at
            r += RING_WORDS
        fetch(self.flows, index, mask, ring, r)
        return r
