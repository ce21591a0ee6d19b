from traffic import flow, sample, sighting, world

from overlanded.analyse.traffic.conversations import observe
from overlanded.analyse.traffic.parties import CLAIMED
from overlanded.analyse.traffic.seen import Read
from overlanded.model.evidence import Zone
from overlanded.model.observing import Subject
from overlanded.wire.facts import Fact, Recognised

PLC, HMI, ROUTER = "00:1b:1b:00:00:01", "00:1b:1b:00:00:02", "00:1e:42:00:00:01"
PLC_IP, HMI_IP, ROUTER_IP = "192.168.10.1", "192.168.10.2", "192.168.10.254"
HELD = [
    sighting(PLC, PLC_IP, CLAIMED),
    sighting(HMI, HMI_IP, CLAIMED),
    sighting(ROUTER, ROUTER_IP, CLAIMED),
]
MS = 1_000_000


def s7(src, src_mac, functions=()):
    asked = sample(src, PLC_IP, src_mac=src_mac, dst_mac=PLC)
    return Read(0, asked, Recognised("s7comm", functions=functions))


def only(observations, word):
    return [one for one in observations if one.property == word]


def test_a_control_session_names_both_ends_with_counts_functions_and_frame():
    far = [
        flow(
            ROUTER_IP,
            PLC_IP,
            102,
            a_mac=ROUTER,
            b_mac=PLC,
            frame=40 + n,
            ns=100 + n,
            ack_after=delay * MS,
        )
        for n, delay in enumerate((80, 210))
    ]
    near = flow(HMI_IP, PLC_IP, 102, a_mac=HMI, b_mac=PLC, ns=50, ack_after=20_000)
    traffic = world(
        [*far, near], HELD, [s7(ROUTER_IP, ROUTER, ("read",)), s7(HMI_IP, HMI, ("write", "read"))]
    )
    sessions = {one.subject.value: one for one in only(observe(traffic), "session")}
    assert sessions.keys() == {ROUTER, HMI}
    remote = sessions[ROUTER]
    assert (remote.value, remote.object, remote.count) == ("s7comm", Subject("mac", PLC), 2)
    assert dict(remote.detail)["functions"] == "read"
    assert dict(sessions[HMI].detail)["functions"] == "read,write"
    assert str(remote.citation) == "span.pcap › #40"
    delays = {
        one.subject.value: dict(one.detail) for one in only(observe(traffic), "handshake-delay")
    }
    assert (delays[ROUTER]["least_ms"], delays[ROUTER]["most_ms"]) == ("80.000", "210.000")
    assert delays[HMI]["least_ms"] == "0.020"


def test_a_port_alone_makes_no_session():
    traffic = world([flow(HMI_IP, PLC_IP, 102, a_mac=HMI, b_mac=PLC)], HELD)
    assert only(observe(traffic), "session") == []
    assert [one.value for one in only(observe(traffic), "serves")] == ["unknown/tcp/102"]


def test_nobody_serves_who_did_not_answer():
    silent = flow(HMI_IP, PLC_IP, 102, a_mac=HMI, b_mac=PLC) | {"packets_ba": 0, "payload_ba": 0}
    refused = silent | {"payload_ab": 0}
    assert list(observe(world([refused], HELD, [s7(HMI_IP, HMI)]))) == []
    assert list(observe(world([silent], HELD))) == []


def test_one_direction_of_a_mirror_port_is_enough_where_the_words_make_sense():
    one_way = flow(HMI_IP, PLC_IP, 102, a_mac=HMI, b_mac=PLC) | {"packets_ba": 0, "payload_ba": 0}
    rows = {one.property: one for one in observe(world([one_way], HELD, [s7(HMI_IP, HMI)]))}
    assert rows.keys() == {"serves", "uses", "session"}
    assert rows["serves"].subject == Subject("mac", PLC)


def test_outside_contacts_take_the_name_that_was_asked_for():
    passed = sighting(ROUTER, "5.6.7.8", ttl=50)
    asked = sample(HMI_IP, ROUTER_IP, src_mac=HMI, dst_mac=ROUTER, layer="udp", dst_port=53)
    dns = Read(
        0, asked, Recognised("dns", (Fact("src", "resolved", "c.example.com", "ip:5.6.7.8"),))
    )
    out = flow(HMI_IP, "5.6.7.8", 443, a_mac=HMI, b_mac=ROUTER)
    (contact,) = only(observe(world([out], [*HELD, passed], [dns])), "contact")
    assert (contact.subject, contact.value) == (Subject("mac", HMI), "c.example.com")
    assert contact.object == Subject("ip", "5.6.7.8")
    assert dict(contact.detail)["direction"] == "outbound"


def test_somebody_outside_who_opens_a_conversation_is_inbound():
    passed = sighting(ROUTER, "5.6.7.8", ttl=50)
    into = flow("5.6.7.8", PLC_IP, 102, a_mac=ROUTER, b_mac=PLC, ack_after=90 * MS)
    traffic = world([into], [*HELD, passed])
    (contact,) = only(observe(traffic), "contact")
    assert (contact.subject, dict(contact.detail)["direction"]) == (Subject("mac", PLC), "inbound")
    assert [one.subject.kind for one in only(observe(traffic), "serves")] == ["mac"]


def test_a_private_address_beyond_the_gateway_is_outside_only_where_zones_say_so():
    rows = [*HELD, sighting(ROUTER, "10.50.0.9", ttl=63)]
    out = flow(HMI_IP, "10.50.0.9", 443, a_mac=HMI, b_mac=ROUTER)
    assert only(observe(world([out], rows)), "contact") == []
    zones = (Zone("crane", ("192.168.10.0/24",)),)
    (contact,) = only(observe(world([out], rows, zones=zones)), "contact")
    assert contact.value == "10.50.0.9"


def test_a_control_protocol_called_out_to_everybody_is_used_and_served():
    def called(src, mac, opener, port):
        ends = {"src_mac": mac, "dst_mac": "ff:ff:ff:ff:ff:ff", "layer": "udp"}
        said = sample(src, "255.255.255.255", **(ends | port))
        return Read(0, said, Recognised("melsoft", opener=opener, functions=("identify",)))

    reads = [
        called(HMI_IP, HMI, "src", {"dst_port": 5560}),
        called(PLC_IP, PLC, "dst", {"src_port": 5560}),
        called("5.6.7.8", ROUTER, "src", {"dst_port": 5560}),
    ]
    passed = sighting(ROUTER, "5.6.7.8", ttl=50)
    rows = list(observe(world([], [*HELD, passed], reads)))
    assert {(one.subject.value, one.property, one.value) for one in rows} == {
        (HMI, "uses", "melsoft/udp/5560"),
        (PLC, "serves", "melsoft/udp/5560"),
    }
    assert [dict(one.detail) for one in only(rows, "uses")] == [{"functions": "identify"}]


def test_who_talks_to_itself_is_a_server_and_no_client():
    own = flow(PLC_IP, PLC_IP, 102, a_mac=PLC, b_mac=PLC)
    said = Read(0, sample(PLC_IP, PLC_IP, src_mac=PLC, dst_mac=PLC), Recognised("s7comm"))
    assert [one.property for one in observe(world([own], HELD, [said]))] == ["serves"]


def test_an_unanswered_call_to_the_internet_is_a_contact_and_not_a_session_with_the_router():
    out = flow(HMI_IP, "5.6.7.8", 443, a_mac=HMI, b_mac=ROUTER) | {"packets_ba": 0}
    (contact,) = only(observe(world([out], HELD)), "contact")
    assert (contact.subject, contact.object) == (Subject("mac", HMI), Subject("ip", "5.6.7.8"))
