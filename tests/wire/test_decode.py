"""Captures as files: their kinds, their damages, and accounts that add up."""

import struct

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from overlanded.data import table
from overlanded.model.columns import TABLES


def plain(make, number=1):
    packet = make.ipv4(17, make.udp(40000 + number, 502, b"x"))
    return make.ethernet(0x0800, packet)


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize(
    ("magic", "extra", "ns"),
    [(0xA1B2C3D4, b"", 5000), (0xA1B23C4D, b"", 5), (0xA1B2CD34, bytes(8), 5000)],
)
def test_every_kind_of_pcap(make, order, magic, extra, ns):
    found = make.walked(make.pcap([plain(make)] * 3, order=order, magic=magic, extra=extra))
    assert (found.frames, found.damages) == (3, ())
    assert found.first_ns == 1_700_000_000_000_000_000 + ns
    assert found.last_ns == found.first_ns + 2_000_000_000
    assert make.column(found, "flows", "packets_ab") == [3]


@pytest.mark.parametrize("order", "<>")
def test_pcapng_with_sections_interfaces_and_units(make, order):
    def options(unit, offset=0):
        value = struct.pack(f"{order}q", offset)
        return struct.pack(f"{order}HHB3xHH", 9, 1, unit, 14, 8) + value + bytes(4)

    data = make.section(order) + make.block(0x0BAD, b"custom", order)
    data += make.interface(options=options(9), order=order) + make.interface(
        101, options(0x83, 10), order=order
    )
    data += make.enhanced(plain(make), 0, 7_000_000_000, order)
    data += make.enhanced(make.ipv4(17, make.udp(1, 2)), 1, 12, order)
    data += make.enhanced(plain(make), 9, order=order)
    data += make.block(5, struct.pack(f"{order}IIIHHQHH", 0, 0, 0, 5, 8, 41, 0, 0), order)
    data += make.section("<") + make.interface(snap=60) + make.enhanced(plain(make), 0, 8_000_000)
    old = struct.pack("<HHIIII", 0, 0, 0, 9_000_000, len(plain(make)), 99) + plain(make)
    data += make.block(2, old) + make.block(3, struct.pack("<I", 900) + plain(make) + bytes(20))
    found = make.walked(data)
    assert found.damages == ()
    assert (found.frames, found.parsed) == (6, 5)
    assert found.skipped == {"interface not described": 1}
    assert found.dropped == 41
    assert [(one.link_type, one.frames) for one in found.interfaces] == [(1, 1), (101, 1), (1, 3)]
    assert make.column(found, "flows", "first_ns")[:2] == [7_000_000_000, 11_500_000_000]
    assert found.truncated == 2
    assert found.last_ns == 11_500_000_000


def test_what_is_no_capture(make):
    assert make.walked(b"").damages == ((0, "the file is empty"),)
    text = make.walked(b"Exhibit A: see the photographs.")
    assert text.damages == ((0, "this is not the start of a pcap or pcapng capture"),)
    assert (text.frames, text.file_bytes) == (0, 0)


def test_a_damage_names_its_byte_and_keeps_what_stands_before(make):
    whole = make.pcap([plain(make)] * 2)
    record = 16 + len(plain(make))
    cut = make.walked(whole[:-1])
    assert (cut.frames, cut.damages) == (1, ((24 + record, "the file ends inside this record"),))
    wild = make.walked(whole + bytes(8) + b"\xff" * 8 + bytes(90))
    assert (wild.frames, wild.damages[0][0]) == (2, len(whole))
    start = make.section() + make.interface() + make.enhanced(plain(make))
    for tail in (
        b"\6\0\0\0\x22\0\0\0" + bytes(40),
        b"\6\0\0\0\x20\0\0\0" + bytes(24) + b"\x24\0\0\0",
    ):
        broken = make.walked(start + tail)
        assert (broken.frames, broken.damages[0][0]) == (1, len(start))


@pytest.mark.parametrize("big", [False, True])
def test_a_section_of_another_version_is_not_guessed_at(make, big):
    order = ">" if big else "<"
    body = struct.pack(f"{order}IHHq", 0x1A2B3C4D, 2, 0, -1)
    size = struct.pack(f"{order}I", len(body) + 12)
    later = b"\x0a\x0d\x0d\x0a" + size + body + size
    start = make.section() + make.interface() + make.enhanced(plain(make))
    found = make.walked(start + later)
    told = "this section is of version 2, which is not known"
    assert (found.frames, found.damages) == (1, ((len(start), told),))


def test_a_block_larger_than_memory_is_passed_over(make):
    large = make.block(0x0BAD, bytes(900_000)) + make.block(6, bytes(800_000))
    found = make.walked(make.section() + make.interface() + large + make.enhanced(plain(make)))
    assert (found.frames, found.parsed, found.skipped) == (2, 1, {"frame too large": 1})
    ends = make.walked(make.section() + make.interface() + large[:500_000])
    assert [why for _, why in ends.damages] == ["the file ends inside this block"]


def test_tables_have_the_promised_columns(make):
    found = make.walked(make.pcap([plain(make)]), file=3)
    for kind in TABLES:
        columns = found.tables[kind.name]
        assert [(name, column.dtype.str[1:]) for name, column in columns.items()] == [
            (column.name, column.dtype) for column in kind.columns
        ]
    assert make.column(found, "flows", "file") == [3]


def test_idle_flows_leave_through_the_spill(make, monkeypatch):
    bounds = dict(table("sampling")["walk"], flow_rows=4096, sighting_rows=1024)
    monkeypatch.setitem(table("sampling"), "walk", bounds)
    frames = [
        make.ethernet(
            0x0800,
            make.ipv4(17, make.udp(1024 + number % 20000, 502, b"x"), f"10.0.{number % 7}.1"),
            number % 1500,
        )
        for number in range(30000)
    ]
    batches = []
    found = make.walked(
        make.pcap(frames),
        samples=False,
        spill=lambda name, columns: batches.append((name, columns)),
    )
    held = make.walked(make.pcap(frames), samples=False)
    assert {name for name, _ in batches} == {"flows", "sightings"}
    assert len(found.raw["flows"]["file"]) // 4 <= 4096

    def total(name, width):
        parts = [
            columns[name]
            for kind, columns in [*batches, ("flows", found.raw["flows"])]
            if kind == "flows"
        ]
        return [value for part in parts for value in part.cast("Q" if width == 8 else "I").tolist()]

    assert sum(total("packets_ab", 8)) == sum(make.column(held, "flows", "packets_ab")) == 30000
    assert sum(part == 0 for part in total("part", 4)) == len(make.column(held, "flows", "part"))
    assert found.raw["services"] == held.raw["services"]


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_any_change_to_a_capture_is_survived_and_accounted_for(make, data):
    kind = data.draw(st.sampled_from(["pcap", "pcapng"]))
    frames = [plain(make, number) for number in range(4)]
    whole = (
        make.pcap(frames)
        if kind == "pcap"
        else make.section() + make.interface() + b"".join(map(make.enhanced, frames))
    )
    changed = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(changed) - 1))
        changed[place] = data.draw(st.integers(0, 255))
    found = make.walked(bytes(changed[: data.draw(st.integers(0, len(changed)))]))
    assert found.parsed + sum(found.skipped.values()) == found.frames
    assert all(0 <= place <= len(changed) for place, _ in found.damages)


@pytest.mark.parametrize("folder", ["tcpdump-tests", "malformed-pcap", "zeek-btest"])
def test_real_captures_are_accounted_for(make, corpus, folder):
    walked = 0
    for path in sorted((corpus / folder).rglob("*")):
        if path.is_file() and path.stat().st_size < 100_000:
            found = make.walked(path.read_bytes())
            assert found.parsed + sum(found.skipped.values()) == found.frames
            assert found.damages or found.file_bytes
            walked += bool(found.frames)
    assert walked > 10
