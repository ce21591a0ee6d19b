"""Where a capture was taken, by what it shows."""

import pytest
from traffic import flow, flows, sighting, sightings

from overlanded.analyse.traffic.position import Position, described

MACS = [f"00:1b:1b:00:00:{n:02x}" for n in range(1, 9)]
ALL = "ff:ff:ff:ff:ff:ff"


def talk(one, other, **changed):
    return (
        flow(f"10.0.0.{one}", f"10.0.0.{other}", 102, a_mac=MACS[one], b_mac=MACS[other]) | changed
    )


def called(one):
    return flow(f"10.0.0.{one}", "10.0.0.255", 137, a_mac=MACS[one], b_mac=ALL, proto=17) | {
        "packets_ba": 0, "payload_ba": 0,
    }  # fmt: skip


def view(*rows, seen=100, lost=0, vlans=(0,)):
    position = Position()
    for row in rows:
        position.flows(flows(row))
    position.sightings(sightings(*(sighting(MACS[0], "10.0.0.1", vlan=vlan) for vlan in vlans)))
    found = position.view(seen, lost)
    return found, dict(described(found))["place"]


def test_conversations_of_several_are_a_mirror_port():
    found, place = view(talk(1, 2), talk(3, 4), talk(5, 6), called(7))
    assert (found.unicast, found.both_ways, found.own) == (1.0, 1.0, "")
    assert place == "a mirror port or tap that shows both directions"


def test_halves_are_a_mirror_port_of_one_direction():
    half = {"packets_ba": 0, "payload_ba": 0}
    found, place = view(*(talk(one, one + 1, **half) for one in range(1, 6)))
    assert found.both_ways == 0.0
    assert place == "a mirror port that shows one direction"


def test_two_halves_may_be_bad_luck():
    half = {"packets_ba": 0, "payload_ba": 0}
    assert view(talk(1, 2, **half), talk(3, 4, **half), talk(5, 6), talk(2, 4))[0].both_ways == 1.0


def test_one_station_in_everything_is_its_own_port():
    found, place = view(*(talk(1, other) for other in range(2, 7)), called(7))
    assert (found.own, found.unicast) == (MACS[1], 0.0)
    assert place.startswith(f"the port of {MACS[1]}")


def test_two_stations_alone_do_not_tell_whose_port_it_is():
    assert view(talk(1, 2), talk(2, 1))[0].own == ""


@pytest.mark.parametrize("rows", [[called(1), called(2)], []])
def test_only_what_goes_to_all_is_an_ordinary_port(rows):
    found, place = view(*rows)
    assert (found.unicast, place) == (0.0, "an ordinary port: only what goes to all")


def test_networks_and_losses():
    found, _ = view(talk(1, 2), vlans=(0, 20), lost=300)
    assert (found.networks, found.kept) == (("", "vlan 20"), 0.25)
