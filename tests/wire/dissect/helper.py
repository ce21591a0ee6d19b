"""An independent small reader of captures: samples as the walk would choose them, all of them.

pcap and pcapng; Ethernet (VLAN, LLC), loopback, raw and Linux cooked links; IPv4, IPv6 without
extension headers; every datagram is a sample; a TCP direction gives its first bytes in sequence.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from overlanded.wire.facts import Sample

CORPUS = os.environ.get("OVERLANDED_CORPUS", "")
needs_corpus = pytest.mark.skipif(not CORPUS, reason="OVERLANDED_CORPUS names no corpus")
MOST = 16384
SKIP = {1: 14, 0: 4, 108: 4, 12: 0, 14: 0, 101: 0, 228: 0, 229: 0, 113: 16, 276: 20}
V4 = 0xFFFF << 32


def corpus(relative: str) -> Path:
    return Path(CORPUS) / relative


def made(layer: str, payload: bytes, **fields: object) -> Sample:
    values: dict[str, object] = {
        "frame": 1, "ns": 0, "layer": layer, "proto": 0, "vlan": 0, "src_mac": 0x021122334455,
        "dst_mac": 0x02AABBCCDDEE, "src_ip": (0, V4 | 0x0A000001), "dst_ip": (0, V4 | 0x0A000002),
        "src_port": 40000, "dst_port": 50000, "from_client": True, "payload": payload,
    }  # fmt: skip
    return Sample(**(values | fields))  # type: ignore[arg-type]


def frames(path: Path) -> Iterator[tuple[int, bytes, bool]]:
    """(link type, bytes, whole) of every frame."""
    data = path.read_bytes()
    try:
        yield from _pcapng(data) if data[:4] == b"\x0a\x0d\x0d\x0a" else _pcap(data)
    except (struct.error, IndexError):
        return


def _pcap(data: bytes) -> Iterator[tuple[int, bytes, bool]]:
    order = "<" if data[:1] in b"\xd4\x4d" else ">"
    link, at = struct.unpack_from(order + "I", data, 20)[0] & 0xFFFF, 24
    while at + 16 <= len(data):
        size, full = struct.unpack_from(order + "II", data, at + 8)
        yield link, data[at + 16 : at + 16 + size], size >= full
        at += 16 + size


def _pcapng(data: bytes) -> Iterator[tuple[int, bytes, bool]]:
    links: list[int] = []
    order, at = "<", 0
    while at + 12 <= len(data):
        if data[at : at + 4] == b"\x0a\x0d\x0d\x0a":
            order, links = "<" if data[at + 8] == 0x4D else ">", []
        kind, size = struct.unpack_from(order + "II", data, at)
        if kind == 1:
            links.append(struct.unpack_from(order + "H", data, at + 8)[0])
        elif kind == 6:
            interface, _, _, length, full = struct.unpack_from(order + "IIIII", data, at + 8)
            yield links[interface], data[at + 28 : at + 28 + length], length >= full
        elif kind == 3:
            yield links[0], data[at + 12 : at + size - 4], True
        at += max(size, 12)


def samples(path: Path) -> list[Sample]:
    """All samples of a capture: frames and datagrams in order, then TCP directions."""
    others: list[Sample] = []
    segments: dict[tuple[object, ...], list[tuple[int, Sample]]] = {}
    opened: set[tuple[object, ...]] = set()
    for number, (link, frame, whole) in enumerate(frames(path), 1):
        try:
            found = _frame(number, link, frame, whole)
        except (struct.error, IndexError):
            continue
        if found is None or found.layer != "tcp":
            others += [found] if found else []
            continue
        key = (found.src_ip, found.dst_ip, found.src_port, found.dst_port)
        head, flags = found.payload, found.payload[13]
        if flags & 0x12 == 2:
            opened.add(key)
        body = replace(found, payload=head[(head[12] >> 4) * 4 :])
        segments.setdefault(key, []).append((int.from_bytes(head[4:8], "big"), body))
    return others + [_stream(parts, opened, key) for key, parts in segments.items()]


def _stream(parts: list[tuple[int, Sample]], opened: set[object], key: object) -> Sample:
    filled = [(sequence, one) for sequence, one in parts if one.payload]
    if not filled:
        return replace(parts[0][1], payload=b"")
    start = min(sequence for sequence, _ in filled)
    data = b""
    for sequence, one in sorted(filled, key=lambda part: part[0]):
        at = sequence - start
        if at > len(data) or len(data) > MOST:
            break
        data = data[:at] + one.payload if at + len(one.payload) > len(data) else data
    first = filled[0][1]
    return replace(first, payload=data[:MOST], from_client=key in opened)


def _frame(number: int, link: int, frame: bytes, whole: bool) -> Sample | None:
    skip = SKIP.get(link)
    if skip is None or len(frame) < skip:
        return None
    kind, vlan, src, dst = -1, 0, 0, 0
    if link == 1:
        src, dst = int.from_bytes(frame[6:12], "big"), int.from_bytes(frame[:6], "big")
        kind = struct.unpack_from(">H", frame, 12)[0]
        while kind in (0x8100, 0x88A8):
            vlan, kind = struct.unpack_from(">HH", frame, skip)
            skip += 4
    elif link in (113, 276):
        kind = struct.unpack_from(">H", frame, 14 if link == 113 else 0)[0]
    body = frame[skip:]
    base = made("eth", body, frame=number, vlan=vlan & 0xFFF, src_mac=src, dst_mac=dst,
                src_port=0, dst_port=0, src_ip=(0, 0), dst_ip=(0, 0), complete=whole)  # fmt: skip
    if 0 <= kind < 1536:
        return replace(base, layer="llc", payload=body[:kind])
    if kind in (0x0800, 0x86DD, -1):
        return _ip(base)
    return replace(base, proto=kind)


def _ip(base: Sample) -> Sample | None:
    body = base.payload
    if body[0] >> 4 == 4:
        total, fragment = struct.unpack_from(">H2xH", body, 2)
        body = body[: total or None]
        proto, header, cut = body[9], (body[0] & 15) * 4, len(body) < total
        pair = [(0, V4 | int.from_bytes(body[at : at + 4], "big")) for at in (12, 16)]
        if fragment & 0x1FFF:
            return None
    elif body[0] >> 4 == 6:
        total = 40 + struct.unpack_from(">H", body, 4)[0]
        body, proto, header = body[:total], body[6], 40
        pair, cut = [struct.unpack_from(">QQ", body, at) for at in (8, 24)], len(body) < total
    else:
        return None
    base = replace(base, layer="ip", proto=proto, src_ip=pair[0], dst_ip=pair[1],
                   payload=body[header:], complete=not cut)  # fmt: skip
    if proto not in (6, 17):
        return base
    ports = struct.unpack_from(">HH", base.payload)
    base = replace(base, src_port=ports[0], dst_port=ports[1])
    if proto == 6:
        return replace(base, layer="tcp")
    size = struct.unpack_from(">H", base.payload, 4)[0]
    return replace(base, layer="udp", payload=base.payload[8 : size if size > 8 else None])
