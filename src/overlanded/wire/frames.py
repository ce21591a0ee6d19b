"""Single frames out of a capture, and a capture out of frames: what carving needs."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator

from msgspec import Struct

from overlanded.wire import headers
from overlanded.wire.containers import Source, opened
from overlanded.wire.decode import Window


class Frame(Struct, frozen=True):
    """One frame as it lies in a capture."""

    number: int
    """From 1."""
    ns: int
    """Nanoseconds since 1970 UTC, 0 = the capture gives none."""
    wire: int
    """Its length on the wire."""
    link_type: int
    data: bytes
    offset: int
    """Of its record or block in the expanded capture."""


def find(source: Source, wanted: Iterable[int]) -> Iterator[Frame]:
    """The frames with these numbers, ascending; those beyond the end or a damage are left out."""
    numbers = set(wanted)
    last = max(numbers, default=0)
    if last:
        for frame in every(source):
            if frame.number in numbers:
                yield frame
            if frame.number >= last:
                return


def every(source: Source) -> Iterator[Frame]:
    """All frames of a pcap or pcapng up to its end or first damage."""
    window = Window(opened(source), 1 << 20)
    first = headers.pcap_header(window.taken(24))
    if first:
        window.start = 24
        return _records(window, first)
    if window.taken(4) == headers.PCAPNG:
        return _blocks(window)
    return iter(())


def _records(window: Window, first: headers.PcapHeader) -> Iterator[Frame]:
    order = ">" if first.big else "<"
    number = 0
    while window.need(first.record):
        place = window.place
        seconds, ticks, caught, wire = struct.unpack(f"{order}4I", window.taken(16))
        if not window.need(first.record + caught):
            return
        number += 1
        data = window.taken(first.record + caught)[first.record :]
        window.start += first.record + caught
        ns = seconds * 1_000_000_000 + ticks * (1 if first.nano else 1000)
        yield Frame(number, ns, max(wire, caught), first.link_type, data, place)


def _blocks(window: Window) -> Iterator[Frame]:
    number = 0
    big = False
    interfaces: list[headers.Interface] = []
    while window.need(12):
        if window.taken(4) == headers.PCAPNG:
            big = bool(headers.section_is_big(window.taken(12)))
            interfaces = []
            if window.need(16) and headers.section_version(window.taken(16), big=big) != 1:
                return
        kind, length = struct.unpack(">II" if big else "<II", window.taken(8))
        if length < 12 or length % 4:
            return
        if not window.need(length):
            if not window.skip(length):
                return
            number += kind in (2, 3, 6)
            continue
        place, block = window.place, window.taken(length)
        window.start += length
        if kind == headers.INTERFACE:
            interfaces.append(headers.interface(block, big=big) or headers.Interface(-1))
        elif kind in (2, 3, 6):
            number += 1
            packet = headers.packet(block, kind, interfaces, big=big)
            if packet:
                yield Frame(number, packet.ns, packet.wire, packet.link_type, packet.data, place)


def write_pcap(frames: Iterable[Frame]) -> bytes:
    """The frames as one pcapng: an interface for every link type, nanosecond times."""
    held = list(frames)
    links = sorted({frame.link_type for frame in held})
    parts = [_block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))]
    for link in links:
        # if_tsresol (option 9) = 9: nanoseconds
        options = struct.pack("<HHB3xHH", 9, 1, 9, 0, 0)
        parts.append(_block(1, struct.pack("<HHI", link, 0, 0) + options))
    for frame in held:
        head = struct.pack(
            "<IIIII",
            links.index(frame.link_type),
            frame.ns >> 32,
            frame.ns & 0xFFFFFFFF,
            len(frame.data),
            frame.wire,
        )
        parts.append(_block(6, head + frame.data + bytes(-len(frame.data) % 4)))
    return b"".join(parts)


def _block(kind: int, body: bytes) -> bytes:
    length = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + length + body + length
