"""Addresses that belong to no plan of their wire."""

import pytest
from traffic import flow, sighting, world

from overlanded.analyse.traffic.parties import CLAIMED
from overlanded.analyse.traffic.plans import observe
from overlanded.model.evidence import Zone

STATIONS = [(f"00:1b:1b:00:00:{n:02x}", f"10.70.7.{n}") for n in range(1, 7)]
MODEM = "00:1e:42:00:00:01"


def foreign(modem_ip, *flows, zones=(), vlan=0):
    held = [sighting(mac, ip, CLAIMED) for mac, ip in STATIONS]
    rows = [*held, sighting(MODEM, modem_ip, CLAIMED, vlan=vlan)]
    found = observe(world(flows, rows, zones=zones))
    return [(one.subject.value, one.value, dict(one.detail)["others"]) for one in found]


def talk(mac, ip, other_mac, other_ip):
    return flow(ip, other_ip, 80, a_mac=mac, b_mac=other_mac)


def test_the_address_of_another_plan_is_told_with_the_plan_of_the_others():
    assert foreign("192.168.1.1") == [(MODEM, "192.168.1.1", "10.70.7.0/24")]


@pytest.mark.parametrize("ip", ["10.70.7.250", "169.254.3.4", "8.8.8.8", "fe80::1", "fd00::9"])
def test_addresses_of_the_plan_and_those_without_one_are_not(ip):
    assert foreign(ip) == []


def test_blocks_whose_stations_talk_straight_are_one_plan():
    assert foreign("10.70.8.9") == [(MODEM, "10.70.8.9", "10.70.7.0/24")]
    assert foreign("10.70.8.9", talk(MODEM, "10.70.8.9", *STATIONS[0])) == []


def test_what_goes_by_way_of_a_gateway_joins_no_plans():
    beyond = flow("10.70.8.9", STATIONS[0][1], 80, a_mac=MODEM, b_mac=STATIONS[1][0])
    assert len(foreign("10.70.8.9", beyond)) == 1


def test_an_address_of_a_stated_zone_is_of_the_plan():
    assert foreign("192.168.1.1", zones=(Zone("cameras", ("192.168.1.0/24",)),)) == []


def test_each_network_has_plans_of_its_own():
    assert foreign("192.168.1.1", vlan=20) == []
