"""Labels of photos become devices, and join what other sensors know by the same number."""

import pytest

from overlanded.model.citing import Citation, Locator
from overlanded.model.identifiers import Identifier
from overlanded.model.observing import Observation, Subject
from overlanded.reconcile import cluster

IMEI, OTHER = "352099001761481", "490154203237518"
MAC = "00:1e:42:3a:bc:01"


def label(number=1, inside=""):
    return Subject("label", f"IMG_1.jpg {number}{inside}")


def seen(subject, prop, value, of=None):
    cited = Citation("e-1", "IMG_1.jpg", Locator("region", "0,0 10x10"))
    return Observation(subject, prop, value, cited, object=of)


HEARD = seen(Subject("mac", MAC, "vlan 20"), "address", "10.0.0.1")


@pytest.mark.parametrize(
    ("observations", "devices"),
    [
        ([seen(label(), "mac-address", MAC), HEARD], 1),
        ([seen(label(), "mac-address", "00:1e:42:3a:bc:02"), HEARD], 2),
        (
            [
                seen(label(), "mac-address", "0c:5b:8f:27:9a:64"),
                seen(label(2), "mac-address", "0c:5b:8f:27:9a:64"),
            ],
            2,
        ),
        ([seen(label(), "imei", IMEI), seen(label(2), "imei", IMEI)], 1),
        ([seen(label(), "imei", IMEI), seen(label(2), "imei", OTHER)], 2),
        ([seen(label(), "imei", IMEI[:-1] + "2"), seen(label(2), "imei", IMEI[:-1] + "2")], 2),
        ([seen(label(), "proposed", f"imei {IMEI}"), seen(label(2), "imei", IMEI)], 2),
        (
            [
                seen(label(), "iccid", "89441000301000000018"),
                seen(label(2), "iccid", "89441000301000000018"),
            ],
            2,
        ),
    ],
)
def test_who_is_one_device(observations, devices):
    assert len(cluster(observations)) == devices


def test_a_label_is_no_identifier_and_a_proposal_is_not_checked():
    (one,) = cluster(
        [seen(label(), "proposed", f"imei {IMEI}"), seen(label(), "serial", "AB12345")]
    )
    assert one.identifiers == (
        Identifier("imei", IMEI, False, "proposed: read from print, not confirmed"),
        Identifier("serial", "AB12345"),
    )


def test_a_module_on_two_photos_of_one_host_is_one():
    found = []
    for number in (1, 2):
        found += [
            seen(label(number), "imei", IMEI),
            seen(label(number, " inside"), "inside", "XMR201903EG25G", label(number)),
            seen(label(number, " inside"), "fcc-id", "XMR201903EG25G"),
        ]
    assert len(cluster(found)) == 2
