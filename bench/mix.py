"""Builds a large capture out of many small ones, the same every time.

All Ethernet captures of the corpus are laid over each other at random places of one day, again
and again under changed addresses and client ports, and sorted by time. Checksums are not mended:
none of the programs measured looks at them.

``python -m bench.mix /tmp/mix/many.pcap --bytes 1.07e9 --hosts many``
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from msgspec import Struct

from overlanded.wire import frames

FOLDERS = ("ics-iti", "ics-icsnpp", "ndpi", "zeek-btest")
SHARES = {"ics-iti": 3, "ics-icsnpp": 3, "ndpi": 1, "zeek-btest": 1}
"""How often each folder is laid over for every one time of the least: a crane is mostly control."""
VARIANTS = {"many": 8, "crane": 1}
"""Sets of addresses; further copies repeat them with other client ports."""
CRANE_FOLDERS = ("ics-iti", "ics-icsnpp")
LONGEST = 20_000
"""Frames taken of one file, so that none outweighs the rest."""
DAY_NS = 86_400_000_000_000
START_NS = 1_710_201_600_000_000_000
SEED = 20240312

Array = np.ndarray[Any, np.dtype[Any]]


class Piece(Struct, frozen=True):
    """One small capture: its frames end to end, and where each begins."""

    data: Array
    starts: Array
    sizes: Array
    times: Array
    share: int


def pieces(corpus: Path, folders: tuple[str, ...]) -> Iterator[Piece]:
    """The Ethernet captures of the corpus, in the order of their names."""
    for folder in folders:
        for path in sorted((corpus / folder).rglob("*")):
            if path.is_file() and path.suffix in {".pcap", ".pcapng", ".cap"}:
                piece = read(path, SHARES[folder])
                if piece is not None:
                    yield piece


def read(path: Path, share: int) -> Piece | None:
    """A capture's whole Ethernet frames; None when there are none."""
    with path.open("rb", buffering=0) as source:
        held = [
            frame
            for frame, _ in zip(frames.every(source), range(LONGEST), strict=False)
            if frame.link_type == 1 and len(frame.data) >= 14
        ]
    if not held:
        return None
    sizes = np.array([len(frame.data) for frame in held])
    times = np.array([frame.ns for frame in held], dtype=np.int64)
    data = np.frombuffer(b"".join(frame.data for frame in held), dtype=np.uint8)
    times = np.clip(times - times.min(), 0, DAY_NS // 4)
    return Piece(data, np.concatenate([[0], sizes.cumsum()[:-1]]), sizes, times, share)


def rewritten(piece: Piece, variant: int, turn: int) -> Array:
    """The bytes of the piece under other MACs, IPv4 addresses and client ports."""
    data = piece.data.copy()
    at = piece.starts
    for mac in (0, 6):
        unicast = at[data[at + mac] & 1 == 0]
        data[unicast + mac + 4] ^= np.uint8(variant)
    kind = data[at + 12].astype(int) << 8 | data[at + 13]
    arp = at[(kind == 0x0806) & (piece.sizes >= 42)]
    data[arp + 26] ^= np.uint8(variant)
    for address in (28, 38):
        shift_addresses(data, arp + address, variant)
    ip = at[(kind == 0x0800) & (piece.sizes >= 38)]
    shift_addresses(data, ip + 26, variant)
    shift_addresses(data, ip + 30, variant)
    ported = ip[(data[ip + 14] == 0x45) & np.isin(data[ip + 23], (6, 17))]
    for port in (34, 36):
        value = data[ported + port].astype(int) << 8 | data[ported + port + 1]
        client = value >= 32768
        moved = 32768 + (value[client] * 7 + turn // 8 * 4099) % 28000
        data[ported[client] + port] = moved >> 8
        data[ported[client] + port + 1] = moved & 255
    return data


def shift_addresses(data: Array, at: Array, variant: int) -> None:
    """Change the second octet of unicast addresses."""
    first = data[at]
    unicast = at[(first > 0) & (first < 224) & (first != 127)]
    data[unicast + 1] ^= np.uint8(variant)


def records(held: list[Piece], size: int, hosts: str) -> tuple[Array, Array, Array, Array]:
    """All bytes, and of every frame its start, size and time; unsorted."""
    random = np.random.default_rng(SEED)
    blobs, starts, sizes, times = [], [], [], []
    total = turn = 0
    while total < size:
        for piece in held:
            for again in range(piece.share):
                variant = (turn * piece.share + again) % VARIANTS[hosts]
                blobs.append(rewritten(piece, variant, turn * piece.share + again))
                starts.append(piece.starts)
                sizes.append(piece.sizes)
                times.append(piece.times + random.integers(0, DAY_NS))
                total += len(piece.data) + 16 * len(piece.sizes)
        turn += 1
    offsets = np.concatenate([[0], np.cumsum([len(blob) for blob in blobs])[:-1]])
    moved = [start + offset for start, offset in zip(starts, offsets, strict=True)]
    joined: list[Array] = [np.concatenate(parts) for parts in (blobs, moved, sizes, times)]
    return joined[0], joined[1], joined[2], joined[3]


def write(path: Path, held: tuple[Array, Array, Array, Array], size: int) -> int:
    """Write the frames in the order of their times until ``size``; gives how many."""
    data, starts, sizes, times = held
    order = np.argsort(times, kind="stable")
    count = int(np.searchsorted(np.cumsum(sizes[order] + 16), size))
    order = order[:count]
    with path.open("wb") as out:
        out.write(np.array([0xA1B2C3D4, 0x00040002, 0, 0, 262144, 1], "<u4").tobytes())
        for low in range(0, count, 100_000):
            part = order[low : low + 100_000]
            out.write(laid_out(data, starts[part], sizes[part], times[part]))
    return count


def laid_out(data: Array, starts: Array, sizes: Array, times: Array) -> bytes:
    """The frames as pcap records, end to end."""
    ends = np.cumsum(sizes + 16)
    begins = ends - sizes - 16
    out = np.empty(ends[-1], np.uint8)
    ns = times + START_NS
    head = np.stack([ns // 10**9, ns % 10**9 // 1000, sizes, sizes], 1).astype("<u4")
    out[begins[:, None] + np.arange(16)] = head.view(np.uint8)
    within = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    out[np.repeat(begins + 16, sizes) + within] = data[np.repeat(starts, sizes) + within]
    return out.tobytes()


def main() -> int:
    """Build the capture that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--bytes", type=float, default=1.07e9)
    parser.add_argument("--hosts", choices=sorted(VARIANTS), default="many")
    parser.add_argument("--corpus", type=Path, default=os.environ.get("OVERLANDED_CORPUS"))
    args = parser.parse_args()
    if args.corpus is None:
        parser.error("give --corpus, or set OVERLANDED_CORPUS")
    folders = FOLDERS if args.hosts == "many" else CRANE_FOLDERS
    held = list(pieces(Path(args.corpus), folders))
    args.path.parent.mkdir(parents=True, exist_ok=True)
    count = write(args.path, records(held, int(args.bytes), args.hosts), int(args.bytes))
    sys.stdout.write(f"{args.path}: {count} frames, {args.path.stat().st_size} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
