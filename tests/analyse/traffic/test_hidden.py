"""Several systems behind one address, and all that looks like it and is one."""

import random

import numpy as np
import pytest
from traffic import ITEM_NS, flow, flows, sighting, world

from overlanded.analyse.traffic import openings
from overlanded.analyse.traffic.hidden import observe
from overlanded.analyse.traffic.parties import CLAIMED

NAT, PLC, HMI = "00:1e:42:00:00:01", "00:1b:1b:00:00:01", "00:1b:1b:00:00:02"
NAT_IP, PLC_IP, HMI_IP = "192.168.10.254", "192.168.10.1", "192.168.10.2"
HELD = [sighting(mac, ip, CLAIMED) for mac, ip in ((NAT, NAT_IP), (PLC, PLC_IP), (HMI, HMI_IP))]
SECOND = 1_000_000_000


def opened(at, *, stamp=0, ident=0, ttl=64, wscale=7, to=PLC_IP, frame=1):
    """One connection from the address, ``at`` seconds after the start."""
    ns = ITEM_NS + int(at * SECOND)
    row = flow(NAT_IP, to, 102, a_mac=NAT, b_mac=PLC, ns=ns, frame=frame, ack_after=1000)
    return row | {
        "stamp_ab": int(stamp) % (1 << 32), "ident_ab": int(ident) % (1 << 16),
        "ttl_max_ab": ttl, "ttl_min_ab": ttl, "wscale_ab": wscale,
    }  # fmt: skip


def systems(rows):
    found = list(observe(world(rows, HELD)))
    assert len(found) <= 1
    return (int(found[0].value), dict(found[0].detail)) if found else (1, {})


@pytest.mark.parametrize("rate", [1000, 250, 100, 10])
@pytest.mark.parametrize("number", [1, 2, 3])
def test_clocks_that_take_turns_are_counted(rate, number):
    rng = random.Random(f"{rate}/{number}")
    starts = [rng.randrange(1 << 32) for _ in range(number)]
    rows = [
        opened(at, stamp=starts[turn % number] + at * rate)
        for turn, at in enumerate(np.cumsum([rng.uniform(5, 40) for _ in range(30)]))
    ]
    assert systems(rows)[0] == number


def test_a_clock_that_drifts_and_wraps_is_one():
    start = (1 << 32) - 20_000
    assert (
        systems([opened(at, stamp=start + at * 1000 * 1.0001) for at in range(0, 3600, 60)])[0] == 1
    )


def test_a_system_that_was_started_again_is_one():
    before = [opened(at, stamp=900_000 + at * 1000) for at in range(0, 600, 30)]
    after = [opened(at, stamp=77 + (at - 600) * 1000) for at in range(600, 1200, 30)]
    assert systems(before + after) == (1, {})


def test_one_system_with_a_clock_of_its_own_for_each_server_is_one():
    rows = [
        opened(at, stamp=(5_000_000 if at % 2 else 9) + at * 1000, to=HMI_IP if at % 2 else PLC_IP)
        for at in range(60)
    ]
    assert systems(rows) == (1, {})


def test_offsets_drawn_anew_for_each_connection_tell_nothing():
    rng = random.Random(4)
    assert systems([opened(at, stamp=rng.randrange(1 << 32)) for at in range(60)]) == (1, {})


def test_habits_that_take_turns_are_two_systems():
    rows = [opened(at, ttl=64 if at % 3 else 128, wscale=7 if at % 3 else 8) for at in range(24)]
    assert systems(rows) == (2, {"system": "2"})


def test_habits_that_follow_one_another_are_one_place():
    assert systems([opened(at, ttl=64 if at < 12 else 128) for at in range(24)]) == (1, {})


@pytest.mark.parametrize(
    ("ttls", "own", "wanted"),
    [
        ([63] * 3, 64, 2),  # a router whose own packets are fresh
        ([63] * 3 + [64] * 2, 64, 2),
        ([127] * 4, 255, 2),
        ([63] * 2 + [64] * 2, 64, 2),
        ([63] + [64] * 4, 64, 1),  # a stray frame
        ([63] * 9, 63, 1),  # everything came through a router: nobody here is two
        ([64] * 9, 64, 1),
        ([50] * 9, 255, 1),  # an unusual first value
        ([63] * 9, 0, 1),  # logs do not keep it
    ],
)
def test_a_router_lowers_what_is_not_its_own(ttls, own, wanted):
    rows = [opened(at, ttl=ttl) for at, ttl in enumerate(ttls)]
    held = [sighting(NAT, NAT_IP, CLAIMED) | {"ttl_max": own}, *HELD[1:]]
    (*found,) = observe(world(rows, held))
    assert [one.value for one in found] == [str(wanted)] * (wanted > 1)


def test_two_packet_counters_side_by_side():
    rng = random.Random(9)
    counts = [1000, 40_000]
    rows = []
    for at in range(80):
        mine = at % 2
        counts[mine] += rng.randrange(1, 60)
        rows.append(opened(at, ident=counts[mine]))
    assert systems(rows) == (2, {"counter": "2"})


@pytest.mark.parametrize("kind", ["one", "random", "zero"])
def test_one_counter_or_none_tells_nothing(kind):
    rng = random.Random(kind)
    values = {
        "one": lambda at: 65_000 + 30 * at,
        "random": lambda _: rng.randrange(1, 1 << 16),
        "zero": lambda _: 0,
    }
    assert systems([opened(at, ident=values[kind](at)) for at in range(80)]) == (1, {})


def test_of_one_pair_openings_are_kept_all_over_its_time():
    rows = [opened(at, frame=at + 1) for at in range(1000)]
    whole = openings.kept(flows(*rows))
    parts = [openings.kept(flows(*rows[begin : begin + 90])) for begin in range(0, 1000, 90)]
    assert len(whole["pair"]) <= 96
    assert (whole["first_frame"][0], whole["first_frame"][-1] > 980) == (1, True)
    assert len(openings.thinned(parts)["pair"]) <= 96


def test_no_openings_no_word():
    assert list(observe(world([], HELD))) == []
