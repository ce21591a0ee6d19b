# cython: boundscheck=False, wraparound=False, cdivision=True
"""Adding up the walks of two slices of one capture, as if one walk had gone on."""

from __future__ import annotations

import cython

if not cython.compiled:
    from overlanded.wire.kernels.flows import Flows
    from overlanded.wire.kernels.layout import *
    from overlanded.wire.kernels.octets import prefetch


@cython.cclass
class Joining(Flows):
    """Tables that can take in those of the part behind them."""

    def absorb_rows(self, other: Flows) -> None:
        """Add all flows and sightings that the other holds, which is settled by it; this one is.

        Rows far apart are reached for: those that come soon are fetched before they are needed.
        """
        row: u64 = 0
        while row < other.flow_used:
            if self.flow_used + 8 > self.flow_room:
                self.size_flows(self.flow_room * 2)
            with cython.nogil:
                row = self.absorb_flows(other, row, other.flow_used)
        row = 0
        while row < other.seen_used:
            if self.seen_used + 8 > self.seen_room:
                self.size_sightings(self.seen_room * 2)
            with cython.nogil:
                row = self.absorb_sightings(other.sightings, row, other.seen_used)

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def absorb_flows(self, other: Flows, row: u64, stop: u64) -> u64:
        """Settle and add flows from ``row`` on as long as there is room; the row to go on from."""
        of: Words = other.flows
        ahead: u64
        while row < stop and self.flow_used + 8 <= self.flow_room:
            ahead = row + LEAD * 2 if row + LEAD * 2 < stop else row
            prefetch(of, ahead * FLOW_WORDS + HASH)
            ahead = row + LEAD if row + LEAD < stop else row
            prefetch(self.flow_index, of[ahead * FLOW_WORDS + HASH] & self.flow_mask)
            if self.past_mask != 0:
                prefetch(self.past, (of[ahead * FLOW_WORDS + HASH] >> 1 & self.past_mask) * 2)
            ahead = row + LEAD // 2 if row + LEAD // 2 < stop else row
            self.fetch_flow(of[ahead * FLOW_WORDS + HASH])
            other.settle_side(row * FLOW_WORDS)
            other.settle_side(row * FLOW_WORDS + 1)
            self.absorb_flow(of, row * FLOW_WORDS)
            row += 1
        return row

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def absorb_sightings(self, of: Words, row: u64, stop: u64) -> u64:
        """Add sightings from ``row`` on as long as there is room; the row to go on from."""
        while row < stop and self.seen_used + 8 <= self.seen_room:
            self.absorb_sighting(of, row * SIGHTING_WORDS)
            row += 1
        return row

    @cython.cfunc
    @cython.inline
    @cython.nogil
    @cython.exceptval(check=False)
    def fetch_flow(self, h: u64) -> cython.void:
        """Fetch the row to which this hash most likely leads."""
        row: u64 = self.flow_index[h & self.flow_mask] & M32
        if row != 0:
            prefetch(self.flows, (row - 1) * FLOW_WORDS)
            prefetch(self.flows, (row - 1) * FLOW_WORDS + PACKETS)

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
            of[at + KEY],
            of[at + PORTS],
            of[at + A_HI],
            of[at + A_LO],
            of[at + B_HI],
            of[at + B_LO],
            of[at + STATE] >> TUNNEL_SHIFT,
        )
        if self.flow_index[slot] != 0:
            self.join_flow(((self.flow_index[slot] & M32) - 1) * FLOW_WORDS, of, at)
            return
        for word in range(FLOW_WORDS):
            rows[self.flow_used * FLOW_WORDS + word] = of[at + word]
        rows[self.flow_used * FLOW_WORDS + FIRST_FRAME] += self.frames
        if self.past_mask != 0:
            rows[self.flow_used * FLOW_WORDS + PART] = self.past[self.past_slot(h) * 2 + 1]
        self.flow_used += 1
        self.flow_index[slot] = (h & (M32 << 32)) | self.flow_used

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def join_flow(self, row: u64, of: Words, at: u64) -> cython.void:
        """The later part of a conversation whose earlier part we have."""
        side: u64
        self.join_handshake(row, of, at)
        for side in range(2):
            self.join_side(row, of, at, side)
            self.join_options(row, of[at + OPTIONS], 16 * side, 32 + 8 * side)
        self.tell_client(row)

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def join_handshake(self, row: u64, of: Words, at: u64) -> cython.void:
        rows: Words = self.flows
        mine: u64 = rows[row + STATE]
        theirs: u64 = of[at + STATE]
        asker: u64
        if not mine & S_ACKED and mine & S_SYNACK:
            asker = 0 if mine & S_SYNACK_BY_B else 1
            if of[at + SIDES + asker] & W_ACK:
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
        rows[row + STATE] = mine

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def join_side(self, row: u64, of: Words, at: u64, side: u64) -> cython.void:
        rows: Words = self.flows
        mine: u64 = rows[row + SIDES + side]
        theirs: u64 = of[at + SIDES + side]
        if rows[row + PACKETS + side] == 0 and of[at + PACKETS + side] != 0:
            rows[row + MACS + side] = of[at + MACS + side]
            rows[row + STATE] |= of[at + STATE] & (
                cython.cast(u64, 0xFFFF) << (IDENT_SHIFT + 16 * side)
            )
        if of[at + LAST + side] > rows[row + LAST + side]:
            rows[row + LAST + side] = of[at + LAST + side]
        rows[row + PACKETS + side] += of[at + PACKETS + side]
        rows[row + BYTES + side] += of[at + BYTES + side]
        rows[row + PAYLOAD + side] += of[at + PAYLOAD + side]
        rows[row + SEGMENTS + side] += of[at + SEGMENTS + side]
        if not mine & W_PAY and theirs & W_PAY:
            rows[row + FIRST_PAY + side] = of[at + FIRST_PAY + side]
        if not mine & W_ACK and theirs & W_ACK:
            rows[row + FIRST_ACK + side] = of[at + FIRST_ACK + side]
        if rows[row + STAMPS] >> (32 * side) & M32 == 0:
            rows[row + STAMPS] |= of[at + STAMPS] & (M32 << (32 * side))
        mine |= theirs & (255 | W_PAY | W_ACK)
        if theirs >> 8 & 255 < mine >> 8 & 255:
            mine ^= ((mine ^ theirs) >> 8 & 255) << 8
        if theirs >> 16 & 255 > mine >> 16 & 255:
            mine ^= ((mine ^ theirs) >> 16 & 255) << 16
        rows[row + SIDES + side] = mine

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def join_options(self, row: u64, theirs: u64, segment: u64, scale: u64) -> cython.void:
        """Take their segment size and window scale where ours are not known."""
        mine: u64 = self.flows[row + OPTIONS]
        if mine >> segment & 0xFFFF == 0:
            mine |= (theirs >> segment & 0xFFFF) << segment
        if mine >> scale & 255 == 255:
            mine ^= ((mine ^ theirs) >> scale & 255) << scale
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
