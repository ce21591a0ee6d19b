"""The blocks of a pcapng file (draft-ietf-opsawg-pcapng): what the lab changes in a recording."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from lab.errors import LabError

SECTION, INTERFACE, PACKET = 0x0A0D0D0A, 1, 6
MACHINE = {SECTION: (24, {2, 3}), INTERFACE: (16, {12, 15})}
"""Where a block's options begin, and which of them describe the recording machine: hardware and
operating system of the section and of the interface (pcapng, sections 4.1 and 4.2)."""


def without_machine(capture: bytes) -> bytes:
    """A pcapng file without the options that describe the recording machine."""
    if struct.unpack_from("<I4xI", capture) != (SECTION, 0x1A2B3C4D):
        raise LabError("the recorder did not write a little-endian pcapng file")
    return b"".join(
        _trimmed(block, *MACHINE[kind]) if kind in MACHINE else block
        for kind, block in blocks(capture)
    )


def tagged(capture: bytes, vlan: int | None) -> bytes:
    """A capture whose frames bear an 802.1Q tag, as on a trunk; the same one without a VLAN."""
    if vlan is None:
        return capture
    tag = struct.pack(">HH", 0x8100, vlan)
    return b"".join(
        _tagged(block, tag) if kind == PACKET else block for kind, block in blocks(capture)
    )


def merged(captures: list[bytes]) -> bytes:
    """One capture of several that were taken at the same time with the same recorder."""
    if len(captures) == 1:
        return captures[0]
    head = [block for kind, block in blocks(captures[0]) if kind in MACHINE]
    packets = [block for one in captures for kind, block in blocks(one) if kind == PACKET]
    return b"".join([*head, *sorted(packets, key=nanoseconds)])


def blocks(capture: bytes) -> Iterator[tuple[int, bytes]]:
    """Each block of a little-endian file with its type."""
    at = 0
    while at < len(capture):
        kind, size = struct.unpack_from("<II", capture, at)
        yield kind, capture[at : at + size]
        at += size


def nanoseconds(packet: bytes) -> int:
    """When a packet came; dumpcap counts nanoseconds (if_tsresol of its interface is 9)."""
    high, low = struct.unpack_from("<II", packet, 12)
    return int(high) << 32 | int(low)


def octets(packet: bytes) -> bytes:
    """The frame in a packet block, as far as it was kept."""
    kept = struct.unpack_from("<I", packet, 20)[0]
    return packet[28 : 28 + kept]


def with_octets(packet: bytes, frame: bytes, added: int = 0) -> bytes:
    """The packet block with another frame in it; ``added`` is by how much the original grew."""
    port, high, low, kept, length = struct.unpack_from("<IIIII", packet, 8)
    rest = packet[28 + (kept + 3) // 4 * 4 : -4]
    body = struct.pack("<IIIII", port, high, low, len(frame), length + added)
    body += frame + b"\0" * (-len(frame) % 4) + rest
    size = struct.pack("<I", len(body) + 12)
    return packet[:4] + size + body + size


def _tagged(packet: bytes, tag: bytes) -> bytes:
    """A packet block whose frame has a tag behind its two addresses."""
    frame = octets(packet)
    return with_octets(packet, frame[:12] + tag + frame[12:], len(tag))


def _trimmed(block: bytes, start: int, unwanted: set[int]) -> bytes:
    body = block[8:start]
    at = start
    while at < len(block) - 4:
        code, length = struct.unpack_from("<HH", block, at)
        step = 4 + (length + 3) // 4 * 4
        body += b"" if code in unwanted else block[at : at + step]
        at += step
    size = struct.pack("<I", len(body) + 12)
    return block[:4] + size + body + size
