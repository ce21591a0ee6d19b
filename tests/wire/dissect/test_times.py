"""Times that messages state of their sender's clock, and nothing from bytes that state none."""

import struct
from datetime import UTC, datetime

import pytest

from overlanded.wire.dissect import times
from overlanded.wire.facts import Recognised, Sample

NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)
EARLY = datetime(2024, 1, 1, 0, 30, tzinfo=UTC)
HTTP = b"HTTP/1.1 200 OK\r\n%s\r\n\r\n"
DATE = b"Date: Wed, 01 May 2024 20:00:00 GMT"
SNMP = bytes.fromhex("302b02010104067075626c6963a21e02010102010002010030133011")


def ntp(seconds, mode=4):
    return bytes((4 << 3 | mode,)) + bytes(39) + struct.pack("!II", seconds % (1 << 32), 0)


def uptime(hundredths):
    return SNMP + bytes.fromhex("06082b060102010103004305") + hundredths.to_bytes(5, "big")


def told(protocol, payload, asked=times.clock, now=NOW):
    ns = int(now.timestamp()) * 1_000_000_000
    sample = Sample(1, ns, "udp", 17, 0, 1, 2, (0, 1), (0, 2), 1, 2, True, payload)
    return asked(sample, Recognised(protocol))


@pytest.mark.parametrize(
    ("protocol", "payload", "ahead"),
    [
        ("ntp", ntp(int(NOW.timestamp()) + times.EPOCH_1970 + 60), 60),
        ("ntp", ntp(times.EPOCH_1970 + 86_400), 86_400 - NOW.timestamp()),
        ("http", HTTP % DATE, 8 * 3600),
        ("http", HTTP % DATE.replace(b"GMT", b"-0000"), 8 * 3600),
        ("syslog", b"<34>May  1 20:00:00 sw1 kernel: link up", 8 * 3600),
        ("syslog", b"<34>1 2024-05-01T20:00:00+08:00 sw1 app - - -", 0),
        ("syslog", b"<34>1 2024-05-01T12:01:00.25Z sw1 app - - -", 60),
    ],
)
def test_the_present_as_the_sender_states_it(protocol, payload, ahead):
    assert told(protocol, payload) - NOW.timestamp() == pytest.approx(ahead, abs=0.5)


def test_a_time_without_a_year_is_of_the_nearest():
    found = told("syslog", b"<34>Dec 31 23:30:00 sw1 kernel: up", now=EARLY)
    assert found - EARLY.timestamp() == -3600


def test_a_time_after_2036_is_in_the_next_era():
    later = datetime(2040, 1, 1, tzinfo=UTC)
    payload = ntp(int(later.timestamp()) + times.EPOCH_1970)
    assert told("ntp", payload, now=later) == later.timestamp()


@pytest.mark.parametrize(
    ("protocol", "payload"),
    [
        ("ntp", ntp(0)),
        ("ntp", ntp(5)[:40]),
        ("http", HTTP % b"Server: x"),
        ("http", HTTP % b"Date: yesterday"),
        ("http", HTTP % (DATE + b"\r\nAge: 77")),
        ("http", b"GET / HTTP/1.1\r\n" + DATE + b"\r\n\r\n"),
        ("syslog", b"<34>Foo 41 99:00:00 sw1 a:"),
        ("syslog", b"<34>1 - sw1 app - - -"),
        ("tls", b"\x16\x03"),
        ("ntp", b""),
    ],
)
def test_no_time(protocol, payload):
    assert told(protocol, payload) is None


def test_zone_and_uptime():
    assert told("syslog", b"<34>1 2024-05-01T20:00:00+08:00 sw1 a - - -", times.zone) == "+08:00"
    assert told("syslog", b"<34>May  1 20:00:00 sw1 a: x", times.zone) == ""
    assert told("snmp", uptime(360_000), times.uptime) == 3600
    assert told("snmp", uptime(1).replace(b"\xa2", b"\xa0"), times.uptime) is None
    assert told("snmp", b"\x30\x02\x01", times.uptime) is None
