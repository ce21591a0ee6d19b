"""Rows taken out, widened and added up."""

import struct

from overlanded.wire.kernels import layout
from overlanded.wire.kernels.tabling import Services, split, uniform, widened


def flow(last=0, client=1, server=2, port=502, packets=1):
    words = [0] * layout.FLOW_WORDS
    words[layout.A_LO], words[layout.B_LO] = client, server
    words[layout.PORTS] = 40000 << 48 | port << 32 | 17 << 24
    words[layout.LAST] = last
    words[layout.PACKETS + 1] = packets
    words[layout.BYTES] = 100
    return struct.pack(f"<{layout.FLOW_WORDS}Q", *words)


def test_idle_rows_are_taken_out_in_order():
    store = bytearray(b"".join(flow(last) for last in (5, 1, 9, 2)))
    taken, left = split(store, 4, 5)
    assert bytes(taken) == flow(1) + flow(2)
    assert bytes(store[: left * layout.FLOW_WORDS * 8]) == flow(5) + flow(9)


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
        services.add(store, 1800, bytearray(1800))
    services.add(bytearray(flow(packets=0, port=3)), 1, bytearray(1))
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
