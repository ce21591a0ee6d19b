"""Those who speak without being asked, and small services with greetings of their own."""

from __future__ import annotations

import uuid
from random import Random

from lab.stacks import arp, dcp, mdns, moxa, mrp, netbios, ssdp, wsd


def test_a_camera_announces_itself_in_four_ways(wire):
    wire.up({"cam": "10.0.0.1/24", "pc": "10.0.0.2/24"})
    service = {"name": "AXIS P3367", "type": "_http._tcp", "port": 80, "txt": ["mac=00"]}
    wire.run("cam", "mdns.server", interface="lan", name="axis-1", services=[service])
    about = {"name": "AXIS P3367 & more", "maker": "AXIS", "model": "P3367-V"}
    wire.run("cam", "ssdp.server", interface="lan", server="Linux/3.4 UPnP/1.0", every=2, **about)
    wire.run(
        "cam",
        "wsd.server",
        interface="lan",
        types="dn:NetworkVideoTransmitter",
        scopes=["onvif://x"],
    )
    wire.run("pc", "mdns.client", interface="lan", types=["_http._tcp"], every=1)
    wire.run("pc", "ssdp.client", interface="lan", every=1, agent="Windows/10.0")
    wire.run("pc", "wsd.client", interface="lan", types="dn:NetworkVideoTransmitter", every=1)
    found = wire.seen('mdns and dns.srv.target == "axis-1.local"', "ip.src", "dns.srv.port")
    assert found[0][0] == "10.0.0.1"
    notify = wire.seen(
        'ssdp and http.request.method == "NOTIFY"', "http.location", "http.server", count=3
    )
    assert set(notify) == {("http://10.0.0.1:49152/desc.xml", "Linux/3.4 UPnP/1.0")}
    assert wire.seen("ssdp and http.response and ip.dst == 10.0.0.2", "udp.srcport")
    assert "AXIS P3367 &amp; more" in wire.inside(
        "pc", "curl", "-s", "http://10.0.0.1:49152/desc.xml"
    )
    rows = wire.seen("udp.port == 3702", "ip.src", "udp.payload", count=3)
    texts = [(source, bytes.fromhex(data).decode()) for source, data in rows]
    assert any(source == "10.0.0.1" and "/discovery/Hello<" in text for source, text in texts)
    assert any(
        source == "10.0.0.1" and "/discovery/ProbeMatches<" in text for source, text in texts
    )


def test_a_pc_claims_its_names_and_announces_itself(wire):
    wire.up({"cms": "10.0.0.1/24", "pc": "10.0.0.2/24"})
    wire.run(
        "cms",
        "netbios.server",
        interface="lan",
        name="cms-07",
        group="CRANE",
        comment="crane pc",
        every=2,
    )
    wire.run("pc", "netbios.client", interface="lan", names=["CMS-07"], every=0.5)
    claims = wire.seen("nbns.flags.opcode == 5", "nbns.name", count=9)
    assert {row[0].split("<")[0] for row in claims} == {"CMS-07", "CRANE"}
    assert wire.seen("nbns.flags.response == 1", "nbns.addr")[0] == ("10.0.0.1",)
    said = wire.seen("browser.command == 1", "browser.server", "browser.comment", "ip.dst")
    assert said[0] == ("CMS-07", "crane pc", "10.0.0.255")


def test_names_are_encoded_as_the_standard_shows():
    """RFC 1001, section 14.1: FRED becomes EGFCEFEECACACACACACACACACACACACA."""
    assert netbios.encoded("FRED", 0x20) == b"\x20EGFCEFEECACACACACACACACACACACACA\0"
    state = netbios.answer(
        netbios.question(7, netbios.encoded("*", 0), netbios.NBSTAT),
        {"name": "PC"},
        "10.0.0.1",
        b"\2" * 6,
    )
    assert state is not None
    assert b"\2\2\2\2\2\2" in state
    assert netbios.answer(state, {"name": "PC"}, "10.0.0.1", b"\2" * 6) is None


def test_a_search_is_answered_by_what_it_looks_for():
    options = {"server": "S", "maker": "M"}
    search = "M-SEARCH * HTTP/1.1\r\nST: {}\r\n\r\n"
    assert len(ssdp.answers(search.format("ssdp:all"), options, "10.0.0.1")) == 3
    assert len(ssdp.answers(search.format("upnp:rootdevice"), options, "10.0.0.1")) == 1
    assert ssdp.answers(search.format("urn:else"), options, "10.0.0.1") == []
    assert ssdp.answers("NOTIFY * HTTP/1.1\r\n\r\n", options, "10.0.0.1") == []


def test_a_probe_finds_those_of_its_type():
    camera = {"types": "dn:NetworkVideoTransmitter tds:Device"}
    probe = wsd.message(
        Random(1), "Probe", "<wsd:Probe><wsd:Types>tns:Device</wsd:Types></wsd:Probe>"
    )
    types, number = wsd.asked(probe) or ("", "")
    assert (types, number[:9]) == ("tns:Device", "urn:uuid:")
    assert wsd.fits(types, camera)
    assert not wsd.fits("wprt:PrintDeviceType", camera)
    assert wsd.asked(wsd.message(Random(1), "Hello", "")) is None


def test_a_question_by_multicast_is_laid_out_as_the_standard_says():
    assert (
        mdns.question("_http.local")
        == bytes(4) + b"\0\1" + bytes(6) + b"\5_http\5local\0\0\x0c\0\1"
    )


def test_stations_are_found_by_dcp(wire):
    wire.up({"drive": "10.0.0.1/24", "plc": "10.0.0.2/24"})
    wire.run(
        "drive", "dcp.device", interface="lan", name="hoist", vendor="SINAMICS S120", id=[42, 1281]
    )
    wire.until(lambda: wire.seen("pn_dcp", within=0), 5)
    wire.run("plc", "dcp.controller", interface="lan", every=1, names=["hoist", "trolley"])
    info = [row[0] for row in wire.seen("eth.type == 0x8892", "_ws.col.Info", count=6)]
    assert any(line.startswith("Hello Req") and '"hoist"' in line for line in info)
    assert sum(line.startswith("Ident Ok") for line in info) >= 2
    assert any(line.startswith("Ident Req") and line.endswith("All") for line in info)
    assert not wire.seen("_ws.malformed", within=0)


def test_only_the_station_that_is_meant_answers():
    own = {"name": "hoist", "vendor": "V"}
    asked = dcp.block(dcp.NAME, b"trolley", info=None)
    assert not dcp.wanted(asked, own)
    assert dcp.wanted(dcp.block(dcp.NAME, b"hoist", info=None), own)
    assert dcp.wanted(dcp.block(dcp.ALL, b"", info=None), own)


def test_arp_that_nobody_asked_for(wire):
    wire.up({"box": "10.0.0.1/24"})
    wire.run("box", "arp.probe", interface="lan", ask=["10.0.0.254"], every=0.5)
    assert wire.seen("arp.isgratuitous == 1", "arp.src.proto_ipv4", count=2)[0] == ("10.0.0.1",)
    assert wire.seen("arp.dst.proto_ipv4 == 10.0.0.254", "arp.opcode", count=2)[0] == ("1",)
    assert len(arp.frame(b"\2" * 6, "10.0.0.1", "10.0.0.1", kind=arp.REPLY)) == 60


def test_bridges_speak_spanning_tree_and_rings_are_tested(wire):
    wire.up({"sw": "10.0.0.1/24", "ring": "10.0.0.2/24"})
    wire.run("sw", "stp.bridge", interface="lan", priority=4096)
    wire.run("ring", "mrp.manager", interface="lan", every_ms=50)
    rows = wire.seen("stp", "stp.root.prio", "eth.dst", count=2)
    assert rows[0] == ("4096", "01:80:c2:00:00:00")
    assert len(wire.seen("pn_mrp", "eth.dst", count=20)) >= 20
    assert "10.0.0.1/24" in wire.inside("sw", "ip", "address", "show", "dev", "stp")
    frame = mrp.frame(b"\2" * 6, uuid.UUID(int=1), 70_000, 1 << 40)
    assert frame[:6].hex() == "01154e000001"


def test_greetings_and_searches_of_small_devices(wire):
    wire.up({"box": "10.0.0.1/24", "pc": "10.0.0.2/24"})
    wire.run("box", "telnet.server", banner="MT7688 router\n", prompt="router login: ")
    wire.run("box", "ftp.server", banner="NPort FTP server ready")
    wire.run("box", "moxa.server", interface="lan")
    wire.run(
        "box", "upnp.gateway", interface="lan", server="OpenWRT UPnP/1.1", name="RUT955", every=1
    )
    wire.run(
        "box", "syslog.client", to="pc", tag="modem", hostname="rut955", lines=["wan: up"], every=1
    )
    wire.run("pc", "syslog.server")
    wire.run("pc", "telnet.client", to=["box"], every=1)
    wire.run("pc", "ftp.client", to=["box"], every=1)
    wire.run("pc", "moxa.client", interface="lan", every=1)
    assert "MT7688 router" in wire.seen("telnet.data", "telnet.data")[0][0]
    greeting = "ftp.response.code == 220"
    assert wire.seen(greeting, "ftp.response.arg")[0] == ("NPort FTP server ready",)
    assert not wire.seen("ftp.response.code == 230", within=0)
    found = wire.seen("udp.srcport == 4800", "udp.payload")[0][0]
    assert (found[:8], found[-8:]) == ("81000018", "0a000001")
    assert wire.seen('http.server == "OpenWRT UPnP/1.1"', "http.location")[0] == (
        "http://10.0.0.1:5000/rootDesc.xml",
    )
    assert " rut955 modem: wan: up" in wire.seen("syslog", "syslog.msg")[0][0]


def test_a_search_for_device_servers_is_answered():
    asked = bytes.fromhex("0100000800000007")
    reply = moxa.answer(asked, [1, 2], b"\2" * 6, "10.0.0.1")
    assert reply == bytes.fromhex("8100001800000007 01000000 0200 020202020202 0a000001")
    assert moxa.answer(b"\x49", [1, 2], b"", "10.0.0.1") is None
