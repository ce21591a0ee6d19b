"""A class taken from the line that fits, where the thing itself hardly says what it is."""

import pytest

from overlanded.model.devices import Identity
from overlanded.reconcile import cluster, reconcile


def done(make, identity, **line):
    (seen,) = cluster([make.saw(make.mac(1), "address", "10.0.0.1", how="arp")])
    said = {"device_class": "remote-io", "maker": "Beckhoff", "model": "BK9050", **line}
    records = [make.record(1, **said)]
    (device, *_) = reconcile(records, [(seen, identity)], [], make.power).devices
    return device


@pytest.mark.parametrize(
    ("seen_as", "chance", "becomes"),
    [
        ("unknown", 0.0, "remote-io"),
        ("plc", 0.7, "remote-io"),
        ("plc", 0.93, "remote-io"),
        ("plc", 0.97, "plc"),
    ],
)
def test_a_doubtful_class_gives_way_to_the_papers(make, seen_as, chance, becomes):
    device = done(make, Identity(seen_as, "Beckhoff", "", (), (), chance))
    assert device.device_class == device.identity.device_class == becomes


def test_the_line_is_cited_with_its_weight(make):
    device = done(make, Identity("unknown", "Beckhoff", "", (), (), 0.0))
    paper = device.identity.evidence[0]
    assert paper.source == "paper"
    assert paper.weight == device.matches[0].weight
    assert paper.citations[0].item == "p1"


def test_a_line_that_was_declined_names_nothing(make):
    device = done(make, Identity("unknown", "Beckhoff", "", (), (), 0.0), status="declined")
    assert device.device_class == "unknown"


def test_nothing_but_the_class_does_not_outweigh_a_fair_fingerprint(make):
    device = done(make, Identity("plc", "", "", (), (), 0.9), maker="", model="")
    assert device.device_class == "plc"
