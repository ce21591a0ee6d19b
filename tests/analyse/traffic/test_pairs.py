import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from traffic import flow, flows

from overlanded.analyse.traffic import pairs

A, B, C = "00:1b:1b:00:00:01", "00:1b:1b:00:00:02", "00:1b:1b:00:00:03"
ROW = st.builds(
    lambda a, b, port, ns, ack: flow(
        f"10.0.0.{a}", f"10.0.0.{b}", port, a_mac=A, b_mac=B, ns=1000 + ns, frame=ns, ack_after=ack
    ),
    st.integers(1, 3), st.integers(1, 3), st.sampled_from([102, 502]), st.integers(1, 50),
    st.one_of(st.none(), st.integers(0, 10**9)),
)  # fmt: skip


def test_one_row_for_each_client_server_and_service():
    rows = flows(
        flow("10.0.0.1", "10.0.0.9", 102, a_mac=A, b_mac=B, ns=20, frame=7, ack_after=5),
        flow("10.0.0.1", "10.0.0.9", 102, a_mac=A, b_mac=B, ns=10, frame=3, ack_after=9),
        flow("10.0.0.2", "10.0.0.9", 102, a_mac=C, b_mac=B, ns=15),
    )
    folded = pairs.fold([pairs.of_flows(rows)])
    assert folded["flows"].tolist() == [2, 1]
    assert folded["first_frame"].tolist() == [3, 1]
    assert folded["delay_min"].tolist() == [5, pairs.NEVER]
    assert folded["delay_max"].tolist() == [9, 0]
    assert folded["bytes_ab"].tolist() == [400, 200]


@given(st.lists(ROW, min_size=1, max_size=30), st.data())
def test_folding_in_batches_gives_what_folding_at_once_gives(rows, data):
    cut = data.draw(st.integers(0, len(rows)))
    whole = pairs.fold([pairs.of_flows(flows(*rows))])
    halves = [pairs.fold([pairs.of_flows(flows(*part))]) for part in (rows[:cut], rows[cut:])]
    folded = pairs.fold(halves)
    for name in whole:
        np.testing.assert_array_equal(whole[name], folded[name], err_msg=name)


def test_later_parts_of_a_conversation_are_not_counted_again():
    rows = flows(
        *(flow("10.0.0.1", "10.0.0.9", 102, a_mac=A, b_mac=B) | {"part": n} for n in (0, 1))
    )
    folded = pairs.fold([pairs.of_flows(rows)])
    assert folded["flows"].tolist() == [1]
    assert folded["packets_ab"].tolist() == [6]


def test_nothing_folds_to_nothing():
    assert len(pairs.fold([pairs.of_flows(flows())])["proto"]) == 0
