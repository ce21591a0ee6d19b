"""Screens that are watched from elsewhere, and a controller that speaks EtherNet/IP."""

from __future__ import annotations


def test_a_panel_is_watched_by_vnc(wire):
    wire.up({"panel": "10.0.0.1/24", "pc": "10.0.0.2/24"})
    wire.run("panel", "vnc.server", name="TP700 Comfort", every=0.5)
    wire.run("pc", "vnc.client", to="panel", every=0.3)
    assert wire.seen("vnc.client_proto_ver", "vnc.client_proto_ver")[0] == ("003.008",)
    assert wire.seen("vnc.desktop_name", "vnc.desktop_name")[0] == ("TP700 Comfort",)
    updates = "tcp.srcport == 5900 and vnc.server_message_type == 0"
    assert len(wire.seen(updates, count=5)) >= 5
    assert len(wire.seen("vnc.client_message_type == 5", count=5)) >= 5


def test_a_desktop_is_watched_by_rdp(wire):
    wire.up({"desk": "10.0.0.1/24", "pc": "10.0.0.2/24"})
    wire.run("desk", "rdp.server")
    wire.run("pc", "rdp.client", to="desk", user="service", every=0.5)
    row = wire.seen("rdp.rt_cookie", "rdp.rt_cookie", "tcp.dstport", within=25)[0]
    assert row == ("Cookie: mstshash=service", "3389")
    assert len(wire.seen("tcp.srcport == 3389 and tcp.len > 0", count=30, within=25)) >= 30
    assert len(wire.seen("tcp.dstport == 3389 and tcp.len > 0", count=20)) >= 20


def test_a_controller_is_read_and_written_by_enip(wire):
    wire.up({"plc": "10.0.0.1/24", "hmi": "10.0.0.2/24"})
    identity = {
        "vendor": 1,
        "type": 14,
        "code": 93,
        "revision": [20, 11],
        "serial": 12648430,
        "name": "1756-L61/B LOGIX5561",
    }
    wire.run("plc", "enip.server", identity=identity, tags={"HOIST": "REAL[8]", "CMD": "INT"})
    reads = [["HOIST", "REAL", 4], ["CMD", "INT", 1]]
    wire.run("hmi", "enip.client", to="plc", reads=reads, writes=["CMD"], every=0.3)
    shown = wire.seen("enip.command == 0x0063 and enip.lir.name", "enip.lir.name", within=25)
    assert shown[0] == ("1756-L61/B LOGIX5561",)
    info = [row[0] for row in wire.seen("cip and ip.src == 10.0.0.1", "_ws.col.Info", count=16)]
    assert any("Success" in line and "(0x4c)" in line for line in info)
    assert any("Success" in line and "(0x4d)" in line for line in info)
    assert not any("Unknown Response" in line for line in info)
