"""Slices give what a single pass gives."""

import io

import pytest

from overlanded.data import table
from overlanded.wire import slices
from overlanded.wire.containers import Plain
from overlanded.wire.decode import Walk, arrays, decode


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Let captures of a few MB be sliced, with little read ahead."""
    monkeypatch.setitem(table("sampling"), "walk", dict(table("sampling")["walk"], slice_least=1))


def traffic(make, count):
    """Conversations, claims and fragments that reach over any boundary."""
    arp = b"\0\1\x08\0\6\4\0\1" + make.A.to_bytes(6, "big") + bytes([10, 0, 0, 9]) + bytes(10)
    for number in range(count):
        port, ident = 30000 + number // 7 % 3000, number // 6
        yield make.ethernet(
            0x0800,
            make.ipv4(
                6,
                make.tcp(port, 502, 2 if number % 7 == 0 else 16, b"q" * (number % 5)),
                ttl=60 + number % 9,
            ),
        )
        back = make.ipv4(
            6, make.tcp(502, port, 18 if number % 7 == 1 else 16, b"a" * 90), "10.0.0.2", "10.0.0.1"
        )
        yield make.ethernet(0x0800, back, make.B + number % 11, make.A, tags=(number % 3,))
        part = 0x2000 if number % 6 == 0 else 9
        yield make.ethernet(
            0x0800,
            make.ipv4(
                17, make.udp(1024 + ident % 60000, 9) + bytes(40), ident=ident & 0xFFFF, part=part
            ),
        )
        if number % 50 == 0:
            yield make.ethernet(0x0806, arp, make.A + number % 5)


def capture(make, kind, count=30_000):
    frames = list(traffic(make, count))
    if kind == "pcap":
        return make.pcap(frames)
    body = b"".join(make.enhanced(frame, ticks=number) for number, frame in enumerate(frames, 1))
    return make.section() + make.interface() + make.block(0x0BAD, b"note") + body


@pytest.mark.parametrize("kind", ["pcap", "pcapng"])
def test_the_same_rows_in_the_same_order(make, kind, monkeypatch):
    monkeypatch.setattr(slices, "SEARCHED", 1 << 16)
    data = capture(make, kind)
    whole = decode(io.BytesIO(data), samples=False)
    for jobs in (2, 3):
        parts = slices.Slices(lambda: io.BytesIO(data), len(data), jobs, 0, None).walked()
        assert parts == whole
    assert len(make.column(whole, "flows", "file")) > 5000


def test_what_cannot_be_sliced_is_walked_whole(make):
    data = capture(make, "pcap", 3000)
    cut = data[: len(data) // 3] + bytes(40) + data[len(data) // 3 :]
    other = capture(make, "pcapng", 3000)
    twice = other + other
    for odd in (cut, data[:-7], twice, b"no capture", b""):
        whole = decode(io.BytesIO(odd), samples=False)
        assert slices.decode_slices(lambda odd=odd: io.BytesIO(odd), len(odd), 2) == whole


def test_more_flows_than_a_slice_holds_are_walked_whole(make, monkeypatch):
    monkeypatch.setitem(table("sampling")["walk"], "flow_rows", 4096)
    data = capture(make, "pcap", 9000)
    batches = []
    found = slices.decode_slices(
        lambda: io.BytesIO(data), len(data), 2, spill=lambda name, _: batches.append(name)
    )
    assert found.frames == decode(io.BytesIO(data), samples=False).frames
    assert "flows" in batches


def gathered(batches, found):
    """Conversation → packets of all its rows, and how many rows have each part number."""
    packets, parts = {}, {}
    for columns in (*batches, found.raw["flows"]):
        named = arrays("flows", columns)
        keys = zip(
            *(named[name].tolist() for name in ("a_ip_lo", "a_port", "b_port", "proto", "vlan")),
            strict=True,
        )
        sums = (named["packets_ab"] + named["packets_ba"]).tolist()
        for key, count, part in zip(keys, sums, named["part"].tolist(), strict=True):
            packets[key] = packets.get(key, 0) + count
            parts.setdefault(key, []).append(part)
    return packets, parts


@pytest.mark.parametrize("broken", [False, True])
def test_rows_are_handed_out_between_groups_and_none_is_lost(make, monkeypatch, broken):
    walk = table("sampling")["walk"]
    monkeypatch.setattr(slices, "SEARCHED", 1 << 16)
    monkeypatch.setitem(walk, "slice_most", 1 << 18)
    monkeypatch.setitem(walk, "flow_rows", 4096)
    data = capture(make, "pcap", 30_000)
    if broken:
        data = data[: len(data) * 3 // 4] + bytes(40) + data[len(data) * 3 // 4 :]
    whole = decode(io.BytesIO(data), samples=False)
    batches = []

    def spill(name, columns):
        if name == "flows":
            batches.append(columns)

    found = slices.decode_slices(lambda: io.BytesIO(data), len(data), 2, spill=spill)
    assert len(batches) > 1
    counts, parts = gathered(batches, found)
    assert counts == gathered([], whole)[0]
    assert all(numbers == list(range(len(numbers))) for numbers in parts.values())
    assert (found.frames, found.damages) == (whole.frames, whole.damages)


def test_room_is_made_before_a_slice_is_added(make, monkeypatch):
    walk = table("sampling")["walk"]
    monkeypatch.setattr(slices, "SEARCHED", 1 << 16)
    monkeypatch.setitem(walk, "slice_most", 1 << 18)
    monkeypatch.setitem(walk, "flow_rows", 4096)
    data = capture(make, "pcap", 30_000)
    held = []

    class Watched(Walk):
        def absorb(self, behind):
            held.append(self.walker.sizes()[0] + behind.walker.sizes()[0])
            super().absorb(behind)

    monkeypatch.setattr(slices, "Walk", Watched)
    slices.decode_slices(lambda: io.BytesIO(data), len(data), 2, spill=lambda *_: None)
    assert max(held) > 2048
    assert max(held) <= 4096


def test_nothing_is_handed_out_where_nothing_is_held(make):
    handed = []
    walk = Walk(Plain(io.BytesIO(make.pcap([])), b""), None, 0, samples=False)
    walk.begin()
    assert not walk.relieve(lambda name, _: handed.append(name), (1 << 30, 1 << 30))
    assert handed == []
