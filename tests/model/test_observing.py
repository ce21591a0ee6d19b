"""Subjects keep equal address plans apart."""

from overlanded.model.observing import Subject


def test_network_is_part_of_who_it_is():
    one, other = Subject("ip", "10.0.0.1", "vlan 10"), Subject("ip", "10.0.0.1", "vlan 20")
    assert one != other
    assert str(one) == "ip 10.0.0.1 on vlan 10"
    assert str(Subject("ip", "10.0.0.1")) == "ip 10.0.0.1"
    assert sorted([other, one]) == [one, other]
