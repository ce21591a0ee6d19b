"""Ties by serial numbers and names."""

import pytest

from overlanded.model.observing import Subject
from overlanded.reconcile import cluster
from overlanded.reconcile.names import Groups


def joined(make, *said):
    """How many devices two MACs are after saying these (property, value) each."""
    return len(cluster([make.saw(make.mac(n), *one) for n in (1, 2) for one in said]))


def test_equal_serials_join(make):
    assert joined(make, ("serial", "SN-10042")) == 1


@pytest.mark.parametrize("serial", ["0", "123456789", "AAAAAAA", "42", "none"])
def test_serials_that_repeat_do_not_join(make, serial):
    assert joined(make, ("serial", serial)) == 2


def test_port_macs_join_by_what_lldp_says(make):
    assert joined(make, ("lldp.chassis", "00:1e:42:00:00:09")) == 1
    assert joined(make, ("lldp.system-name", "sw-ehouse")) == 1


def test_two_macs_do_not_join_by_a_host_name(make):
    assert joined(make, ("hostname", "cam-boom")) == 2


@pytest.mark.parametrize("name", ["localhost", "Router", "Teltonika", "openwrt"])
def test_generic_names_do_not_join(make, name):
    assert joined(make, ("lldp.system-name", name)) == 2


def test_devices_with_their_own_addresses_do_not_join_by_name(make):
    seen = [make.saw(make.mac(n), "address", f"10.0.0.{n}", how="arp") for n in (1, 2)]
    seen += [make.saw(make.mac(n), "lldp.system-name", "sw-ehouse") for n in (1, 2)]
    assert len(cluster(seen)) == 2


def test_a_name_joins_a_nameless_address_to_its_mac(make):
    seen = [
        make.saw(make.mac(1), "hostname", "hoist-hmi"),
        make.saw(make.ip(4), "netbios.name", "HOIST-HMI<20>"),
    ]
    assert len(cluster(seen)) == 1


def test_names_do_not_join_across_networks(make):
    seen = [
        make.saw(make.mac(1, "vlan 10"), "hostname", "hoist-hmi"),
        make.saw(make.ip(4, "vlan 20"), "hostname", "hoist-hmi"),
    ]
    assert len(cluster(seen)) == 2


def test_a_management_address_is_the_senders(make):
    seen = [
        make.saw(make.mac(1), "lldp.management", "10.0.0.4"),
        make.saw(make.ip(4), "serves", "snmp/udp/161"),
    ]
    assert len(cluster(seen)) == 1


def test_a_port_is_its_bridge_and_the_bridge_is_one_on_all_networks(make):
    root = "root 4096/00:1e:42:00:00:09"
    seen = [
        make.saw(make.mac(1), "stp.bridge", f"bridge 32768/00:1e:42:00:00:05 {root}"),
        make.saw(make.mac(5, "vlan 20"), "address", "10.0.0.5", how="arp"),
        make.saw(make.mac(9), "vlan", "0"),
    ]
    first, second = cluster(seen)
    assert {subject.value for subject in first.subjects} == {
        "00:1e:42:00:00:01",
        "00:1e:42:00:00:05",
        "10.0.0.5",
    }
    assert second.key == make.mac(9)


def test_stating_anothers_address_hides_nobody(make):
    seen = [make.saw(make.mac(n), "address", f"10.0.0.{n}", how="arp") for n in (1, 2)]
    seen.append(make.saw(make.mac(2), "lldp.chassis", make.mac(1).value))
    seen.append(make.saw(make.mac(2), "lldp.management", "10.0.0.1"))
    assert len(cluster(seen)) == 2


def test_groups_keep_the_smallest_as_representative():
    one, two, three = (Subject("ip", str(n)) for n in (1, 2, 3))
    groups = Groups([three, two])
    groups.tie(three, two)
    groups.tie(two, one)
    assert groups.root(three) == one
    assert groups.together(one) == [one, two, three]
    assert Subject("ip", "4") not in groups
