"""Ids, names and order."""

from overlanded.reconcile import reconcile
from overlanded.reconcile.arranging import content_id


def test_ids_depend_on_content_only():
    assert content_id("d", "mac 00:1e:42:00:00:01") == content_id("d", "mac 00:1e:42:00:00:01")
    assert len(content_id("d", "x")) == 12


def test_least_accounted_for_first_then_communications(make):
    records = [make.record(1, device_class="plc")]
    identified = make.devices(make.kind("plc"), make.kind("camera"), make.kind("cellular-gateway"))
    done = reconcile(records, identified, [make.paper], make.power)
    assert [(d.number, d.name, d.standing.value) for d in done.devices] == [
        (1, "cellular router 1", "UNDOCUMENTED"),
        (2, "camera 1", "UNDOCUMENTED"),
        (3, "PLC-1", "DOCUMENTED"),
    ]


def test_counted_in_order_of_address(make):
    done = reconcile([], make.devices(*[make.kind("hmi")] * 3), [], make.power)
    addresses = {d.name: d.cluster.subjects[1].value for d in done.devices}
    assert addresses == {"HMI-1": "10.0.0.1", "HMI-2": "10.0.0.2", "HMI-3": "10.0.0.3"}
