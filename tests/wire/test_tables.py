"""Columns out of rows."""

import random
import struct

import pytest

from overlanded.model.columns import FLOWS, SERVICES, SIGHTINGS
from overlanded.wire.kernels import layout
from overlanded.wire.kernels.tabling import every
from overlanded.wire.tables import (
    WIDTHS,
    flow_columns,
    service_columns,
    sighting_columns,
)


def rows(words, count):
    made = random.Random(3)
    return bytearray(
        b"".join(struct.pack("<Q", made.getrandbits(64)) for _ in range(words * count))
    )


def test_directions_follow_the_client():
    store = rows(layout.FLOW_WORDS, 300)
    swap = bytearray(number % 2 for number in range(300))
    columns = flow_columns(store, every(300), swap, bytearray(300), 5)
    one = {
        name: columns[name].cast("Q")[1] for name in ("a_ip_lo", "packets_ab", "a_mac", "ask_ns")
    }
    words = struct.unpack_from(f"<{layout.FLOW_WORDS}Q", store, layout.FLOW_WORDS * 8)
    assert list(one.values()) == [
        words[word]
        for word in (layout.B_LO, layout.PACKETS + 1, layout.MACS + 1, layout.FIRST_PAY + 1)
    ]
    assert (
        columns["vlan"].cast("H")[0]
        == struct.unpack_from("<Q", store, layout.PORTS * 8)[0] >> 12 & 0xFFF
    )
    assert columns["file"].tobytes() == b"\5\0\0\0" * 300


@pytest.mark.parametrize("count", [0, 1, 257])
def test_every_column_has_its_width(count):
    made = (
        (
            FLOWS,
            flow_columns(
                rows(layout.FLOW_WORDS, count), every(count), bytearray(count), bytearray(count), 0
            ),
        ),
        (SIGHTINGS, sighting_columns(rows(layout.SIGHTING_WORDS, count), count, 0)),
        (SERVICES, service_columns(rows(layout.SERVICE_WORDS, count), count, 0)),
    )
    for kind, columns in made:
        assert {name: len(data) for name, data in columns.items()} == {
            column.name: WIDTHS[column.dtype] * count for column in kind.columns
        }
