"""Which MAC an address belongs to."""

import pytest

from overlanded.model.observing import Subject
from overlanded.reconcile.bindings import bindings, is_global_mac, names_device, shared, sightings


def test_a_claim_outweighs_a_sender(make):
    seen = [
        make.saw(make.mac(1), "address", "10.0.0.9", count=900, how="ip"),
        make.saw(make.mac(2), "address", "10.0.0.9", how="arp"),
    ]
    assert bindings(sightings(seen)) == {make.ip(9): make.mac(2)}


def test_the_only_sender_that_passes_on_others_is_not_bound(make):
    seen = [
        make.saw(make.mac(1), "address", "10.0.0.9", how="ip"),
        make.saw(make.mac(1), "fronts", "10.0.0.10"),
    ]
    assert bindings(sightings(seen)) == {}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("00:1e:42:00:00:01", True),
        ("02:1e:42:00:00:01", False),
        ("0c:5b:8f:27:9a:64", False),
        ("00:00:0c:07:ac:01", False),
        ("33:33:00:00:00:01", False),
    ],
)
def test_which_macs_name_one_device_on_earth(value, expected):
    assert is_global_mac(value) is expected


def test_shared_by_whole_address_or_beginning():
    assert shared("0c:5b:8f:27:9a:64")
    assert shared("00:00:5e:00:01:ff")
    assert not shared("0c:5b:8f:27:9a:65")


def test_kinds_without_a_parser_name_a_device():
    assert names_device(Subject("asset-tag", "17"))
    assert not names_device(Subject("ip", "255.255.255.255"))
