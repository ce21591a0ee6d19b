"""Frames taken out of a capture, and put into one."""

import io
import struct

import pytest

from overlanded.wire.frames import every, find, write_pcap


def frames(make):
    return [
        make.ethernet(0x0800, make.ipv4(17, make.udp(number, 502, b"x" * number)))
        for number in range(1, 9)
    ]


@pytest.fixture(params=["pcap", "big pcap", "pcapng"])
def capture(request, make):
    if request.param == "pcapng":
        body = b"".join(make.enhanced(one, ticks=9_000_001) for one in frames(make))
        return make.section() + make.block(0x0BAD, b"x") + make.interface() + body
    return make.pcap(frames(make), order=">" if request.param == "big pcap" else "<")


def test_wanted_frames_are_found_by_their_numbers(make, capture):
    found = list(find(io.BytesIO(capture), [7, 2, 99]))
    assert [frame.number for frame in found] == [2, 7]
    assert [frame.data for frame in found] == [frames(make)[1], frames(make)[6]]
    assert list(find(io.BytesIO(capture), [])) == []


def test_what_is_written_is_a_capture_of_the_same_frames(make, capture):
    taken = list(find(io.BytesIO(capture), [1, 3]))
    written = write_pcap(taken)
    again = list(every(io.BytesIO(written)))
    assert [(one.ns, one.wire, one.link_type, one.data) for one in again] == [
        (one.ns, one.wire, one.link_type, one.data) for one in taken
    ]
    assert make.walked(written).damages == ()


def test_numbers_are_those_of_the_walk(make, corpus):
    checked = 0
    for path in sorted((corpus / "malformed-pcap").rglob("*.pcap*")):
        data = path.read_bytes()
        assert sum(1 for _ in every(io.BytesIO(data))) == make.walked(data).frames
        checked += 1
    assert checked


def test_a_damaged_capture_ends_quietly(make):
    whole = make.pcap(frames(make))
    assert [one.number for one in every(io.BytesIO(whole[:-1]))] == list(range(1, 8))
    assert list(every(io.BytesIO(b"no capture"))) == []
    block = make.block(6, struct.pack("<IIIII", 4, 0, 0, 4, 4) + b"data")
    assert list(every(io.BytesIO(make.section() + block))) == []
