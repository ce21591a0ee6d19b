import pytest
from msgspec.structs import replace
from traffic import flow, sample, sighting, world

from overlanded import data
from overlanded.analyse.traffic.parties import CLAIMED
from overlanded.analyse.traffic.seen import Read
from overlanded.analyse.traffic.tunnels import observe
from overlanded.model.citing import Locator
from overlanded.model.observing import Subject
from overlanded.wire.facts import Fact, Recognised

HMI, PC, ROUTER = "00:1b:1b:00:00:01", "00:1b:1b:00:00:02", "00:1e:42:00:00:01"
HMI_IP, PC_IP, ROUTER_IP, FAR = "192.168.10.1", "192.168.10.2", "192.168.10.254", "5.6.7.8"
HELD = [
    sighting(HMI, HMI_IP, CLAIMED),
    sighting(PC, PC_IP, CLAIMED),
    sighting(ROUTER, ROUTER_IP, CLAIMED),
    sighting(ROUTER, FAR, ttl=50),
]
KINDS = data.table("tunnels")["kinds"]
WORDS = {"tunnel": "tunnel", "remote": "remote-control"}


def read(protocol, port, *facts, to=FAR, proto=0, layer="udp", server=False):
    one = sample(HMI_IP, to, src_mac=HMI, dst_mac=ROUTER, layer=layer, dst_port=port)
    if server:
        one = sample(
            to, HMI_IP, src_mac=ROUTER, dst_mac=HMI, layer=layer, src_port=port, dst_port=50000,
            from_client=False,
        )  # fmt: skip
    return Read(0, replace(one, proto=proto or one.proto), Recognised(protocol, facts))


def out(port, proto=17, to=FAR, b_mac=ROUTER):
    return flow(HMI_IP, to, port, a_mac=HMI, b_mac=b_mac, proto=proto)


def told(observations):
    return [
        (one.subject.value, one.property, one.value, one.object.value, *detail(one))
        for one in observations
    ]


def detail(one):
    known = dict(one.detail)
    return known["direction"], known["where"], known["by"]


def test_a_tunnel_to_the_internet_is_told_of_the_end_that_is_here():
    (one,) = observe(world([out(443)], HELD, [read("wireguard", 443)]))
    assert told([one]) == [(HMI, "tunnel", "wireguard", FAR, "outbound", "outside", "content")]
    assert dict(one.detail)["port"] == "443"
    assert one.citation.locator == Locator("frame", "1")


def test_the_usual_port_is_not_worth_a_word_and_proves_nothing():
    (one,) = observe(world([out(51820)], HELD, [read("wireguard", 51820)]))
    assert "port" not in dict(one.detail)
    assert [*observe(world([out(51820)], HELD))] == []


def test_between_two_here_both_ends_are_told_of_as_local():
    desktop = flow(HMI_IP, PC_IP, 3389, a_mac=HMI, b_mac=PC)
    seen = read("rdp", 3389, to=PC_IP, layer="tcp")
    assert told(observe(world([desktop], HELD, [seen]))) == [
        (HMI, "remote-control", "rdp", PC, "outbound", "here", "content"),
        (PC, "remote-control", "rdp", HMI, "inbound", "here", "content"),
    ]


def test_whoever_comes_in_from_outside_is_told_of_the_machine_that_answers():
    into = flow(FAR, HMI_IP, 5900, a_mac=ROUTER, b_mac=HMI)
    banner = sample(
        HMI_IP, FAR, src_mac=HMI, dst_mac=ROUTER, src_port=5900, dst_port=50000, from_client=False
    )
    (one,) = observe(world([into], HELD, [Read(0, banner, Recognised("vnc"))]))
    assert told([one]) == [(HMI, "remote-control", "vnc", FAR, "inbound", "outside", "content")]


@pytest.mark.parametrize(("kind", "proto"), [("gre", 47), ("ipsec", 50), ("6in4", 41)])
def test_tunnels_without_ports(kind, proto):
    (one,) = observe(world([out(0, proto)], HELD, [read(kind, 0, proto=proto, layer="ip")]))
    assert told([one])[0][2:] == (kind, FAR, "outbound", "outside", "content")


NAMED = [
    ("tls", Fact("src", "tls.sni", "router7.teamviewer.com"), False, "teamviewer"),
    ("http", Fact("src", "http.host", "rl.ammyy.com:80"), False, "ammyy"),
    ("tls", Fact("src", "tls.alternative-names", "a.example, *.psiphon3.net"), True, "psiphon"),
    ("dns", Fact("dst", "resolved", "x.tailscale.com", f"ip:{FAR}"), True, "tailscale"),
]


@pytest.mark.parametrize(("protocol", "fact", "server", "kind"), NAMED)
def test_a_name_is_told_as_a_name(protocol, fact, server, kind):
    one = read(protocol, 443, fact, layer="tcp", server=server)
    assert told(observe(world([out(443, 6)], HELD, [one])))[0][2:] == (
        kind, FAR, "outbound", "outside", "name",
    )  # fmt: skip


@pytest.mark.parametrize("name", ["teamviewer.com.example", "notteamviewer.com", "www.google.com"])
def test_names_that_only_look_alike(name):
    one = read("tls", 443, Fact("src", "tls.sni", name), layer="tcp")
    assert [*observe(world([out(443, 6)], HELD, [one]))] == []


def test_content_needs_no_name_besides():
    reads = [
        read("anydesk", 443, layer="tcp", server=True),
        read("tls", 443, Fact("src", "tls.sni", "relay.anydesk.com"), layer="tcp"),
    ]
    (one,) = observe(world([out(443, 6)], HELD, reads))
    assert detail(one)[2] == "content"


@pytest.mark.parametrize(
    ("subject", "issuer", "kind"),
    [
        ("CN=www.g6ghvisevf3ibuu5.net", "CN=www.xkgk7fdx362yyyxib.com", ["tor"]),
        ("CN=www.example.net", "CN=www.example.org", []),
        ("CN=www.g6ghvisevf3ibuu5.net", "CN=R3", []),
    ],
)
def test_made_up_certificates(subject, issuer, kind):
    facts = (Fact("src", "tls.subject", subject), Fact("src", "tls.issuer", issuer))
    shown = read("tls", 443, *facts, layer="tcp", server=True)
    assert [one.value for one in observe(world([out(443, 6)], HELD, [shown]))] == kind


def test_a_device_has_no_more_of_them_than_a_document_can_hold():
    many = [f"5.6.{high}.{low}" for high in range(2) for low in range(1, 60)]
    reads = [read("ssh", 22, to=one, layer="tcp") for one in many]
    flows = [out(22, 6, to=one) for one in many]
    beyond = [sighting(ROUTER, one, ttl=50) for one in many]
    found = [*observe(world(flows, [*HELD, *beyond], reads))]
    assert len(found) == data.table("tunnels")["limits"]["ends"]
    assert {one.subject for one in found} == {Subject("mac", HMI)}


def test_every_tunnel_and_remote_protocol_has_a_row_of_its_word_and_a_source():
    families = {
        name: WORDS[row["family"]]
        for name, row in data.table("protocols")["protocols"].items()
        if row["family"] in WORDS
    }
    assert families == {name: KINDS[name]["word"] for name in families if name in KINDS}
    assert all(row["source"] and row["name"] for row in KINDS.values())
    assert {row["kind"] for row in data.table("tunnels")["first"]} <= set(KINDS)


def test_names_of_remote_control_are_of_the_list_that_the_rules_use():
    import yaml

    from overlanded.rules import library

    listed = yaml.safe_load(
        (library.FOLDER / "lists" / "remote-access.yml").read_text(encoding="utf-8")
    )
    known = {domain.removeprefix("*.") for row in listed["rows"] for domain in row["domains"]}
    ours = {
        name for row in KINDS.values() if "LOLRMM" in row["source"] for name in row.get("names", ())
    }
    assert {
        one for one in ours if not any(k == one or k.endswith(f".{one}") for k in known)
    } == set()
