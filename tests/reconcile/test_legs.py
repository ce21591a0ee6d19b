"""Two MACs that follow each other and pass on each other's networks are one router."""

import pytest

from overlanded.model.observing import Subject
from overlanded.reconcile import cluster


def gateway(make, last, address, **more):
    mac = Subject("mac", f"00:1e:42:00:00:{last:02x}", more.get("network", ""))
    role = more.get("role", "gateway")
    return [make.saw(mac, "address", address, how="arp"), make.saw(mac, "role", role)]


@pytest.mark.parametrize(
    ("first", "second", "devices"),
    [
        ((16, "10.0.0.254"), (17, "10.0.1.254"), 1),
        ((16, "10.0.0.254"), (19, "10.0.1.254"), 1),
        ((16, "10.0.0.254"), (20, "10.0.1.254"), 2),
        ((16, "10.0.0.254"), (17, "10.0.0.253"), 2),
    ],
)
def test_ports_of_one_box_follow_each_other_and_lead_to_different_networks(
    make, first, second, devices
):
    assert len(cluster([*gateway(make, *first), *gateway(make, *second)])) == devices


def test_who_is_no_gateway_is_no_leg(make):
    one = gateway(make, 16, "10.0.0.254")
    other = gateway(make, 17, "10.0.1.254", role="ntp-server")
    assert len(cluster([*one, *other])) == 2
