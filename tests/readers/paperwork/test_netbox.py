import json
import os
from collections import Counter
from pathlib import Path

import pytest
from lists import ITEM, split

from overlanded.readers import sniff
from overlanded.readers.paperwork import netbox

CORPUS = Path(os.environ.get("OVERLANDED_CORPUS", "absent"))
REST = {
    "count": 1,
    "results": [
        {
            "url": "/api/dcim/devices/1/",
            "name": "sw1",
            "device_type": {"manufacturer": {"name": "Moxa"}, "model": "EDS-408A"},
            "role": {"name": "Access Switch"},
            "serial": "TAIBB1234",
            "site": {"name": "Pier 4"},
            "location": {"name": "E-house"},
            "status": {"value": "planned"},
            "primary_ip4": {"address": "10.0.0.2/24"},
        }
    ],
}
CSV = "Name,Status,Site,Rack,Role,Manufacturer,Type,IP Address\nsw1,Active,Pier 4,E-house,Access Switch,Moxa,EDS-408A,10.0.0.2/24\n"
TYPE = "---\nmanufacturer: Teltonika\nmodel: RUT955\ninterfaces:\n  - name: a\n    type: {}\n"


def read(text):
    return split(netbox.read(ITEM, text if isinstance(text, bytes) else text.encode()))


@pytest.mark.parametrize(
    ("text", "status", "place"),
    [(json.dumps(REST), "optional", "/results/0"), (CSV, "ordered", "2")],
    ids=["rest", "csv"],
)
def test_a_device_of_an_export(text, status, place):
    assert sniff(text.encode(), "x").name == "netbox"
    (record,), gaps = read(text)
    assert gaps == []
    assert (record.maker, record.model, record.device_class) == ("Moxa", "EDS-408A", "switch")
    assert (record.status.value, record.place, record.citation.locator.place) == (
        status,
        "E-house",
        place,
    )
    assert {"hostname:sw1", "ip:10.0.0.2"} <= {f"{i.kind}:{i.value}" for i in record.identifiers}


@pytest.mark.parametrize(
    ("kind", "word"), [("lte", "LTE"), ("5gbase-t", ""), ("5g", "5G"), ("ieee802.11ax", "WLAN")]
)
def test_a_type_names_its_radios_and_lists_no_pieces(kind, word):
    (record,), gaps = read(TYPE.format(kind))
    assert record.description == "Teltonika RUT955" + (f", with {word}" if word else "")
    assert (record.quantity, record.status.value) == (0, "optional")
    assert ["type of equipment" in gap.what for gap in gaps] == [True]


@pytest.mark.parametrize(
    "data", ['[{"model": "dcim.device", "fields": {', TYPE + "\t: [", '[{"device_type": 1']
)
def test_a_damaged_file_is_told_in_one_line(data):
    records, gaps = read(data)
    assert records == []
    assert [(gap.unread, "\n" in gap.why) for gap in gaps] == [(True, False)]


@pytest.mark.skipif(not CORPUS.exists(), reason="OVERLANDED_CORPUS names no folder")
def test_the_demo_database_loads():
    data = (CORPUS / "netbox-demo/json/netbox-demo-v3.6.json").read_bytes()
    assert sniff(data[:4096], "x").name == "netbox"
    records, _ = read(data)
    assert len(records) == 76
    assert all(record.maker and record.model for record in records)


@pytest.mark.skipif(not CORPUS.exists(), reason="OVERLANDED_CORPUS names no folder")
def test_the_device_types_load():
    found = Counter()
    for path in sorted((CORPUS / "devicetype").rglob("*.y*ml")):
        data = path.read_bytes()
        assert sniff(data[:4096], "x").name == "netbox", path
        found.update(record.device_class for record in read(data)[0])
    assert found.total() == 1005
    assert found["cellular-gateway"] >= 100
