"""Compressed captures, and their bounds."""

import gzip
import io
import tracemalloc

import pytest
import zstandard

from overlanded.data import table
from overlanded.wire.containers import Expanded, Plain, opened


@pytest.fixture
def capture(make):
    frame = make.ethernet(0x0800, make.ipv4(17, make.udp(40000, 502, bytes(range(200)))))
    return make.pcap([frame] * 5000)


def packed(data):
    several = gzip.compress(data[:1000]) + gzip.compress(data[1000:]) + bytes(8)
    frames = zstandard.compress(data[:1000]) + zstandard.compress(data[1000:])
    return {"gzip": several, "zstd": frames}


@pytest.mark.parametrize("kind", ["gzip", "zstd"])
def test_a_compressed_capture_is_the_capture(make, capture, kind):
    found = make.walked(packed(capture)[kind], samples=False)
    assert found == make.walked(capture, samples=False)
    assert (found.frames, found.damages) == (5000, ())


@pytest.mark.parametrize("kind", ["gzip", "zstd"])
def test_a_cut_or_damaged_one_gives_what_stands_before(make, capture, kind):
    data = packed(capture)[kind]
    cut = make.walked(data[: len(data) * 2 // 3], samples=False)
    assert cut.damages
    assert "compression" in cut.damages[-1][1] or "ends inside" in cut.damages[-1][1]
    broken = bytearray(data)
    broken[len(data) // 2] ^= 0xFF
    assert make.walked(bytes(broken), samples=False).damages


@pytest.mark.parametrize("kind", ["gzip", "zstd"])
def test_a_bomb_takes_neither_memory_nor_time(make, capture, kind, monkeypatch):
    bounds = dict(table("sampling")["expansion"], free_bytes=1 << 20)
    monkeypatch.setitem(table("sampling"), "expansion", bounds)
    bomb = packed(capture + make.pcap([bytes(250_000)] * 200)[24:])[kind]
    tracemalloc.start()
    found = make.walked(bomb, samples=False)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.damages[-1][1].startswith("it expands to more than 250 times its size")
    assert found.file_bytes < 32 << 20
    assert peak < 16 << 20


def test_a_source_that_gives_little_at_a_time_is_read_whole():
    class Slow(io.BytesIO):
        def readinto(self, buffer):
            return super().readinto(buffer[:3])

    plain = opened(Slow(b"0123456789"))
    assert isinstance(plain, Plain)
    buffer = bytearray(20)
    assert plain.readinto(memoryview(buffer)) == 10
    assert (buffer[:10], plain.taken) == (b"0123456789", 10)
    assert isinstance(opened(io.BytesIO(gzip.compress(b"x"))), Expanded)
