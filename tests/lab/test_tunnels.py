"""Tunnels: what a far client sends into one reaches the PLC, and the wire shows the tunnel alone."""

from __future__ import annotations

import pytest

NETWORKS = {"lan": {"captured": True}, "crane": {"captured": True}}
PLC = "10.7.0.10"


@pytest.fixture
def site(wire):
    """A far host, a gateway between it and the crane, and a PLC with a page."""
    both = [
        {"network": "lan", "address": "10.0.0.2/24"},
        {"network": "crane", "address": "10.7.0.250/24"},
    ]
    wire.up(
        {
            "far": "10.0.0.1/24",
            "gate": {"nics": both, "masquerade": ["crane"]},
            "plc": {"nics": [{"network": "crane", "address": f"{PLC}/24"}]},
        },
        NETWORKS,
    )
    wire.run("plc", "web.server", title="PLC", server="S")
    return wire


def reached(site, address=PLC, within=20.0):
    """Whether the far host gets the PLC's page."""
    return site.until(
        lambda: "<h1>PLC" in site.inside("far", "curl", "-s", "-m", "2", f"http://{address}/"),
        within,
    )


def came_from(site):
    """Where the PLC saw the request come from, and how far it had come."""
    return site.seen("http.request", "ip.src", "ip.ttl", network="crane")[0]


@pytest.mark.parametrize(
    ("proto", "wrap"), [("udp", None), ("udp", "auth"), ("tcp", None), ("tcp", "crypt")]
)
def test_openvpn(site, proto, wrap):
    both = {"proto": proto} | ({"wrap": wrap} if wrap else {})
    site.run("far", "openvpn.server", behind={"gate": ["10.7.0.0/24"]}, keepalive=[1, 10], **both)
    site.run("gate", "openvpn.client", to="far", **both)
    assert reached(site)
    assert came_from(site) == ("10.7.0.250", "63")
    port = f"{proto}.port == 1194"
    opcodes = [int(row[0], 16) for row in site.seen(port, "openvpn.opcode", count=20) if row[0]]
    assert opcodes[0] == 7, "P_CONTROL_HARD_RESET_CLIENT_V2"
    assert 9 in opcodes, "P_DATA_V2"
    assert not site.seen("http", within=0)


def test_openvpn_carries_frames_into_the_crane(wire):
    gate = [
        {"network": "far", "address": "10.0.0.2/24"},
        {"network": "lan", "address": "10.7.0.250/24"},
    ]
    engineer = {"nics": [{"network": "far", "address": "10.0.0.1/24"}]}
    networks = {"lan": {"captured": True}, "far": {"delay": {"shape": "cellular"}}}
    wire.up({"gate": {"nics": gate}, "far": engineer, "plc": f"{PLC}/24"}, networks)
    wire.run("plc", "web.server", title="PLC", server="S")
    wire.run("gate", "openvpn.server", bridge="lan")
    own = {"address": "10.7.0.77/24", "mac": "02:00:5e:00:00:77"}
    wire.run("far", "openvpn.client", kind="tap", to="gate", **own)
    assert reached(wire)
    row = wire.seen("http.request", "eth.src", "ip.src", "ip.ttl")[0]
    assert row == ("02:00:5e:00:00:77", "10.7.0.77", "64")
    assert "10.7.0.250/24" in wire.inside("gate", "ip", "address", "show", "dev", "tunnel-bridge")


def test_wireguard(site):
    clients = {"gate": ["10.8.0.2/32", "10.7.0.0/24"]}
    site.run("far", "wireguard.server", address="10.8.0.1/24", clients=clients)
    site.run(
        "gate",
        "wireguard.client",
        to="far",
        address="10.8.0.2/24",
        networks=["10.8.0.1/32"],
        keepalive=1,
    )
    assert reached(site)
    assert came_from(site) == ("10.7.0.250", "63")
    rows = site.seen("wg", "wg.type", "ip.src", count=12)
    kinds = [row[0] for row in rows]
    assert kinds[kinds.index("2") - 1] == "1"
    assert set(kinds[kinds.index("2") + 1 :]) == {"4"}


def test_ipsec(site):
    site.run("far", "ipsec.server", near=["10.0.0.1/32"], far=["10.7.0.0/24"], every=2)
    site.run("gate", "ipsec.client", to="far", near=["10.7.0.0/24"], far=["10.0.0.1/32"], every=2)
    assert reached(site)
    assert came_from(site) == ("10.7.0.250", "63")
    assert len(site.seen("isakmp.exchangetype == 35", count=2)) >= 2
    kinds = [row[0] for row in site.seen("isakmp", "isakmp.exchangetype")]
    # A slow server is asked again: however often, the last IKE_SA_INIT pair precedes IKE_AUTH.
    first = kinds.index("35")
    assert set(kinds[:first]) == {"34"}
    assert kinds[first - 2 : first + 2] == ["34", "34", "35", "35"]
    assert {row[0] for row in site.seen("esp", "udp.port", count=6)} == {"4500,4500"}


def test_a_reverse_ssh_tunnel(site):
    site.run("far", "sshtunnel.server")
    site.run("gate", "sshtunnel.client", to="far", forwards=[[80, PLC, 80]], alive=2, again=1)
    assert reached(site, "127.0.0.1")
    assert came_from(site) == ("10.7.0.250", "64")
    assert site.seen("tcp.flags == 0x002", "ip.src", "tcp.dstport")[0] == ("10.0.0.2", "22")
    refused = ("ssh", "-F", "none", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=no")
    assert "denied" in site.inside(
        "gate", *refused, "-o", "UserKnownHostsFile=/dev/null", "root@10.0.0.1"
    )


def test_a_tunnel_in_dns(site):
    site.run("far", "iodine.server", address="10.9.0.1/24", domain="t.example")
    site.run(
        "gate",
        "iodine.client",
        to="far",
        domain="t.example",
        every=1,
        fragment=700,
        forwards=[[80, PLC, 80]],
    )
    assert site.until(
        lambda: "10.9.0.2" in site.inside("gate", "ip", "address", "show", "dev", "dns0")
    )
    assert reached(site, "10.9.0.2")
    assert came_from(site) == ("10.7.0.250", "63")
    rows = site.seen("dns", "dns.qry.name", "dns.qry.type", count=30)
    assert all(row[0].endswith(".t.example") for row in rows)
    assert {row[1] for row in rows} <= {"10", "1", "16", "65399"}
    assert not site.seen("udp and not udp.port == 53", within=0)
