"""Hints of a link, by the size of segments."""

import pytest
from traffic import flow, sighting, world

from overlanded.analyse.traffic.links import observe
from overlanded.analyse.traffic.parties import CLAIMED

ROUTER, PLC = "00:1e:42:00:00:01", "00:1b:1b:00:00:01"
HELD = [sighting(ROUTER, "10.0.0.1", CLAIMED), sighting(PLC, "10.0.0.2", CLAIMED)]


def hints(a, b, **sizes):
    row = flow(a, b, 443, a_mac=ROUTER, b_mac=PLC) | sizes
    return {(one.subject.value, one.value) for one in observe(world([row], HELD))}


@pytest.mark.parametrize(
    ("mss", "mtu"), [(1460, None), (0, None), (1318, "1358"), (1388, "1428"), (1360, "1400")]
)
def test_a_size_is_a_hint_only_where_a_link_usually_has_it(mss, mtu):
    expected = {(ROUTER, mtu)} if mtu else set()
    assert hints("10.0.0.1", "10.0.0.2", mss_ab=mss, mss_ba=1460) == expected


def test_headers_of_ipv6_are_larger():
    assert hints("fe80::1", "fe80::2", mss_ab=1360, mss_ba=1440) == {(ROUTER, "1420")}


def test_the_server_has_a_size_too():
    assert hints("10.0.0.1", "10.0.0.2", mss_ab=1460, mss_ba=1452) == {(PLC, "1492")}
