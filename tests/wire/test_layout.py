"""The rows' words do not overlap, and the compiled kernels know them by the same numbers."""

from overlanded.wire import layout


def test_words_of_a_flow_do_not_overlap():
    names = (
        "A_HI A_LO B_HI B_LO PORTS BITS SIGHTED LAST_NS PACKETS BYTES PAYLOAD SEGMENTS FIRST_FRAME "
        "FIRST_NS MACS SYN_NS SYNACK_NS ACK_NS FIRST_ACK FIRST_PAY OPTIONS HASH SEQ PREFIX PART"
    )
    double = {"PACKETS", "BYTES", "PAYLOAD", "SEGMENTS", "MACS", "FIRST_ACK", "FIRST_PAY"}
    taken = [
        getattr(layout, name) + step
        for name in names.split()
        for step in range(1 + (name in double))
    ]
    assert sorted(taken) == list(range(layout.FLOW_WORDS))


def test_states_of_a_flow_do_not_overlap():
    pairs = ("S_PAY", "S_ACK", "S_PREFIX")
    states = [value for name, value in vars(layout).items() if name.startswith("S_")]
    states += [getattr(layout, name) << 1 for name in pairs]
    assert sum(states) == 0xFFF << 48
    assert layout.TUNNEL_SHIFT == 60


def test_table_sizes_are_powers_of_two():
    for size in (layout.FRAG_SLOTS, layout.PAST_SLOTS):
        assert size & (size - 1) == 0
    assert layout.MIX % 2 == 1
    assert layout.MIX < 1 << 63
