"""Where a client is, by how soon it answers handshakes: lines of many kinds, and visits."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from traffic import ITEM_NS, flow, flows, rhythm, sample, sighting, world

from overlanded import data
from overlanded.analyse.traffic import pairs, relay, visits
from overlanded.analyse.traffic.lines import (
    BUCKETS,
    DIRECT,
    LATE,
    ROUTED,
    SWIFT,
    UNSEEN,
    buckets,
    lines,
)
from overlanded.analyse.traffic.parties import CLAIMED
from overlanded.analyse.traffic.seen import Read
from overlanded.model.observing import Subject
from overlanded.wire.facts import Recognised

PLC, ROUTER = "00:1b:1b:00:00:01", "00:1e:42:00:00:01"
PLC_IP, ROUTER_IP = "192.168.10.1", "192.168.10.254"
HELD = [sighting(PLC, PLC_IP, CLAIMED), sighting(ROUTER, ROUTER_IP, CLAIMED)]
MS = 1_000_000
SECOND = 1_000_000_000


def drawn(kind, number, seed=1):
    """So many handshake delays in ms over a line of this kind."""
    rng = random.Random(f"{kind}/{seed}")

    def wifi():
        held = rng.uniform(0, 102.4) if rng.random() < 0.15 else 0.0
        return 1.6 + 1.4 * rng.lognormvariate(0, 0.6) + held

    lines = {
        "wired": lambda: 0.1 * rng.lognormvariate(0, 0.5),
        "busy": lambda: rng.choice((1, 1, 1, 15)) * rng.lognormvariate(0, 0.6),
        "polled": lambda: rng.uniform(0, 50),
        "polled slowly": lambda: rng.uniform(0, 100),
        "wifi": wifi,
        "fibre": lambda: 10 + rng.expovariate(4),
        "held": lambda: 200 + rng.uniform(0, 0.5),
        "cellular": lambda: 64 + 36 * rng.lognormvariate(0, 0.55),
        "3G": lambda: 120 + 80 * rng.lognormvariate(0, 0.7),
        "satellite": lambda: 560 + 40 * rng.lognormvariate(0, 0.4),
        "office": lambda: 22 + 2 * rng.lognormvariate(0, 0.6),
    }
    return [lines[kind]() for _ in range(number)]


def weighed(delays, late=DIRECT, others=DIRECT):
    """The verdict, by the delays in ms and what the TTL of the late handshakes and others says."""
    counts = np.bincount(buckets((np.array(delays) * MS).astype(np.int64)), minlength=BUCKETS)
    seen = counts[LATE:].any(), counts[:LATE].any()
    way = (late if seen[0] else UNSEEN, others if seen[1] else UNSEEN)
    (verdict,) = relay.weigh(counts[None], [way])
    return verdict


FAR, NEAR = 0.55, 0.2
"""Chances from which on a client is told as far, and up to which as near: what is told is judged,
so a threshold that moves has to be moved here too."""


@pytest.mark.parametrize("number", [1, 2, 3, 5, 10, 100])
@pytest.mark.parametrize(
    "kind", ["wired", "busy", "polled", "polled slowly", "wifi", "fibre", "held"]
)
def test_no_slow_client_of_a_crane_is_said_to_be_far(kind, number):
    chances = [weighed(drawn(kind, number, seed)).chance for seed in range(20)]
    if kind == "held":
        chances = chances[:1] if number <= 3 else []
    assert all(chance < FAR for chance in chances), max(chances, default=0)


@pytest.mark.parametrize("tick", [15, 22, 28, 31, 38, 45, 51, 56, 58, 73, 90])
@pytest.mark.parametrize("number", [1, 3, 7, 12])
def test_a_host_that_looks_at_its_network_at_its_own_pace_is_not_far(tick, number):
    """Always the same while later, but that other work shifts it by 1 ms; one look is missed."""
    for seed in range(10):
        rng = random.Random(f"{tick}/{number}/{seed}")
        late = [tick + rng.gauss(0, 0.05) + rng.choice((0, 0, 0, 0, -1, 1)) for _ in range(number)]
        late[number // 2] *= 2 if number > 3 else 1
        assert weighed(late).chance < FAR


@pytest.mark.parametrize(
    ("late", "way", "far"),
    [
        pytest.param([37.2, 37.2, 37.3, 38.1, 38.1], ROUTED, True, id="below the tick of 40 ms"),
        pytest.param([40.8, 41.0, 42.6, 43.5], DIRECT, False, id="within it"),
        pytest.param([170, 171, 177, 183, 186, 197], DIRECT, True, id="before 200 ms"),
        pytest.param([200.4, 201.0, 202.2], DIRECT, False, id="within the tick of 200 ms"),
        pytest.param([500.1, 501.0], DIRECT, False, id="held for 500 ms"),
    ],
)
def test_a_timer_that_holds_is_told_from_a_line_by_its_tick(late, way, far):
    assert (weighed(late, way).chance >= FAR) == far


@pytest.mark.parametrize(
    ("late", "others", "far"),
    [(ROUTED, DIRECT, True), (DIRECT, DIRECT, False), (ROUTED, ROUTED, False)],
)
def test_late_ones_that_passed_a_router_are_not_of_the_host_whose_own_did_not(late, others, far):
    verdict = weighed([*drawn("wired", 3), 41.1, 41.4, 41.8], late, others)
    assert (verdict.chance >= FAR) == far


def test_a_router_on_the_way_speaks_for_far_and_none_speaks_against():
    late = drawn("cellular", 3, 1)
    assert weighed(late, ROUTED).weight > weighed(late).weight
    assert weighed(drawn("wired", 3, 1), others=ROUTED).chance <= NEAR


@pytest.mark.parametrize(("others", "far"), [(DIRECT, True), (ROUTED, False)])
def test_a_router_says_little_where_everybody_is_behind_one(others, far):
    """Forty clients that are never late, and one that may be in step or on an even line."""
    swift = np.bincount([SWIFT] * 5, minlength=BUCKETS)
    late = np.bincount(buckets(np.array([40 * MS] * 3)), minlength=BUCKETS)
    ways = [(UNSEEN, others)] * 40 + [(ROUTED, UNSEEN)]
    *soon, verdict = relay.weigh(np.array([swift] * 40 + [late]), ways)
    assert all(one.chance <= NEAR for one in soon)
    assert (verdict.chance >= FAR) == far


@pytest.mark.parametrize("number", [8, 20, 100])
@pytest.mark.parametrize(("kind", "least"), [("cellular", 64), ("3G", 120), ("satellite", 560)])
def test_a_far_client_is_told_with_its_distance(kind, least, number):
    for seed in range(20):
        verdict = weighed(drawn(kind, number, seed))
        low, middle, high = (1000 * end for end in verdict.distance)
        assert verdict.chance >= FAR
        assert low <= middle <= high
        assert 0.5 * least <= middle <= 2 * least


@pytest.mark.parametrize("number", [8, 20, 100])
def test_an_even_fixed_line_with_a_router_on_the_way_is_nearly_always_told(number):
    """It is also that of a host that looks at its network at a pace, behind a router of the crane."""
    verdicts = [weighed(drawn("office", number, seed), ROUTED) for seed in range(40)]
    far = [verdict for verdict in verdicts if verdict.chance >= FAR]
    assert len(far) >= 38
    assert all(0.011 <= verdict.distance[1] <= 0.044 for verdict in far)


@pytest.mark.parametrize("near", [3, 40, 200])
def test_a_far_client_among_local_ones_behind_one_address_is_found(near):
    verdict = weighed([*drawn("wired", near), *drawn("cellular", 6)])
    assert verdict.chance > FAR
    assert 5 * MS < verdict.far_from < 100 * MS


@pytest.mark.parametrize("number", [1, 5, 40])
def test_lost_and_repeated_handshakes_do_not_make_a_local_client_far(number):
    """Some come again after the first and second retransmission (RFC 6298)."""
    verdict = weighed([*drawn("wired", 100 * number), *[1000.2] * number, 3000.4])
    assert verdict.chance < FAR


def test_what_is_told_follows_the_thresholds():
    stated = data.table("lines")["weight"]
    assert (stated["far"], stated["near"]) == (FAR, NEAR)


def test_nothing_measured_says_nothing():
    assert weighed([]).weight == pytest.approx(0.0)


@given(st.lists(st.floats(0.001, 5000), max_size=60))
def test_a_verdict_is_always_a_chance_and_an_interval(delays):
    verdict = weighed(delays)
    assert 0 <= verdict.chance <= 1
    assert abs(verdict.weight) <= 9.0
    assert list(verdict.distance) == sorted(verdict.distance)


def test_every_line_is_a_distribution():
    known = lines()
    assert np.exp(known.logs[:, LATE:]).sum(axis=1) == pytest.approx(1.0)
    assert not known.logs[:, :LATE].any()
    assert np.exp(known.prior[: known.near]).sum() == pytest.approx(1.0)
    assert np.exp(known.prior[known.near :]).sum() == pytest.approx(1.0)


@given(st.lists(st.integers(0, 10**10), min_size=1, max_size=40))
def test_pairs_count_as_soon_what_the_buckets_have_as_soon(delays):
    rows = [flow(ROUTER_IP, PLC_IP, 102, a_mac=ROUTER, b_mac=PLC, ack_after=ns) for ns in delays]
    folded = pairs.fold([pairs.of_flows(flows(*rows))])
    counts = np.bincount(buckets(np.array(delays)), minlength=BUCKETS)
    assert [folded["swift"][0], folded["slower"][0]] == counts[:LATE].tolist()
    assert len(counts) == BUCKETS


def visited(*delays_ms, ttl=lambda _: 64):
    """A client with one connection a minute, each a minute less a second long."""
    rows = [
        flow(
            ROUTER_IP, PLC_IP, 102, a_mac=ROUTER, b_mac=PLC, frame=10 + n,
            ns=ITEM_NS + 60 * n * SECOND, ack_after=int(delay * MS),
        )
        | {"last_ns": ITEM_NS + (60 * n + 59) * SECOND, "a_port": 50000 + n}
        | dict.fromkeys(("ttl_min_ab", "ttl_max_ab"), ttl(delay))
        for n, delay in enumerate(delays_ms)
    ]  # fmt: skip
    said = Read(0, sample(ROUTER_IP, PLC_IP, src_mac=ROUTER, dst_mac=PLC), Recognised("s7comm"))
    return list(relay.observe(world(rows, HELD, [said])))


def test_the_visits_of_a_far_client_are_told_one_by_one():
    distance, *told = visited(*drawn("cellular", 8))
    detail = dict(distance.detail)
    assert (distance.property, distance.value, distance.object) == (
        "distance", "far", Subject("mac", PLC),
    )  # fmt: skip
    assert int(detail["from_ms"]) <= int(detail["distance_ms"]) <= int(detail["until_ms"])
    assert [one.property for one in told] == ["visit"] * 8
    assert [(one.first - ITEM_NS) // SECOND for one in told] == [60 * n for n in range(8)]
    assert [(one.last - ITEM_NS) // SECOND for one in told] == [60 * n + 59 for n in range(8)]
    assert str(told[0].citation) == "span.pcap › #10"


def test_a_local_client_has_no_visits_and_says_what_it_is_like():
    (distance,) = visited(*drawn("wired", 8))
    assert (distance.value, dict(distance.detail)["line"]) == ("near", "prompt")


def test_only_the_far_sessions_behind_one_address_are_visits():
    _, *told = visited(*drawn("wired", 10), *drawn("cellular", 6))
    assert [(one.first - ITEM_NS) // SECOND for one in told] == [60 * n for n in range(10, 16)]


@pytest.mark.parametrize(
    ("late", "soon", "told"),
    [(63, 128, "far"), (127, 64, "far"), (64, 64, "near"), (63, 63, "near")],
)
def test_the_hops_of_late_handshakes_are_held_against_those_of_the_others(late, soon, told):
    delays = (*drawn("wired", 6), 25.3, 25.9, 26.8)
    distance, *_ = visited(*delays, ttl=lambda delay: late if delay > 20 else soon)
    assert (distance.value == "far") == (told == "far")


def test_two_that_use_one_address_are_weighed_apart():
    other = "00:1e:42:00:00:02"
    rows = [
        flow(
            ROUTER_IP, PLC_IP, 102, a_mac=mac, b_mac=PLC, frame=10 + n,
            ns=ITEM_NS + n * SECOND, ack_after=int(delay * MS),
        )
        | {"a_port": 50000 + n}
        for mac, delays in ((ROUTER, drawn("cellular", 8)), (other, drawn("wired", 8)))
        for n, delay in enumerate(delays)
    ]  # fmt: skip
    held = [*HELD, sighting(other, ROUTER_IP, CLAIMED)]
    said = Read(0, sample(ROUTER_IP, PLC_IP, src_mac=ROUTER, dst_mac=PLC), Recognised("s7comm"))
    told = [one for one in relay.observe(world(rows, held, [said])) if one.property == "distance"]
    assert [(one.subject.value, one.value) for one in told] == [(ROUTER, "far"), (other, "near")]


def test_an_answer_that_came_with_the_first_words_tells_nothing():
    row = flow(ROUTER_IP, PLC_IP, 102, a_mac=ROUTER, b_mac=PLC, ack_after=90 * MS)
    row["ask_ns"] = row["ack_ns"]
    folded = pairs.fold([pairs.of_flows(flows(row))])
    assert folded["delays"].tolist() == folded["swift"].tolist() == folded["slower"].tolist() == [0]


def test_a_client_whose_later_answers_alone_were_timed_is_weighed_by_them():
    row = flow(ROUTER_IP, PLC_IP, 102, a_mac=ROUTER, b_mac=PLC)
    said = Read(0, sample(ROUTER_IP, PLC_IP, src_mac=ROUTER, dst_mac=PLC), Recognised("s7comm"))
    late = [
        rhythm(ROUTER_IP, PLC_IP, 102, answered_us=int(1000 * delay))
        for delay in drawn("cellular", 8)
    ]
    distance, *_ = relay.observe(replace(world([row], HELD, [said]), rhythms=late))
    detail = dict(distance.detail)
    assert (distance.value, detail["handshakes"]) == ("far", "0")
    assert "least_ms" not in detail


def test_a_visit_goes_on_in_later_rows_of_its_conversation():
    row = flow(ROUTER_IP, PLC_IP, 102, a_mac=ROUTER, b_mac=PLC, ack_after=90 * MS)
    later = row | {"part": 1, "first_ns": ITEM_NS + 100, "last_ns": ITEM_NS + 900, "syn_ns": 0}
    other = later | {"a_port": 50001}
    parts = [visits.kept(flows(row)), visits.kept(flows(other, later))]
    whole = visits.joined(parts)
    assert whole["last_ns"].tolist() == [ITEM_NS + 900]
    assert whole["payload_ab"].tolist() == [40]


def earlier(frame, ns, **more):
    """A connection that was there before the recording began: no SYN of it was seen."""
    row = flow(ROUTER_IP, PLC_IP, 102, a_mac=ROUTER, b_mac=PLC, frame=frame, ns=ns)
    return row | {"a_port": 40000 + frame} | more


@pytest.mark.parametrize(
    ("nearer", "content", "told"), [(0, 20, True), (3, 20, False), (0, 0, False)]
)
def test_who_was_there_before_is_the_far_client_when_nobody_nearer_is(nearer, content, told):
    late = [
        flow(
            ROUTER_IP, PLC_IP, 102, a_mac=ROUTER, b_mac=PLC, frame=10 + n,
            ns=ITEM_NS + (n + 1) * SECOND, ack_after=int(delay * MS),
        )
        for n, delay in enumerate((*drawn("cellular", 8), *drawn("wired", nearer)))
    ]  # fmt: skip
    begun = earlier(3, ITEM_NS, payload_ab=content)
    said = Read(0, sample(ROUTER_IP, PLC_IP, src_mac=ROUTER, dst_mac=PLC), Recognised("s7comm"))
    _, *visits_told = relay.observe(world([begun, *late], HELD, [said]))
    first = [one for one in visits_told if one.first == ITEM_NS]
    assert len(first) == told
    assert all("delay_ms" not in dict(one.detail) for one in first)


def test_visits_that_are_too_many_are_cut_to_the_earliest(monkeypatch):
    monkeypatch.setitem(data.table("lines")["visits"], "most", 2)
    parts = []
    for n in range(6):
        row = flow(
            ROUTER_IP, PLC_IP, 102, a_mac=ROUTER, b_mac=PLC, frame=n, ns=ITEM_NS + n,
            ack_after=90 * MS,
        )  # fmt: skip
        parts = visits.bounded([*parts, visits.kept(flows(row | {"a_port": 40000 + n}))])
        assert sum(len(part["who"]) for part in parts) <= 4
    assert visits.joined(parts)["first_ns"].tolist() == [ITEM_NS, ITEM_NS + 1]


def test_visits_of_one_pair_do_not_crowd_out_those_of_others(monkeypatch):
    monkeypatch.setitem(data.table("lines")["visits"], "most", 3)
    rows = [
        flow(
            ROUTER_IP, PLC_IP, port, a_mac=ROUTER, b_mac=PLC, frame=n, ns=ITEM_NS + n,
            ack_after=90 * MS,
        ) | {"a_port": 40000 + n}
        for n, port in enumerate([102] * 6 + [502] * 3)
    ]  # fmt: skip
    kept = visits.joined([visits.kept(flows(*rows))])
    assert kept["first_frame"].tolist() == [0, 1, 6]


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("8.8.8.8", 1), ("192.168.1.2", 0), ("10.1.2.3", 0), ("172.20.0.1", 0), ("172.32.0.1", 1),
        ("100.64.0.9", 0), ("169.254.3.4", 0), ("224.0.0.5", 0), ("2001:db8::1", 1), ("fe80::1", 0),
        ("fd00::1", 0),
    ],
)  # fmt: skip
def test_connections_of_public_addresses_are_kept_however_soon_they_answer(address, kept):
    row = flow(address, PLC_IP, 102, a_mac=ROUTER, b_mac=PLC, ack_after=1000)
    assert len(visits.kept(flows(row))["who"]) == kept
