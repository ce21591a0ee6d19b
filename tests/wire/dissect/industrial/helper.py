"""Samples from captures, for tests only: pcap and pcapng, Ethernet, loopback and raw links."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from overlanded.wire.facts import Sample

Ip = tuple[int, int]
Opened = set[tuple[object, ...]]

CORPUS = os.environ.get("OVERLANDED_CORPUS", "")
needs_corpus = pytest.mark.skipif(not CORPUS, reason="OVERLANDED_CORPUS names no corpus")


def corpus(relative: str) -> Path:
    return Path(CORPUS) / relative


def sample(layer: str, payload: bytes, **fields: object) -> Sample:
    values: dict[str, object] = {
        "frame": 1, "ns": 0, "layer": layer, "proto": 6, "vlan": 0, "src_mac": 1, "dst_mac": 2,
        "src_ip": (0, 1), "dst_ip": (0, 2), "src_port": 40000, "dst_port": 50000,
        "from_client": True, "payload": payload,
    }  # fmt: skip
    return Sample(**(values | fields))  # type: ignore[arg-type]


def frames(path: Path) -> Iterator[tuple[int, bytes]]:
    """(link type, bytes) of every frame."""
    data = path.read_bytes()
    yield from _pcapng(data) if data[:4] == b"\x0a\x0d\x0d\x0a" else _pcap(data)


def _pcap(data: bytes) -> Iterator[tuple[int, bytes]]:
    order = "<" if data[:1] in b"\xd4\x4d" else ">"
    link = struct.unpack_from(order + "I", data, 20)[0] & 0xFFFF
    at = 24
    while at + 16 <= len(data):
        size = struct.unpack_from(order + "I", data, at + 8)[0]
        yield link, data[at + 16 : at + 16 + size]
        at += 16 + size


def _pcapng(data: bytes) -> Iterator[tuple[int, bytes]]:
    links: list[int] = []
    order, at = "<", 0
    while at + 12 <= len(data):
        if data[at : at + 4] == b"\x0a\x0d\x0d\x0a":
            order = "<" if data[at + 8] == 0x4D else ">"
            links = []
        kind, size = struct.unpack_from(order + "II", data, at)
        if kind == 1:
            links.append(struct.unpack_from(order + "H", data, at + 8)[0])
        elif kind == 6:
            interface, _, _, length = struct.unpack_from(order + "IIII", data, at + 8)
            yield links[interface], data[at + 28 : at + 28 + length]
        elif kind == 3:
            yield links[0], data[at + 12 : at + size - 4]
        at += max(size, 12)


def samples(path: Path, limit: int = 0) -> Iterator[Sample]:
    """A sample of every frame with a payload: ``eth``, ``udp`` or ``tcp`` by its content."""
    opened: Opened = set()
    for number, (link, frame) in enumerate(frames(path), 1):
        if limit and number > limit:
            return
        try:
            found = _sample(number, link, frame, opened)
        except (struct.error, IndexError):
            continue
        if found:
            yield found


def _sample(number: int, link: int, frame: bytes, opened: Opened) -> Sample | None:
    skip = {1: 14, 0: 4, 101: 0, 228: 0, 113: 16, 276: 20}.get(link)
    if skip is None or len(frame) < skip + 8:
        return None
    kind, vlan, macs = 0x0800, 0, (0, 0)
    if link == 1:
        macs = (int.from_bytes(frame[6:12], "big"), int.from_bytes(frame[:6], "big"))
        kind = struct.unpack_from(">H", frame, 12)[0]
        while kind in (0x8100, 0x88A8):
            vlan, kind = struct.unpack_from(">HH", frame, skip)
            skip += 4
    body = frame[skip:]
    six = bool(body) and body[0] >> 4 == 6
    if kind != (0x86DD if six and link == 1 else 0x0800):
        return sample("eth", body, frame=number, proto=kind, vlan=vlan & 0xFFF,
                      src_mac=macs[0], dst_mac=macs[1], src_port=0, dst_port=0)  # fmt: skip
    return (_six if six else _four)(number, macs, body, opened)


def _four(number: int, macs: tuple[int, int], body: bytes, opened: Opened) -> Sample | None:
    size, fragment = struct.unpack_from(">HxxH", body, 2)
    if fragment & 0x1FFF:
        return None
    src, dst = ((0, 0xFFFF << 32 | int.from_bytes(body[at : at + 4], "big")) for at in (12, 16))
    rest = body[(body[0] & 15) * 4 : size or None]
    return _segment(number, macs, (src, dst), body[9], rest, opened)


def _six(number: int, macs: tuple[int, int], body: bytes, opened: Opened) -> Sample | None:
    size, proto = struct.unpack_from(">HB", body, 4)
    src, dst = (struct.unpack_from(">QQ", body, at) for at in (8, 24))
    return _segment(number, macs, (src, dst), proto, body[40 : 40 + size], opened)


def _segment(
    number: int, macs: tuple[int, int], ips: tuple[Ip, Ip], proto: int, rest: bytes, opened: Opened
) -> Sample | None:
    if proto not in (6, 17):
        return None
    ports = struct.unpack_from(">HH", rest)
    skip = 8 if proto == 17 else (rest[12] >> 4) * 4
    if proto == 6 and rest[13] & 0x12 == 2:
        opened.add((*ips, *ports))
    if len(rest) <= skip:
        return None
    return sample("udp" if proto == 17 else "tcp", rest[skip:], frame=number, proto=proto,
                  src_mac=macs[0], dst_mac=macs[1], src_ip=ips[0], dst_ip=ips[1],
                  src_port=ports[0], dst_port=ports[1],
                  from_client=(*ips, *ports) in opened)  # fmt: skip


def streams(path: Path, most: int = 8192) -> Iterator[Sample]:
    """One sample a direction of each TCP connection: its first bytes; other samples as they are."""
    started: dict[tuple[object, ...], Sample] = {}
    for one in samples(path):
        if one.layer != "tcp":
            yield one
            continue
        key = (one.src_ip, one.dst_ip, one.src_port, one.dst_port)
        before = started.get(key, replace(one, payload=b""))
        if not before.payload.endswith(one.payload) and len(before.payload) < most:
            started[key] = replace(before, payload=before.payload + one.payload)
    yield from started.values()
