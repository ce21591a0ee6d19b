"""Headers of pcap and pcapng, and what they refuse."""

import struct

import pytest

from overlanded.wire import headers


@pytest.mark.parametrize(
    ("value", "unit"),
    [
        (b"", 10**6),
        (b"\x06", 10**6),
        (b"\x09", 10**9),
        (b"\x8a", 1024),
        (b"\x7f", 10**6),
        (b"\xff", 10**6),
    ],
)
def test_units_of_time(make, value, unit):
    option = struct.pack("<HH", 9, len(value)) + value + bytes(-len(value) % 4)
    name = struct.pack("<HH", 2, 4) + b"eth\0"
    found = headers.interface(make.interface(options=name + option + bytes(4)), big=False)
    assert (found.unit, found.name) == (unit, "eth")


def test_too_short_to_be_read(make):
    assert headers.pcap_header(bytes(23)) is None
    assert headers.pcap_header(bytes(24)) is None
    assert headers.interface(bytes(12), big=False) is None
    assert headers.statistics(bytes(12), big=True) is None
    assert headers.section_is_big(bytes(12)) is None
    assert headers.packet(bytes(20), 6, [], big=False) is None


def test_options_end_where_the_block_does():
    block = bytes(16) + struct.pack("<HH", 2, 400) + b"abcd" + bytes(4)
    assert list(headers.options(block, 16, big=False)) == []


def test_the_link_type_is_without_its_flags(make):
    data = bytearray(make.pcap([]))
    data[20:24] = struct.pack("<I", 0xF4000001)
    assert headers.pcap_header(bytes(data)).link_type == 1
