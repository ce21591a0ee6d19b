# cython: boundscheck=False, wraparound=False, cdivision=True
"""Rows of words into columns, and rows of slices into one table.

Compiled and interpreted alike, as in ``walk.py``.
"""

from __future__ import annotations

import cython

if not cython.compiled:
    from overlanded.wire.kernels.layout import *
    from overlanded.wire.kernels.octets import mixed, octets, pairs, quads, words


def gather(
    store: Store,
    row_words: int,
    chosen: bytearray,
    sides: bytearray,
    specs: bytearray,
    out: Store,
) -> None:
    """Columns of the ``chosen`` rows into ``out``, in the machine's byte order.

    ``chosen`` holds row numbers of 4 bytes, in the order wanted, and ``sides`` one byte for each, 1
    where b is the client. ``specs`` holds ``SPEC_WORDS`` words a column: word and shift of the value
    where a is client, word and shift where b is, its mask, its width in bytes, and where in ``out``
    the column begins (a multiple of 8).
    """
    rows: Words = words(store)
    spec: Words = words(specs)
    swap: Octets = octets(sides)
    out8: Words = words(out)
    out4: Quads = quads(out)
    out2: Pairs = pairs(out)
    out1: Octets = octets(out)
    count: i64 = len(specs) // (SPEC_WORDS * 8)
    stride: i64 = row_words
    of: Quads = quads(chosen)
    first: i64 = 0
    last: i64 = len(chosen) // 4
    stop: i64
    c: i64
    with cython.nogil:
        while first < last:
            stop = first + 64 if first + 64 < last else last
            for c in range(count):
                gather_one(
                    rows,
                    stride,
                    of,
                    first,
                    stop,
                    swap,
                    spec,
                    c * SPEC_WORDS,
                    out8,
                    out4,
                    out2,
                    out1,
                )
            first = stop


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def gather_one(
    rows: Words,
    stride: i64,
    of: Quads,
    low: i64,
    high: i64,
    swap: Octets,
    spec: Words,
    at: i64,
    out8: Words,
    out4: Quads,
    out2: Pairs,
    out1: Octets,
) -> cython.void:
    """One column of some rows. Which side is client is no branch: b's place is a's and a step."""
    word: i64 = spec[at]
    shift: i64 = spec[at + 1]
    step: i64 = cython.cast(i64, spec[at + 2]) - word
    turn: i64 = cython.cast(i64, spec[at + 3]) - shift
    mask: u64 = spec[at + 4]
    width: i64 = spec[at + 5]
    start: i64 = spec[at + 6] // cython.cast(u64, width)
    row: i64
    b: i64
    if width == 8:
        for row in range(low, high):
            b = swap[row]
            out8[start + row] = (
                rows[of[row] * stride + word + step * b] >> (shift + turn * b) & mask
            )
    elif width == 4:
        for row in range(low, high):
            b = swap[row]
            out4[start + row] = (
                rows[of[row] * stride + word + step * b] >> (shift + turn * b) & mask
            )
    elif width == 2:
        for row in range(low, high):
            b = swap[row]
            out2[start + row] = (
                rows[of[row] * stride + word + step * b] >> (shift + turn * b) & mask
            )
    else:
        for row in range(low, high):
            b = swap[row]
            out1[start + row] = (
                rows[of[row] * stride + word + step * b] >> (shift + turn * b) & mask
            )


def uniform(data: Store, width: int) -> bool:
    """Whether all values of this width are the same one."""
    of: Octets = octets(data)
    at: i64 = width
    step: i64 = width
    total: i64 = len(data)
    with cython.nogil:
        while at < total and of[at] == of[at - step]:
            at += 1
    return at >= total


def widened(data: Store, width: int) -> bytearray:
    """Unsigned values of 1 or 2 bytes as values of 4, little-endian."""
    count: i64 = len(data) // width
    out = bytearray(count * 4)
    of: Octets = octets(data)
    to: Octets = octets(out)
    step: i64 = width
    at: i64
    for at in range(count):
        to[at * 4] = of[at * step]
        if step == 2:
            to[at * 4 + 1] = of[at * 2 + 1]
    return out


def every(count: int) -> bytearray:
    """The numbers of so many rows, 4 bytes each."""
    out = bytearray(count * 4)
    to: Quads = quads(out)
    row: u64
    for row in range(count):
        to[row] = row
    return out


def idle_since(store: Store, count: int) -> int:
    """A time before which three quarters of the flows were last seen, or after all of them."""
    rows: Words = words(store)
    made = bytearray(count * 8)
    last: Words = words(made)
    total: u64 = count
    row: u64
    lowest: u64 = M64
    highest: u64 = 0
    with cython.nogil:
        for row in range(total):
            last[row] = rows[row * FLOW_WORDS + LAST]
            if rows[row * FLOW_WORDS + LAST + 1] > last[row]:
                last[row] = rows[row * FLOW_WORDS + LAST + 1]
            if last[row] < lowest:
                lowest = last[row]
            if last[row] > highest:
                highest = last[row]
    oldest: u64 = ranked(made, total * 3 // 4)
    return oldest if oldest > lowest else highest + 1


def ranked(values: bytearray, place: int) -> int:
    """The 64-bit value at this place of the sorted ones: by 16 bits at a time, so never slow."""
    of: Words = words(values)
    total: u64 = len(values) // 8
    counts = bytearray(0x10000 * 8)
    tally: Words = words(counts)
    left: u64 = place
    found: u64 = 0
    shift: u64 = 64
    row: u64
    part: u64
    with cython.nogil:
        while shift != 0:
            shift -= 16
            for part in range(0x10000):
                tally[part] = 0
            for row in range(total):
                if shift == 48 or of[row] >> (shift + 16) == found:
                    tally[of[row] >> shift & 0xFFFF] += 1
            part = 0
            while left >= tally[part]:
                left -= tally[part]
                part += 1
            found = found << 16 | part
    return found


def idle_rows(store: Store, count: int, oldest: int) -> bytearray:
    """The numbers of the flows last seen before ``oldest``, 4 bytes each."""
    rows: Words = words(store)
    total: u64 = count
    before: u64 = oldest
    row: u64
    gone: u64 = 0
    out = bytearray(count * 4)
    to: Quads = quads(out)
    with cython.nogil:
        for row in range(total):
            if idle(rows, row * FLOW_WORDS, before):
                to[gone] = row
                gone += 1
    return out[: gone * 4]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def idle(rows: Words, at: u64, before: u64) -> cython.bint:
    return rows[at + LAST] < before and rows[at + LAST + 1] < before


@cython.final
@cython.cclass
class Services:
    """Listening endpoints that answered, added up over batches of flows."""

    rows: Words
    index: Words
    used: u64
    mask: u64
    clients: Words
    client_used: u64
    client_mask: u64
    store: bytearray
    index_store: bytearray
    client_store: bytearray

    def __init__(self) -> None:
        self.used = self.client_used = 0
        self.size_rows(1 << 8)
        self.size_clients(1 << 8)

    def size_rows(self, count: int) -> None:
        """Make room for so many services (a power of two)."""
        fresh = bytearray(count * SERVICE_WORDS * 8)
        if self.used:
            fresh[: len(self.store)] = self.store
        self.store = fresh
        self.rows = words(fresh)
        self.index_store = bytearray(count * 16)
        self.index = words(self.index_store)
        self.mask = count * 2 - 1
        row: u64
        for row in range(self.used):
            self.index[self.empty(self.hash_of(row))] = row + 1

    def size_clients(self, slots: int) -> None:
        """Make so many slots for pairs of service and client (a power of two)."""
        old = self.client_store if self.client_used else bytearray(8)
        before: Words = words(old)
        count: u64 = len(old) // 8
        self.client_store = bytearray(slots * 8)
        self.clients = words(self.client_store)
        self.client_mask = slots - 1
        self.client_used = 0
        row: u64
        for row in range(count):
            if before[row] != 0:
                self.new_client(before[row])

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def hash_of(self, row: u64) -> u64:
        at: u64 = row * SERVICE_WORDS
        h: u64 = mixed(mixed(0, self.rows[at + SV_PORT]), self.rows[at + SV_MAC_VLAN])
        return mixed(mixed(h, self.rows[at + SV_HI]), self.rows[at + SV_LO])

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def empty(self, h: u64) -> u64:
        slot: u64 = h & self.mask
        while self.index[slot] != 0:
            slot = (slot + 1) & self.mask
        return slot

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def new_client(self, key: u64) -> cython.bint:
        slot: u64 = key & self.client_mask
        while self.clients[slot] != 0:
            if self.clients[slot] == key:
                return False
            slot = (slot + 1) & self.client_mask
        if self.client_used >= CLIENTS_MOST:
            return False
        self.clients[slot] = key
        self.client_used += 1
        return True

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def place(self, mac_vlan: u64, hi: u64, lo: u64, port: u64) -> u64:
        """1 + the row of the service, made when it is new; 0 when there is no room for more."""
        rows: Words = self.rows
        at: u64
        h: u64 = mixed(mixed(mixed(mixed(0, port), mac_vlan), hi), lo)
        slot: u64 = h & self.mask
        while self.index[slot] != 0:
            at = (self.index[slot] - 1) * SERVICE_WORDS
            if rows[at + SV_LO] == lo and rows[at + SV_HI] == hi:
                if rows[at + SV_PORT] == port and rows[at + SV_MAC_VLAN] == mac_vlan:
                    return self.index[slot]
            slot = (slot + 1) & self.mask
        if self.used >= SERVICES_MOST:
            return 0
        at = self.used * SERVICE_WORDS
        rows[at + SV_MAC_VLAN] = mac_vlan
        rows[at + SV_HI] = hi
        rows[at + SV_LO] = lo
        rows[at + SV_PORT] = port
        self.used += 1
        self.index[slot] = self.used
        return self.used

    def add(self, store: Store, chosen: bytearray, sides: bytearray) -> None:
        """Add the services that the ``chosen`` flows show (row numbers of 4 bytes)."""
        flows: Words = words(store)
        of: Quads = quads(chosen)
        swap: Octets = octets(sides)
        total: u64 = len(sides)
        row: u64 = 0
        while row < total:
            if not self.has_room():
                self.size_rows(self.mask + 1)
            if not self.has_client_room():
                self.size_clients((self.client_mask + 1) * 2)
            with cython.nogil:
                while row < total and self.has_room() and self.has_client_room():
                    self.add_flow(flows, of[row] * FLOW_WORDS, swap[row])
                    row += 1

    @cython.cfunc
    @cython.inline
    @cython.nogil
    @cython.exceptval(check=False)
    def has_room(self) -> cython.bint:
        return self.used + 1 <= self.mask >> 1

    @cython.cfunc
    @cython.inline
    @cython.nogil
    @cython.exceptval(check=False)
    def has_client_room(self) -> cython.bint:
        return self.client_used * 2 + 2 <= self.client_mask

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def add_flow(self, flows: Words, at: u64, b_asks: u64) -> cython.void:
        server: u64 = 0 if b_asks else 1
        proto: u64 = flows[at + PORTS] >> 24 & 255
        if proto != 6 and proto != 17 and proto != 132:
            return
        if flows[at + PACKETS + server] == 0:
            return
        if proto == 6 and flows[at + SEGMENTS + server] == 0 and not flows[at + STATE] & S_SYNACK:
            return
        port: u64 = flows[at + PORTS] >> (32 if server else 48) & 0xFFFF
        mac_vlan: u64 = flows[at + MACS + server] | (flows[at + PORTS] >> 12 & 0xFFF) << 48
        hi: u64 = flows[at + A_HI + server * 2]
        lo: u64 = flows[at + A_LO + server * 2]
        number: u64 = self.place(mac_vlan, hi, lo, proto << 16 | port)
        if number == 0:
            return
        rows: Words = self.rows
        to: u64 = (number - 1) * SERVICE_WORDS
        client: u64 = 1 - server
        key: u64 = mixed(
            mixed(mixed(0, number), flows[at + A_HI + client * 2]), flows[at + A_LO + client * 2]
        )
        if self.new_client(key | 1):
            rows[to + SV_CLIENTS] += 1
        if rows[to + SV_FLOWS] == 0:
            rows[to + SV_FRAME] = flows[at + FIRST_FRAME]
            rows[to + SV_FIRST_NS] = flows[at + FIRST_NS]
        rows[to + SV_FLOWS] += 1
        rows[to + SV_BYTES] += flows[at + BYTES] + flows[at + BYTES + 1]
        if flows[at + FIRST_NS] < rows[to + SV_FIRST_NS]:
            rows[to + SV_FIRST_NS] = flows[at + FIRST_NS]
        if flows[at + LAST_NS] > rows[to + SV_LAST_NS]:
            rows[to + SV_LAST_NS] = flows[at + LAST_NS]

    def result(self) -> tuple[bytearray, int]:
        """The rows, and how many of them."""
        return self.store, self.used
