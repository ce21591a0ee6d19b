"""What stands out is told with its parts; what cannot be judged costs nothing."""

import numpy as np
import pytest
from msgspec.structs import replace
from tabled import NS, A, B, put, tables, talk
from traffic import ITEM_NS, flow, rhythm, sample, sighting, world

from overlanded import data
from overlanded.analyse.traffic.parties import CLAIMED
from overlanded.analyse.traffic.regularity import observing
from overlanded.analyse.traffic.regularity.observing import length, missed, observe
from overlanded.analyse.traffic.seen import Read
from overlanded.model.evidence import Zone
from overlanded.model.observing import Subject
from overlanded.wire.facts import Recognised
from overlanded.wire.rhythms import Rhythms

OUT = "5.6.7.8"
HELD = [sighting(A, "10.0.0.1", CLAIMED), sighting(B, "10.0.0.254", CLAIMED)]
PASSED = [*HELD, sighting(B, OUT, ttl=50)]
TIMES = 60 * np.arange(1, 41)
LOCAL = talk("10.0.0.1", "10.0.0.254", TIMES, port=123, bytes_ab=90)
REGULAR = talk("10.0.0.1", OUT, TIMES, port=123, bytes_ab=90)


def seen(tmp_path, rows, sightings=PASSED, reads=(), zones=(), rhythms=()):
    traffic = world(rows, sightings, reads, zones)
    return list(observe(replace(traffic, flows=tables(put(tmp_path, rows)), rhythms=rhythms)))


def test_a_regular_client_is_told_with_every_part(tmp_path):
    asked = sample("10.0.0.1", OUT, src_mac=A, dst_mac=B, dst_port=123)
    (told,) = seen(tmp_path, REGULAR, reads=[Read(0, asked, Recognised("ntp"))])
    assert (told.subject, told.object) == (Subject("mac", A), Subject("ip", OUT))
    assert (told.property, told.value, told.count) == ("regular", "every 60.0 s", 40)
    assert (told.first, told.last) == (ITEM_NS + 60 * NS, ITEM_NS + 2400 * NS)
    assert told.citation.locator.place == "61"
    detail = dict(told.detail)
    assert detail["direction"] == "outbound"
    assert detail["service"] == "ntp/tcp/123"
    assert detail["how"] == "connections"
    assert detail["beats"] == detail["established"] == "40"
    assert detail["beats_missed"] == detail["failed"] == "0"
    assert detail["clients_of_server"] == "1 of 1"
    parts = sum(float(value) for name, value in told.detail if name.startswith("score_"))
    assert parts == pytest.approx(float(detail["score"]), abs=0.3)


@pytest.mark.parametrize(
    ("zones", "way"),
    [((), "local"), ((Zone("crane", ("10.0.0.0/24",)),), "local")],
)
def test_polling_between_devices_of_the_crane_is_never_called_outside(tmp_path, zones, way):
    (told,) = seen(tmp_path, LOCAL, zones=zones)
    assert dict(told.detail)["direction"] == way
    assert told.object == Subject("mac", B)


def test_somebody_outside_who_comes_regularly_is_told_of_the_device_that_is_reached(tmp_path):
    rows = [
        flow(OUT, "10.0.0.1", 443, a_mac=B, b_mac=A, ns=ITEM_NS + int(at * NS), ack_after=9)
        for at in TIMES
    ]
    (told,) = seen(tmp_path, rows)
    assert (told.subject, told.object) == (Subject("mac", A), Subject("ip", OUT))
    assert dict(told.detail)["direction"] == "inbound"


def test_retries_in_vain_are_told_apart(tmp_path):
    vain = {"flags_ba": 0, "flags_ab": 2, "packets_ba": 0, "payload_ba": 0, "payload_ab": 0}
    (told,) = seen(tmp_path, [row | vain for row in REGULAR], HELD)
    detail = dict(told.detail)
    assert (detail["how"], detail["established"], detail["failed"]) == ("retries", "0", "40")


def test_the_outside_comes_before_what_is_local(tmp_path):
    told = seen(tmp_path, LOCAL + REGULAR)
    assert [dict(one.detail)["direction"] for one in told] == ["outbound", "local"]


def test_the_tables_are_not_opened_when_nobody_connected_often_enough(tmp_path, monkeypatch):
    def never(folder):
        raise AssertionError(folder)

    monkeypatch.setattr(observing, "measured", never)
    assert seen(tmp_path, REGULAR[:3]) == []
    assert list(observe(world(REGULAR, PASSED))) == []


def test_no_more_is_told_of_one_device_than_a_page_can_bear(tmp_path, monkeypatch):
    monkeypatch.setitem(data.table("traffic")["limits"], "regular", 3)
    rows = [
        row
        for port in range(1, 9)
        for row in talk("10.0.0.1", OUT, (60 + port) * np.arange(1, 20), port=port)
    ]
    assert len(seen(tmp_path, rows)) == 3


def test_what_is_irregular_is_not_told(tmp_path):
    random = np.random.default_rng(3)
    times = np.cumsum(random.exponential(60, 200))
    rows = [
        flow("10.0.0.1", OUT, 443, a_mac=A, b_mac=B, ns=ITEM_NS + int(at * NS), ack_after=9)
        | {"bytes_ab": int(size)}
        for at, size in zip(times, random.lognormal(7, 1, 200), strict=True)
    ]
    assert seen(tmp_path, rows) == []


# Inside one connection


TUNNEL = [flow("10.0.0.1", OUT, 443, a_mac=A, b_mac=B, ack_after=9)]
KEEPALIVE = {41: 60, 42: 3}
"""Bucket 41 holds 21.5 to 25.8 s."""


@pytest.mark.parametrize(("side", "sender"), [(0, "server"), (1, "client")])
def test_the_cadence_inside_one_long_connection_is_told(tmp_path, side, sender):
    kept = rhythm("10.0.0.1", OUT, 443, KEEPALIVE, side=side, lasted=1500)
    (told,) = seen(tmp_path, TUNNEL, rhythms=(kept,))
    detail = dict(told.detail)
    assert (told.subject, told.object) == (Subject("mac", A), Subject("ip", OUT))
    assert (detail["how"], detail["sender"], detail["beats"]) == ("inside", sender, "64")
    assert float(detail["period_low_s"]) < 24 < float(detail["period_high_s"])
    assert (told.first, told.last) == (ITEM_NS, ITEM_NS + 1500 * NS)
    assert told.citation.locator.place == "7"


@pytest.mark.parametrize(
    ("server", "intervals", "lasted"),
    [
        ("10.0.0.254", KEEPALIVE, 1500),
        (OUT, dict.fromkeys(range(20, 60), 2), 1500),
        (OUT, {41: 3}, 75),
        (OUT, KEEPALIVE, 90_000),
        (OUT, {2: 400}, 10),
    ],
    ids=["local", "people", "too few", "a part of it", "the way there and back"],
)
def test_what_is_no_cadence_towards_the_outside_is_not_told(tmp_path, server, intervals, lasted):
    kept = rhythm("10.0.0.1", server, 443, intervals, lasted=lasted)
    rows = [flow("10.0.0.1", server, 443, a_mac=A, b_mac=B, ack_after=9), *TUNNEL]
    assert seen(tmp_path, rows, rhythms=(kept,)) == []


def test_a_capture_of_short_conversations_has_no_rhythms(tmp_path):
    assert seen(tmp_path, TUNNEL, rhythms=(Rhythms(b"", 0),)) == []


# Words


def test_every_property_told_is_in_the_vocabulary():
    assert "regular" in data.table("properties")["properties"]


@pytest.mark.parametrize(("present", "number"), [(1.0, 0), (0.5, 40), (0.93, 3), (0.0, 0)])
def test_missed_beats_follow_from_the_share_that_came(present, number):
    assert missed(40, present) == number


@pytest.mark.parametrize(
    ("ns", "text"),
    [(10**8, "0.100 s"), (60 * NS, "60.0 s"), (900 * NS, "15.0 min"), (86_400 * NS, "24.0 h")],
)
def test_lengths_are_said_as_people_say_them(ns, text):
    assert length(ns) == text


def test_what_carries_a_tunnel_comes_first_and_says_so(tmp_path):
    other = talk("10.0.0.1", "5.6.7.9", TIMES, port=1194, bytes_ab=4000)
    held = [*PASSED, sighting(B, "5.6.7.9", ttl=50)]
    asked = sample("10.0.0.1", "5.6.7.9", src_mac=A, dst_mac=B, dst_port=1194)
    reads = [Read(0, asked, Recognised("openvpn"))]
    told = seen(tmp_path, [*REGULAR, *other], held, reads)
    assert [one.object.value for one in told] == ["5.6.7.9", OUT]
    assert [dict(one.detail).get("carries") for one in told] == ["openvpn", None]


def test_what_to_look_at_first_is_shown_apart_from_the_score(tmp_path):
    asked = sample("10.0.0.1", OUT, src_mac=A, dst_mac=B, dst_port=123)
    (told,) = seen(tmp_path, REGULAR, reads=[Read(0, asked, Recognised("ntp"))])
    (plain,) = seen(tmp_path, REGULAR)
    habit, none = dict(told.detail), dict(plain.detail)
    assert habit["score"] == none["score"]
    assert float(habit["notable"]) < float(none["notable"]) == float(none["score"])
    assert (habit["notable_common"], none["notable_habit"]) == ("+0.0", "+0.0")
