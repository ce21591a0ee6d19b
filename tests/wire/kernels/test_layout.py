"""The rows' words do not overlap, and the compiled kernels know them by the same numbers."""

import pytest

from overlanded.wire.kernels import layout


def test_words_of_a_flow_do_not_overlap():
    names = (
        "KEY PORTS SIDES HOT LAST PACKETS BYTES PAYLOAD SEGMENTS SEQ PREFIX STATE SIGHTED "
        "A_HI A_LO B_HI B_LO FIRST_FRAME FIRST_NS MACS SYN_NS SYNACK_NS ACK_NS FIRST_ACK FIRST_PAY "
        "OPTIONS HASH PART LAST_NS STAMPS"
    )
    double = [
        "SIDES",
        "HOT",
        "LAST",
        "PACKETS",
        "BYTES",
        "PAYLOAD",
        "SEGMENTS",
        "MACS",
        "FIRST_ACK",
        "FIRST_PAY",
    ]
    taken = [
        getattr(layout, name) + step
        for name in names.split()
        for step in range(1 + (name in double))
    ]
    assert sorted(taken) == list(range(len(taken)))
    assert len(taken) <= layout.FLOW_WORDS


def test_words_of_a_rhythm_do_not_overlap():
    sizes = {"RH_BEATS": layout.BEAT_BUCKETS, "RH_BEAT": 4, "RH_PROMPT": 4}
    taken = []
    for name, begin in vars(layout).items():
        if name.startswith("RH_"):
            taken += range(begin, begin + sizes.get(name, 2) // 2)
    assert sorted(taken) == list(range(layout.RHYTHM_WORDS))


def test_what_every_packet_touches_lies_in_two_cache_lines():
    hot = ["KEY", "PORTS", "SIDES", "HOT", "LAST", "PACKETS", "BYTES", "PAYLOAD", "SEGMENTS"]
    assert max(getattr(layout, name) for name in hot) + 1 < 16
    assert layout.FLOW_WORDS % 8 == 0


@pytest.mark.parametrize(("mark", "below"), [("S_", 1), ("W_", 1 << 24)])
def test_marks_do_not_overlap(mark, below):
    values = [value for name, value in vars(layout).items() if name.startswith(mark)]
    assert sum(values) == max(values) * 2 - below
    assert layout.S_ACKED < 1 << layout.IDENT_SHIFT
    assert layout.IDENT_SHIFT + 32 <= layout.TUNNEL_SHIFT
    assert 16 << layout.ACK_TO_W == layout.W_ACK


def test_table_sizes_are_powers_of_two():
    for size in (layout.FRAG_SLOTS, layout.PAST_SLOTS):
        assert size & (size - 1) == 0
    assert layout.MIX % 2 == 1
    assert layout.MIX < 1 << 63
