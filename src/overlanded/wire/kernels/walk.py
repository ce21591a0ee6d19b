# cython: boundscheck=False, wraparound=False, cdivision=True
"""The walk: one pass over the records of a capture, into rows of flows and sightings.

Records are looked at some at a time, so that the rows they need are on their way from memory while
the ones before them are counted. A common packet of a conversation that is under way changes
counters only and takes the short way; every other one goes through ``frames``.
"""

from __future__ import annotations

import cython

if not cython.compiled:
    from overlanded.wire.kernels.layout import *
    from overlanded.wire.kernels.looking import Looking
    from overlanded.wire.kernels.octets import be16, be32, be48

COMPILED = cython.compiled
"""False when no compiler built this: the same results, some fifty times slower."""


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def found(rows: Words, index: Words, mask: u64, h: u64, key: u64, ports: u64) -> u64:
    """The row of a common conversation, M64 when there is none."""
    slot: u64 = h & mask
    entry: u64 = index[slot]
    row: u64
    while entry != 0:
        if entry >> 32 == h >> 32:
            row = ((entry & M32) - 1) * FLOW_WORDS
            if rows[row + KEY] == key and rows[row + PORTS] == ports:
                return row
        slot = (slot + 1) & mask
        entry = index[slot]
    return M64


@cython.final
@cython.cclass
class Walker(Looking):
    """The tables of one walk and the place it has come to.

    ``feed`` a buffer, then call ``pcap`` or ``pcapng`` until they ask for more bytes; each
    returns ``(position, status)``. ``grow`` when they say GROW.
    """

    def __init__(
        self, known: bytearray, flow_room: int = 1 << 12, seen_room: int = 1 << 10
    ) -> None:
        super().__init__(known, flow_room, seen_room)

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
        status: i64
        count: i64
        self.top = at
        while True:
            count = self.look_at_records(self.top, stop)
            if count == 0:
                break
            status = self.take(count)
            if status != MORE:
                return status
        at = self.top
        if stop - at >= self.record and self.word(at + 8) > self.limit:
            return BAD
        return MORE

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def pcapng_blocks(self, at: i64, stop: i64) -> i64:
        kind: u64
        length: u64
        status: i64
        count: i64
        self.top = at
        while True:
            count = self.look_at_blocks(self.top, stop)
            if count != 0:
                status = self.take(count)
                if status != MORE:
                    return status
                continue
            at = self.top
            if stop - at < 12:
                return MORE
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
                    self.top = at
                    return BAD
            elif kind == 3 and length >= 16:
                self.simple(at, length)
            elif kind == 6 or kind == 2 or kind == 3:
                return BAD
            self.top = at + cython.cast(i64, length)

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def take(self, end: i64) -> i64:
        """Count the records looked at; ``top`` is where the first one not counted begins."""
        ring: Words = self.ring
        status: i64 = MORE
        r: i64 = 0
        start: i64 = self.top
        while r < end:
            r = self.run(r, end)
            if r != 0:
                start = ring[r - RING_WORDS + RING_NEXT]
            if r == end:
                break
            status = self.ready()
            if status != MORE:
                break
            self.ns = ring[r + RING_NS]
            self.frame(
                ring[r + RING_AT], ring[r + RING_END], ring[r + RING_WIRE], ring[r + RING_INTERFACE]
            )
            start = ring[r + RING_NEXT]
            r += RING_WORDS
        self.top = start
        return status

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def run(self, r: i64, stop: i64) -> i64:
        """Count common frames of conversations that are under way; where the first other one is.

        Nothing changes but counters when everything that a flow notes of a first time is noted.
        What is as good as random (TCP or UDP, with content or without) goes without a branch.
        """
        b: Octets = self.b
        ring: Words = self.ring
        rows: Words = self.flows
        index: Words = self.flow_index
        mask: u64 = self.flow_mask
        timing: cython.bint = self.timing
        begun: i64 = r
        before: u64 = self.frames
        caught_bytes: u64 = 0
        wire_bytes: u64 = 0
        truncated: u64 = 0
        first_ns: u64 = self.first_ns if self.first_ns != 0 else M64
        last_ns: u64 = self.last_ns
        while r < stop and ring[r + RING_HASH] != 0:
            ports: u64 = ring[r + RING_PORTS]
            row: u64 = found(rows, index, mask, ring[r + RING_HASH], ring[r + RING_KEY], ports)
            if row == M64:
                break
            at: i64 = ring[r + RING_AT]
            ip: i64 = ring[r + RING_IP] >> 1
            place: u64 = row + (ring[r + RING_IP] & 1)
            wire: u64 = ring[r + RING_WIRE]
            ns: u64 = ring[r + RING_NS]
            bits: u64 = rows[place + SIDES]
            tcp: u64 = 0 - cython.cast(u64, ports >> 24 & 255 == 6)
            size: i64 = be16(b, ip + 2)
            room: i64 = cython.cast(i64, wire) - (ip - at)
            if size < 20 or size > room:
                size = room
            end: i64 = ip + size
            head: i64 = 28 + ((cython.cast(u64, b[ip + 32]) >> 4) * 4 - 8 & tcp)
            flags: u64 = b[ip + 33] & tcp
            size = size - head if size > head else 0
            full: u64 = size > 0
            need: u64 = flags | (flags & 16) << ACK_TO_W | full << PAY_BIT
            ttl: u64 = b[ip + 8]
            mac: u64 = be48(b, at + 6)
            hot: u64 = rows[place + HOT]
            if (
                bits & (need | W_OWES | W_PROBED) != need
                or flags & 2
                or ttl < bits >> 8 & 255
                or ttl > bits >> 16 & 255
                or (hot != (mac | HOT_BIT) and hot != M64)
                or (timing and ns - rows[place + LAST] > IDLE and not full)
            ):
                break
            wanted: cython.bint = False
            if bits & (W_FULL | W_CONTROL) != W_FULL and full:
                if end > cython.cast(i64, ring[r + RING_END]):
                    end = ring[r + RING_END]
                wanted = not bits & W_FULL or self.says_new(row, place - row, ip + head, end)
            if (wanted or hot == M64) and self.ready() != MORE:
                break
            if timing:
                if bits >> RHYTHM_SHIFT == 0:
                    if rows[place + PACKETS] == RHYTHM_AFTER:
                        break
                elif full and ns >= rows[place + LAST] + BEAT_GAP:
                    self.beat(bits >> RHYTHM_SHIFT, place - row, ns)
            if ns > rows[place + LAST]:
                rows[place + LAST] = ns
            rows[place + PACKETS] += 1
            rows[place + BYTES] += wire
            rows[place + PAYLOAD] += size
            rows[place + SEGMENTS] += full
            wire_bytes += wire
            need = ring[r + RING_END] - cython.cast(u64, at)
            caught_bytes += need
            truncated += wire != need
            if ns > last_ns:
                last_ns = ns
            if ns < first_ns and ns != 0:
                first_ns = ns
            self.interfaces[ring[r + RING_INTERFACE] * IF_WORDS + IF_FRAMES] += 1
            if wanted or hot == M64:
                self.frames = before + (r - begun) // RING_WORDS + 1
                self.hold(r)
                if hot == M64:
                    self.sighting(mac, 0, self.s_lo, 1, ttl)
                if wanted:
                    self.sample_common(r, row, head, end, size)
            r += RING_WORDS
        self.frames = before + (r - begun) // RING_WORDS
        self.caught_bytes += caught_bytes
        self.wire_bytes += wire_bytes
        self.truncated += truncated
        self.first_ns = first_ns if first_ns != M64 else 0
        self.last_ns = last_ns
        return r

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def hold(self, r: i64) -> cython.void:
        """Make a common frame the one at hand."""
        b: Octets = self.b
        ring: Words = self.ring
        ip: i64 = ring[r + RING_IP] >> 1
        self.top = ring[r + RING_AT]
        self.wire = ring[r + RING_WIRE]
        self.ns = ring[r + RING_NS]
        self.caught = cython.cast(i64, ring[r + RING_END]) - self.top
        self.dst_mac = be48(b, self.top)
        self.src_mac = be48(b, self.top + 6)
        self.vlan = ring[r + RING_PORTS] >> 12 & 0xFFF
        self.inner = self.tunnel = self.s_hi = self.d_hi = 0
        self.depth = 0
        self.s_lo = V4 | be32(b, ip + 12)
        self.d_lo = V4 | be32(b, ip + 16)
        self.side = ring[r + RING_IP] & 1

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def sample_common(self, r: i64, row: u64, head: i64, end: i64, size: i64) -> cython.void:
        """Offer the common frame at hand for naming; ``head``: its IP and transport headers."""
        b: Octets = self.b
        ip: i64 = self.ring[r + RING_IP] >> 1
        sport: u64 = be16(b, ip + 20)
        dport: u64 = be16(b, ip + 22)
        if end <= ip + head:
            return
        if b[ip + 9] == 17:
            self.sample_datagram(row, sport, dport, ip + 28, end, size)
        elif head >= 40:
            self.sample_segment(row, sport, dport, ip + 20, end, head - 20, size)
