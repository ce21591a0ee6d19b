# cython: boundscheck=False, wraparound=False, cdivision=True
"""Which frames and payloads can name a device, and are handed out for it."""

from __future__ import annotations

import cython

if not cython.compiled:
    from overlanded.wire.kernels.events import Events
    from overlanded.wire.kernels.layout import *
    from overlanded.wire.kernels.octets import be16, be32, be64, mixed, words


@cython.cclass
class Samples(Events):
    """Samples by sender and kind; the numbers are those of ``data/sampling.toml``."""

    rules: Words
    kinds: Words
    caps: Words
    sampling_stores: object

    def sample(
        self,
        rules: bytearray,
        kinds: bytearray,
        caps: bytearray,
        bounds: tuple[int, int, int],
        largest: int,
    ) -> None:
        """Begin to hand out samples.

        ``rules``, ``kinds`` and ``caps`` are words as ``sampling.py`` lays them out; ``bounds`` are
        marks, bytes in all, and bytes at a time; ``largest`` is that of a frame.
        """
        self.sampling_stores = (rules, kinds, caps)
        self.rules = words(rules)
        self.kinds = words(kinds)
        self.caps = words(caps)
        self.hand_out(*bounds, largest)
        self.keep_rhythms()

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
            if (kind == 8 or kind == 0) and size <= LONGEST_PING:
                return
            if kind != 5 and kind != 9 and kind != 8 and kind != 0:
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
        place: u64 = row + self.side
        bits: u64 = self.flows[place + SIDES]
        if bits & W_FULL or end <= at:
            return
        rank: u64 = self.known[dport] >> RANK_SHIFT
        by_client: cython.bint = bits & W_CLIENT != 0
        key: u64 = mixed(mixed(mixed(3, self.src_mac), self.s_hi), self.s_lo)
        service: u64 = dport if by_client else sport
        if self.known[sport] >> RANK_SHIFT > rank:
            rank = self.known[sport] >> RANK_SHIFT
        if rank == 0:
            if (
                self.flows[place + PACKETS] > self.caps[CAP_LOOK]
                or self.marked(key) >= self.caps[CAP_SENDER]
            ):
                self.flows[place + SIDES] |= W_FULL
                return
        sender: u64 = key
        key = mixed(
            mixed(mixed(key, service << 1 | by_client), self.d_hi if rank else 0),
            self.d_lo if rank else 0,
        )
        skip: i64 = self.caps[CAP_RANKS + rank * 2 + 1]
        if self.marked(key) >= self.caps[CAP_RANKS + rank * 2]:
            self.flows[place + SIDES] |= W_FULL
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
            self.set_base(row, self.side, (be32(self.b, at + 4) + 1) & M32)
            self.flows[row + PREFIX] |= cython.cast(u64, 1) << (32 * self.side + 31)

    @cython.cfunc
    @cython.inline
    @cython.nogil
    @cython.exceptval(check=False)
    def set_base(self, row: u64, side: u64, base: u64) -> cython.void:
        shift: u64 = 32 * side
        self.flows[row + SEQ] = (self.flows[row + SEQ] & (M32 << (32 - shift))) | base << shift

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def sample_segment(
        self, row: u64, sport: u64, dport: u64, at: i64, end: i64, head: i64, size: i64
    ) -> cython.void:
        """A TCP segment: a part of its direction's first bytes, or a new kind of message."""
        bits: u64 = self.flows[row + self.side + SIDES]
        if bits & (W_FULL | W_CONTROL) == W_FULL:
            return
        by_client: cython.bint = bits & W_CLIENT != 0
        service: u64 = dport if by_client else sport
        kind: u64 = self.kind_of(service, at + head, end) if bits & W_CONTROL else 0
        if bits & W_FULL:
            fresh: u64 = self.kind_is_new(row, self.side, kind)
            if fresh == 0:
                return
            self.remember_kind(row, 32 * self.side, fresh)
        flags: u64 = FLAG_CLIENT if by_client else 0
        if end - at - head >= size:
            flags |= FLAG_WHOLE
        key: u64 = mixed(mixed(4, self.s_hi ^ self.d_hi), self.s_lo ^ self.d_lo)
        key = mixed(mixed(key, self.s_lo if by_client else self.d_lo), service << 1 | by_client)
        taken: cython.bint = False
        if not bits & W_FULL:
            taken = self.sample_prefix(row, key, sport << 16 | dport, flags, at, end, head, size)
        if self.known[service] & PORT_CONTROL:
            key = mixed(key, 5)
            if (
                self.marked(mixed(key, kind)) == 0
                and self.marked(key) < self.caps[CAP_KINDS]
                and self.mark(mixed(key, kind)) == 0
            ):
                self.mark(key)
                if not taken:
                    self.stream = self.stream_serial = self.stream_place = 0
                    self.event(EV_TCP, 6, at + head, end, sport << 16 | dport, flags)

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def says_new(self, row: u64, side: u64, at: i64, end: i64) -> cython.bint:
        """Whether a message on a control port is of none of its direction's last kinds."""
        ports: u64 = self.flows[row + PORTS]
        own: u64 = 48 - 16 * side
        if self.flows[row + side + SIDES] & W_CLIENT:
            own = 32 + 16 * side
        kind: u64 = self.kind_of(ports >> own & 0xFFFF, at, end)
        return self.kind_is_new(row, side, kind) != 0

    @cython.cfunc
    @cython.inline
    @cython.nogil
    @cython.exceptval(check=False)
    def kind_is_new(self, row: u64, side: u64, kind: u64) -> u64:
        """Sixteen bits of a control message's kind; 0 when it is one of the direction's last four.

        They are kept where the account of the sampled prefix was, which is closed by then.
        """
        kind = mixed(kind, 0) >> 40 & 0xFFFF | 1
        last: u64 = self.flows[row + SEQ] >> (32 * side) & M32
        if last & 0xFFFF == kind or last >> 16 == kind:
            return 0
        last = self.flows[row + PREFIX] >> (32 * side) & M32
        return 0 if last & 0xFFFF == kind or last >> 16 == kind else kind

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def remember_kind(self, row: u64, shift: u64, kind: u64) -> cython.void:
        """Put a new kind before the direction's last three."""
        rows: Words = self.flows
        other: u64 = M32 << (32 - shift)
        newer: u64 = rows[row + SEQ] >> shift & M32
        older: u64 = rows[row + PREFIX] >> shift & M32
        rows[row + SEQ] = (rows[row + SEQ] & other) | (newer << 16 & M32 | kind) << shift
        rows[row + PREFIX] = (rows[row + PREFIX] & other) | (
            older << 16 & M32 | newer >> 16
        ) << shift

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def sample_prefix(
        self, row: u64, key: u64, ports: u64, flags: u64, at: i64, end: i64, head: i64, size: i64
    ) -> cython.bint:
        """Hand out the segment if it lies in the first bytes of its direction."""
        rows: Words = self.flows
        shift: u64 = 32 * self.side
        seq: u64 = be32(self.b, at + 4)
        state: u64 = rows[row + PREFIX] >> shift & M32
        if state & 0x7FFFFFFF == 0:
            if state == 0:
                self.set_base(row, self.side, seq)
            state = self.prefix_limit(at + head, end) << 16
            if self.mark(key) >= self.caps[CAP_STREAMS]:
                rows[row + self.side + SIDES] |= W_FULL
                self.set_base(row, self.side, 0)
                return False
        limit: u64 = state >> 16 & 0x7FFF
        got: u64 = state & 0xFFFF
        place: u64 = (seq - (rows[row + SEQ] >> shift & M32)) & M32
        stop: u64 = place + cython.cast(u64, size)
        fresh: cython.bint = place < limit and stop > got
        if fresh and place > got:
            fresh = self.mark(mixed(mixed(rows[row + HASH], place), self.side)) == 0
        if fresh:
            if place <= got:
                got = stop if stop < limit else limit
            if end - at - head > cython.cast(i64, limit - place):
                end = at + head + cython.cast(i64, limit - place)
            self.stream = rows[row + HASH]
            self.stream_serial = rows[row + FIRST_FRAME]
            self.stream_place = place << 1 | self.side
            self.event(EV_STREAM_LAYER, 6, at + head, end, ports, flags)
        state = limit << 16 | got | cython.cast(u64, 0x80000000)
        if got >= limit:
            rows[row + self.side + SIDES] |= W_FULL
            self.set_base(row, self.side, 0)
            state = 0x80000000
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
        step: i64
        while kinds[k] != 0:
            if kinds[k] == service and self.kind_fits(k, at, end):
                if end - at < cython.cast(i64, kinds[k + KIND_LENGTH]):
                    h = end - at
                for step in range(KIND_WINDOWS):
                    if kinds[k + KIND_MASKS + step] != 0:
                        h = mixed(
                            h,
                            self.eight(at + cython.cast(i64, kinds[k + KIND_PLACES + step]), end)
                            & kinds[k + KIND_MASKS + step],
                        )
                return h
            k += KIND_WORDS
        return 0

    @cython.cfunc
    @cython.inline
    @cython.nogil
    @cython.exceptval(check=False)
    def eight(self, at: i64, end: i64) -> u64:
        """Eight bytes; zeros for those beyond the end."""
        if end <= at:
            return 0
        # A buffer has bytes behind it that may be loaded and are never believed.
        value: u64 = be64(self.b, at)
        if end - at >= 8:
            return value
        beyond: u64 = 8 * (8 - (end - at))
        return value >> beyond << beyond

    @cython.cfunc
    @cython.inline
    @cython.nogil
    @cython.exceptval(check=False)
    def kind_fits(self, k: u64, at: i64, end: i64) -> cython.bint:
        place: i64 = at + cython.cast(i64, self.kinds[k + KIND_AT])
        value: u64 = self.kinds[k + KIND_VALUE]
        return value > 255 or (place < end and self.b[place] == value)
