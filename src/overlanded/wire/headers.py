"""The headers of pcap and pcapng: what stands before and between the packets.

pcap: draft-ietf-opsawg-pcap. pcapng: draft-ietf-opsawg-pcapng, sections 4.1, 4.2 and 4.6.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from msgspec import Struct

PCAPNG = b"\x0a\x0d\x0d\x0a"
SECTION, INTERFACE, STATISTICS = 0x0A0D0D0A, 1, 5

_MAGICS = {0xA1B2C3D4: (False, 16), 0xA1B23C4D: (True, 16), 0xA1B2CD34: (False, 24)}
"""magic → (nanoseconds, record header length); the last is Kuznetzov's modified format, whose
records carry eight more bytes."""


class PcapHeader(Struct, frozen=True):
    """The 24 bytes that begin a pcap."""

    big: bool
    nano: bool
    record: int
    snap: int
    link_type: int


class Interface(Struct, frozen=True):
    """What a capture was taken from."""

    link_type: int
    snap: int = 0
    unit: int = 1_000_000
    """Ticks a second."""
    offset: int = 0
    """Seconds to add to every time."""
    name: str = ""
    about: str = ""
    frames: int = 0
    skipped: int = 0


def pcap_header(head: bytes) -> PcapHeader | None:
    """The header, or None when these are not the first 24 bytes of a pcap."""
    if len(head) < 24:
        return None
    for order, big in (("<", False), (">", True)):
        magic, _, _, _, _, snap, link = struct.unpack(f"{order}IHHIIII", head[:24])
        if magic in _MAGICS:
            nano, record = _MAGICS[magic]
            return PcapHeader(big, nano, record, snap, link & 0xFFFF)
    return None


def section_is_big(head: bytes) -> bool | None:
    """The byte order of a section from its first 12 bytes; None when its mark is missing."""
    return {b"\x1a\x2b\x3c\x4d": True, b"\x4d\x3c\x2b\x1a": False}.get(head[8:12])


def section_version(head: bytes, *, big: bool) -> int:
    """The major version of a section from its first 16 bytes; 1 is the only one there is."""
    return int.from_bytes(head[12:14], "big" if big else "little")


def options(block: bytes, at: int, *, big: bool) -> Iterator[tuple[int, bytes]]:
    """(code, value) of every option from ``at`` to the block's trailing length."""
    end = len(block) - 4
    while end - at >= 4:
        code, size = struct.unpack_from(">HH" if big else "<HH", block, at)
        if code == 0 or at + 4 + size > end:
            return
        yield code, block[at + 4 : at + 4 + size]
        at += 4 + (size + 3) // 4 * 4


def interface(block: bytes, *, big: bool) -> Interface | None:
    """An interface description block; None when it is too short to be one."""
    order = ">" if big else "<"
    if len(block) < 20:
        return None
    link, _, snap = struct.unpack_from(f"{order}HHI", block, 8)
    found = dict(options(block, 16, big=big))
    offset = found.get(14, b"")
    return Interface(
        link,
        snap,
        _unit(found.get(9, b"")),
        struct.unpack(f"{order}q", offset)[0] if len(offset) == 8 else 0,
        _text(found.get(2, b"")),
        _text(found.get(3, b"")),
    )


def statistics(block: bytes, *, big: bool) -> tuple[int, int] | None:
    """(interface, packets that it or its system dropped so far); None when it does not say."""
    order = ">" if big else "<"
    if len(block) < 24:
        return None
    (number,) = struct.unpack_from(f"{order}I", block, 8)
    counts = [
        struct.unpack(f"{order}Q", value)[0]
        for code, value in options(block, 20, big=big)
        if code in (5, 7) and len(value) == 8
    ]
    return (number, sum(counts)) if counts else None


def _unit(value: bytes) -> int:
    if len(value) != 1:
        return 1_000_000
    exponent = value[0] & 0x7F
    if value[0] & 0x80:
        return 1 << exponent if exponent < 64 else 1_000_000
    return 10**exponent if exponent < 20 else 1_000_000


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace").rstrip("\0")


class Packet(Struct, frozen=True):
    """A packet block, read outside the kernels."""

    ns: int
    wire: int
    link_type: int
    data: bytes


def packet(block: bytes, kind: int, interfaces: list[Interface], *, big: bool) -> Packet | None:
    """An enhanced (6), simple (3) or obsolete (2) packet block; None when it makes no sense."""
    order = ">" if big else "<"
    if len(block) < (16 if kind == 3 else 32):
        return None
    if kind == 3:
        (wire,) = struct.unpack_from(f"{order}I", block, 8)
        number, ticks, caught, start = 0, 0, min(len(block) - 16, wire), 12
    else:
        shape = f"{order}HHIIII" if kind == 2 else f"{order}IIIII"
        number, *_, high, low, caught, wire = struct.unpack_from(shape, block, 8)
        ticks, start = high << 32 | low, 28
    if number >= len(interfaces) or caught > len(block) - start - 4:
        return None
    one = interfaces[number]
    if kind == 3 and one.snap:
        caught = min(caught, one.snap)
    ns = ticks * 1_000_000_000 // one.unit + one.offset * 1_000_000_000 if ticks else 0
    return Packet(ns, max(wire, caught), one.link_type, block[start : start + caught])
