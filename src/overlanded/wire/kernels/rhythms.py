# cython: boundscheck=False, wraparound=False, cdivision=True
"""How long things took inside one conversation: counts by duration, for those that go on.

Between the beginnings of messages: a cadence shows as a few buckets with nearly everything in them,
also when it is one connection that stays open. From a probe whether a side is still there to its
answer: how far away the side can be at most.
"""

from __future__ import annotations

from typing import Any

import cython

from overlanded.wire.kernels.sightings import larger
from overlanded.wire.memory import room

if not cython.compiled:
    from overlanded.wire.kernels.layout import *
    from overlanded.wire.kernels.octets import bits_of, pairs, prefetch, words
    from overlanded.wire.kernels.sightings import Sightings


@cython.cclass
class Rhythms(Sightings):
    """Rhythms of the conversations that went on."""

    timing: cython.bint
    rhythms: Words
    rhythm_counts: Pairs
    rhythm_used: u64
    rhythm_room: u64
    rhythm_store: Any
    silence: u64
    """Nanoseconds since the flow's last packet before the one at hand."""
    begun: Words
    """Messages noted and still to be counted: the row and side of each, and when it began."""
    begun_used: i64
    begun_store: bytearray

    def __init__(self, seen_room: int) -> None:
        super().__init__(seen_room)
        self.timing = False
        self.rhythm_used = self.rhythm_room = 0
        self.rhythm_store = None
        self.silence = 0
        self.begun_store = bytearray(LEAD * 2 * 8)
        self.begun = words(self.begun_store)
        self.begun_used = 0

    def keep_rhythms(self) -> None:
        """Begin to keep them."""
        self.size_rhythms(1 << 8)
        self.timing = True

    def size_rhythms(self, rows: int) -> None:
        """Make room for so many; those present stay."""
        size = rows * RHYTHM_WORDS * 8
        if self.rhythm_used:
            self.rhythm_store = larger(self.rhythm_store, size)
        else:
            self.rhythm_store = room(size, large=True)
        self.rhythms = words(self.rhythm_store)
        self.rhythm_counts = pairs(self.rhythm_store)
        self.rhythm_room = rows

    def rhythm_rows(self) -> tuple[Any, int]:
        """The rows, and how many of them mean anything."""
        self.beats()
        return self.rhythm_store, self.rhythm_used

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def new_rhythm(self, flows: Words, row: u64) -> cython.void:
        """Begin to keep the rhythm of a flow, if there is room for one more."""
        at: u64 = self.rhythm_used * RHYTHM_WORDS
        number: u64
        word: u64
        if self.rhythm_used >= RHYTHMS_MOST or self.rhythm_used >= self.rhythm_room:
            return
        for word in range(RHYTHM_WORDS):
            self.rhythms[at + word] = 0
        self.rhythms[at + RH_FRAME] = flows[row + FIRST_FRAME]
        self.rhythms[at + RH_PORTS] = flows[row + PORTS]
        self.rhythms[at + RH_A_HI] = flows[row + A_HI]
        self.rhythms[at + RH_A_LO] = flows[row + A_LO]
        self.rhythms[at + RH_B_HI] = flows[row + B_HI]
        self.rhythms[at + RH_B_LO] = flows[row + B_LO]
        self.rhythms[at + RH_FIRST] = flows[row + FIRST_NS]
        self.rhythm_used += 1
        number = self.rhythm_used << RHYTHM_SHIFT
        flows[row + SIDES] |= number
        flows[row + SIDES + 1] |= number

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def beat(self, number: u64, side: u64, ns: u64) -> cython.void:
        """A side begins a message: counted with some others, so that trips to memory overlap."""
        row: u64 = (number - 1) * RHYTHM_WORDS
        if self.begun_used == LEAD * 2:
            self.beats()
        prefetch(self.rhythms, row + RH_BEAT)
        self.begun[self.begun_used] = row << 1 | side
        self.begun[self.begun_used + 1] = ns
        self.begun_used += 2

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def beats(self) -> cython.void:
        """Count of every message noted how long ago its side began the one before."""
        begun: Words = self.begun
        place: u64
        i: i64
        for i in range(0, self.begun_used, 2):
            place = self.beat_place(begun[i] >> 1, begun[i] & 1, begun[i + 1])
            prefetch(self.rhythms, place >> 2)
            begun[i] = place
        for i in range(0, self.begun_used, 2):
            place = begun[i]
            # A count that is full stays so.
            if place != 0 and self.rhythm_counts[place] != 0xFFFF:
                self.rhythm_counts[place] += 1
        self.begun_used = 0

    @cython.cfunc
    @cython.inline
    @cython.nogil
    @cython.exceptval(check=False)
    def beat_place(self, row: u64, side: u64, ns: u64) -> u64:
        """Where the time since the side's message before is counted; 0 when none was before."""
        before: u64 = self.rhythms[row + RH_BEAT + side]
        self.rhythms[row + RH_BEAT + side] = ns
        if before == 0 or ns <= before:
            return 0
        took: u64 = ns - before
        bits: u64 = bits_of(took)
        bucket: u64 = 0
        if bits > BEAT_LOW:
            bucket = (bits - BEAT_LOW) * 4 - 3 + (took >> (bits - 3) & 3)
            if bucket >= BEAT_BUCKETS:
                bucket = BEAT_BUCKETS - 1
        return (row + RH_BEATS) * 4 + side * BEAT_BUCKETS + bucket

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def probe(self, flows: Words, at: u64, side: u64, flags: u64, size: i64) -> cython.void:
        """An acknowledgement: a probe whether the other side is there, or the answer to one."""
        number: u64 = flows[at + SIDES] >> RHYTHM_SHIFT
        row: u64 = (number - 1) * RHYTHM_WORDS
        if number == 0:
            return
        if flows[at + SIDES] & W_PROBED:
            flows[at + SIDES] &= ~cython.cast(u64, W_PROBED)
            if size == 0:
                self.prompt(row + RH_PROMPT + side, self.rhythms[row + RH_PROBE])
        if self.silence > IDLE and size <= 1 and flags == 16:
            flows[at + 1 - 2 * side + SIDES] |= W_PROBED
            self.rhythms[row + RH_PROBE] = self.ns

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def prompt(self, word: u64, since: u64) -> cython.void:
        """Note how soon a side answered what no system puts off."""
        known: u64 = self.rhythms[word]
        count: u64 = known >> 48
        least: u64 = known & 0xFFFFFF
        most: u64 = known >> 24 & 0xFFFFFF
        took: u64 = (self.ns - since) // 1000
        if self.ns < since or took > 0xFFFFFF:
            return
        if count == 0 or took < least:
            least = took
        if took > most:
            most = took
        if count < 0xFFFF:
            count += 1
        self.rhythms[word] = count << 48 | most << 24 | least
