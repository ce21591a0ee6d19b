"""Which observations become one device, and which become none."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from overlanded.model.observing import Observation, Subject
from overlanded.reconcile import cluster

HILINK = "0c:5b:8f:27:9a:64"


def grouped(observations):
    return [{str(subject) for subject in one.subjects} for one in cluster(observations)]


@pytest.mark.parametrize("how", ["arp", "nd", "dhcp", "ip"])
def test_mac_and_address_join(make, how):
    assert grouped([make.saw(make.mac(1), "address", "10.0.0.1", how=how)]) == [
        {"mac 00:1e:42:00:00:01", "ip 10.0.0.1"}
    ]


def test_two_senders_of_one_address_do_not_join(make):
    seen = [make.saw(make.mac(n), "address", "10.0.0.9", how="ip") for n in (1, 2)]
    seen.append(make.saw(make.ip(9), "serves", "http/tcp/80"))
    assert len(cluster(seen)) == 3


def test_the_most_frequent_claim_wins(make):
    seen = [
        make.saw(make.mac(1), "address", "10.0.0.9", count=2, how="arp"),
        make.saw(make.mac(2), "address", "10.0.0.9", count=5, how="arp"),
    ]
    assert grouped(seen)[1] == {"mac 00:1e:42:00:00:02", "ip 10.0.0.9"}


def test_a_gateway_does_not_absorb_those_it_fronts(make):
    seen = [
        make.saw(make.mac(1), "address", "10.0.0.1", how="arp"),
        make.saw(make.mac(1), "fronts", "10.0.0.50"),
        make.saw(make.mac(1), "address", "10.0.0.50", how="ip"),
        make.saw(make.ip(50), "session", "s7comm", to=make.ip(2)),
    ]
    assert grouped(seen) == [{"mac 00:1e:42:00:00:01", "ip 10.0.0.1"}]


def test_a_fronted_host_that_serves_control_is_a_device(make):
    seen = [
        make.saw(make.mac(1), "fronts", "10.0.0.50"),
        make.saw(make.ip(50), "serves", "s7comm/tcp/102"),
    ]
    assert {"ip 10.0.0.50"} in grouped(seen)


def test_a_fronted_address_is_the_one_at_home_elsewhere(make):
    seen = [
        make.saw(make.mac(1, "vlan 10"), "fronts", "10.0.0.5"),
        make.saw(make.ip(5, "vlan 10"), "session", "s7comm", to=make.ip(2, "vlan 10")),
        make.saw(make.mac(5, "vlan 20"), "address", "10.0.0.5", how="arp"),
    ]
    assert {
        "mac 00:1e:42:00:00:05 on vlan 20",
        "ip 10.0.0.5 on vlan 20",
        "ip 10.0.0.5 on vlan 10",
    } in grouped(seen)


def test_one_mac_on_two_networks_is_one_device(make):
    seen = [make.saw(make.mac(1, name), "vlan", "1") for name in ("vlan 10", "vlan 20")]
    assert len(cluster(seen)) == 1


@pytest.mark.parametrize("value", [HILINK, "02:00:00:00:00:01", "00:00:5e:00:01:0a"])
def test_local_and_shared_macs_do_not_join_across_networks(make, value):
    seen = [make.saw(Subject("mac", value, name), "vlan", "1") for name in ("vlan 10", "vlan 20")]
    assert len(cluster(seen)) == 2


def test_a_shared_mac_with_two_addresses_joins_neither(make):
    stick = Subject("mac", HILINK)
    seen = [make.saw(stick, "address", f"192.168.8.{n}", how="arp") for n in (1, 2)]
    seen += [make.saw(Subject("ip", f"192.168.8.{n}"), "uses", "dns/udp/53") for n in (1, 2)]
    assert len(cluster(seen)) == 3
    assert len(cluster(seen[:1])[0].subjects) == 2


@pytest.mark.parametrize(
    "subject",
    [
        Subject("ip", "224.0.0.251"),
        Subject("ip", "255.255.255.255"),
        Subject("ip", "8.8.8.8"),
        Subject("mac", "01:00:5e:00:00:fb"),
        Subject("mac", "00:00:00:00:00:00"),
        Subject("ip", "not an address"),
    ],
    ids=str,
)
def test_nobody_is_there(make, subject):
    assert cluster([make.saw(subject, "serves", "dns/udp/53")]) == ()


def test_a_name_heard_from_others_is_no_sighting(make):
    assert cluster([make.saw(make.ip(7), "domain-name", "plc.example")]) == ()


def test_a_public_address_that_arp_binds_is_a_device(make):
    seen = [make.saw(make.mac(1), "address", "141.81.0.10", how="arp")]
    assert len(cluster(seen)) == 1


def test_identifiers_are_gathered_with_their_check(make):
    seen = [
        make.saw(make.mac(1), "address", "10.0.0.1", how="arp"),
        make.saw(make.mac(1), "serial", "s c-k1234"),
        make.saw(make.mac(1), "order-number", "6ES7 315-2AH14"),
        make.saw(make.mac(1), "hostname", "Hoist."),
    ]
    found = {str(one) for one in cluster(seen)[0].identifiers}
    assert found == {
        "mac 00:1e:42:00:00:01",
        "ip 10.0.0.1",
        "serial SC-K1234",
        "part-number 6ES73152AH14",
        "hostname hoist",
    }


def test_the_mac_leads(make):
    seen = [make.saw(make.mac(200), "address", "10.0.0.1", how="arp")]
    assert cluster(seen)[0].key == make.mac(200)


MACS = st.integers(1, 6).map(lambda n: Subject("mac", f"00:1e:42:00:00:{n:02x}", f"vlan {n % 2}"))
ODD = st.sampled_from([Subject("mac", HILINK, "vlan 1"), Subject("mac", "02:00:00:00:00:01")])
ADDRESSES = st.integers(1, 6).map(lambda n: f"10.0.0.{n}")


@st.composite
def scenes(draw, make):
    def one():
        subject = draw(MACS | ODD)
        address = draw(ADDRESSES)
        return draw(
            st.sampled_from(
                [
                    make.saw(subject, "address", address, how="arp"),
                    make.saw(subject, "address", address, how="ip"),
                    make.saw(subject, "fronts", address),
                    make.saw(subject, "hostname", f"host{address[-1]}"),
                    make.saw(subject, "lldp.system-name", f"host{address[-1]}"),
                    make.saw(subject, "lldp.chassis", f"00:1e:42:00:00:0{address[-1]}"),
                    make.saw(subject, "serial", f"SN-100{address[-1]}"),
                    make.saw(Subject("ip", address, subject.network), "serves", "modbus/tcp/502"),
                ]
            )
        )

    return [one() for _ in range(draw(st.integers(0, 14)))]


@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_the_order_of_observations_does_not_matter(make, data):
    scene = data.draw(scenes(make))
    shuffled = data.draw(st.permutations(scene))
    assert cluster(scene) == cluster(shuffled)


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_every_subject_belongs_to_at_most_one_device(make, data):
    clusters = cluster(data.draw(scenes(make)))
    subjects = [subject for one in clusters for subject in one.subjects]
    assert len(subjects) == len(set(subjects))
    for one in clusters:
        assert all(isinstance(seen, Observation) for seen in one.observations)
        assert {seen.subject for seen in one.observations} <= set(one.subjects)
