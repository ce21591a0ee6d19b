# cython: boundscheck=False, wraparound=False, cdivision=True
"""The table of flows: who spoke with whom, found by hash, grown, counted and settled."""

from __future__ import annotations

from typing import Any

import cython

from overlanded.wire.kernels.sightings import larger
from overlanded.wire.memory import room

if not cython.compiled:
    from overlanded.wire.kernels.layout import *
    from overlanded.wire.kernels.octets import mixed, octets, prefetch, quads, words
    from overlanded.wire.kernels.rhythms import Rhythms


@cython.cclass
class Flows(Rhythms):
    """Flows. Their packets are told to the senders' sightings when a flow is settled."""

    flows: Words
    flow_index: Words
    flow_mask: u64
    flow_used: u64
    flow_room: u64
    past: Words
    past_mask: u64
    past_used: u64
    known: Octets
    fresh_side: u64
    ident: u64
    flow_store: Any
    flow_index_store: Any
    past_store: object
    known_store: bytearray

    def __init__(self, known: bytearray, flow_room: int, seen_room: int) -> None:
        super().__init__(seen_room)
        self.known_store = known
        self.known = octets(known)
        self.fresh_side = NO_TTL | W_FULL
        self.flow_used = 0
        self.past_mask = self.past_used = 0
        self.ident = 0
        self.size_flows(flow_room)

    def forget_flows(self) -> None:
        """Empty the table of flows."""
        self.flow_used = 0
        with cython.nogil:
            self.index_flows()

    def size_flows(self, rows: int) -> None:
        """Make room for so many flows (a power of two); those present stay."""
        self.flow_room = rows
        if self.flow_used:
            self.flow_store = larger(self.flow_store, rows * FLOW_WORDS * 8)
        else:
            self.flow_store = room(rows * FLOW_WORDS * 8, large=True)
        self.flows = words(self.flow_store)
        self.flow_mask = rows * 2 - 1
        self.flow_index_store = room(rows * 16, large=True)
        self.flow_index = words(self.flow_index_store)
        with cython.nogil:
            self.index_flows()

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def index_flows(self) -> cython.void:
        """Build the index of flows anew."""
        self.index(self.flows, self.flow_used, FLOW_WORDS, HASH, self.flow_index, self.flow_mask)

    def take_out(self, chosen: bytearray) -> None:
        """Forget these flows (row numbers of 4 bytes, rising); the others move up."""
        gone: Quads = quads(chosen)
        count: u64 = len(chosen) // 4
        with cython.nogil:
            self.move_up(gone, count)
            self.index_flows()

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def move_up(self, gone: Quads, count: u64) -> cython.void:
        rows: Words = self.flows
        row: u64
        word: u64
        kept: u64 = 0
        passed: u64 = 0
        for row in range(self.flow_used):
            if passed < count and gone[passed] == row:
                passed += 1
                continue
            if kept != row:
                for word in range(FLOW_WORDS):
                    rows[kept * FLOW_WORDS + word] = rows[row * FLOW_WORDS + word]
            kept += 1
        self.flow_used = kept

    def note_past(self, chosen: bytearray) -> None:
        """Remember how many rows these conversations have had, as far as there is room."""
        of: Quads = quads(chosen)
        count: u64 = len(chosen) // 4
        if self.past_mask == 0:
            self.past_store = room(PAST_SLOTS * 16, large=True)
            self.past = words(self.past_store)
            self.past_mask = PAST_SLOTS - 1
        with cython.nogil:
            self.note_rows(of, count)

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def note_rows(self, of: Quads, count: u64) -> cython.void:
        rows: Words = self.flows
        number: u64
        ahead: u64
        row: u64
        slot: u64
        for number in range(count):
            ahead = of[number + LEAD if number + LEAD < count else number]
            prefetch(self.past, (rows[ahead * FLOW_WORDS + HASH] >> 1 & self.past_mask) * 2)
            row = of[number]
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

    def sizes(self) -> tuple[int, int]:
        """Rows in use: (flows, sightings)."""
        return self.flow_used, self.seen_used

    def stores(self) -> tuple[Any, Any]:
        """The rows themselves: (flows, sightings); only the first ``sizes()`` rows mean anything."""
        return self.flow_store, self.seen_store

    def settle(self, before: int) -> None:
        """Tell the sightings of the packets of all flows last seen before this time."""
        until: u64 = before
        with cython.nogil:
            self.settle_rows(until)

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def settle_rows(self, until: u64) -> cython.void:
        row: u64
        at: u64
        for row in range(self.flow_used):
            at = row * FLOW_WORDS
            if self.flows[at + LAST] < until and self.flows[at + LAST + 1] < until:
                self.settle_side(at)
                self.settle_side(at + 1)

    def close(self, chosen: bytearray) -> tuple[bytearray, bytearray]:
        """Finish these flows (row numbers of 4 bytes).

        For each 1 where b is the client, and 1 where a SYN or SYN-ACK tells so.
        """
        swap = bytearray(len(chosen) // 4)
        sure = bytearray(len(chosen) // 4)
        rows: Words = self.flows
        of: Quads = quads(chosen)
        to_swap: Octets = octets(swap)
        to_sure: Octets = octets(sure)
        row: u64
        at: u64
        total: u64 = len(swap)
        with cython.nogil:
            for row in range(total):
                at = of[row] * FLOW_WORDS
                rows[at + LAST_NS] = rows[at + LAST]
                if rows[at + LAST + 1] > rows[at + LAST]:
                    rows[at + LAST_NS] = rows[at + LAST + 1]
                to_swap[row] = 1 if rows[at + SIDES + 1] & W_CLIENT else 0
                to_sure[row] = 1 if rows[at + STATE] & (S_SYN | S_SYNACK) else 0
        return swap, sure

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def flow(self, proto: u64, sport: u64, dport: u64, size: i64) -> u64:
        """Count the packet for its conversation; gives the row, ``side`` is 1 when b sent it."""
        side: u64 = 0
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
        key: u64 = 0
        if a_hi | b_hi | self.tunnel == 0 and a_lo & b_lo & V4 == V4:
            if (a_lo | b_lo) >> 48 == 0:
                key = (a_lo & M32) << 32 | (b_lo & M32)
        h: u64 = mixed(mixed(0, ports), key)
        if key == 0:
            h = mixed(mixed(mixed(a_hi ^ (b_hi >> 1), ports ^ self.tunnel), a_lo), b_lo)
        slot: u64 = self.flow_slot(h, key, ports, a_hi, a_lo, b_hi, b_lo, self.tunnel)
        row: u64
        if self.flow_index[slot] == 0:
            row = self.flow_used * FLOW_WORDS
            self.flow_used += 1
            self.flow_index[slot] = (h & (M32 << 32)) | self.flow_used
            self.new_flow(row, side, h, key, ports)
            self.flows[row + A_HI] = a_hi
            self.flows[row + A_LO] = a_lo
            self.flows[row + B_HI] = b_hi
            self.flows[row + B_LO] = b_lo
        else:
            row = ((self.flow_index[slot] & M32) - 1) * FLOW_WORDS
        self.side = side
        if self.depth == 0:
            self.sender(row, side)
        else:
            self.settle_side(row + side)
        self.silence = self.since_last(row)
        if self.flows[row + PACKETS + side] == 0:
            self.flows[row + MACS + side] = self.src_mac
            self.flows[row + STATE] |= self.ident << (IDENT_SHIFT + 16 * side)
        self.count(row + side, side, size)
        return row

    @cython.cfunc
    @cython.inline
    @cython.nogil
    @cython.exceptval(check=False)
    def since_last(self, row: u64) -> u64:
        """Nanoseconds since the flow's last packet; 0 when this one was sent before it."""
        last: u64 = self.flows[row + LAST]
        if self.flows[row + LAST + 1] > last:
            last = self.flows[row + LAST + 1]
        return self.ns - last if self.ns > last and last != 0 else 0

    @cython.cfunc
    @cython.inline
    @cython.nogil
    @cython.exceptval(check=False)
    def count(self, at: u64, side: u64, size: i64) -> cython.void:
        """Count the packet at hand for one side of a flow: ``at`` is the row plus the side."""
        rows: Words = self.flows
        if self.timing:
            if rows[at + PACKETS] == RHYTHM_AFTER and rows[at + SIDES] >> RHYTHM_SHIFT == 0:
                self.new_rhythm(rows, at - side)
            if size > 0 and self.ns >= rows[at + LAST] + BEAT_GAP:
                if rows[at + SIDES] >> RHYTHM_SHIFT != 0:
                    self.beat(rows[at + SIDES] >> RHYTHM_SHIFT, side, self.ns)
        bits: u64 = rows[at + SIDES]
        if self.ns > rows[at + LAST]:
            rows[at + LAST] = self.ns
        rows[at + PACKETS] += 1
        rows[at + BYTES] += self.wire
        if size > 0:
            rows[at + PAYLOAD] += size
            rows[at + SEGMENTS] += 1
        if self.ttl < bits >> 8 & 255:
            bits ^= ((bits >> 8 & 255) ^ self.ttl) << 8
        if self.ttl > bits >> 16 & 255:
            bits ^= ((bits >> 16 & 255) ^ self.ttl) << 16
        rows[at + SIDES] = bits

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def flow_slot(
        self,
        h: u64,
        key: u64,
        ports: u64,
        a_hi: u64,
        a_lo: u64,
        b_hi: u64,
        b_lo: u64,
        tunnel: u64,
    ) -> u64:
        """The slot of this conversation, or the empty one where it belongs."""
        rows: Words = self.flows
        slot: u64 = h & self.flow_mask
        entry: u64 = self.flow_index[slot]
        row: u64
        while entry != 0:
            if entry >> 32 == h >> 32:
                row = ((entry & M32) - 1) * FLOW_WORDS
                if rows[row + KEY] == key and rows[row + PORTS] == ports:
                    if key != 0 or (
                        rows[row + A_LO] == a_lo
                        and rows[row + B_LO] == b_lo
                        and rows[row + A_HI] == a_hi
                        and rows[row + B_HI] == b_hi
                        and rows[row + STATE] >> TUNNEL_SHIFT == tunnel
                    ):
                        break
            slot = (slot + 1) & self.flow_mask
            entry = self.flow_index[slot]
        return slot

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def new_flow(self, row: u64, side: u64, h: u64, key: u64, ports: u64) -> cython.void:
        rows: Words = self.flows
        word: i64
        for word in range(FLOW_WORDS):
            rows[row + word] = 0
        rows[row + KEY] = key
        rows[row + PORTS] = ports
        rows[row + SIDES] = rows[row + SIDES + 1] = self.fresh_side
        if (self.known[ports >> 48] | self.known[ports >> 32 & 0xFFFF]) & PORT_CONTROL:
            if ports >> 24 & 255 == 6 and not self.fresh_side & W_FULL:
                rows[row + SIDES] |= W_CONTROL
                rows[row + SIDES + 1] |= W_CONTROL
        rows[row + STATE] = self.tunnel << TUNNEL_SHIFT
        if side:
            rows[row + STATE] |= S_FIRST_BY_B
        rows[row + FIRST_FRAME] = self.frames
        rows[row + FIRST_NS] = self.ns
        rows[row + LAST + side] = self.ns
        rows[row + MACS + side] = self.src_mac
        rows[row + MACS + 1 - side] = self.dst_mac
        rows[row + OPTIONS] = NO_SCALE
        rows[row + HASH] = h
        if self.past_mask != 0:
            rows[row + PART] = self.past[self.past_slot(h) * 2 + 1]
        self.tell_client(row)

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def tell_client(self, row: u64) -> cython.void:
        """Mark the side that asks, by what is known now."""
        rows: Words = self.flows
        client: u64 = row + SIDES + self.client_is_b(row)
        rows[row + SIDES] &= ~cython.cast(u64, W_CLIENT)
        rows[row + SIDES + 1] &= ~cython.cast(u64, W_CLIENT)
        rows[client] |= W_CLIENT

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def client_is_b(self, row: u64) -> u64:
        """Who asks: the sender of a SYN, the target of a SYN-ACK, else the side whose port says so."""
        state: u64 = self.flows[row + STATE]
        ports: u64 = self.flows[row + PORTS]
        a: u64 = ports >> 48
        b: u64 = ports >> 32 & 0xFFFF
        proto: u64 = ports >> 24 & 255
        if state & S_SYN:
            return 1 if state & S_SYN_BY_B else 0
        if state & S_SYNACK:
            return 0 if state & S_SYNACK_BY_B else 1
        if proto == 1 or proto == 58:
            if b == 0 and (a == 8 or a == 13 or a == 128):
                return 0
            if a == 0 and (b == 8 or b == 13 or b == 128):
                return 1
        elif self.known[a] & PORT_LISTENS != self.known[b] & PORT_LISTENS:
            return 1 if self.known[a] & PORT_LISTENS else 0
        elif a != b:
            return 1 if a < b else 0
        return 1 if state & S_FIRST_BY_B else 0

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def sender(self, row: u64, side: u64) -> cython.void:
        """Who sent the packet: told now, or with all the others of the flow's side.

        As long as one MAC alone sends for a side, its sighting needs no word for each packet.
        """
        rows: Words = self.flows
        hot: u64 = rows[row + HOT + side]
        mac: u64 = self.src_mac | HOT_BIT
        number: u64
        if hot == mac:
            return
        if hot == 0:
            number = self.sighted(self.src_mac, self.s_hi, self.s_lo)
            rows[row + SIGHTED] |= number << (32 * side)
            rows[row + HOT + side] = mac
            return
        self.settle_side(row + side)
        self.sighting(self.src_mac, self.s_hi, self.s_lo, 1, self.ttl)

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def settle_side(self, at: u64) -> cython.void:
        """Tell the sighting of a side's sender of all packets so far; the next ones are told singly."""
        rows: Words = self.flows
        seen: Words = self.sightings
        hot: u64 = rows[at + HOT]
        rows[at + HOT] = M64
        if hot == 0 or hot == M64:
            return
        side: u64 = at % FLOW_WORDS
        place: u64 = ((rows[at - side + SIGHTED] >> (32 * side) & M32) - 1) * SIGHTING_WORDS
        seen[place + SEEN] += rows[at + PACKETS]
        seen[place + SEEN_BYTES] += rows[at + BYTES]
        if rows[at + LAST] > seen[place + SEEN_LAST]:
            seen[place + SEEN_LAST] = rows[at + LAST]
        self.seen_ttl(place, rows[at + SIDES] >> 8 & 255)
        self.seen_ttl(place, rows[at + SIDES] >> 16 & 255)
        seen[place + SEEN_BITS] |= 1
