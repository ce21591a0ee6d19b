"""How long things took inside one conversation."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from overlanded.wire.kernels import layout as at
from overlanded.wire.rhythms import Packed, Rhythms, edges

SECOND = 1_000_000_000
ACK, PSH = 16, 8


def test_buckets_are_quarters_of_octaves():
    found = edges()
    assert len(found) == at.BEAT_BUCKETS + 1
    assert (found[0], found[1], found[-2]) == (0.0, 2**24 * 1e-9, 1.5 * 2**45 * 1e-9)
    ratios = found[2:] / found[1:-1]
    assert ((ratios > 1.14) & (ratios <= 1.25)).all()


def conversation(make, steps):
    """A capture of (time in ns, from client, payload) between two endpoints."""
    blocks = []
    for ns, by_client, payload in steps:
        ends = (40000, 502) if by_client else (502, 40000)
        hosts = ("10.0.0.1", "10.0.0.2") if by_client else ("10.0.0.2", "10.0.0.1")
        macs = (make.A, make.B) if by_client else (make.B, make.A)
        segment = make.tcp(*ends, ACK | (PSH if payload else 0), payload)
        frame = make.ethernet(0x0800, make.ipv4(6, segment, *hosts), *macs)
        blocks.append(make.enhanced(frame, ticks=ns))
    options = b"\x09\x00\x01\x00\x09\x00\x00\x00"
    return make.section() + make.interface(options=options) + b"".join(blocks)


def polling(period, answer, times=40):
    """Ask every ``period``; the server answers after ``answer``, the client with an empty ACK."""
    start = 1_700_000_000 * SECOND
    for number in range(times):
        begun = start + number * period
        yield begun, True, b"ask"
        yield begun + answer, False, b"answer"
        yield begun + answer + 90_000_000, True, b""


def test_a_cadence_inside_one_connection_is_counted(make):
    found = make.walked(conversation(make, polling(2 * SECOND, 3_000_000))).rhythms
    assert len(found) == 1
    begins = edges()
    for side in range(2):
        (bucket,) = np.flatnonzero(found.beats[0, side])
        assert begins[bucket] <= 2.0 < begins[bucket + 1]
        assert found.beats[0, side, bucket] > 30
    assert found.lasted_ns.tolist() == [39 * 2 * SECOND + 3_000_000]


def test_an_answer_to_a_probe_is_timed(make):
    steps = list(polling(SECOND, 2_000_000, 12))
    quiet = steps[-1][0] + 30 * SECOND
    steps += [(quiet, False, b""), (quiet + 84_000_000, True, b"")]
    found = make.walked(conversation(make, steps)).rhythms
    rows, sides, told = found.prompts()
    assert (rows.tolist(), sides.tolist(), told.tolist()) == ([0], [0], [[1, 84_000, 84_000]])


def test_most_conversations_are_over_before_it_is_kept(make):
    short = conversation(make, list(polling(SECOND, 2_000_000, 3)))
    assert len(make.walked(short).rhythms) == 0
    whole = make.walked(conversation(make, polling(SECOND, 2_000_000)), samples=False)
    assert len(whole.rhythms) == 0


@given(st.lists(st.tuples(st.integers(0, 1 << 50), st.booleans(), st.sampled_from([b"", b"x"]))))
def test_times_in_any_order_do_no_harm(make, steps):
    found = make.walked(conversation(make, steps)).rhythms
    assert found.beats.sum() <= len(steps)


def test_rhythms_of_many_captures_come_back_as_they_were():
    held = Packed()
    assert list(held) == []
    made = [Rhythms(bytes([number]) * at.RHYTHM_WORDS * 8 * number, number) for number in range(4)]
    for one in made:
        held.append(one)
    for _ in range(2):
        assert [(one.file, one.data) for one in held] == [(one.file, one.data) for one in made]
