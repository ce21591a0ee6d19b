"""A unit's settings meet the addresses that were seen."""

import pytest

from overlanded.model.citing import Citation, Locator
from overlanded.model.observing import Observation, Subject
from overlanded.reconcile.clusters import cluster

MAC = Subject("mac", "00:1e:42:00:00:01")
UNIT, OTHER = Subject("hostname", "gw-k3"), Subject("hostname", "gw-k4")


def said(subject, value, how):
    cited = Citation("e-1", "gw.txt", Locator("line", "7"))
    return Observation(subject, "address", value, cited, detail=(("how", how),))


SEEN = [
    said(MAC, "192.168.20.77", "arp"),
    Observation(
        Subject("ip", "192.168.20.77"), "serves", "http/tcp/80", Citation("e-2", "c.pcap", Locator("frame", "1"))
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("settings", "devices"),
    [
        ([said(UNIT, "192.168.20.77", "configured")], 1),
        ([said(UNIT, "192.168.20.78", "configured")], 2),
        ([said(UNIT, "192.168.20.77", "configured"), said(OTHER, "192.168.20.77", "configured")], 3),
        ([said(UNIT, "127.0.0.1", "configured")], 2),
        ([said(UNIT, "224.0.0.5", "configured")], 2),
    ],
)  # fmt: skip
def test_an_address_that_one_unit_alone_has_set_is_its(settings, devices):
    assert len(cluster([*SEEN, *settings])) == devices
