"""Agents that keep in touch: TLS beacons and kept connections, MQTT, NTRIP; and old clocks."""

from __future__ import annotations

import itertools
import statistics
from random import Random

import pytest
from lab.stacks import mqtt, natpmp, ntrip, sntp, tls


def test_beats_are_late_and_missed_as_asked():
    habit = {"every": 10, "jitter": 0.2, "missed": 0.25}
    moments = tls.beats(habit, Random(1))
    assert len(moments) == pytest.approx(270, abs=25)
    gaps = [later - sooner for sooner, later in itertools.pairwise(moments)]
    assert min(gaps) >= 8
    assert statistics.median(gaps) == pytest.approx(10.5, abs=1.5)
    assert tls.beats(habit, Random(1)) == moments
    steady = tls.beats({"every": 10}, Random(1))
    assert {round(b - a, 6) for a, b in itertools.pairwise(steady)} == {10.0}


def test_sizes_are_fixed_or_drawn():
    assert tls.size(7, Random(1)) == 7
    assert 3 <= tls.size([3, 5], Random(1)) <= 5


def test_a_beacon_names_whom_it_seeks_and_the_service_says_who_it_is(wire):
    wire.up({"cloud": "10.0.0.1/24", "pc": {"address": "10.0.0.2/24", "resolver": "10.0.0.1"}})
    name = "agent.vendor.example"
    wire.run("cloud", "dnsmasq.server", interface="lan", names={name: "10.0.0.1"})
    wire.run(
        "cloud",
        "tls.server",
        cn="*.vendor.example",
        san=[name],
        issuer="Vendor CA",
        organisation="Vendor Ltd",
        version="1.2",
    )
    wire.run("pc", "tls.client", sni=name, every=0.5, size=[100, 300], answer=50)
    hellos = wire.seen(
        "tls.handshake.type == 1", "ip.src", "tls.handshake.extensions_server_name", count=4
    )
    assert set(hellos) == {("10.0.0.2", name)}
    shown = wire.seen("tls.handshake.certificate", "x509sat.uTF8String", "x509ce.dNSName")[0]
    assert shown == ("Vendor CA,Vendor CA,Vendor Ltd,*.vendor.example", name)
    assert wire.seen(f"dns.qry.name == {name} and dns.flags.response == 1", "dns.a")[0] == (
        "10.0.0.1",
    )
    assert len(wire.seen("tls.app_data and ip.src == 10.0.0.2", count=3)) >= 3


def test_a_kept_connection_says_it_lives_and_bursts(wire):
    wire.up({"relay": "10.0.0.1/24", "pc": "10.0.0.2/24"})
    wire.run("relay", "tls.server", cn="relay-7", port=5938)
    burst = {"every": 2, "times": 5, "size": 80, "answer": 9000}
    wire.run("pc", "tls.client", to="relay", port=5938, keep=True, every=0.5, burst=burst)
    sent = "tcp.port == 5938 and tls.app_data and ip.src == 10.0.0.2"
    rows = wire.seen(sent, "tcp.stream", "tls.record.length", count=25)
    lengths = [row[1].split(",")[-1] for row in rows]
    assert lengths.count("105") >= 5
    assert lengths.count("125") >= 5
    kept = rows[-1][0]
    assert all(row[0] == kept for row in rows[3:])
    assert not wire.seen("tls.handshake.extensions_server_name", within=0)


@pytest.mark.parametrize("secure", [False, True])
def test_telemetry_is_published(wire, secure):
    wire.up({"cloud": "10.0.0.1/24", "box": "10.0.0.2/24"})
    wire.run(
        "cloud",
        "mqtt.server",
        **({"cn": "mqtt.vendor.example", "version": "1.2"} if secure else {}),
    )
    more = {"tls": "mosquitto"} if secure else {}
    wire.run(
        "box", "mqtt.client", to="cloud", topic="crane/7", name="box7", every=0.4, size=120, **more
    )
    if secure:
        assert (
            wire.seen("tls.handshake.certificate", "tcp.srcport", "x509sat.uTF8String")[0][0]
            == "8883"
        )
        assert len(wire.seen("tls.app_data and ip.src == 10.0.0.2", count=4)) >= 4
    else:
        rows = wire.seen("mqtt.msgtype == 3", "mqtt.topic", "mqtt.len", count=4)
        assert {row[0] for row in rows} == {"crane/7"}
        assert wire.seen("mqtt.msgtype == 1", "mqtt.clientid")[0] == ("box7",)


def test_a_reading_has_about_the_size_asked_for():
    assert 120 <= len(mqtt.reading(3, 120, Random(1))) < 140


def test_corrections_come_once_a_second(wire):
    wire.up({"caster": "10.0.0.1/24", "rover": "10.0.0.2/24"})
    wire.run("caster", "ntrip.server", mount="RTCM3", every=0.3, size=300)
    wire.run("rover", "ntrip.client", to="caster", mount="RTCM3")
    asked = wire.seen("tcp.port == 2101 and tcp.len > 0 and ip.src == 10.0.0.2", "tcp.payload")
    assert bytes.fromhex(asked[0][0]).startswith(b"GET /RTCM3 HTTP/1.0\r\nUser-Agent: NTRIP")
    rows = wire.seen("tcp.srcport == 2101 and tcp.len > 250", "tcp.payload", count=4)
    assert {row[0][:2] for row in rows if not row[0].startswith("494359")} == {"d3"}


def test_a_frame_of_corrections_holds_its_checksum():
    """The test message 1005 of RTCM 10403: its CRC-24Q is 360B98... over these octets."""
    message = bytes.fromhex("d300133ed7d30202980edeef34b4bd62ac0941986f33")
    assert ntrip.checksum(message) == 0x360B98
    whole = ntrip.frame(1077, b"abc")
    assert whole[:3] == b"\xd3\x00\x05"
    assert ntrip.checksum(whole) == 0


def test_a_clock_of_1970_asks_for_the_time_and_is_then_right(wire):
    wire.up({"time": "10.0.0.1/24", "box": "10.0.0.2/24"})
    wire.run("time", "ntp.server", stratum=3)
    wire.run("box", "sntp.client", to="time", every=0.5)
    rows = wire.seen("ntp.flags.mode == 3", "ntp.xmt", count=6)
    assert rows[0][0].startswith("Jan  1, 1970 00:00:0")
    assert "1970" not in rows[-1][0]


def test_a_time_request_is_laid_out_as_the_standard_says():
    asked = sntp.request(0.5)
    assert len(asked) == 48
    assert asked[0] == 0b00_100_011
    assert int.from_bytes(asked[40:44], "big") == 2_208_988_800
    assert int.from_bytes(asked[44:48], "big") == 2**31


def test_a_gateway_grants_a_port(wire):
    asked = natpmp.requests({"port": 8080})
    assert natpmp.answer(asked[0], "198.51.100.20", 7) == bytes.fromhex("0080000000000007c6336414")
    assert natpmp.answer(asked[1], "198.51.100.20", 7)[8:].hex() == "1f901f9000001c20"
    assert natpmp.answer(b"\x00\x09", "198.51.100.20", 7) is None
    wire.up({"gate": "10.0.0.1/24", "nvr": "10.0.0.2/24"})
    wire.run("gate", "natpmp.server", public="198.51.100.20")
    wire.run("nvr", "natpmp.client", to="gate", port=8080, every=0.5)
    row = wire.seen("nat-pmp.opcode == 130", "ip.src", "nat-pmp.external_port")[0]
    assert row == ("10.0.0.1", "8080")
