from traffic import sample, sighting, world

from overlanded.analyse.traffic.naming import observe
from overlanded.analyse.traffic.parties import CLAIMED
from overlanded.analyse.traffic.seen import Read
from overlanded.model.observing import Subject
from overlanded.wire.facts import Fact, Recognised

SWITCH, ROUTER = "00:80:63:00:00:01", "00:1e:42:00:00:01"
HELD = [sighting(SWITCH, "192.168.10.3", CLAIMED), sighting(ROUTER, "192.168.10.254", CLAIMED)]


def read(facts, protocol="lldp", frame=1, ns=1, **ends):
    ends = {
        "src": "",
        "dst": "",
        "src_mac": SWITCH,
        "dst_mac": "01:80:c2:00:00:0e",
        "layer": "eth",
    } | ends
    return Read(0, sample(frame=frame, ns=ns, **ends), Recognised(protocol, facts))


def test_equal_statements_are_one_row_cited_at_the_first():
    name = Fact("src", "lldp.system-name", "SW1")
    reads = [
        read((name,), frame=9, ns=90),
        read((name,), frame=2, ns=20),
        read((name,), frame=5, ns=50),
    ]
    rows = {one.property: one for one in observe(world([], HELD, reads))}
    assert rows.keys() == {"speaks", "lldp.system-name"}
    named = rows["lldp.system-name"]
    assert (named.subject, named.count, named.first, named.last) == (
        Subject("mac", SWITCH),
        3,
        20,
        90,
    )
    assert str(named.citation) == "span.pcap › #2"


def test_what_is_said_of_an_address_goes_to_its_holder():
    facts = (
        Fact("ip:192.168.10.254", "domain-name", "gw.local"),
        Fact("ip:8.8.8.8", "domain-name", "dns"),
    )
    rows = [one for one in observe(world([], HELD, [read(facts)])) if one.property == "domain-name"]
    assert [one.subject for one in rows] == [Subject("mac", ROUTER), Subject("ip", "8.8.8.8")]


def test_nothing_is_said_of_groups_or_of_what_is_no_address():
    facts = (
        Fact("dst", "model", "x"),
        Fact("ip:224.0.0.1", "model", "x"),
        Fact("mac:ff:ff:ff:ff:ff:ff", "model", "x"),
        Fact("ip:nonsense", "model", "x"),
        Fact("src", "model", ""),
    )
    assert [one for one in observe(world([], HELD, [read(facts)])) if one.property == "model"] == []


def test_what_a_passed_on_sender_says_is_about_it_and_not_about_the_router():
    rows = [*HELD, sighting(ROUTER, "10.9.9.9", ttl=63)]
    said = read(
        (Fact("src", "http.user-agent", "curl"),), "http",
        layer="tcp", src="10.9.9.9", dst="192.168.10.3", src_mac=ROUTER, dst_mac=SWITCH,
    )  # fmt: skip
    (one,) = observe(world([], rows, [said]))
    assert one.subject == Subject("ip", "10.9.9.9")
