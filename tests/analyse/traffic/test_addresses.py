from traffic import flow, sighting, world

from overlanded.analyse.traffic.addresses import observe
from overlanded.analyse.traffic.parties import CLAIMED, SENT

ROUTER = "00:1e:42:00:00:01"


def rows_of(*sightings):
    return [(one.property, one.value, dict(one.detail)) for one in observe(world([], sightings))]


def test_a_router_holds_its_address_and_fronts_the_others():
    rows = rows_of(
        sighting(ROUTER, "192.168.10.254", CLAIMED | SENT),
        sighting(ROUTER, "5.6.7.8", ttl=50),
        sighting(ROUTER, "10.9.9.9", ttl=63),
    )
    assert rows == [
        ("address", "192.168.10.254", {"how": "arp"}),
        ("role", "gateway", {"addresses": "2"}),
        ("fronts", "10.9.9.9", {"where": "inside"}),
        ("fronts", "5.6.7.8", {"where": "outside"}),
    ]


def test_a_ttl_below_a_first_value_says_how_far_the_sender_is():
    rows = rows_of(sighting(ROUTER, "192.168.10.254", CLAIMED | SENT, ttl=64) | {"ttl_min": 63})
    assert ("hops", "1", {"ttl": "63 to 64", "address": "192.168.10.254"}) in rows


def test_a_sender_without_ip_is_seen_all_the_same():
    assert rows_of(sighting(ROUTER)) == [("vlan", "0", {})]


def test_the_list_of_passed_on_addresses_is_bounded():
    many = [sighting(ROUTER, f"5.6.{n // 250}.{n % 250 + 1}", ttl=50) for n in range(500)]
    rows = rows_of(sighting(ROUTER, "192.168.10.254", CLAIMED), *many)
    assert ("role", "gateway", {"addresses": "500"}) in rows
    assert sum(word == "fronts" for word, _, _ in rows) == 64


def test_a_station_that_was_only_sent_to_has_the_one_address_it_was_sent_to():
    hmi, plc = "00:1b:1b:00:00:02", "00:1b:1b:00:00:01"
    held = [sighting(hmi, "192.168.10.2", CLAIMED)]

    def told(*targets):
        flows = [flow("192.168.10.2", ip, 102, a_mac=hmi, b_mac=plc) for ip in targets]
        seen = observe(world(flows, held))
        return [(one.value, dict(one.detail)) for one in seen if one.subject.value == plc]

    assert told("192.168.10.1") == [("192.168.10.1", {"how": "sent to"})]
    assert told("192.168.10.1", "192.168.10.3") == []
    assert told("5.6.7.8") == []
