"""OPC UA: a client that stays and subscribes, and one that comes, reads and goes."""

from __future__ import annotations

import pytest

SERVER = {
    "name": "PLC",
    "uri": "urn:plc",
    "product": "urn:product",
    "maker": "Maker",
    "endpoint": "opc.tcp://10.0.0.1:4840",
    "variables": ["Sway", "Load"],
    "every": 0.2,
}
VISITS = {"plan": [{"at": 1, "requests": 3}, {"at": 4, "requests": 2}], "sessions": {}}


@pytest.fixture
def plc(wire):
    wire.up({"plc": "10.0.0.1/24", "pc": "10.0.0.2/24"})
    wire.run("plc", "opcua.server", **SERVER)
    assert wire.until(lambda: ":4840" in wire.inside("plc", "ss", "-ltn"), 30)
    return wire


def test_who_stays_is_told_of_changes(plc):
    plc.run("pc", "opcua.client", to="plc", every=0.5)
    rows = plc.seen("opcua.servicenodeid.numeric == 829", "ip.src", count=3)
    assert {row[0] for row in rows} == {"10.0.0.1"}


def test_who_comes_and_goes_reads_as_often_as_planned(plc):
    plc.run("pc", "opcua.client", to="plc", every=0.2, **VISITS)
    closed = plc.seen("opcua.servicenodeid.numeric == 473", "tcp.stream", count=2, within=25)
    assert len({row[0] for row in closed}) == 2
    reads = plc.seen("opcua.servicenodeid.numeric == 631", "tcp.stream", count=5)
    assert len(reads) >= 5
