"""Frames and captures written byte by byte, and the kernels in their interpreted form."""

import importlib.util
import io
import os
import struct
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from overlanded.wire.decode import decode
from overlanded.wire.kernels import walk

A, B = 0x001E42000001, 0x001E42000002


def ethernet(kind, payload, src=A, dst=B, tags=()):
    body = b"".join(struct.pack(">HH", 0x8100, tag) for tag in tags)
    return (
        dst.to_bytes(6, "big") + src.to_bytes(6, "big") + body + struct.pack(">H", kind) + payload
    )


def ipv4(proto, payload, src="10.0.0.1", dst="10.0.0.2", ttl=64, ident=1, part=0, total=None):
    size = 20 + len(payload) if total is None else total
    octets = [bytes(int(part) for part in ip.split(".")) for ip in (src, dst)]
    return (
        struct.pack(">BBHHHBBH", 0x45, 0, size, ident, part, ttl, proto, 0)
        + b"".join(octets)
        + payload
    )


def ipv6(proto, payload, src=1, dst=2, hops=64):
    base = 0x20010DB8 << 96
    return (
        struct.pack(">IHBB", 6 << 28, len(payload), proto, hops)
        + (base | src).to_bytes(16, "big")
        + (base | dst).to_bytes(16, "big")
        + payload
    )


def udp(sport, dport, payload=b""):
    return struct.pack(">HHHH", sport, dport, 8 + len(payload), 0) + payload


def tcp(sport, dport, flags, payload=b"", seq=1000, options=b""):
    words = 5 + len(options) // 4
    return (
        struct.pack(">HHIIBBHHH", sport, dport, seq, 0, words << 4, flags, 8192, 0, 0)
        + options
        + payload
    )


def pcap(frames, link=1, order="<", magic=0xA1B2C3D4, extra=b"", wires=None):
    parts = [struct.pack(f"{order}IHHIIII", magic, 2, 4, 0, 0, 262144, link)]
    for number, frame in enumerate(frames):
        wire = wires[number] if wires else len(frame)
        parts += [
            struct.pack(f"{order}IIII", 1_700_000_000 + number, 5, len(frame), wire),
            extra,
            frame,
        ]
    return b"".join(parts)


def block(kind, body, order="<"):
    body += bytes(-len(body) % 4)
    return (
        struct.pack(f"{order}II", kind, len(body) + 12)
        + body
        + struct.pack(f"{order}I", len(body) + 12)
    )


def section(order="<"):
    return block(0x0A0D0D0A, struct.pack(f"{order}IHHq", 0x1A2B3C4D, 1, 0, -1), order)


def interface(link=1, options=b"", snap=0, order="<"):
    return block(1, struct.pack(f"{order}HHI", link, 0, snap) + options, order)


def enhanced(frame, number=0, ticks=1_700_000_000_000_000, order="<"):
    head = struct.pack(
        f"{order}IIIII", number, ticks >> 32, ticks & 0xFFFFFFFF, len(frame), len(frame)
    )
    return block(6, head + frame, order)


def walked(data, **options):
    return decode(io.BytesIO(data), **options)


def column(result, table, name):
    return result.tables[table][name].tolist()


def rows(result, table, *names):
    return list(zip(*(column(result, table, name) for name in names), strict=True))


@pytest.fixture(scope="session")
def make():
    return SimpleNamespace(
        A=A,
        B=B,
        ethernet=ethernet,
        ipv4=ipv4,
        ipv6=ipv6,
        udp=udp,
        tcp=tcp,
        pcap=pcap,
        block=block,
        section=section,
        interface=interface,
        enhanced=enhanced,
        walked=walked,
        column=column,
        rows=rows,
    )


TABLING = (
    "decode.Services",
    "decode.every",
    "decode.idle_rows",
    "decode.idle_since",
    "tables.every",
    "tables.gather",
)


@pytest.fixture(scope="session")
def interpreted():
    """``decode`` over the kernels' sources, run as Python."""
    kernels = _sources()
    assert not kernels["walk"].COMPILED

    def run(data, **options):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("overlanded.wire.decode.Walker", kernels["walk"].Walker)
            for place in TABLING:
                patch.setattr(
                    f"overlanded.wire.{place}", getattr(kernels["tabling"], place.split(".")[1])
                )
            return walked(data, **options)

    return run


def _sources():
    """The kernels' modules made of their sources, for each other too; ours stay as they are."""
    made = {}
    package = "overlanded.wire.kernels"
    with pytest.MonkeyPatch.context() as patch:
        for name in ORDER:
            path = Path(importlib.util.find_spec(f"{package}.layout").origin)
            spec = importlib.util.spec_from_file_location(
                f"{package}.{name}", path.with_name(f"{name}.py")
            )
            made[name] = importlib.util.module_from_spec(spec)
            patch.setitem(sys.modules, f"{package}.{name}", made[name])
            spec.loader.exec_module(made[name])
    return made


ORDER = [
    "sightings",
    "rhythms",
    "flows",
    "joining",
    "events",
    "samples",
    "wrappings",
    "packets",
    "frames",
    "captures",
    "looking",
    "walk",
    "tabling",
]
"""The kernels, each behind those it builds on (as setup.py has them)."""


@pytest.fixture(scope="session")
def compiled():
    if not walk.COMPILED:
        pytest.skip("the kernels are not compiled here")


@pytest.fixture(scope="session")
def corpus():
    place = os.environ.get("OVERLANDED_CORPUS")
    if not place or not Path(place).is_dir():
        pytest.skip("no corpus: set OVERLANDED_CORPUS")
    return Path(place)
