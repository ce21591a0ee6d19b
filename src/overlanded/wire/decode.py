"""One capture in, its tables, samples and accounts out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from overlanded.data import table
from overlanded.wire import headers
from overlanded.wire.containers import Expanded, Plain, Source, opened
from overlanded.wire.facts import Sample
from overlanded.wire.headers import Interface
from overlanded.wire.kernels.layout import BAD, BLOCK, DRAIN, GROW, M64, MORE
from overlanded.wire.kernels.tabling import Services, every, idle_rows, idle_since
from overlanded.wire.kernels.walk import Walker
from overlanded.wire.memory import Rooms
from overlanded.wire.rhythms import Rhythms, rhythms
from overlanded.wire.sampling import Collector, caps, kinds, known_ports, rules
from overlanded.wire.tables import (
    Columns,
    flow_columns,
    service_columns,
    sighting_columns,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

REASONS = (
    "link type",
    "too short for its link header",
    "interface not described",
    "frame too large",
    "address family is not IP",
)
"""Why a frame was skipped, by ``layout.SKIP_*``."""


class Walked(Struct, frozen=True):
    """What one walk of a capture gave. Times are nanoseconds since 1970 UTC, 0 = none."""

    raw: dict[str, Columns]
    """table → column → little-endian bytes; ``tables`` has the same as arrays."""
    samples: list[Sample]
    rhythms: Rhythms
    """How long things took inside the conversations that went on; none without samples."""
    sampled_all: bool
    """False when a bound kept some samples from being handed out."""
    frames: int
    parsed: int
    skipped: dict[str, int]
    """reason → frames; ``parsed`` and these add up to ``frames``."""
    truncated: int
    """Frames that the capture cut (its snap length)."""
    dropped: int | None
    """Packets that the capturing system says it lost; None when it does not say."""
    first_ns: int
    last_ns: int
    wire_bytes: int
    """Bytes of all frames as they were on the wire."""
    caught_bytes: int
    """Bytes of all frames as they are in the capture."""
    file_bytes: int
    """Bytes of the capture that were walked, expanded."""
    interfaces: tuple[Interface, ...]
    damages: tuple[tuple[int, str], ...]
    """(byte offset in the expanded capture, what is wrong there)."""

    @property
    def tables(self) -> dict[str, dict[str, NDArray[Any]]]:
        """Table → column → array, as in ``model.columns``."""
        return {name: arrays(name, columns) for name, columns in self.raw.items()}

    @property
    def link_types(self) -> tuple[int, ...]:
        """The link types of all interfaces, each once, ascending."""
        return tuple(sorted({one.link_type for one in self.interfaces}))


def arrays(name: str, columns: Columns) -> dict[str, NDArray[Any]]:
    """The columns of the named table as numpy arrays that share their memory."""
    import numpy as np

    from overlanded.model.columns import TABLES

    (kind,) = (one for one in TABLES if one.name == name)
    return {
        column.name: np.frombuffer(columns[column.name], dtype=f"<{column.dtype}")
        for column in kind.columns
    }


def _sample_bounds() -> tuple[int, int, int]:
    bounds = table("sampling")["bounds"]
    return bounds["marks"], bounds["total_bytes"], bounds["buffer_bytes"]


SLACK = 64
"""Bytes behind a buffer that the kernels may look at and never believe."""


class Window:
    """A reused buffer that slides over a source."""

    def __init__(self, source: Source, size: int, base: int = 0) -> None:
        self._source = source
        self.buffer = bytearray(size + SLACK)
        self.view = memoryview(self.buffer)[:size]
        self.base = base
        self.start = self.stop = 0
        self.more()

    @property
    def place(self) -> int:
        """Offset in the capture of the first byte not yet walked."""
        return self.base + self.start

    def more(self) -> bool:
        """Move what is left to the front and fill the rest; False at the end."""
        left = self.stop - self.start
        self.view[:left] = bytes(self.view[self.start : self.stop])
        self.base += self.start
        self.start = 0
        got = self._source.readinto(self.view[left:])
        self.stop = left + got
        return got > 0

    def need(self, count: int) -> bool:
        """True when ``count`` bytes lie in the buffer, after reading as needed."""
        while self.stop - self.start < count:
            if count > len(self.view) or not self.more():
                return False
        return True

    def skip(self, count: int) -> bool:
        """Pass over ``count`` bytes; False when the source ends before."""
        while count > self.stop - self.start:
            count -= self.stop - self.start
            self.start = self.stop
            if not self.more():
                return False
        self.start += count
        return True

    def taken(self, count: int) -> bytes:
        """The next ``count`` bytes, fewer at the end, which stay where they are."""
        return bytes(self.view[self.start : min(self.start + count, self.stop)])


class Walk:
    """A walker with its window and its accounts."""

    def __init__(
        self,
        source: Plain | Expanded,
        spill: Spill | None,
        file: int,
        *,
        samples: bool,
        rooms: Sequence[int] = (),
    ) -> None:
        """``rooms``: flows and sightings to make room for, when many are sure to come."""
        bounds = table("sampling")["walk"]
        self.links: dict[str, int] = table("sampling")["links"]
        self.longest: int = bounds["longest_frame"]
        self.source = source
        self.window = Window(source, bounds["buffer"])
        self.walker = Walker(bytearray(known_ports()), *rooms)
        self.collector = Collector() if samples else None
        if samples:
            self.walker.sample(rules(), kinds(), caps(), _sample_bounds(), self.longest)
        self.interfaces: list[Interface] = []
        self.closed: list[Interface] = []
        self.dropped: dict[int, int] = {}
        self.lost: int | None = None
        self.damages: list[tuple[int, str]] = []
        self.big = False
        self.services = Services()
        self.rooms = Rooms()
        self.file = file
        self.spill = spill
        self.progress: Callable[[int], None] = lambda _: None

    def damage(self, why: str) -> None:
        """Note what is wrong where the walk stands."""
        self.damages.append((self.window.place, why))

    def run(self) -> None:
        """Walk the whole source."""
        self.begin()
        self.finish()

    def begin(self) -> None:
        """Read the header and walk what follows it."""
        head = self.window.taken(24)
        first = headers.pcap_header(head)
        if first:
            self.pcap(first)
        elif head.startswith(headers.PCAPNG):
            self.through(self.walker.pcapng)
        elif not head:
            self.damage("the file is empty")
        else:
            self.damage("this is not the start of a pcap or pcapng capture")
        if self.source.fault:
            self.damages.append((self.window.base + self.window.stop, self.source.fault))

    def finish(self) -> None:
        """Close the accounts."""
        self.close_section()
        self.drain()

    def restart(self) -> None:
        """Forget what was walked, to walk a slice that lies behind it."""
        self.walker.restart()
        self.damages.clear()
        self.dropped.clear()

    def absorb(self, behind: Walk) -> None:
        """Add the walk of the slice that follows this one's."""
        self.walker.absorb(behind.walker)
        self.dropped.update(behind.dropped)
        self.damages += behind.damages
        self.window = behind.window

    def pcap(self, first: headers.PcapHeader) -> None:
        """Walk the records behind a pcap's header."""
        limit = max(self.longest, min(first.snap, len(self.window.view) // 2))
        self.walker.shape(first.big, first.nano, first.record, limit)
        self.add(Interface(first.link_type, first.snap))
        self.window.start = 24
        self.through(self.walker.pcap)

    def add(self, found: Interface) -> None:
        """Take an interface in; its number is the next."""
        self.interfaces.append(found)
        kind = self.links.get(str(found.link_type), 0)
        self.walker.interface(kind, found.unit, found.offset, found.snap)

    def through(self, step: Callable[[int, int], tuple[int, int]]) -> None:
        """Walk until the source ends or is damaged."""
        window = self.window
        while True:
            self.walker.feed(window.buffer, window.base)
            window.start, status = step(window.start, window.stop)
            if status == MORE:
                if not window.more():
                    break
                self.progress(self.source.taken)
            elif status == GROW:
                self.relieve(self.spill)
                self.walker.grow()
            elif status == DRAIN:
                self.drain()
            elif status == BAD:
                self.damage("the record header here makes no sense")
                return
            elif not (self.block() if status == BLOCK else self.oversized()):
                return
        if window.stop > window.start and not self.source.fault:
            self.damage("the file ends inside this record")

    def relieve(self, spill: Spill | None, coming: tuple[int, int] = (8, 8)) -> bool:
        """Hand rows out where there is a place for them and too many; True if any were.

        ``coming``: flows and sightings that are to be added to those that are held.
        """
        if spill is None:
            return False
        bounds = table("sampling")["walk"]
        flows, sightings = self.walker.sizes()
        many_flows: bool = flows > max(0, bounds["flow_rows"] - coming[0])
        many_sightings: bool = sightings > max(0, bounds["sighting_rows"] - coming[1])
        if many_flows:
            store, _ = self.walker.stores()
            before = idle_since(store, flows)
            self.walker.settle(before)
            idle = idle_rows(store, flows, before)
            self.walker.note_past(idle)
            columns = self.flows(idle)
            self.walker.take_out(idle)
            spill("flows", columns)
        if many_sightings:
            self.walker.settle(M64)
            spill("sightings", sighting_columns(self.walker.stores()[1], sightings, self.file))
            self.walker.forget_sightings()
        return many_flows or many_sightings

    def flows(self, chosen: bytearray) -> Columns:
        """The columns of these flows, whose services are counted as well."""
        store, _ = self.walker.stores()
        swap, sure = self.walker.close(chosen)
        self.services.add(store, chosen, swap)
        return flow_columns(store, chosen, swap, sure, self.file, self.rooms.room)

    def drain(self) -> None:
        """Take the samples handed out so far."""
        if self.collector:
            self.collector.take(*self.walker.handed())

    def oversized(self) -> bool:
        """Pass over a block too large to hold; False when the source ends before it does."""
        kind = self.window.taken(4)
        if not self.window.skip(self.walker.to_skip()):
            self.damage("the file ends inside this block")
            return False
        if int.from_bytes(kind, "big" if self.big else "little") in (2, 3, 6):
            self.walker.pass_over()
        return True

    def block(self) -> bool:
        """A pcapng block that says something about the packets; False when it is damaged."""
        head = self.window.taken(16)
        if head.startswith(headers.PCAPNG):
            big = headers.section_is_big(head)
            if big is None:
                self.damage("the section header has no byte order mark")
                return False
            version = headers.section_version(head, big=big)
            if len(head) == 16 and version != 1:
                self.damage(f"this section is of version {version}, which is not known")
                return False
            self.close_section()
            self.big = big
            self.walker.no_interfaces()
            self.walker.shape(big, False, 16, self.longest)
        length = int.from_bytes(head[4:8], "big" if self.big else "little")
        if length < 12 or length % 4 or length > len(self.window.view):
            self.damage("the length of this block makes no sense")
            return False
        if not self.window.need(length):
            self.damage("the file ends inside this block")
            return False
        self.describe(self.window.taken(length))
        self.window.start += length
        return True

    def describe(self, block: bytes) -> None:
        """Take in an interface's description or statistics."""
        kind = int.from_bytes(block[:4], "big" if self.big else "little")
        if kind == headers.INTERFACE:
            self.add(headers.interface(block, big=self.big) or Interface(-1))
        elif kind == headers.STATISTICS and (found := headers.statistics(block, big=self.big)):
            self.dropped[found[0]] = found[1]

    def close_section(self) -> None:
        """Take the interfaces' counts before their numbers mean others."""
        counts = self.walker.interface_counts()
        for one, (frames, skipped) in zip(self.interfaces, counts, strict=True):
            self.closed.append(replace(one, frames=frames, skipped=skipped))
        if self.dropped:
            self.lost = (self.lost or 0) + sum(self.dropped.values())
        self.interfaces = []
        self.dropped = {}
        self.walker.no_interfaces()

    def skipped(self) -> dict[str, int]:
        """Reason → frames skipped for it."""
        counts = self.walker.skipped()
        found = dict(zip(REASONS[1:], counts[1:], strict=False))
        for one in self.closed:
            if one.skipped:
                name = f"link type {one.link_type}"
                found[name] = found.get(name, 0) + one.skipped
        return {name: count for name, count in sorted(found.items()) if count}

    def result(self) -> Walked:
        """All that the walk gave."""
        self.walker.settle(M64)
        flows, sightings = self.walker.sizes()
        counts = self.walker.counts()
        skipped = self.skipped()
        return Walked(
            {
                "flows": self.flows(every(flows)),
                "sightings": sighting_columns(self.walker.stores()[1], sightings, self.file),
                "services": service_columns(*self.services.result(), self.file),
            },
            self.collector.samples() if self.collector else [],
            rhythms(*self.walker.rhythm_rows(), self.file),
            self.walker.complete(),
            counts["frames"],
            counts["frames"] - sum(skipped.values()),
            skipped,
            counts["truncated"],
            self.lost,
            counts["first_ns"],
            counts["last_ns"],
            counts["wire_bytes"],
            counts["caught_bytes"],
            self.window.place,
            tuple(self.closed),
            tuple(self.damages),
        )


Spill = Callable[[str, Columns], None]
"""Takes (table name, columns) of rows that leave memory before the end."""


def decode(
    source: Source,
    *,
    file: int = 0,
    samples: bool = True,
    spill: Spill | None = None,
    progress: Callable[[int], None] | None = None,
) -> Walked:
    """Walk a whole capture. Never raises on its bytes: damage is told in the result.

    ``progress`` hears the bytes of the source read so far.
    """
    walk = Walk(opened(source), spill, file, samples=samples)
    if progress:
        walk.progress = progress
    walk.run()
    return walk.result()
