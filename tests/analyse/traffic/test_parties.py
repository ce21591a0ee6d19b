import pytest
from traffic import number, sighting, sightings

from overlanded.analyse.traffic.parties import CLAIMED, SENT, hops, outside, parties
from overlanded.model.identifiers import ip_halves
from overlanded.model.observing import Subject

PLC, ROUTER = "00:1b:1b:00:00:01", "00:1e:42:00:00:01"


def sorted_out(*rows):
    found = parties([sightings(*rows)])
    return found, lambda mac, ip: found.subject(number(mac), 0, ip_halves(ip))


def test_a_claimed_address_is_held_and_the_rest_is_passed_on():
    found, subject = sorted_out(
        sighting(ROUTER, "192.168.1.1", CLAIMED | SENT),
        sighting(ROUTER, "8.8.8.8", ttl=57),
        sighting(ROUTER, "172.16.9.9", ttl=63),
    )
    assert subject(ROUTER, "192.168.1.1") == Subject("mac", ROUTER)
    assert subject(ROUTER, "8.8.8.8") == Subject("ip", "8.8.8.8")
    assert subject(ROUTER, "172.16.9.9") == Subject("ip", "172.16.9.9")
    assert found.holder(0, ip_halves("192.168.1.1")) == Subject("mac", ROUTER)


@pytest.mark.parametrize(
    ("addresses", "held"),
    [
        ([("192.168.1.5", 64)], ["192.168.1.5"]),
        ([("192.168.1.5", 63)], ["192.168.1.5"]),  # the only one: nothing says it is passed on
        ([("192.168.1.5", 64), ("192.168.1.6", 64)], ["192.168.1.5", "192.168.1.6"]),
        ([("192.168.1.5", 64), ("10.9.9.9", 126)], ["192.168.1.5"]),
        ([("192.168.1.5", 64), ("1.1.1.1", 64)], ["192.168.1.5"]),
        ([("192.168.1.5", 64), ("fe80::1", 255), ("2001:db8::1", 64)], ["192.168.1.5", "fe80::1", "2001:db8::1"]),
    ],
)  # fmt: skip
def test_without_claims_the_ttl_and_the_kind_of_address_decide(addresses, held):
    found, _ = sorted_out(*(sighting(ROUTER, ip, ttl=ttl) for ip, ttl in addresses))
    assert {address for _, _, address in found.held} == {ip_halves(ip) for ip in held}


@pytest.mark.parametrize(
    ("others", "held"),
    [
        ([("192.168.8.100", 128)], True),  # nobody asked for it while the capture ran
        ([("192.168.8.100", 127)], False),
        ([("192.168.8.100", 128), ("192.168.8.101", 128)], False),
        ([("192.168.8.100", 128), ("2001:db8::1", 64)], True),
    ],
)
def test_a_host_may_have_a_second_address(others, held):
    rows = (sighting(PLC, ip, ttl=ttl) for ip, ttl in others)
    found, _ = sorted_out(sighting(PLC, "192.168.1.5", CLAIMED), *rows)
    assert (number(PLC), 0, ip_halves("192.168.8.100")) in (found.held if held else found.passed)


def test_an_address_that_another_mac_claims_is_passed_on():
    _, subject = sorted_out(
        sighting(PLC, "192.168.1.2", CLAIMED),
        sighting(ROUTER, "192.168.1.2"),
    )
    assert subject(ROUTER, "192.168.1.2") == Subject("ip", "192.168.1.2")
    assert subject(PLC, "192.168.1.2") == Subject("mac", PLC)


def test_groups_and_broadcasts_are_nobody():
    found, _ = sorted_out(sighting(PLC, "192.168.1.2"))
    assert found.subject(number("ff:ff:ff:ff:ff:ff") | (1 << 40), 0, (0, 0)) is None
    assert found.subject(number(PLC), 0, ip_halves("224.0.0.251")) is None
    assert found.subject(number(PLC), 0, ip_halves("255.255.255.255")) is None


def test_equal_addresses_on_two_networks_stay_apart():
    rows = [
        sighting(PLC, "10.0.0.1", CLAIMED, vlan=10),
        sighting(ROUTER, "10.0.0.1", CLAIMED, vlan=20),
    ]
    found = parties([sightings(*rows)])
    assert found.holder(10, ip_halves("10.0.0.1")) == Subject("mac", PLC, "vlan 10")
    assert found.holder(20, ip_halves("10.0.0.1")) == Subject("mac", ROUTER, "vlan 20")


def test_links_without_macs_name_their_senders_by_address():
    _, subject = sorted_out(sighting("00:00:00:00:00:00", "10.0.0.1") | {"mac": 0})
    assert subject("00:00:00:00:00:00", "10.0.0.1") == Subject("ip", "10.0.0.1")


@pytest.mark.parametrize(
    ("ttl", "far"),
    [(64, 0), (63, 1), (60, 0), (128, 0), (127, 1), (255, 0), (254, 1), (30, 0), (100, 0), (52, 8)],
)
def test_hops_come_from_the_nearest_usual_first_value(ttl, far):
    assert hops(ttl) == far


@pytest.mark.parametrize(
    ("ip", "is_outside"),
    [("8.8.8.8", True), ("192.168.1.1", False), ("100.64.0.1", False), ("2606:4700::1111", True), ("fe80::1", False)],
)  # fmt: skip
def test_outside_is_the_public_internet(ip, is_outside):
    assert outside(ip_halves(ip)) is is_outside


def test_a_client_that_has_no_address_yet_passes_nothing_on():
    found, _ = sorted_out(
        sighting(PLC, ".".join("0000")), sighting(PLC, "192.168.1.2", CLAIMED | SENT)
    )
    assert found.passed == {}
    assert len(found.held) == 1


@pytest.mark.parametrize(
    ("rows", "held"),
    [
        ([(ROUTER, "8.8.8.8", SENT, 57)], False),  # its packets passed routers
        ([(ROUTER, "8.8.8.8", SENT, 64), (PLC, "192.168.1.2", SENT, 64)], False),
        ([(ROUTER, "8.8.8.8", SENT, 64), (PLC, "169.254.1.2", SENT, 64)], True),
        ([(ROUTER, "8.8.8.8", CLAIMED, 57), (PLC, "192.168.1.2", SENT, 64)], True),
        ([(ROUTER, "130.126.1.1", SENT, 64), (PLC, "130.126.1.2", SENT, 64)], True),
        ([(ROUTER, "2606:4700::1111", SENT, 57), (PLC, "192.168.1.2", SENT, 64)], False),
        ([(ROUTER, "2606:4700::1111", SENT, 64), (PLC, "192.168.1.2", SENT, 64)], True),
    ],
)
def test_a_host_on_the_internet_is_not_the_router_that_leads_to_it(rows, held):
    found, _ = sorted_out(*(sighting(mac, ip, how, ttl=ttl) for mac, ip, how, ttl in rows))
    assert ((number(ROUTER), 0, ip_halves(rows[0][1])) in found.held) is held


def test_an_address_that_was_only_sent_to_is_not_that_of_a_mac_with_another():
    found, _ = sorted_out(sighting(ROUTER, "192.168.1.1"))

    def reached(mac, ip):
        return found.subject(number(mac), 0, ip_halves(ip), reached=True)

    assert reached(ROUTER, "10.2.0.5") == Subject("ip", "10.2.0.5")
    assert reached(ROUTER, "8.8.8.8") == Subject("ip", "8.8.8.8")
    assert reached(PLC, "10.2.0.5") == Subject("mac", PLC)


def test_a_sender_with_a_group_mac_is_known_by_its_ip_address():
    _, subject = sorted_out(sighting("00:00:00:00:00:00", "10.0.0.1") | {"mac": 0x010203040506})
    assert subject("00:00:00:00:00:00", "10.0.0.1") == Subject("ip", "10.0.0.1")
    assert parties([sightings()]).subject(0x010203040506, 0, ip_halves("10.0.0.1")) is None


def test_a_plant_may_have_public_addresses_of_its_own():
    rows = [
        (PLC, "134.249.61.182", 55),
        (ROUTER, "134.249.53.130", 64),
        (ROUTER, "134.249.53.131", 64),  # it was given another address later
    ]
    found, _ = sorted_out(*(sighting(mac, ip, ttl=ttl) for mac, ip, ttl in rows))
    assert found.passed == {}


def test_who_claims_the_addresses_of_two_others_stands_between_them():
    hmi = "00:1b:1b:00:00:02"
    found, subject = sorted_out(
        sighting(ROUTER, "192.168.1.2", CLAIMED | SENT),
        sighting(ROUTER, "192.168.1.3", CLAIMED | SENT),
        sighting(ROUTER, "192.168.1.9", CLAIMED | SENT),
        sighting(PLC, "192.168.1.2"),
        sighting(hmi, "192.168.1.3"),
    )
    assert subject(ROUTER, "192.168.1.2") == Subject("ip", "192.168.1.2")
    assert subject(PLC, "192.168.1.2") == Subject("mac", PLC)
    assert found.holder(0, ip_halves("192.168.1.3")) == Subject("mac", hmi)
    assert subject(ROUTER, "192.168.1.9") == Subject("mac", ROUTER)
