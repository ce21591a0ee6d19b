# cython: boundscheck=False, wraparound=False, cdivision=True
"""IP packets: each one counted, and what it wraps opened in turn."""

from __future__ import annotations

import cython

if not cython.compiled:
    from overlanded.wire.kernels.layout import *
    from overlanded.wire.kernels.octets import be16, be32, be48, be64, mixed, words
    from overlanded.wire.kernels.samples import Samples
    from overlanded.wire.kernels.wrappings import (
        in_gre,
        in_gtp,
        in_l2tp,
        in_teredo,
        in_vxlan,
        version,
    )


@cython.cclass
class Packets(Samples):
    """IPv4 and IPv6, fragments, TCP with its handshake, neighbour discovery, tunnels."""

    fragments: Words
    base: u64
    top: i64
    frag_key: u64
    frag_more: cython.bint
    frag_later: cython.bint
    frag_store: bytearray

    def __init__(self, known: bytearray, flow_room: int, seen_room: int) -> None:
        super().__init__(known, flow_room, seen_room)
        self.frag_store = bytearray(FRAG_SLOTS * FRAG_WORDS * 8)
        self.fragments = words(self.frag_store)
        self.base = 0

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def network(self, kind: u64, at: i64, end: i64) -> cython.void:
        """What an EtherType names; ``Frames`` knows them all."""

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
        self.ident = be16(b, at + 4)
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
        self.ident = 0
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
    @cython.inline
    @cython.nogil
    @cython.exceptval(check=False)
    def first_payload(self, row: u64) -> cython.void:
        rows: Words = self.flows
        at: u64 = row + self.side
        if not rows[at + SIDES] & W_PAY:
            rows[at + SIDES] |= W_PAY
            rows[at + FIRST_PAY] = self.ns

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def tcp(self, row: u64, flags: u64, at: i64, end: i64, head: i64, size: i64) -> cython.void:
        rows: Words = self.flows
        place: u64 = row + self.side
        rows[place + SIDES] |= flags
        if flags & 2:
            self.opening(row, flags, at, end, head)
        elif flags & 16:
            if not rows[place + SIDES] & W_ACK:
                rows[place + SIDES] |= W_ACK
                rows[place + FIRST_ACK] = self.ns
            if rows[place + SIDES] & W_OWES:
                rows[place + SIDES] &= ~cython.cast(u64, W_OWES)
                rows[row + STATE] |= S_ACKED
                rows[row + ACK_NS] = self.ns
            if self.timing:
                self.probe(rows, place, self.side, flags, size)
        if size > 0:
            self.first_payload(row)

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def opening(self, row: u64, flags: u64, at: i64, end: i64, head: i64) -> cython.void:
        """A SYN or SYN-ACK: who opens, when, and with which options (RFC 9293 section 3.2)."""
        b: Octets = self.b
        rows: Words = self.flows
        side: u64 = self.side
        if flags & 16:
            if not rows[row + STATE] & S_SYNACK:
                rows[row + STATE] |= S_SYNACK | (S_SYNACK_BY_B if side else 0)
                rows[row + SYNACK_NS] = self.ns
                rows[row + SIDES + 1 - side] |= W_OWES
                self.tell_client(row)
        elif not rows[row + STATE] & S_SYN:
            rows[row + STATE] |= S_SYN | (S_SYN_BY_B if side else 0)
            rows[row + SYN_NS] = self.ns
            self.tell_client(row)
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
            elif kind == 8 and length == 10 and rows[row + STAMPS] >> (32 * side) & M32 == 0:
                rows[row + STAMPS] |= be32(b, at + 2) << (32 * side)
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
    def unwrap(
        self, proto: u64, sport: u64, dport: u64, at: i64, end: i64, head: i64
    ) -> cython.void:
        """Open what carries another packet; at most four IP headers are followed."""
        b: Octets = self.b
        kind: u64 = 0
        at += head
        if self.depth >= 3 or self.frag_more:
            return
        if proto == 17:
            if dport == VXLAN or dport == VXLAN_OLD:
                self.inside(2, ETHERNET, in_vxlan(b, at, end), end)
            elif dport == GTP:
                self.inside(6, IP, in_gtp(b, at, end), end)
            elif dport == TEREDO or sport == TEREDO:
                self.inside(7, IP, in_teredo(b, at, end), end)
            elif dport == L2TP:
                self.inside(9, PPP, in_l2tp(b, at, end), end)
        elif proto == 47:
            kind = be16(b, at + 2) if end - at >= 4 else 0
            if kind == TEB or kind == ERSPAN:
                kind = ETHERNET
            elif kind != 0x0800 and kind != 0x86DD and kind != PPP and kind != 0x8847:
                return
            self.inside(1, kind, in_gre(b, at, end), end)
        elif proto == 4 or proto == 41:
            kind = 0x0800 if proto == 4 else 0x86DD
            if end > at and version(b, at) == kind:
                self.inside(8 if proto == 41 and self.s_hi == 0 else 3, kind, at, end)

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def inside(self, tunnel: u64, kind: u64, at: i64, end: i64) -> cython.void:
        """Go on with the packet inside; nothing when it lies nowhere (-1)."""
        if at < 0:
            return
        self.tunnel = tunnel
        self.depth += 1
        if kind == IP:
            kind = version(self.b, at)
        elif kind == ETHERNET:
            if end - at < 14:
                return
            kind = be16(self.b, at + 12)
            at += 14
        self.network(kind, at, end)
