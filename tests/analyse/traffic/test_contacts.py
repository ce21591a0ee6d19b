from traffic import (
    HELD,
    HMI,
    HMI_IP,
    ITEM_NS,
    MS,
    PLC,
    PLC_IP,
    ROUTER,
    ROUTER_IP,
    flow,
    only,
    sample,
    sighting,
    world,
)

from overlanded import data
from overlanded.analyse.traffic.contacts import observe
from overlanded.analyse.traffic.seen import Read
from overlanded.model.evidence import Zone
from overlanded.model.observing import Subject
from overlanded.wire.facts import Fact, Recognised


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


def test_a_private_address_beyond_the_gateway_is_outside_only_where_zones_say_so():
    rows = [*HELD, sighting(ROUTER, "10.50.0.9", ttl=63)]
    out = flow(HMI_IP, "10.50.0.9", 443, a_mac=HMI, b_mac=ROUTER)
    assert only(observe(world([out], rows)), "contact") == []
    zones = (Zone("crane", ("192.168.10.0/24",)),)
    (contact,) = only(observe(world([out], rows, zones=zones)), "contact")
    assert contact.value == "10.50.0.9"


def test_an_unanswered_call_to_the_internet_is_a_contact_and_not_a_session_with_the_router():
    out = flow(HMI_IP, "5.6.7.8", 443, a_mac=HMI, b_mac=ROUTER) | {"packets_ba": 0}
    (contact,) = only(observe(world([out], HELD)), "contact")
    assert (contact.subject, contact.object) == (Subject("mac", HMI), Subject("ip", "5.6.7.8"))


def test_prevalence_and_first_sight_stand_beside_a_contact():
    later = ITEM_NS + 3600 * 10**9
    rows = [
        flow(HMI_IP, "5.6.7.8", 443, a_mac=HMI, b_mac=ROUTER),
        flow(PLC_IP, "5.6.7.8", 443, a_mac=PLC, b_mac=ROUTER, ns=later),
        flow(PLC_IP, "5.6.7.9", 443, a_mac=PLC, b_mac=ROUTER, ns=later),
    ]
    passed = [sighting(ROUTER, f"5.6.7.{at}", ttl=50) for at in (8, 9)]
    found = only(observe(world(rows, [*HELD, *passed])), "contact")
    told = {(one.subject.value, one.value): dict(one.detail) for one in found}
    assert told[HMI, "5.6.7.8"]["hosts_here"] == "2 of 2"
    assert told[PLC, "5.6.7.8"]["first_seen_after"] == "0.000 s"
    assert told[PLC, "5.6.7.9"]["hosts_here"] == "1 of 2"
    assert told[PLC, "5.6.7.9"]["first_seen_after"] == "60.0 min"


def test_contacts_beyond_the_bound_are_told_as_a_number(monkeypatch):
    limits = {**data.table("traffic")["limits"], "contacts": 8, "contacts-least": 2}
    stated = {**data.table("traffic"), "limits": limits | {"contacts-in-all": 5}}
    real = data.table
    monkeypatch.setattr(data, "table", lambda name: stated if name == "traffic" else real(name))
    rows = [flow(HMI_IP, f"5.6.7.{at}", 443, a_mac=HMI, b_mac=ROUTER) for at in range(1, 10)]
    passed = [sighting(ROUTER, f"5.6.7.{at}", ttl=50) for at in range(1, 10)]
    told = list(observe(world(rows, [*HELD, *passed])))
    assert len(only(told, "contact")) == 4
    (rest,) = only(told, "further-contacts")
    assert (rest.subject, rest.value, dict(rest.detail)["flows"]) == (Subject("mac", HMI), "5", "5")
