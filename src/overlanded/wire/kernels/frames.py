# cython: boundscheck=False, wraparound=False, cdivision=True
"""Frames: links, and the wrappings between a link and an IP packet."""

from __future__ import annotations

import cython

if not cython.compiled:
    from overlanded.wire.kernels.layout import *
    from overlanded.wire.kernels.octets import be16, be32, be48, le32, mixed, words
    from overlanded.wire.kernels.packets import Packets
    from overlanded.wire.kernels.wrappings import version


@cython.cclass
class Frames(Packets):
    """The long way through a frame, and the account of all frames."""

    interfaces: Words
    skips: Words
    truncated: u64
    wire_bytes: u64
    caught_bytes: u64
    first_ns: u64
    last_ns: u64
    tags: i64
    interface_store: bytearray
    skip_store: bytearray

    def __init__(self, known: bytearray, flow_room: int, seen_room: int) -> None:
        super().__init__(known, flow_room, seen_room)
        self.skip_store = bytearray(SKIPS * 8)
        self.skips = words(self.skip_store)
        self.interface_store = bytearray(IF_WORDS * 8)
        self.interfaces = words(self.interface_store)
        self.truncated = self.wire_bytes = self.caught_bytes = 0
        self.first_ns = self.last_ns = 0

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
            kind = version(self.b, at)
        elif link == LINK_NULL:
            kind, head = self.family(at), 4
        elif link == LINK_HDLC:
            kind, head = be16(self.b, at + 2), 4
        elif link == LINK_PPPOE:
            kind = 0x8864
        else:
            kind, head = PPP, 0
        if kind == 0:
            self.skips[SKIP_FAMILY] += 1
            return
        self.network(kind, at + head, end)

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
                kind = version(self.b, at)
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
                kind = PPP
            elif kind == PPP:
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
