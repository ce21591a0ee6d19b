"""Rows taken out, widened and added up."""

import struct

from hypothesis import given
from hypothesis import strategies as st

from overlanded.wire.kernels import layout
from overlanded.wire.kernels.tabling import (
    Services,
    every,
    idle_rows,
    idle_since,
    ranked,
    uniform,
    widened,
)


def flow(last=0, client=1, server=2, port=502, packets=1):
    words = [0] * layout.FLOW_WORDS
    words[layout.A_LO], words[layout.B_LO] = client, server
    words[layout.PORTS] = 40000 << 48 | port << 32 | 17 << 24
    words[layout.LAST] = last
    words[layout.PACKETS + 1] = packets
    words[layout.BYTES] = 100
    return struct.pack(f"<{layout.FLOW_WORDS}Q", *words)


def numbers(*rows):
    return bytearray(struct.pack(f"<{len(rows)}I", *rows))


def test_idle_rows_are_told_in_order():
    store = bytearray(b"".join(flow(last) for last in (5, 1, 9, 2)))
    assert idle_rows(store, 4, 5) == numbers(1, 3)
    assert every(3) == numbers(0, 1, 2)


def test_a_quarter_stays_and_never_all():
    store = bytearray(b"".join(flow(100 + row) for row in range(8)))
    assert idle_since(store, 8) == 106
    assert idle_since(bytearray(flow(50) * 8), 8) == 51


@given(st.lists(st.integers(0, 2**64 - 1), min_size=1), st.data())
def test_a_place_among_the_sorted(values, data):
    place = data.draw(st.integers(0, len(values) - 1))
    assert (
        ranked(bytearray(struct.pack(f"<{len(values)}Q", *values)), place) == sorted(values)[place]
    )


def test_values_are_widened():
    assert widened(bytearray(b"\1\2\xff"), 1) == bytearray(b"\1\0\0\0\2\0\0\0\xff\0\0\0")
    assert widened(bytearray(b"\1\2"), 2) == bytearray(b"\1\2\0\0")


def test_one_value_throughout_is_told():
    assert uniform(bytearray(b"\1\2" * 9), 2)
    assert uniform(memoryview(b"\7"), 1)
    assert not uniform(bytearray(b"\1\2" * 9 + b"\1\3"), 2)


def test_services_count_clients_once_over_batches():
    services = Services()
    store = bytearray(
        b"".join(flow(client=client, port=port) for client in range(900) for port in (1, 2))
    )
    for _ in range(2):
        services.add(store, every(1800), bytearray(1800))
    services.add(bytearray(flow(packets=0, port=3)), every(1), bytearray(1))
    rows, count = services.result()
    assert count == 2
    for row in range(2):
        words = struct.unpack_from(
            f"<{layout.SERVICE_WORDS}Q", rows, row * layout.SERVICE_WORDS * 8
        )
        assert (words[layout.SV_CLIENTS], words[layout.SV_FLOWS], words[layout.SV_BYTES]) == (
            900,
            1800,
            180000,
        )
