# cython: boundscheck=False, wraparound=False, cdivision=True
"""Where a packet lies inside another: each says at which byte, or -1 when there is none."""

from __future__ import annotations

import cython

if not cython.compiled:
    from overlanded.wire.kernels.layout import *
    from overlanded.wire.kernels.octets import be16


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def version(b: Octets, at: i64) -> u64:
    """The EtherType for the first nibble of an IP packet, 0 when it is neither."""
    nibble: i64 = b[at] >> 4
    return 0x0800 if nibble == 4 else 0x86DD if nibble == 6 else 0


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def in_vxlan(b: Octets, at: i64, end: i64) -> i64:
    """RFC 7348: an Ethernet frame."""
    return at + 8 if end - at >= 22 and b[at] == 8 else -1


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def in_gtp(b: Octets, at: i64, end: i64) -> i64:
    """3GPP TS 29.281: only G-PDUs of version 1 carry a packet."""
    if end - at < 12 or b[at] >> 4 != 3 or b[at + 1] != 255:
        return -1
    step: i64 = 8
    size: i64
    following: i64 = 0
    if b[at] & 7:
        following = b[at + 11] if b[at] & 4 else 0
        step = 12
    while following != 0:
        if end - at < step + 4 or b[at + step] == 0:
            return -1
        size = b[at + step] * 4
        following = b[at + step + size - 1] if end - at >= step + size else 0
        step += size
    return at + step if end - at > step else -1


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def in_teredo(b: Octets, at: i64, end: i64) -> i64:
    """RFC 4380: an IPv6 packet, behind authentication and origin if present."""
    if end - at >= 13 and be16(b, at) == 1:
        at += 13 + b[at + 2] + b[at + 3]
    if end - at >= 8 and be16(b, at) == 0:
        at += 8
    return at if end - at >= 40 and b[at] >> 4 == 6 else -1


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def in_l2tp(b: Octets, at: i64, end: i64) -> i64:
    """RFC 2661: data messages of version 2 carry PPP."""
    if end - at < 6 or b[at] & 0x80 or b[at + 1] & 15 != 2:
        return -1
    step: i64 = 6
    if b[at] & 0x40:
        step += 2
    if b[at] & 8:
        step += 4
    if b[at] & 2:
        if end - at < step + 2:
            return -1
        step += 2 + cython.cast(i64, be16(b, at + step))
    return at + step if end - at > step + 2 else -1


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def in_gre(b: Octets, at: i64, end: i64) -> i64:
    """RFC 2784 and 2890; version 1 (PPTP, RFC 2637) has its own sizes, ERSPAN a header behind."""
    if end - at < 4:
        return -1
    flags: i64 = b[at]
    step: i64 = 4
    if flags & 0xC0:
        step += 4
    if flags & 0x20:
        step += 4
    if flags & 0x10:
        step += 4
    if b[at + 1] & 7 == 1 and b[at + 1] & 0x80:
        step += 4
    if be16(b, at + 2) == ERSPAN and flags & 0x10:
        step += 8
    return at + step if end - at > step else -1
