"""Lines, attachments, tags and IPv6 as they are seen on the wire."""

from __future__ import annotations

import statistics
import subprocess

import pytest
from lab.errors import LabError
from lab.hosts import raise_hosts
from lab.scenario import Sensor, parse, problems

from lab import record

FLAGS = ("frame.time_relative", "ip.src", "tcp.flags", "tcp.len", "tcp.stream")


def exchange(wire, every=0.05, port=80, count=60, **device):
    """A local web client with an attachment of its own, and the times of its packets."""
    wire.up({"plc": "10.0.0.1/24", "hmi": {"address": "10.0.0.2/24", **device}})
    wire.run("plc", "web.server", title="PLC", server="S")
    wire.run("hmi", "web.client", to=["plc"], urls=["http://{to}/"], agent="A", every=every)
    rows = wire.seen("tcp", *FLAGS, count=count * 8)
    return [
        (float(at), src, int(flags, 16), int(size), stream) for at, src, flags, size, stream in rows
    ]


def handshakes(rows):
    """Milliseconds from SYN-ACK to ACK of every connection."""
    began = {stream: at for at, _, flags, _, stream in rows if flags == 0x12}
    found = {}
    for at, src, flags, _, stream in rows:
        if src == "10.0.0.2" and flags == 0x10 and stream in began:
            found.setdefault(stream, (at - began[stream]) * 1000)
    return list(found.values())


def test_a_slow_loop_answers_at_its_ticks(wire):
    """It sends at a tick, is answered at once, and takes the answer in at the next one."""
    rows = exchange(wire, line={"shape": "tick", "ms": 20})
    late = handshakes(rows)
    assert len(late) >= 20
    assert statistics.median(late) == pytest.approx(20, abs=1)
    own = sorted(at * 1000 % 20 for at, src, _, _, _ in rows if src == "10.0.0.2")
    steps = [later - sooner for sooner, later in zip(own, [*own[1:], own[0] + 20], strict=True)]
    assert max(steps) > 14, "its packets fall into a small part of the 20 ms"


def test_a_station_that_sleeps_is_sometimes_a_beacon_late(wire):
    late = handshakes(exchange(wire, line={"shape": "wifi"}))
    assert statistics.median(late) < 15
    assert any(late > 15 for late in late)
    assert max(late) < 160


def test_a_host_that_holds_acknowledgements(wire):
    wire.up(
        {"caster": "10.0.0.1/24", "rover": {"address": "10.0.0.2/24", "line": {"shape": "delack"}}}
    )
    wire.run("caster", "ntrip.server", mount="A", every=0.5)
    wire.run("rover", "ntrip.client", to="caster", mount="A")
    rows = wire.seen("tcp", *FLAGS, count=20)
    rows = [
        (float(at), src, int(flags, 16), int(size), stream) for at, src, flags, size, stream in rows
    ]
    opened = next(
        stream for _, src, flags, size, stream in rows if src == "10.0.0.1" and size > 100
    )
    rows = [row for row in rows if row[4] == opened]
    assert handshakes(rows)[0] < 5
    data = [at for at, src, _, size, _ in rows if src == "10.0.0.1" and size > 100]
    acks = [
        at for at, src, flags, size, _ in rows if src == "10.0.0.2" and flags == 0x10 and not size
    ]
    late = [min((at - sent) * 1000 for at in acks if at > sent) for sent in data if sent < acks[-1]]
    assert statistics.median(late) == pytest.approx(200, abs=8)


def test_a_far_host_on_the_cranes_wire_has_an_address_and_mac_of_its_own(wire):
    far = {"nics": [{"network": "off", "address": "10.0.0.77/24", "mac": "02:00:00:00:00:77"}]}
    line = {"delay": {"shape": "cellular"}, "bridges": ["lan", "off"]}
    wire.up(
        {"plc": "10.0.0.1/24", "far": far}, {"lan": {"captured": True}, "off": {}, "line": line}
    )
    wire.run("plc", "web.server", title="PLC", server="S")
    wire.until(lambda: "PLC" in wire.inside("far", "curl", "-s", "-m", "3", "http://10.0.0.1/"))
    rows = wire.seen(
        "tcp", "frame.time_relative", "eth.src", "ip.src", "ip.ttl", "tcp.flags", count=8
    )
    assert {row[1:4] for row in rows if row[2] == "10.0.0.77"} == {
        ("02:00:00:00:00:77", "10.0.0.77", "64")
    }
    flags = [(float(row[0]), int(row[4], 16)) for row in rows]
    answered = next(at for at, flag in flags if flag == 0x12)
    assert next(at for at, flag in flags if flag == 0x10 and at > answered) - answered > 0.064


def test_frames_of_networks_with_a_vlan_bear_its_tag_on_a_trunk(tmp_path, wire):
    data = {
        "scenario": "trunk",
        "seconds": 5,
        "crane": {},
        "networks": {"control": {"vlan": 10}, "video": {"vlan": 20}, "plain": {}},
        "devices": [
            {
                "id": f"{name}{n}",
                "class": "pc",
                "nics": [{"network": name, "address": f"10.{net}.0.{n}/24"}],
            }
            for net, name in enumerate(("control", "video", "plain"))
            for n in (1, 2)
        ],
        "sensors": [{"file": "trunk.pcapng", "network": "control", "trunk": ["video", "plain"]}],
    }
    scenario = parse(data)
    assert list(problems(scenario)) == []
    ground = wire.ground
    hosts = raise_hosts(ground, scenario, 1)
    recording = record.begin(ground, scenario, scenario.sensors[0])
    for net, name in enumerate(("control", "video", "plain")):
        to = f"http://10.{net}.0.2/"
        argv = ["ip", "netns", "exec", hosts[f"{name}1"].namespace, "curl", "-s", "-m", "1", to]
        subprocess.run(argv, check=False)
    record.end(recording, scenario, scenario.sensors[0], tmp_path / "trunk.pcapng")
    argv = ["tshark", "-n", "-r", str(tmp_path / "trunk.pcapng"), "-Y", "tcp", "-T", "fields"]
    argv += ["-e", "vlan.id", "-e", "ip.dst", "-e", "tcp.flags", "-e", "frame.time_epoch"]
    done = subprocess.run(argv, capture_output=True, text=True, check=True).stdout
    rows = [line.split("\t") for line in done.splitlines()]
    assert {(row[0], row[1]) for row in rows if row[2] == "0x0002"} == {
        ("10", "10.0.0.2"),
        ("20", "10.1.0.2"),
        ("", "10.2.0.2"),
    }
    times = [float(row[3]) for row in rows]
    assert times == sorted(times)


def test_ipv6_is_spoken_where_the_network_says_so(wire):
    both = {
        "nics": [
            {"network": "lan", "address": "10.0.0.1/24"},
            {"network": "old", "address": "10.1.0.1/24"},
        ]
    }
    wire.up({"gate": both, "pc": "10.0.0.2/24"}, {"lan": {"ipv6": True}, "old": {}})
    wire.run("gate", "ra.server", interface="lan", prefixes=["fd00:7::/64"], every=4)
    assert wire.until(lambda: "fd00:7::" in wire.inside("pc", "ip", "-6", "address"))
    assert "proto ra" in wire.inside("pc", "ip", "-6", "route", "show", "default")
    assert "inet6" not in wire.inside("gate", "ip", "address", "show", "dev", "old")
    assert wire.seen("icmpv6.type == 134", "icmpv6.opt.prefix")[0] == ("fd00:7::",)


def test_a_router_that_is_not_the_best_way_says_so(wire):
    wire.up(
        {
            "gate": {
                "address": "10.0.0.1/24",
                "gateway": "10.0.0.9",
                "kernel": {"net.ipv4.ip_forward": 1},
            },
            "router": {"address": "10.0.0.9/24"},
            "pc": {"address": "10.0.0.2/24", "gateway": "10.0.0.1"},
        }
    )
    wire.inside("pc", "curl", "-s", "-m", "2", "http://192.0.2.7/")
    assert wire.seen("icmp.type == 5", "ip.src", "icmp.redir_gw")[0][1] == "10.0.0.9"


@pytest.mark.parametrize(
    ("network", "words"),
    [
        ({"delay": {"shape": "pigeon"}, "bridges": ["a", "b"]}, "no shape pigeon"),
        ({"delay": {"shape": "wifi"}, "bridges": ["a"]}, "has two of them in bridges"),
        ({"bridges": ["a", "b"]}, "has two of them in bridges"),
        ({"delay": {"shape": "wifi"}, "bridges": ["a", "c"]}, "there is no network c"),
    ],
)
def test_lines_that_cannot_be_are_named(small, network, words):
    small["networks"] |= {"a": {}, "b": {}, "line": network}
    assert any(words in problem for problem in problems(parse(small)))


def test_a_kernel_value_that_is_not_there_is_named(wire):
    with pytest.raises(LabError, match=r"net\.ipv4\.nothing cannot be set to 1"):
        wire.up({"pc": {"address": "10.0.0.1/24", "kernel": {"net.ipv4.nothing": 1}}})


def test_sensor_has_its_trunk():
    assert Sensor("a", "b").trunk == ()
