# cython: boundscheck=False, wraparound=False, cdivision=True
# ruff: noqa: ANN401, B007, D102, D103, E501, FURB136, F403, F405, SIM102, C901
# mypy: disable-error-code="untyped-decorator,no-any-return,import-untyped,name-defined"
"""The walk: one pass over the records of a capture, into rows of flows and sightings.

Python with index reads only. Compiled by Cython, ``Octets`` and ``Words`` are plain pointers and
nothing here makes an object for a packet; interpreted, they are memoryviews and the results are
the same, which the tests use. The row layout is in ``layout.py``.
"""

from __future__ import annotations

from typing import Any

import cython

from overlanded.wire.memory import grown, room

if not cython.compiled:
    from overlanded.wire.layout import *

COMPILED = cython.compiled
"""False when no compiler built this: the same results, some fifty times slower."""


@cython.cfunc
def octets(store: Store) -> Octets:
    if cython.compiled:
        view: cython.uchar[::1] = store
        return cython.address(view[0])
    return memoryview(store)


@cython.cfunc
def words(store: Store) -> Words:
    if cython.compiled:
        view: cython.uchar[::1] = store
        return cython.cast(Words, cython.address(view[0]))
    return memoryview(store).cast("Q")


def larger(store: Any, size: int) -> Any:
    """A store of ``size`` bytes that begins with what this one holds."""
    same = grown(store, size) if cython.compiled else None
    if same is not None:
        return same
    fresh = room(size, large=True)
    fresh[: len(store)] = store[:]
    return fresh


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def be16(b: Octets, at: i64) -> u64:
    return b[at] << 8 | b[at + 1]


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def be32(b: Octets, at: i64) -> u64:
    top: u64 = b[at]
    return top << 24 | b[at + 1] << 16 | b[at + 2] << 8 | b[at + 3]


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def le32(b: Octets, at: i64) -> u64:
    top: u64 = b[at + 3]
    return top << 24 | b[at + 2] << 16 | b[at + 1] << 8 | b[at]


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def be48(b: Octets, at: i64) -> u64:
    return be32(b, at) << 16 | be16(b, at + 4)


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def be64(b: Octets, at: i64) -> u64:
    return be32(b, at) << 32 | be32(b, at + 4)


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def mixed(h: u64, word: u64) -> u64:
    """One round of a multiply-and-fold hash; the constant is odd and below 2^63."""
    h = ((h ^ word) * MIX) & M64
    return h ^ (h >> 32)


@cython.final
@cython.cclass
class Walker:
    """The tables of one walk and the place it has come to.

    ``feed`` a buffer, then call ``pcap`` or ``pcapng`` until they ask for more bytes; each
    returns ``(position, status)``. ``grow`` when they say GROW.
    """

    b: Octets
    base: u64
    limit: u64
    big: cython.bint
    nano: cython.bint
    record: i64
    flows: Words
    flow_index: Words
    flow_mask: u64
    flow_used: u64
    flow_room: u64
    sightings: Words
    seen_index: Words
    seen_mask: u64
    seen_used: u64
    seen_room: u64
    fragments: Words
    interfaces: Words
    interface_count: i64
    skips: Words
    known: Octets
    frames: u64
    truncated: u64
    wire_bytes: u64
    caught_bytes: u64
    first_ns: u64
    last_ns: u64
    skip: u64
    past: Words
    past_mask: u64
    past_used: u64
    past_store: object
    # what is handed out for naming
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
    rules: Words
    kinds: Words
    caps: Words
    stream: u64
    stream_serial: u64
    stream_place: u64
    caught: i64
    # what lies ahead
    ring: Words
    hint: u64
    # the frame at hand
    top: i64
    wire: u64
    ns: u64
    src_mac: u64
    dst_mac: u64
    vlan: u64
    inner: u64
    tunnel: u64
    depth: i64
    tags: i64
    s_hi: u64
    s_lo: u64
    d_hi: u64
    d_lo: u64
    ttl: u64
    frag_key: u64
    frag_more: cython.bint
    frag_later: cython.bint
    side: i64
    # what the pointers point into
    flow_store: object
    flow_index_store: object
    seen_store: object
    seen_index_store: object
    frag_store: bytearray
    ring_store: bytearray
    mark_store: object
    event_store: object
    sampling_stores: object
    interface_store: bytearray
    skip_store: bytearray
    known_store: bytearray
    buffer: object

    def __init__(
        self, known: bytearray, flow_room: int = 1 << 12, seen_room: int = 1 << 10
    ) -> None:
        self.known_store = known
        self.known = octets(known)
        self.flow_used = 0
        self.seen_used = 0
        self.past_mask = self.past_used = 0
        self.size_flows(flow_room)
        self.size_sightings(seen_room)
        self.frag_store = bytearray(FRAG_SLOTS * FRAG_WORDS * 8)
        self.fragments = words(self.frag_store)
        self.ring_store = bytearray(LEAD * 8)
        self.ring = words(self.ring_store)
        self.skip_store = bytearray(SKIPS * 8)
        self.skips = words(self.skip_store)
        self.interface_count = 0
        self.interface_store = bytearray(IF_WORDS * 8)
        self.interfaces = words(self.interface_store)
        self.base = 0
        self.limit = 262144
        self.big = False
        self.nano = False
        self.record = 16
        self.sampling = False
        self.sampled_all = True
        self.event_used = self.event_room = 0
        self.mark_used = self.mark_mask = 0
        self.stream = self.stream_serial = self.stream_place = 0
        self.restart()

    def sample(
        self,
        rules: bytearray,
        kinds: bytearray,
        caps: bytearray,
        marks: int,
        total: int,
        events: int,
    ) -> None:
        """Begin to hand out samples.

        ``rules``, ``kinds`` and ``caps`` are words as ``sampling.py`` lays them out; at most
        ``marks`` things are remembered, ``total`` bytes handed out, ``events`` bytes at a time.
        """
        self.sampling_stores = (rules, kinds, caps)
        self.rules = words(rules)
        self.kinds = words(kinds)
        self.caps = words(caps)
        self.mark_cap = marks
        self.event_cap = total
        self.event_bytes = 0
        self.event_store = room(events)
        self.events = words(self.event_store)
        self.event_octets = octets(self.event_store)
        self.event_room = events // 8 - (self.limit // 8 + 64) * 6
        self.size_marks(1 << 14)
        self.sampling = True

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

    def restart(self) -> None:
        """Forget what was counted, keep the first fragments: the start of a slice."""
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

    def forget_flows(self) -> None:
        """Empty the table of flows."""
        self.flow_used = 0
        self.index_flows()

    def forget_sightings(self) -> None:
        """Empty the table of sightings."""
        self.seen_used = 0
        self.index_sightings()

    def size_flows(self, rows: int) -> None:
        """Make room for so many flows (a power of two); those present stay."""
        self.flow_room = rows
        if self.flow_used:
            self.flow_store = larger(self.flow_store, rows * FLOW_WORDS * 8)
        else:
            self.flow_store = room(rows * FLOW_WORDS * 8, large=True)
        self.flows = words(self.flow_store)
        self.flow_mask = rows * 2 - 1
        self.index_flows()

    def size_sightings(self, rows: int) -> None:
        """Make room for so many sightings (a power of two); those present stay."""
        self.seen_room = rows
        if self.seen_used:
            self.seen_store = larger(self.seen_store, rows * SIGHTING_WORDS * 8)
        else:
            self.seen_store = room(rows * SIGHTING_WORDS * 8, large=True)
        self.sightings = words(self.seen_store)
        self.seen_mask = rows * 2 - 1
        self.index_sightings()

    def index_flows(self) -> None:
        """Build the index of flows anew."""
        self.flow_index_store = room((self.flow_mask + 1) * 8, large=True)
        self.flow_index = words(self.flow_index_store)
        row: u64
        slot: u64
        h: u64
        for row in range(self.flow_used):
            h = self.flows[row * FLOW_WORDS + HASH]
            slot = h & self.flow_mask
            while self.flow_index[slot] != 0:
                slot = (slot + 1) & self.flow_mask
            self.flow_index[slot] = (h & (M32 << 32)) | (row + 1)

    def index_sightings(self) -> None:
        """Build the index of sightings anew."""
        self.seen_index_store = room((self.seen_mask + 1) * 8, large=True)
        self.seen_index = words(self.seen_index_store)
        row: u64
        slot: u64
        h: u64
        for row in range(self.seen_used):
            h = self.sightings[row * SIGHTING_WORDS + SEEN_HASH]
            slot = h & self.seen_mask
            while self.seen_index[slot] != 0:
                slot = (slot + 1) & self.seen_mask
            self.seen_index[slot] = (h & (M32 << 32)) | (row + 1)

    def kept(self, count: int) -> None:
        """Only the first ``count`` flows are left: the rest was taken out."""
        self.flow_used = count
        self.index_flows()

    def note_past(self, taken: bytearray) -> None:
        """Remember how many rows each conversation has had, as far as there is room."""
        rows: Words = words(taken)
        count: u64 = len(taken) // (FLOW_WORDS * 8)
        row: u64
        slot: u64
        if self.past_mask == 0:
            self.past_store = room(PAST_SLOTS * 16)
            self.past = words(self.past_store)
            self.past_mask = PAST_SLOTS - 1
        for row in range(count):
            slot = self.past_slot(rows[row * FLOW_WORDS + HASH])
            if self.past[slot * 2] == 0:
                if self.past_used * 2 > self.past_mask:
                    return
                self.past_used += 1
                self.past[slot * 2] = rows[row * FLOW_WORDS + HASH] | 1
            self.past[slot * 2 + 1] = rows[row * FLOW_WORDS + PART] + 1

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def past_slot(self, h: u64) -> u64:
        slot: u64 = (h >> 1) & self.past_mask
        h |= 1
        while self.past[slot * 2] != 0 and self.past[slot * 2] != h:
            slot = (slot + 1) & self.past_mask
        return slot

    def absorb(self, other: Walker) -> None:
        """Add what a walker of the part behind this one's found, as if this one had gone on."""
        flows: u64 = other.flow_used
        seen: u64 = other.seen_used
        row: u64
        for row in range(flows):
            if self.flow_used + 8 > self.flow_room:
                self.size_flows(self.flow_room * 2)
            self.absorb_flow(other.flows, row * FLOW_WORDS)
        for row in range(seen):
            if self.seen_used + 8 > self.seen_room:
                self.size_sightings(self.seen_room * 2)
            self.absorb_sighting(other.sightings, row * SIGHTING_WORDS)
        for row in range(SKIPS):
            self.skips[row] += other.skips[row]
        for row in range(self.interface_count * IF_WORDS):
            if row % IF_WORDS == IF_FRAMES or row % IF_WORDS == IF_SKIPPED:
                self.interfaces[row] += other.interfaces[row]
        if other.first_ns != 0 and (self.first_ns == 0 or other.first_ns < self.first_ns):
            self.first_ns = other.first_ns
        if other.last_ns > self.last_ns:
            self.last_ns = other.last_ns
        self.frames += other.frames
        self.truncated += other.truncated
        self.wire_bytes += other.wire_bytes
        self.caught_bytes += other.caught_bytes

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def absorb_flow(self, of: Words, at: u64) -> cython.void:
        """Add one flow of the part behind; its frames are numbered on from ours."""
        rows: Words = self.flows
        word: i64
        h: u64 = of[at + HASH]
        slot: u64 = self.flow_slot(
            h,
            of[at + A_HI],
            of[at + A_LO],
            of[at + B_HI],
            of[at + B_LO],
            of[at + PORTS],
            of[at + BITS] >> TUNNEL_SHIFT,
        )
        if self.flow_index[slot] != 0:
            self.join_flow(((self.flow_index[slot] & M32) - 1) * FLOW_WORDS, of, at)
            return
        for word in range(FLOW_WORDS):
            rows[self.flow_used * FLOW_WORDS + word] = of[at + word]
        rows[self.flow_used * FLOW_WORDS + FIRST_FRAME] += self.frames
        self.flow_used += 1
        self.flow_index[slot] = (h & (M32 << 32)) | self.flow_used

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def join_flow(self, row: u64, of: Words, at: u64) -> cython.void:
        """The later part of a conversation whose earlier part we have."""
        rows: Words = self.flows
        mine: u64 = rows[row + BITS]
        theirs: u64 = of[at + BITS]
        side: i64
        shift: i64
        asker: i64
        if of[at + LAST_NS] > rows[row + LAST_NS]:
            rows[row + LAST_NS] = of[at + LAST_NS]
        if not mine & S_ACKED and mine & S_SYNACK:
            asker = 0 if mine & S_SYNACK_BY_B else 1
            if theirs & (S_ACK << asker):
                mine |= S_ACKED
                rows[row + ACK_NS] = of[at + FIRST_ACK + asker]
        elif not mine & S_ACKED and theirs & S_ACKED:
            mine |= S_ACKED
            rows[row + ACK_NS] = of[at + ACK_NS]
        if not mine & S_SYN and theirs & S_SYN:
            mine |= theirs & (S_SYN | S_SYN_BY_B)
            rows[row + SYN_NS] = of[at + SYN_NS]
        if not mine & S_SYNACK and theirs & S_SYNACK:
            mine |= theirs & (S_SYNACK | S_SYNACK_BY_B)
            rows[row + SYNACK_NS] = of[at + SYNACK_NS]
        for side in range(2):
            shift = 16 + 16 * side
            if rows[row + PACKETS + side] == 0 and of[at + PACKETS + side] != 0:
                rows[row + MACS + side] = of[at + MACS + side]
            rows[row + PACKETS + side] += of[at + PACKETS + side]
            rows[row + BYTES + side] += of[at + BYTES + side]
            rows[row + PAYLOAD + side] += of[at + PAYLOAD + side]
            rows[row + SEGMENTS + side] += of[at + SEGMENTS + side]
            if not mine & (S_PAY << side) and theirs & (S_PAY << side):
                mine |= S_PAY << side
                rows[row + FIRST_PAY + side] = of[at + FIRST_PAY + side]
            if not mine & (S_ACK << side) and theirs & (S_ACK << side):
                mine |= S_ACK << side
                rows[row + FIRST_ACK + side] = of[at + FIRST_ACK + side]
            mine |= theirs & (cython.cast(u64, 255) << (8 * side))
            if theirs >> shift & 255 < mine >> shift & 255:
                mine ^= ((mine ^ theirs) >> shift & 255) << shift
            shift += 8
            if theirs >> shift & 255 > mine >> shift & 255:
                mine ^= ((mine ^ theirs) >> shift & 255) << shift
            self.join_options(row, of[at + OPTIONS], side)
        rows[row + BITS] = mine

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def join_options(self, row: u64, theirs: u64, side: i64) -> cython.void:
        mine: u64 = self.flows[row + OPTIONS]
        shift: i64 = 16 * side
        if mine >> shift & 0xFFFF == 0:
            mine |= (theirs >> shift & 0xFFFF) << shift
        shift = 32 + 8 * side
        if mine >> shift & 255 == 255:
            mine ^= ((mine ^ theirs) >> shift & 255) << shift
        self.flows[row + OPTIONS] = mine

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def absorb_sighting(self, of: Words, at: u64) -> cython.void:
        """Add one sighting of the part behind."""
        rows: Words = self.sightings
        h: u64 = of[at + SEEN_HASH]
        slot: u64 = self.seen_slot(h, of[at + MAC_VLAN], of[at + IP_HI], of[at + IP_LO])
        row: u64
        word: i64
        if self.seen_index[slot] == 0:
            row = self.seen_used * SIGHTING_WORDS
            for word in range(SIGHTING_WORDS):
                rows[row + word] = of[at + word]
            rows[row + SEEN_FRAME] += self.frames
            self.seen_used += 1
            self.seen_index[slot] = (h & (M32 << 32)) | self.seen_used
            return
        row = ((self.seen_index[slot] & M32) - 1) * SIGHTING_WORDS
        mine: u64 = rows[row + SEEN_BITS]
        theirs: u64 = of[at + SEEN_BITS]
        rows[row + SEEN] += of[at + SEEN]
        rows[row + SEEN_BYTES] += of[at + SEEN_BYTES]
        if of[at + SEEN_LAST] > rows[row + SEEN_LAST]:
            rows[row + SEEN_LAST] = of[at + SEEN_LAST]
        mine |= theirs & 255
        if theirs >> 8 & 255 < mine >> 8 & 255:
            mine ^= ((mine ^ theirs) >> 8 & 255) << 8
        if theirs >> 16 & 255 > mine >> 16 & 255:
            mine ^= ((mine ^ theirs) >> 16 & 255) << 16
        rows[row + SEEN_BITS] = mine

    def grow(self) -> None:
        """Double whichever table is nearly full."""
        if self.flow_used + 8 > self.flow_room:
            self.size_flows(self.flow_room * 2)
        if self.seen_used + 8 > self.seen_room:
            self.size_sightings(self.seen_room * 2)
        if self.sampling and self.mark_used * 2 + 64 > self.mark_mask:
            self.size_marks((self.mark_mask + 1) * 2)

    def sizes(self) -> tuple[int, int]:
        """Rows in use: (flows, sightings)."""
        return self.flow_used, self.seen_used

    def stores(self) -> tuple[Any, Any]:
        """The rows themselves: (flows, sightings); only the first ``sizes()`` rows mean anything."""
        return self.flow_store, self.seen_store

    def sides(self, store: Store, count: int) -> tuple[bytearray, bytearray]:
        """For each of these flows: 1 where b is the client; 1 where a SYN or SYN-ACK tells so."""
        swap = bytearray(count)
        sure = bytearray(count)
        if count == 0:
            return swap, sure
        rows: Words = words(store)
        to_swap: Octets = octets(swap)
        to_sure: Octets = octets(sure)
        row: u64
        total: u64 = count
        for row in range(total):
            to_swap[row] = self.client_is_b(rows, row * FLOW_WORDS)
            to_sure[row] = 1 if rows[row * FLOW_WORDS + BITS] & (S_SYN | S_SYNACK) else 0
        return swap, sure

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def client_is_b(self, rows: Words, row: u64) -> cython.bint:
        """Who asks: the sender of a SYN, the target of a SYN-ACK, else the side whose port says so."""
        bits: u64 = rows[row + BITS]
        ports: u64 = rows[row + PORTS]
        a: u64 = ports >> 48
        b: u64 = ports >> 32 & 0xFFFF
        proto: u64 = ports >> 24 & 255
        if bits & S_SYN:
            return bits & S_SYN_BY_B != 0
        if bits & S_SYNACK:
            return bits & S_SYNACK_BY_B == 0
        if proto == 1 or proto == 58:
            if b == 0 and (a == 8 or a == 13 or a == 128):
                return False
            if a == 0 and (b == 8 or b == 13 or b == 128):
                return True
        elif self.known[a] & 1 != self.known[b] & 1:
            return self.known[a] & 1 != 0
        elif a != b:
            return a < b
        return bits & S_FIRST_BY_B != 0

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

    def pcap(self, at: i64, stop: i64) -> tuple[int, int]:
        """Walk pcap records from ``at`` to ``stop``; (position, status)."""
        status: i64
        with cython.nogil:
            status = self.pcap_records(at, stop)
        return self.top, status

    def pcapng(self, at: i64, stop: i64) -> tuple[int, int]:
        """Walk pcapng blocks from ``at`` to ``stop``; (position, status)."""
        status: i64
        with cython.nogil:
            status = self.pcapng_blocks(at, stop)
        return self.top, status

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def pcap_records(self, at: i64, stop: i64) -> i64:
        b: Octets = self.b
        head: i64 = self.record
        big: cython.bint = self.big
        scale: u64 = 1 if self.nano else 1000
        caught: u64
        wire: u64
        seconds: u64
        ticks: u64
        status: i64
        turn: i64 = LEAD
        self.hint = 0
        while True:
            self.top = at
            if stop - at < head:
                return MORE
            if cython.compiled:
                if turn == LEAD:
                    self.scout_records(at, stop)
                    turn = 0
                self.hint = self.ring[turn]
                turn += 1
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
            if caught > self.limit:
                return BAD
            if stop - at - head < cython.cast(i64, caught):
                return MORE
            status = self.ready()
            if status != MORE:
                return status
            self.ns = seconds * 1000000000 + ticks * scale
            at += head
            self.frame(at, at + cython.cast(i64, caught), wire, 0)
            at += cython.cast(i64, caught)

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
        return MORE

    @cython.cfunc
    @cython.inline
    @cython.nogil
    @cython.exceptval(check=False)
    def word(self, at: i64) -> u64:
        return be32(self.b, at) if self.big else le32(self.b, at)

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def pcapng_blocks(self, at: i64, stop: i64) -> i64:
        kind: u64
        length: u64
        status: i64
        turn: i64 = LEAD
        self.hint = 0
        while True:
            self.top = at
            if stop - at < 12:
                return MORE
            if cython.compiled:
                if turn == LEAD:
                    self.scout_blocks(at, stop)
                    turn = 0
                self.hint = self.ring[turn]
                turn += 1
            kind = self.word(at)
            length = self.word(at + 4)
            if kind == 0x0A0D0D0A:
                return BLOCK
            if length < 12 or length & 3:
                return BAD
            if length > self.limit + 4096:
                self.skip = length
                return SKIP
            if stop - at < cython.cast(i64, length):
                return MORE
            if self.word(at + cython.cast(i64, length) - 4) != length:
                return BAD
            if kind == 1 or kind == 5:
                return BLOCK
            status = self.ready()
            if status != MORE:
                return status
            if (kind == 6 or kind == 2) and length >= 32:
                if not self.enhanced(at, length, kind == 2):
                    return BAD
            elif kind == 3 and length >= 16:
                self.simple(at, length)
            elif kind == 6 or kind == 2 or kind == 3:
                return BAD
            at += cython.cast(i64, length)

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def scout_records(self, at: i64, stop: i64) -> cython.void:
        """Look at the next records together, so that their rows arrive while others are counted."""
        head: i64 = self.record
        ring: Words = self.ring
        caught: i64
        i: i64
        ether: cython.bint = self.interfaces[IF_LINK] == LINK_ETHERNET
        for i in range(LEAD):
            ring[i] = 0
            if not ether or stop - at < head:
                continue
            caught = self.word(at + 8)
            at += head
            if stop - at < caught:
                at = stop
                continue
            ring[i] = self.scout(at, caught)
            at += caught
        self.fetch()

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def scout_blocks(self, at: i64, stop: i64) -> cython.void:
        """As ``scout_records``, for the enhanced packet blocks of pcapng."""
        ring: Words = self.ring
        length: i64
        caught: i64
        number: i64
        i: i64
        for i in range(LEAD):
            ring[i] = 0
            if stop - at < 64:
                continue
            length = self.word(at + 4)
            if length < 12 or stop - at < length:
                at = stop
                continue
            if length >= 64 and self.word(at) == 6:
                number = self.word(at + 8)
                caught = self.word(at + 20)
                if number < self.interface_count and caught <= length - 32:
                    if self.interfaces[number * IF_WORDS + IF_LINK] == LINK_ETHERNET:
                        ring[i] = self.scout(at + 28, caught)
            at += length
        self.fetch()

    @cython.cfunc
    @cython.inline
    @cython.nogil
    @cython.exceptval(check=False)
    def fetch(self) -> cython.void:
        """Fetch the rows of the records looked at, whose index slots have arrived by now."""
        i: i64
        h: u64
        entry: u64
        for i in range(LEAD):
            h = self.ring[i]
            if h != 0:
                entry = self.flow_index[h & self.flow_mask] & M32
                if entry != 0:
                    prefetch(cython.address(self.flows[(entry - 1) * FLOW_WORDS]))
                    prefetch(cython.address(self.flows[(entry - 1) * FLOW_WORDS + 8]))

    @cython.cfunc
    @cython.inline
    @cython.nogil
    @cython.exceptval(check=False)
    def scout(self, at: i64, caught: i64) -> u64:
        """The hash that ``flow`` would reach for an Ethernet frame of the common kind, else 0."""
        b: Octets = self.b
        vlan: u64 = 0
        if caught < 46:
            return 0
        at += 12
        if be16(b, at) == 0x8100:
            vlan = be16(b, at + 2) & 0xFFF
            at += 4
        if be16(b, at) != 0x0800 or b[at + 2] != 0x45:
            return 0
        proto: u64 = b[at + 11]
        if proto != 6 and proto != 17:
            return 0
        if be16(b, at + 4) < 24 or be16(b, at + 8) & 0x3FFF:
            return 0
        a_lo: u64 = V4 | be32(b, at + 14)
        b_lo: u64 = V4 | be32(b, at + 18)
        sport: u64 = be16(b, at + 22)
        dport: u64 = be16(b, at + 24)
        ports: u64 = sport << 48 | dport << 32
        if a_lo > b_lo or (a_lo == b_lo and sport > dport):
            a_lo, b_lo = b_lo, a_lo
            ports = dport << 48 | sport << 32
        ports |= proto << 24 | vlan << 12
        h: u64 = mixed(mixed(mixed(0, ports), a_lo), b_lo)
        prefetch(cython.address(self.flow_index[h & self.flow_mask]))
        return h

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

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def frame(self, at: i64, end: i64, wire: u64, number: i64) -> cython.void:
        """One frame: bytes ``at`` to ``end`` of the buffer, ``wire`` bytes long on the wire."""
        caught: u64 = end - at
        link: u64 = self.interfaces[number * IF_WORDS + IF_LINK]
        self.frames += 1
        self.interfaces[number * IF_WORDS + IF_FRAMES] += 1
        if wire < caught:
            wire = caught
        if wire > caught:
            self.truncated += 1
        self.caught_bytes += caught
        self.wire_bytes += wire
        if self.ns != 0:
            if self.ns < self.first_ns or self.first_ns == 0:
                self.first_ns = self.ns
            if self.ns > self.last_ns:
                self.last_ns = self.ns
        self.top = at
        self.wire = wire
        self.caught = end - at
        self.vlan = self.inner = self.tunnel = 0
        self.depth = self.tags = 0
        self.frag_later = self.frag_more = False
        if link == LINK_ETHERNET:
            if end - at < 14:
                self.skips[SKIP_SHORT] += 1
                return
            self.dst_mac = be48(self.b, at)
            self.src_mac = be48(self.b, at + 6)
            self.network(be16(self.b, at + 12), at + 14, end)
            return
        self.src_mac = self.dst_mac = 0
        self.odd_link(link, at, end, number)

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def odd_link(self, link: u64, at: i64, end: i64, number: i64) -> cython.void:
        """A frame of any link but Ethernet."""
        kind: u64 = 0
        head: i64 = 0
        if link == LINK_OTHER:
            self.skips[SKIP_LINK] += 1
            self.interfaces[number * IF_WORDS + IF_SKIPPED] += 1
            return
        if end - at < (20 if link == LINK_SLL2 else 16 if link == LINK_SLL else 4):
            self.skips[SKIP_SHORT] += 1
            return
        if link == LINK_SLL:
            kind, head = be16(self.b, at + 14), 16
            if be16(self.b, at + 4) == 6:
                self.src_mac = be48(self.b, at + 6)
        elif link == LINK_SLL2:
            kind, head = be16(self.b, at), 20
            if self.b[at + 11] == 6:
                self.src_mac = be48(self.b, at + 12)
        elif link == LINK_RAW:
            kind = self.version(at)
        elif link == LINK_NULL:
            kind, head = self.family(at), 4
        elif link == LINK_HDLC:
            kind, head = be16(self.b, at + 2), 4
        elif link == LINK_PPPOE:
            kind = 0x8864
        else:
            kind, head = 0x880B, 0
        if kind == 0:
            self.skips[SKIP_FAMILY] += 1
            return
        self.network(kind, at + head, end)

    @cython.cfunc
    @cython.inline
    @cython.nogil
    @cython.exceptval(check=False)
    def version(self, at: i64) -> u64:
        """The EtherType for the first nibble of an IP packet, 0 when it is neither."""
        nibble: i64 = self.b[at] >> 4
        return 0x0800 if nibble == 4 else 0x86DD if nibble == 6 else 0

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def family(self, at: i64) -> u64:
        """The EtherType for a BSD address family in either byte order (AF_INET6 is 10, 24, 28, 30)."""
        value: u64 = be32(self.b, at)
        if value > 0xFFFF:
            value = le32(self.b, at)
        if value == 2:
            return 0x0800
        if value == 10 or value == 24 or value == 28 or value == 30:
            return 0x86DD
        return 0

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def network(self, kind: u64, at: i64, end: i64) -> cython.void:
        """What an EtherType names; wrappings are opened until IP or an end is reached."""
        b: Octets = self.b
        head: i64
        while True:
            if kind == 0x0800:
                self.ipv4(at, end)
                return
            if kind == 0x86DD:
                self.ipv6(at, end)
                return
            if kind == 0x0806 and self.depth == 0:
                self.arp(at, end)
                return
            if kind == 0x8100 or kind == 0x88A8 or kind == 0x9100 or kind == 0x9200:
                if end - at < 4 or self.tags >= 8:
                    break
                if self.depth == 0:
                    if self.tags == 0:
                        self.vlan = be16(b, at) & 0xFFF
                    elif self.tags == 1:
                        self.inner = be16(b, at) & 0xFFF
                self.tags += 1
                kind = be16(b, at + 2)
                at += 4
            elif kind == 0x8847 or kind == 0x8848:
                while end - at >= 5 and not b[at + 2] & 1:
                    at += 4
                at += 4
                if end - at < 1:
                    break
                self.tunnel = 5
                kind = self.version(at)
                if kind == 0:
                    if b[at] >> 4 == 0 and end - at >= 18:
                        kind = be16(b, at + 16)
                        at += 18
                    else:
                        break
            elif kind == 0x88E7 or kind == 0x8926:
                # IEEE 802.1ah: a tag with two more MACs; VN-Tag: a tag of four bytes
                head = 16 if kind == 0x88E7 else 4
                if end - at < head + 2:
                    break
                kind = be16(b, at + head)
                at += head + 2
            elif kind == 0x8864:
                if end - at < 8:
                    break
                self.tunnel = 4
                at += 6
                kind = 0x880B
            elif kind == 0x880B:
                if end - at >= 2 and b[at] == 0xFF and b[at + 1] == 3:
                    at += 2
                if end - at < 2:
                    break
                if b[at] & 1:
                    kind = b[at]
                    at += 1
                else:
                    kind = be16(b, at)
                    at += 2
                if kind == 0x21:
                    kind = 0x0800
                elif kind == 0x57:
                    kind = 0x86DD
                elif kind == 0x281:
                    kind = 0x8847
                else:
                    break
            elif kind <= 1500 and end - at >= 8 and be32(b, at) == SNAP and be16(b, at + 4) == 0:
                kind = be16(b, at + 6)
                at += 8
                if kind <= 1500:
                    break
            else:
                break
        self.without_ip()
        if self.sampling and self.depth == 0:
            self.sample_frame(kind, at, end)

    @cython.cfunc
    @cython.inline
    @cython.nogil
    @cython.exceptval(check=False)
    def without_ip(self) -> cython.void:
        """Count a frame that holds no IP packet that can be read."""
        if self.depth == 0:
            self.sighting(self.src_mac, 0, 0, 0, 256)

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def sighting(self, mac: u64, hi: u64, lo: u64, how: u64, ttl: u64) -> u64:
        """Count a frame for (MAC, VLAN, IP); gives 1 + its row. A TTL of 256 stands for none."""
        rows: Words = self.sightings
        key: u64 = mac | self.vlan << 48
        h: u64 = mixed(mixed(mixed(0, key), hi), lo)
        slot: u64 = self.seen_slot(h, key, hi, lo)
        entry: u64 = self.seen_index[slot]
        row: u64 = ((entry & M32) - 1) * SIGHTING_WORDS if entry != 0 else 0
        if entry == 0:
            self.seen_used += 1
            entry = (h & (M32 << 32)) | self.seen_used
            self.seen_index[slot] = entry
            row = ((entry & M32) - 1) * SIGHTING_WORDS
            rows[row + MAC_VLAN] = key
            rows[row + IP_HI] = hi
            rows[row + IP_LO] = lo
            rows[row + SEEN] = 0
            rows[row + SEEN_BYTES] = 0
            rows[row + SEEN_LAST] = self.ns
            rows[row + SEEN_BITS] = 0xFF00
            rows[row + SEEN_FIRST] = self.ns
            rows[row + SEEN_FRAME] = self.frames
            rows[row + SEEN_HASH] = h
        self.seen_again(row, how, ttl)
        return entry & M32

    @cython.cfunc
    @cython.inline
    @cython.nogil
    @cython.exceptval(check=False)
    def seen_again(self, row: u64, how: u64, ttl: u64) -> cython.void:
        rows: Words = self.sightings
        bits: u64 = rows[row + SEEN_BITS] | how
        rows[row + SEEN] += 1
        rows[row + SEEN_BYTES] += self.wire
        if self.ns > rows[row + SEEN_LAST]:
            rows[row + SEEN_LAST] = self.ns
        if ttl < 256:
            if ttl < bits >> 8 & 255:
                bits = (bits & ~cython.cast(u64, 0xFF00)) | ttl << 8
            if ttl > bits >> 16 & 255:
                bits = (bits & ~cython.cast(u64, 0xFF0000)) | ttl << 16
        rows[row + SEEN_BITS] = bits

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def arp(self, at: i64, end: i64) -> cython.void:
        """RFC 826 for Ethernet and IPv4: the sender claims its address."""
        b: Octets = self.b
        if end - at < 28 or be32(b, at) != 0x00010800 or be16(b, at + 4) != 0x0604:
            self.without_ip()
            return
        mac: u64 = be48(b, at + 8)
        ip: u64 = be32(b, at + 14)
        if mac != self.src_mac or ip == 0:
            self.without_ip()
        if ip != 0:
            self.sighting(mac, 0, V4 | ip, 2, 256)
        if self.sampling and self.mark(mixed(mixed(mixed(self.vlan, mac), ip), 0x0806)) == 0:
            self.s_hi = self.s_lo = self.d_hi = self.d_lo = 0
            self.event(EV_ETH, 0x0806, at, end, 0, FLAG_WHOLE)

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def ipv4(self, at: i64, end: i64) -> cython.void:
        b: Octets = self.b
        if end - at < 20 or b[at] < 0x45 or b[at] > 0x4F:
            self.without_ip()
            return
        head: i64 = (b[at] & 15) * 4
        total: i64 = be16(b, at + 2)
        wire: i64 = cython.cast(i64, self.wire) - (at - self.top)
        if total < head or total > wire:
            total = wire
        part: u64 = be16(b, at + 6)
        proto: u64 = b[at + 9]
        self.ttl = b[at + 8]
        self.s_hi = self.d_hi = 0
        self.s_lo = V4 | be32(b, at + 12)
        self.d_lo = V4 | be32(b, at + 16)
        if end > at + total:
            end = at + total
        self.frag_later = self.frag_more = False
        if part & 0x3FFF:
            self.fragment(be16(b, at + 4), proto, part & 0x1FFF, part & 0x2000)
        self.transport(proto, at + head, end, total - head)

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def fragment(self, ident: u64, proto: u64, offset: u64, more: u64) -> cython.void:
        """Note that this packet is a part of one, and of which."""
        h: u64 = mixed(mixed(0, self.s_hi), self.s_lo)
        h = mixed(mixed(h, self.d_hi), self.d_lo)
        self.frag_key = mixed(h, ident << 8 | proto) | 1
        self.frag_later = offset != 0
        self.frag_more = offset == 0 and more != 0

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def ipv6(self, at: i64, end: i64) -> cython.void:
        b: Octets = self.b
        if end - at < 40 or b[at] >> 4 != 6:
            self.without_ip()
            return
        total: i64 = be16(b, at + 4) + 40
        wire: i64 = cython.cast(i64, self.wire) - (at - self.top)
        if total == 40 or total > wire:
            total = wire
        proto: u64 = b[at + 6]
        self.ttl = b[at + 7]
        self.s_hi = be64(b, at + 8)
        self.s_lo = be64(b, at + 16)
        self.d_hi = be64(b, at + 24)
        self.d_lo = be64(b, at + 32)
        if end > at + total:
            end = at + total
        self.frag_later = self.frag_more = False
        step: i64 = 40
        size: i64
        hops: i64
        for hops in range(16):
            if proto != 0 and proto != 43 and proto != 60 and proto != 44 and proto != 51:
                if proto != 135 and proto != 139 and proto != 140:
                    break
            if end - at < step + 8:
                break
            size = (b[at + step + 1] + 1) * 8
            if proto == 44:
                size = 8
                self.fragment(
                    be32(b, at + step + 4),
                    b[at + step],
                    be16(b, at + step + 2) >> 3,
                    b[at + step + 3] & 1,
                )
            elif proto == 51:
                size = (b[at + step + 1] + 2) * 4
            proto = b[at + step]
            step += size
            if self.frag_later:
                break
        if step > total:
            step = total
        self.transport(proto, at + step, end, total - step)

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def transport(self, proto: u64, at: i64, end: i64, size: i64) -> cython.void:
        """What an IP packet carries: ``size`` bytes on the wire, those ``at`` to ``end`` caught."""
        b: Octets = self.b
        have: i64 = end - at
        sport: u64 = 0
        dport: u64 = 0
        head: i64 = 0
        flags: u64 = 0
        row: u64
        if self.frag_later:
            self.later_fragment(proto, size)
            return
        if proto == 51 and have >= 8 and (b[at + 1] + 2) * 4 < size:
            head = (b[at + 1] + 2) * 4
            self.transport(b[at], at + head, end, size - head)
            return
        if proto == 6 or proto == 17 or proto == 132 or proto == 33 or proto == 136:
            if have >= 4:
                sport = be16(b, at)
                dport = be16(b, at + 2)
            if proto == 6:
                head = 20
                if have >= 14:
                    head = (b[at + 12] >> 4) * 4
                    flags = b[at + 13]
            else:
                head = 8 if proto != 132 else 12
        elif proto == 1 or proto == 58:
            if have >= 2:
                sport, dport = self.icmp_ports(proto, b[at], b[at + 1])
            head = 8
        size -= head
        if size < 0:
            size = 0
        row = self.flow(proto, sport, dport, size)
        if self.frag_more:
            self.first_fragment(sport, dport)
        if proto == 6:
            self.tcp(row, flags, at, end, head, size)
            if self.sampling:
                if flags & 2:
                    self.start_prefix(row, at, end)
                elif size > 0 and have > head >= 20:
                    self.sample_segment(row, sport, dport, at, end, head, size)
        elif proto == 58 and have >= 24 and self.depth == 0 and self.ttl == 255:
            self.neighbour(at, end)
        elif size > 0:
            self.first_payload(row)
        if self.sampling and proto != 6 and have > head:
            if proto == 17:
                self.sample_datagram(row, sport, dport, at + 8, end, size)
            else:
                self.sample_packet(proto, at, end, size + head)
        self.unwrap(proto, sport, dport, at, end, head)

    @cython.cfunc
    @cython.inline
    @cython.nogil
    @cython.exceptval(check=False)
    def icmp_ports(self, proto: u64, kind: u64, code: u64) -> tuple[u64, u64]:
        """Type and code as ports of the sender and the target, so that answers meet their questions."""
        if proto == 1 and (kind == 0 or kind == 14):
            return code, 8 if kind == 0 else 13
        if proto == 58 and kind == 129:
            return code, 128
        return kind, code

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def first_fragment(self, sport: u64, dport: u64) -> cython.void:
        at: u64 = ((self.frag_key >> 7) & (FRAG_SLOTS - 1)) * FRAG_WORDS
        self.fragments[at + FRAG_HASH] = self.frag_key
        self.fragments[at + FRAG_AT] = self.base + cython.cast(u64, self.top)
        self.fragments[at + FRAG_PORTS] = sport << 16 | dport

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def later_fragment(self, proto: u64, size: i64) -> cython.void:
        """A fragment without ports belongs to the flow of its first, if that was near enough."""
        at: u64 = ((self.frag_key >> 7) & (FRAG_SLOTS - 1)) * FRAG_WORDS
        here: u64 = self.base + cython.cast(u64, self.top)
        ports: u64 = 0
        if self.fragments[at + FRAG_HASH] == self.frag_key:
            if here - self.fragments[at + FRAG_AT] <= FRAG_REACH:
                ports = self.fragments[at + FRAG_PORTS]
        self.flow(proto, ports >> 16, ports & 0xFFFF, size)

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def flow(self, proto: u64, sport: u64, dport: u64, size: i64) -> u64:
        """Count the packet for its conversation; gives the row, ``side`` is 1 when b sent it."""
        rows: Words = self.flows
        side: i64 = 0
        a_hi: u64 = self.s_hi
        a_lo: u64 = self.s_lo
        b_hi: u64 = self.d_hi
        b_lo: u64 = self.d_lo
        ports: u64 = sport << 48 | dport << 32
        if a_hi > b_hi or (a_hi == b_hi and (a_lo > b_lo or (a_lo == b_lo and sport > dport))):
            side = 1
            a_hi, b_hi = b_hi, a_hi
            a_lo, b_lo = b_lo, a_lo
            ports = dport << 48 | sport << 32
        ports |= proto << 24 | self.vlan << 12 | self.inner
        h: u64 = self.hint
        if h == 0:
            h = mixed(mixed(mixed(a_hi ^ (b_hi >> 1), ports ^ self.tunnel), a_lo), b_lo)
        self.hint = 0
        slot: u64 = self.flow_slot(h, a_hi, a_lo, b_hi, b_lo, ports, self.tunnel)
        entry: u64 = self.flow_index[slot]
        row: u64 = ((entry & M32) - 1) * FLOW_WORDS if entry != 0 else 0
        if entry == 0:
            self.flow_used += 1
            self.flow_index[slot] = (h & (M32 << 32)) | self.flow_used
            row = (self.flow_used - 1) * FLOW_WORDS
            self.new_flow(row, side, h, ports)
            rows[row + A_HI] = a_hi
            rows[row + A_LO] = a_lo
            rows[row + B_HI] = b_hi
            rows[row + B_LO] = b_lo
        self.side = side
        if self.ns > rows[row + LAST_NS]:
            rows[row + LAST_NS] = self.ns
        if rows[row + PACKETS + side] == 0:
            rows[row + MACS + side] = self.src_mac
        rows[row + PACKETS + side] += 1
        rows[row + BYTES + side] += self.wire
        if size > 0:
            rows[row + PAYLOAD + side] += size
            rows[row + SEGMENTS + side] += 1
        shift: i64 = 16 + 16 * side
        bits: u64 = rows[row + BITS]
        if self.ttl < bits >> shift & 255:
            bits ^= ((bits >> shift & 255) ^ self.ttl) << shift
        shift += 8
        if self.ttl > bits >> shift & 255:
            bits ^= ((bits >> shift & 255) ^ self.ttl) << shift
        rows[row + BITS] = bits
        if self.depth == 0:
            self.sender(row, side)
        return row

    @cython.cfunc
    @cython.inline
    @cython.nogil
    @cython.exceptval(check=False)
    def flow_slot(
        self, h: u64, a_hi: u64, a_lo: u64, b_hi: u64, b_lo: u64, ports: u64, tunnel: u64
    ) -> u64:
        """The slot of this conversation, or the empty one where it belongs."""
        rows: Words = self.flows
        slot: u64 = h & self.flow_mask
        entry: u64 = self.flow_index[slot]
        row: u64
        while entry != 0:
            if entry >> 32 == h >> 32:
                row = ((entry & M32) - 1) * FLOW_WORDS
                if (
                    rows[row + A_LO] == a_lo
                    and rows[row + B_LO] == b_lo
                    and rows[row + PORTS] == ports
                    and rows[row + A_HI] == a_hi
                    and rows[row + B_HI] == b_hi
                    and rows[row + BITS] >> TUNNEL_SHIFT == tunnel
                ):
                    break
            slot = (slot + 1) & self.flow_mask
            entry = self.flow_index[slot]
        return slot

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

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def new_flow(self, row: u64, side: i64, h: u64, ports: u64) -> cython.void:
        rows: Words = self.flows
        word: i64
        for word in range(FLOW_WORDS):
            rows[row + word] = 0
        rows[row + PORTS] = ports
        rows[row + BITS] = NO_TTL | self.tunnel << TUNNEL_SHIFT
        if side:
            rows[row + BITS] |= S_FIRST_BY_B
        rows[row + FIRST_FRAME] = self.frames
        rows[row + FIRST_NS] = self.ns
        rows[row + LAST_NS] = self.ns
        rows[row + MACS + side] = self.src_mac
        rows[row + MACS + 1 - side] = self.dst_mac
        rows[row + OPTIONS] = NO_SCALE
        rows[row + HASH] = h
        if self.past_mask != 0:
            rows[row + PART] = self.past[self.past_slot(h) * 2 + 1]

    @cython.cfunc
    @cython.inline
    @cython.nogil
    @cython.exceptval(check=False)
    def sender(self, row: u64, side: i64) -> cython.void:
        """Count the packet for its sender, whose row the flow remembers."""
        rows: Words = self.flows
        seen: Words = self.sightings
        known: u64 = rows[row + SIGHTED] >> (32 * side) & M32
        place: u64
        if known != 0 and known <= self.seen_used:
            place = (known - 1) * SIGHTING_WORDS
            if (
                seen[place + MAC_VLAN] == self.src_mac | self.vlan << 48
                and seen[place + IP_LO] == self.s_lo
                and seen[place + IP_HI] == self.s_hi
            ):
                self.seen_again(place, 1, self.ttl)
                return
        known = self.sighting(self.src_mac, self.s_hi, self.s_lo, 1, self.ttl)
        if side:
            rows[row + SIGHTED] = (rows[row + SIGHTED] & M32) | known << 32
        else:
            rows[row + SIGHTED] = (rows[row + SIGHTED] & (M32 << 32)) | known

    @cython.cfunc
    @cython.inline
    @cython.nogil
    @cython.exceptval(check=False)
    def first_payload(self, row: u64) -> cython.void:
        rows: Words = self.flows
        if not rows[row + BITS] & (S_PAY << self.side):
            rows[row + BITS] |= S_PAY << self.side
            rows[row + FIRST_PAY + self.side] = self.ns

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def tcp(self, row: u64, flags: u64, at: i64, end: i64, head: i64, size: i64) -> cython.void:
        rows: Words = self.flows
        side: i64 = self.side
        rows[row + BITS] |= flags << (8 * side)
        if flags & 2:
            self.opening(row, flags, at, end, head)
        elif flags & 16:
            if not rows[row + BITS] & (S_ACK << side):
                rows[row + BITS] |= S_ACK << side
                rows[row + FIRST_ACK + side] = self.ns
            if rows[row + BITS] & (S_SYNACK | S_ACKED) == S_SYNACK and side == (
                0 if rows[row + BITS] & S_SYNACK_BY_B else 1
            ):
                rows[row + BITS] |= S_ACKED
                rows[row + ACK_NS] = self.ns
        if size > 0:
            self.first_payload(row)

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def opening(self, row: u64, flags: u64, at: i64, end: i64, head: i64) -> cython.void:
        """A SYN or SYN-ACK: who opens, when, and with which options (RFC 9293 section 3.2)."""
        b: Octets = self.b
        rows: Words = self.flows
        side: i64 = self.side
        by_b: u64 = S_SYN_BY_B if side else 0
        if flags & 16:
            if not rows[row + BITS] & S_SYNACK:
                rows[row + BITS] |= S_SYNACK | by_b << 2
                rows[row + SYNACK_NS] = self.ns
        elif not rows[row + BITS] & S_SYN:
            rows[row + BITS] |= S_SYN | by_b
            rows[row + SYN_NS] = self.ns
        options: u64 = rows[row + OPTIONS]
        kind: i64
        length: i64
        if end > at + head:
            end = at + head
        at += 20
        while at < end:
            kind = b[at]
            if kind == 0:
                break
            if kind == 1:
                at += 1
                continue
            if end - at < 2:
                break
            length = b[at + 1]
            if length < 2 or end - at < length:
                break
            if kind == 2 and length == 4 and options >> (16 * side) & 0xFFFF == 0:
                options |= be16(b, at + 2) << (16 * side)
            elif kind == 3 and length == 3 and options >> (32 + 8 * side) & 255 == 255:
                options ^= cython.cast(u64, 255 ^ b[at + 2]) << (32 + 8 * side)
            at += length
        rows[row + OPTIONS] = options

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def neighbour(self, at: i64, end: i64) -> cython.void:
        """RFC 4861: a solicitation's sender or an advertisement's target claims its address."""
        b: Octets = self.b
        kind: i64 = b[at]
        want: i64 = 1 if kind == 135 or kind == 133 or kind == 134 else 2
        hi: u64 = self.s_hi
        lo: u64 = self.s_lo
        if kind < 133 or kind > 136 or (hi == 0 and lo == 0):
            return
        if kind == 136:
            hi = be64(b, at + 8)
            lo = be64(b, at + 16)
        at += 8 if kind == 133 else 16 if kind == 134 else 24
        while end - at >= 8 and b[at + 1] != 0:
            if b[at] == want:
                self.sighting(be48(b, at + 2), hi, lo, 2, 256)
                return
            at += b[at + 1] * 8

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

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def sample_frame(self, kind: u64, at: i64, end: i64) -> cython.void:
        """A frame without IP: some of every kind that its sender sends."""
        rule: u64 = 0
        part: u64 = 0
        step: u64
        whole: u64 = kind
        if kind <= 1500:
            if end > at + cython.cast(i64, kind):
                end = at + cython.cast(i64, kind)
            kind = be16(self.b, at) if end - at >= 2 else 0
            whole = 0
        while self.rules[rule] != 0 and self.rules[rule] != kind:
            rule += RULE_WORDS
        for step in range(self.rules[rule + RULE_BYTES]):
            place: i64 = at + cython.cast(i64, self.rules[rule + RULE_AT] + step)
            part = part << 8 | (self.b[place] if place < end else 0)
        if self.rules[rule + RULE_WITHIN] != 0 and part >> 8 == self.rules[rule + RULE_WITHIN]:
            rule = self.rules[rule + RULE_THEN]
            part = 0
        elif self.rules[rule + RULE_WITHIN] != 0:
            part >>= 8
        key: u64 = mixed(mixed(mixed(1, self.src_mac), kind), part << 12 | self.vlan)
        cap: u64 = self.rules[rule + RULE_CAP]
        if end <= at or self.marked(key) >= cap:
            return
        if self.mark(mixed(key, self.digest(at, end))) == 0:
            self.mark(key)
            flags: u64 = FLAG_WHOLE if self.wire == cython.cast(u64, self.caught) else 0
            self.s_hi = self.s_lo = self.d_hi = self.d_lo = 0
            self.event(EV_LLC if whole == 0 else EV_ETH, whole, at, end, 0, flags)

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def sample_packet(self, proto: u64, at: i64, end: i64, size: i64) -> cython.void:
        """What IP carries besides TCP and UDP: messages between neighbours, tunnels, routing."""
        kind: u64 = self.b[at]
        cap: u64 = self.caps[CAP_PACKET]
        if proto == 1:
            if kind != 5 and kind != 9:
                return
        elif proto == 58:
            if kind < 133 or kind > 137:
                return
        else:
            kind = 0
        key: u64 = mixed(
            mixed(mixed(mixed(2, self.src_mac), self.s_hi), self.s_lo), proto << 8 | kind
        )
        if self.marked(key) >= cap:
            return
        if self.mark(mixed(key, self.digest(at, end))) == 0:
            self.mark(key)
            self.event(EV_IP, proto, at, end, 0, FLAG_WHOLE if end - at >= size else 0)

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def sample_datagram(
        self, row: u64, sport: u64, dport: u64, at: i64, end: i64, size: i64
    ) -> cython.void:
        """The first different datagrams of a sender on a service; more where services name things."""
        full: u64 = cython.cast(u64, S_PREFIX) << self.side
        if self.flows[row + BITS] & full:
            return
        rank: u64 = self.known[dport] >> 4
        by_client: cython.bint = self.side == self.client_is_b(self.flows, row)
        key: u64 = mixed(mixed(mixed(3, self.src_mac), self.s_hi), self.s_lo)
        service: u64 = dport if by_client else sport
        if self.known[sport] >> 4 > rank:
            rank = self.known[sport] >> 4
        if end <= at:
            return
        if rank == 0:
            if (
                self.flows[row + PACKETS + self.side] > self.caps[CAP_LOOK]
                or self.marked(key) >= self.caps[CAP_SENDER]
            ):
                self.flows[row + BITS] |= full
                return
        sender: u64 = key
        key = mixed(
            mixed(mixed(key, service << 1 | by_client), self.d_hi if rank else 0),
            self.d_lo if rank else 0,
        )
        skip: i64 = self.caps[CAP_RANKS + rank * 2 + 1]
        if self.marked(key) >= self.caps[CAP_RANKS + rank * 2]:
            self.flows[row + BITS] |= full
            return
        if self.mark(mixed(key, self.digest(at + skip, end))) == 0:
            self.mark(key)
            if rank == 0:
                self.mark(sender)
            flags: u64 = FLAG_CLIENT if by_client else 0
            if end - at >= size:
                flags |= FLAG_WHOLE
            self.event(EV_UDP, 17, at, end, sport << 16 | dport, flags)

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def start_prefix(self, row: u64, at: i64, end: i64) -> cython.void:
        """A SYN tells where its sender's bytes begin."""
        if end - at >= 8 and (self.flows[row + PREFIX] >> (32 * self.side)) & M32 == 0:
            self.set_base(row, (be32(self.b, at + 4) + 1) & M32)
            self.flows[row + PREFIX] |= cython.cast(u64, 1) << (32 * self.side + 31)

    @cython.cfunc
    @cython.inline
    @cython.nogil
    @cython.exceptval(check=False)
    def set_base(self, row: u64, base: u64) -> cython.void:
        shift: i64 = 32 * self.side
        self.flows[row + SEQ] = (self.flows[row + SEQ] & (M32 << (32 - shift))) | base << shift

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def sample_segment(
        self, row: u64, sport: u64, dport: u64, at: i64, end: i64, head: i64, size: i64
    ) -> cython.void:
        """A TCP segment: a part of its direction's first bytes, or a new kind of message."""
        by_client: cython.bint = self.side == self.client_is_b(self.flows, row)
        service: u64 = dport if by_client else sport
        control: cython.bint = self.known[service] & 2
        done: cython.bint = self.flows[row + BITS] & (S_PREFIX << self.side) != 0
        if done and not control:
            return
        flags: u64 = FLAG_CLIENT if by_client else 0
        if end - at - head >= size:
            flags |= FLAG_WHOLE
        key: u64 = mixed(mixed(4, self.s_hi ^ self.d_hi), self.s_lo ^ self.d_lo)
        key = mixed(mixed(key, self.s_lo if by_client else self.d_lo), service << 1 | by_client)
        taken: cython.bint = False
        if not done:
            taken = self.sample_prefix(row, key, sport << 16 | dport, flags, at, end, head, size)
        if control:
            kind: u64 = self.kind_of(service, at + head, end)
            if done and self.kind_known(row, (kind >> 7 & 0xFFFF) | 1):
                return
            key = mixed(key, 5)
            if self.marked(key) < self.caps[CAP_KINDS] and self.mark(mixed(key, kind)) == 0:
                self.mark(key)
                if not taken:
                    self.stream = self.stream_serial = self.stream_place = 0
                    self.event(EV_TCP, 6, at + head, end, sport << 16 | dport, flags)

    @cython.cfunc
    @cython.inline
    @cython.nogil
    @cython.exceptval(check=False)
    def kind_known(self, row: u64, kind: u64) -> cython.bint:
        """Whether it is one of the direction's last two kinds, kept where its base was."""
        shift: i64 = 32 * self.side
        last: u64 = self.flows[row + SEQ] >> shift & M32
        if last & 0xFFFF == kind or last >> 16 == kind:
            return True
        self.set_base(row, (last << 16 & M32) | kind)
        return False

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def sample_prefix(
        self, row: u64, key: u64, ports: u64, flags: u64, at: i64, end: i64, head: i64, size: i64
    ) -> cython.bint:
        """Hand out the segment if it lies in the first bytes of its direction."""
        rows: Words = self.flows
        shift: i64 = 32 * self.side
        seq: u64 = be32(self.b, at + 4)
        state: u64 = rows[row + PREFIX] >> shift & M32
        if state & 0x7FFFFFFF == 0:
            if state == 0:
                self.set_base(row, seq)
            state = self.prefix_limit(at + head, end) << 16
            if self.mark(key) >= self.caps[CAP_STREAMS]:
                rows[row + BITS] |= S_PREFIX << self.side
                self.set_base(row, 0)
                return False
        limit: u64 = state >> 16 & 0x7FFF
        got: u64 = state & 0xFFFF
        place: u64 = (seq - (rows[row + SEQ] >> shift & M32)) & M32
        stop: u64 = place + cython.cast(u64, size)
        fresh: cython.bint = place < limit and stop > got
        if fresh and place > got:
            fresh = (
                self.mark(mixed(mixed(rows[row + HASH], place), cython.cast(u64, self.side))) == 0
            )
        if fresh:
            if place <= got:
                got = stop if stop < limit else limit
            if end - at - head > cython.cast(i64, limit - place):
                end = at + head + cython.cast(i64, limit - place)
            self.stream = rows[row + HASH]
            self.stream_serial = rows[row + FIRST_FRAME]
            self.stream_place = place << 1 | cython.cast(u64, self.side)
            self.event(EV_STREAM_LAYER, 6, at + head, end, ports, flags)
        if got >= limit:
            rows[row + BITS] |= S_PREFIX << self.side
            self.set_base(row, 0)
        state = limit << 16 | got | cython.cast(u64, 0x80000000)
        rows[row + PREFIX] = (rows[row + PREFIX] & (M32 << (32 - shift))) | state << shift
        return fresh

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def prefix_limit(self, at: i64, end: i64) -> u64:
        """How many first bytes to keep: more where certificates or pages name a device."""
        b: Octets = self.b
        if end - at >= 4:
            if b[at] == 0x16 and b[at + 1] == 3:
                return self.caps[CAP_LONG]
            if be32(b, at) == 0x48545450:
                return self.caps[CAP_LONG]
        return self.caps[CAP_SHORT]

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def kind_of(self, service: u64, at: i64, end: i64) -> u64:
        """The bytes that tell kinds of message apart on a control port, by the table of kinds."""
        kinds: Words = self.kinds
        k: u64 = kinds[service & (KIND_GROUPS - 1)]
        h: u64 = 0
        step: u64
        place: i64
        while kinds[k] != 0:
            if kinds[k] == service and self.kind_fits(k, at, end):
                for step in range(kinds[k + KIND_COUNT]):
                    place = at + cython.cast(i64, kinds[k + KIND_PLACES + step])
                    h = mixed(h, cython.cast(u64, self.b[place]) + 1 if place < end else 0)
                return h
            k += KIND_WORDS
        return 0

    @cython.cfunc
    @cython.inline
    @cython.nogil
    @cython.exceptval(check=False)
    def kind_fits(self, k: u64, at: i64, end: i64) -> cython.bint:
        place: i64 = at + cython.cast(i64, self.kinds[k + KIND_AT])
        value: u64 = self.kinds[k + KIND_VALUE]
        return value > 255 or (place < end and self.b[place] == value)

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def unwrap(
        self, proto: u64, sport: u64, dport: u64, at: i64, end: i64, head: i64
    ) -> cython.void:
        """Open what carries another packet; at most four IP headers are followed."""
        if self.depth >= 3 or self.frag_more:
            return
        kind: u64 = 0
        if proto == 17:
            at += head
            if dport == 4789 or dport == 8472:
                self.vxlan(at, end)
            elif dport == 2152:
                self.gtp(at, end)
            elif dport == 3544 or sport == 3544:
                self.teredo(at, end)
            elif dport == 1701:
                self.l2tp(at, end)
            return
        if proto == 47:
            self.gre(at, end)
            return
        if proto == 4:
            kind = 0x0800
        elif proto == 41:
            kind = 0x86DD
        else:
            return
        if end > at and self.version(at) == kind:
            self.inside(8 if kind == 0x86DD and self.s_hi == 0 else 3, kind, at, end)

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def inside(self, tunnel: u64, kind: u64, at: i64, end: i64) -> cython.void:
        """Go on with the packet inside; a kind of 1 is an Ethernet frame."""
        self.tunnel = tunnel
        self.depth += 1
        if kind == 1:
            if end - at < 14:
                return
            kind = be16(self.b, at + 12)
            at += 14
        self.network(kind, at, end)

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def vxlan(self, at: i64, end: i64) -> cython.void:
        """RFC 7348."""
        if end - at >= 22 and self.b[at] == 8:
            self.inside(2, 1, at + 8, end)

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def gtp(self, at: i64, end: i64) -> cython.void:
        """3GPP TS 29.281: only G-PDUs of version 1 carry a packet."""
        b: Octets = self.b
        if end - at < 12 or b[at] >> 4 != 3 or b[at + 1] != 255:
            return
        step: i64 = 8
        following: i64 = 0
        if b[at] & 7:
            following = b[at + 11] if b[at] & 4 else 0
            step = 12
        while following != 0:
            if end - at < step + 4 or b[at + step] == 0:
                return
            following = (
                b[at + step + b[at + step] * 4 - 1] if end - at >= step + b[at + step] * 4 else 0
            )
            step += b[at + step] * 4
        if end - at > step:
            self.inside(6, self.version(at + step), at + step, end)

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def teredo(self, at: i64, end: i64) -> cython.void:
        """RFC 4380: an IPv6 packet, behind authentication and origin if present."""
        b: Octets = self.b
        if end - at >= 13 and be16(b, at) == 1:
            at += 13 + b[at + 2] + b[at + 3]
        if end - at >= 8 and be16(b, at) == 0:
            at += 8
        if end - at >= 40 and b[at] >> 4 == 6:
            self.inside(7, 0x86DD, at, end)

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def l2tp(self, at: i64, end: i64) -> cython.void:
        """RFC 2661: data messages of version 2 carry PPP."""
        b: Octets = self.b
        if end - at < 6 or b[at] & 0x80 or b[at + 1] & 15 != 2:
            return
        step: i64 = 6
        if b[at] & 0x40:
            step += 2
        if b[at] & 8:
            step += 4
        if b[at] & 2:
            if end - at < step + 2:
                return
            step += 2 + cython.cast(i64, be16(b, at + step))
        if end - at > step + 2:
            self.inside(9, 0x880B, at + step, end)

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def gre(self, at: i64, end: i64) -> cython.void:
        """RFC 2784 and 2890; version 1 (PPTP, RFC 2637) has its own sizes."""
        b: Octets = self.b
        if end - at < 4:
            return
        flags: i64 = b[at]
        kind: u64 = be16(b, at + 2)
        step: i64 = 4
        if flags & 0xC0:
            step += 4
        if flags & 0x20:
            step += 4
        if flags & 0x10:
            step += 4
        if b[at + 1] & 7 == 1 and b[at + 1] & 0x80:
            step += 4
        if kind == 0x6558:
            kind = 1
        elif kind == 0x88BE:
            kind = 1
            step += 8 if flags & 0x10 else 0
        if kind == 1 or kind == 0x0800 or kind == 0x86DD or kind == 0x880B or kind == 0x8847:
            if end - at > step:
                self.inside(1, kind, at + step, end)
