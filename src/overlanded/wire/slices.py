"""One large capture walked in slices at the same time, with the result of a single pass.

A slice begins where a chain of plausible records begins, and is believed only when the slice
before it ends exactly there: records chain, so everything behind a true boundary is true. What one
frame can owe to frames before it is the memory of first fragments, which reaches back a fixed
number of bytes; a slice reads those ahead of itself. Threads do: the kernels let go of the
interpreter.
"""

from __future__ import annotations

import io
import struct
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

from msgspec import Struct

from overlanded.data import table
from overlanded.wire import headers
from overlanded.wire.containers import Plain, Source
from overlanded.wire.decode import Spill, Walk, Walked, Window, decode
from overlanded.wire.headers import PcapHeader
from overlanded.wire.kernels.layout import FRAG_REACH, M64
from overlanded.wire.tables import Columns

CHAIN = 48
"""Records that must follow one another before a place is taken for a boundary."""
ROOMS = (1 << 16, 1 << 13)
"""Flows and sightings that a slice has room for: a table that grows gets its index anew."""
SEARCHED = 1 << 20
"""Bytes in which a boundary is looked for: the longest frame four times."""
SPAN = 10 * 366 * 86_400
"""Seconds that the times of one capture may lie apart."""


class Placed(Source, Protocol):
    """A source that can be read from any place, and is closed when it was read."""

    def seek(self, offset: int, /) -> int | None:
        """Go on at this byte."""

    def close(self) -> None:
        """Let go of the file."""


class Unsliced(Exception):  # noqa: N818 - a turn in the way, not an error
    """The capture must be walked in one piece."""


class Part(Struct, frozen=True):
    """A slice that is being walked."""

    walk: Walk
    stop: int
    """Where the slice ends."""
    through: Future[None]
    """Done when the slice is walked."""


class _Bounded:
    """A part of a source, from where it stands."""

    def __init__(self, source: Source, size: int) -> None:
        self._source = source
        self._left = size

    def readinto(self, buffer: memoryview) -> int:
        """As ``Source.readinto``."""
        got = self._source.readinto(buffer[: min(len(buffer), self._left)])
        self._left -= got
        return got


def decode_slices(
    opener: Callable[[], Placed],
    size: int,
    jobs: int,
    *,
    file: int = 0,
    spill: Spill | None = None,
) -> Walked:
    """Walk a capture of ``size`` bytes over ``jobs`` cores; the same rows as ``decode`` gives.

    Without samples. Where more flows go by than are held at once, idle ones are handed out between
    groups of slices, and so may be cut elsewhere than in a single pass. What cannot be sliced
    (small, compressed, several sections) is walked in one piece.
    """
    if jobs > 1 and size >= 2 * table("sampling")["walk"]["slice_least"]:
        try:
            return Slices(opener, size, jobs, file, spill).walked()
        except Unsliced:
            pass
    source = opener()
    try:
        return decode(source, file=file, samples=False, spill=spill)
    finally:
        source.close()


class Slices:
    """The slices of one capture."""

    def __init__(
        self,
        opener: Callable[[], Placed],
        size: int,
        jobs: int,
        file: int,
        spill: Spill | None,
    ) -> None:
        self._opener = opener
        self._size = size
        self._jobs = jobs
        self._file = file
        self._spill = spill
        self._spare: list[Walk] = []
        """Walks whose slices were added up: their tables are in memory already."""
        self._head = self._bytes(0, SEARCHED)
        self._pcap = headers.pcap_header(self._head)
        self._preamble = self._head[: self._first_record()]
        self._first = self._walk()
        self._interfaces = len(self._first.interfaces)

    def walked(self) -> Walked:
        """The whole capture. Raises ``Unsliced`` as long as nothing was handed out."""
        first = self._first
        done, handed_out = 0, False
        with ThreadPoolExecutor(self._jobs) as pool:
            for part in self._ahead(pool):
                if not self._joins_on(part):
                    break
                if part.walk is first:
                    first.walker.settle(M64)
                else:
                    handed_out |= first.relieve(self._spill, part.walk.walker.sizes())
                    first.absorb(part.walk)
                    part.walk.restart()
                    self._spare.append(part.walk)
                done = part.stop
            pool.shutdown(cancel_futures=True)
        if done < self._size:
            if not handed_out:
                raise Unsliced
            first.spill = self._spill
            self._through(first, done, self._size)
        first.finish()
        return first.result()

    def _ahead(self, pool: ThreadPoolExecutor) -> Iterator[Part]:
        """The slices in order, while those that follow are walked; fewer where one is not found.

        One waits beside those being walked, so that handing rows out holds up nobody.
        """
        waiting: deque[Part] = deque()
        walk, start = self._first, len(self._preamble)
        for target in self._targets():
            try:
                behind = self._warmed(target) if target < self._size else None
            except Unsliced:
                break
            stop = behind.window.place if behind else self._size
            waiting.append(Part(walk, stop, pool.submit(self._through, walk, start, stop)))
            if behind:
                walk, start = behind, stop
            if len(waiting) > self._jobs + 1:
                yield waiting.popleft()
        while waiting:
            yield waiting.popleft()

    def _targets(self) -> Iterator[int]:
        """Near where the slices end, shorter ones towards the end; the last one is at the end."""
        bounds = table("sampling")["walk"]
        place = 0
        while place < self._size:
            left = self._size - place
            size = min(max(left // (self._jobs * 2), bounds["slice_least"]), bounds["slice_most"])
            place += size if left > size * 3 // 2 else left
            yield place

    def _joins_on(self, part: Part) -> bool:
        """Whether the slice, once walked, ends where the next begins, with no other interfaces."""
        try:
            part.through.result()
        except Unsliced:
            return False
        walk = part.walk
        return not self._changed(walk) and not (walk.damages and part.stop < self._size)

    def _bytes(self, place: int, size: int) -> bytes:
        source = self._opener()
        try:
            source.seek(place)
            chunk = bytearray(size)
            return bytes(chunk[: Plain(source, b"").readinto(memoryview(chunk))])
        finally:
            source.close()

    def _first_record(self) -> int:
        """Where the packets begin."""
        if self._pcap:
            return 24
        if not self._head.startswith(headers.PCAPNG):
            raise Unsliced
        order = ">" if headers.section_is_big(self._head[:12]) else "<"
        at = 0
        while at + 12 <= len(self._head):
            kind, length = struct.unpack_from(f"{order}II", self._head, at)
            if kind in (2, 3, 6) or length < 12:
                return at
            at += length
        raise Unsliced

    def _walk(self) -> Walk:
        """A walk that has read what stands before the packets."""
        before = Plain(io.BytesIO(self._preamble), b"")
        walk = Walk(before, _too_many, self._file, samples=False, rooms=ROOMS)
        walk.begin()
        return walk

    def _warmed(self, target: int) -> Walk:
        """A walk that stands at the last boundary before ``target`` and knows its fragments."""
        near = max(len(self._preamble), (target - FRAG_REACH - SEARCHED) // 4 * 4)
        place = near + self._boundary(self._bytes(near, SEARCHED))
        walk = self._spare.pop() if self._spare else self._walk()
        self._through(walk, place, target)
        walk.restart()
        return walk

    def _through(self, walk: Walk, start: int, stop: int) -> None:
        source = self._opener()
        try:
            source.seek(start)
            size = table("sampling")["walk"]["buffer"]
            walk.window = Window(Plain(_Bounded(source, stop - start), b""), size, start)
            walk.through(walk.walker.pcap if self._pcap else walk.walker.pcapng)
        finally:
            source.close()

    def _changed(self, walk: Walk) -> bool:
        """Whether the slice met a section or an interface that the others do not know."""
        return bool(walk.closed) or len(walk.interfaces) != self._interfaces

    def _boundary(self, chunk: bytes) -> int:
        """The first place in the chunk where a chain of records begins. Raises ``Unsliced``."""
        step = 1 if self._pcap else 4
        big = self._pcap.big if self._pcap else bool(headers.section_is_big(self._head[:12]))
        for place in range(0, len(chunk), step):
            at = place
            for _ in range(CHAIN):
                at = (
                    self._next_record(chunk, at, self._pcap)
                    if self._pcap
                    else next_block(chunk, at, big=big)
                )
                if at < 0:
                    break
            if at >= 0:
                return place
        raise Unsliced

    def _next_record(self, chunk: bytes, at: int, first: PcapHeader) -> int:
        """Where the record behind this one begins, -1 when this is none."""
        if len(chunk) - at < first.record:
            return -1
        order = ">" if first.big else "<"
        seconds, ticks, caught, wire = struct.unpack_from(f"{order}4I", chunk, at)
        begun = struct.unpack_from(f"{order}I", self._head, 24)[0]
        right = (
            0 < caught <= 262_144
            and caught <= wire <= 1 << 20
            and ticks < (1_000_000_000 if first.nano else 1_000_000)
            and abs(seconds - begun) < SPAN
        )
        return at + first.record + caught if right else -1


def next_block(chunk: bytes, at: int, *, big: bool) -> int:
    """Where the pcapng block behind this one begins, -1 when this is none."""
    if len(chunk) - at < 12:
        return -1
    order = ">" if big else "<"
    length = struct.unpack_from(f"{order}I", chunk, at + 4)[0]
    if length < 12 or length % 4 or at + length > len(chunk):
        return -1
    return at + length if chunk[at + 4 : at + 8] == chunk[at + length - 4 : at + length] else -1


def _too_many(name: str, columns: Columns) -> None:
    """Stand in for the spill of a slice: its rows would not be those of a single pass."""
    del name, columns
    raise Unsliced
