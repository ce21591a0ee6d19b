"""Clock tells: told when they are off, never when they are in step or random."""

from datetime import UTC, datetime

import numpy as np
import pytest
from msgspec.structs import replace
from traffic import HELD, ITEM_NS, PLC, PLC_IP, ROUTER, ROUTER_IP, flow, only, sample, world

from overlanded.analyse.traffic import clocks
from overlanded.analyse.traffic.seen import Read
from overlanded.wire.dissect import times
from overlanded.wire.facts import Fact, Recognised

NOW = ITEM_NS / 1e9
DAY = 86_400


def said(protocol, payload=b"", at=0, facts=(), mac=ROUTER, ip=ROUTER_IP, dst=PLC):
    one = sample(ip, PLC_IP, src_mac=mac, dst_mac=dst, layer="udp", ns=ITEM_NS + at * 10**9)
    return Read(0, replace(one, payload=payload), Recognised(protocol, facts))


def date(ahead, **more):
    shown = datetime.fromtimestamp(NOW + ahead, UTC)
    line = shown.strftime("Date: %a, %d %b %Y %H:%M:%S GMT").encode()
    return said("http", b"HTTP/1.1 200 OK\r\n" + line + b"\r\n\r\n", **more)


def ntp(ahead, at=0):
    seconds = int(NOW + at + ahead) + times.EPOCH_1970
    return said("ntp", bytes((0x23,)) + bytes(39) + seconds.to_bytes(4, "big") + bytes(4), at)


def told(*reads):
    return [(one.property, one.value) for one in clocks.observe(world([], HELD, reads))]


@pytest.mark.parametrize(
    ("ahead", "value"),
    [
        (8 * 3600, "8.0 h ahead of the capture's"),
        (-600, "10.0 min behind the capture's"),
        (-3 * DAY, "3.0 days behind the capture's"),
        (-int(NOW) + DAY, "never set (it shows 1970-01-02)"),
    ],
)
def test_a_clock_that_is_off(ahead, value):
    assert told(date(ahead)) == [("clock", value)]


@pytest.mark.parametrize("ahead", [0, 60, -90])
def test_a_clock_in_step_says_nothing(ahead):
    assert told(date(ahead)) == []


@pytest.mark.parametrize(
    ("ahead", "zone"),
    [(8 * 3600, "+08:00"), (-5 * 3600 + 30, "-05:00"), (19_800, "+05:30"), (900, ""), (7 * 60, "")],
)
def test_the_offset_of_a_zone_is_a_hint(ahead, zone):
    assert clocks.zone_of(ahead) == zone
    (found,) = clocks.observe(world([], HELD, [date(ahead), date(0, mac=PLC, ip=PLC_IP)]))
    detail = dict(found.detail)
    assert ("hint" in detail) == bool(zone)
    assert detail["agree_with_capture"] == "1 of 2"
    assert found.citation.locator.place == "1"


def test_random_times_in_requests_say_nothing_and_steady_ones_do():
    assert told(ntp(5 * DAY)) == []
    assert told(ntp(5 * DAY), ntp(900 * DAY, 64), ntp(-70 * DAY, 128)) == []
    assert told(ntp(3600), ntp(3601, 64)) == [("clock", "60.0 min ahead of the capture's")]


def test_a_zone_and_a_start_that_are_stated():
    zone = said("syslog", b"<34>1 2023-11-14T22:13:20+08:00 gw app - - -")
    assert ("time-zone", "+08:00") in told(zone)


@pytest.mark.parametrize(
    ("begins", "value"),
    [
        ("1970-01-01T00:00:09Z", "never set when its certificate was made (from 1970-01-01)"),
        ("2023-12-14T00:00:00Z", "ahead when its certificate was made (valid 29.1 days after it was shown)"),
        ("2023-11-15T00:00:00Z", ""),
        ("2019-01-01T00:00:00Z", ""),
    ],
)  # fmt: skip
def test_certificates_of_clocks_that_were_wrong(begins, value):
    shown = said("tls", facts=(Fact("src", "tls.not-before", begins),))
    assert told(shown, shown) == ([("clock", value)] if value else [])


def opened(at, begun, server, rate=250):
    row = flow(
        ROUTER_IP, server, 102, a_mac=ROUTER, b_mac=PLC, ns=ITEM_NS + at * 10**9, ack_after=9
    )
    return row | {"stamp_ab": int((at + begun) * rate) % (1 << 32)}


def test_the_last_start_by_timestamps_that_all_servers_see_alike():
    servers = (PLC_IP, "192.168.10.7")
    rows = [opened(at, 7200, servers[at % 2]) for at in range(0, 900, 77)]
    (found,) = only(clocks.observe(world(rows, HELD)), "started")
    assert found.value == datetime.fromtimestamp(NOW - 7200, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert dict(found.detail)["ticks_a_second"] == "250"


@pytest.mark.parametrize("shifted", ["each server", "one server"])
def test_clocks_that_were_shifted_tell_no_start(shifted):
    servers = (PLC_IP, "192.168.10.7" if shifted == "each server" else PLC_IP)
    rows = [opened(at, 7200 + 999_999 * (at % 2), servers[at % 2]) for at in np.arange(0, 900, 77)]
    assert only(clocks.observe(world(rows, HELD)), "started") == []
