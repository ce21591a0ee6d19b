import json
import os
from pathlib import Path

import pytest
from lists import ITEM, split

from overlanded.readers import sniff
from overlanded.readers.paperwork import cyclonedx

CORPUS = Path(os.environ.get("OVERLANDED_CORPUS", "absent"))


def read(data):
    return split(
        cyclonedx.read(ITEM, data if isinstance(data, bytes) else json.dumps(data).encode())
    )


def device(name, quantity="1", **more):
    quantities = [{"name": "cdx:device:quantity", "value": quantity}]
    return {"type": "device", "name": name, "properties": quantities, **more}


def bom(*components, version="1.6"):
    return {"bomFormat": "CycloneDX", "specVersion": version, "components": list(components)}


@pytest.mark.parametrize("version", ["1.5", "1.6", "1.7"])
def test_nested_parts_are_counted_in_all_assemblies(version):
    inner = device("Ethernet switch", "3", manufacturer={"name": "Moxa"})
    records, _ = read(bom(device("Cabinet", "2", components=[inner]), version=version))
    assert [(r.description, r.quantity, r.citation.locator.place) for r in records] == [
        ("Cabinet", 2, "/components/0"),
        ("Ethernet switch", 6, "/components/0/components/0"),
    ]
    assert records[1].maker == "Moxa"


@pytest.mark.parametrize(
    ("scope", "status"),
    [("excluded", "declined"), ("optional", "optional"), ("required", "ordered")],
)
def test_the_scope_is_the_status(scope, status):
    records, _ = read(bom(device("4G router", scope=scope)))
    assert [r.status.value for r in records] == [status]


def test_what_makers_write_beside_the_schema_is_read_and_places_hold_inside():
    inner = {"type": "device", "name": "Switch", "model": "RS20", "quantity": "4", "odd": {"a": []}}
    records, gaps = read(bom({"type": "device", "name": "E-house +K2", "components": [inner]}))
    assert [(r.model, r.quantity, r.place) for r in records[1:]] == [("RS20", 4, "E-house +K2")]
    assert gaps == []


def test_a_component_without_a_name_is_told_and_not_listed():
    records, gaps = read(bom({"type": "device"}, device("4G router")))
    assert [r.description for r in records] == ["4G router"]
    assert any("/components/0" in gap.what for gap in gaps)


def test_software_is_told_and_not_listed():
    records, gaps = read(bom({"type": "application", "name": "Keycloak"}))
    assert records == []
    assert any("1 components" in gap.what for gap in gaps)


def test_xml_gives_what_json_gives():
    text = b"""<bom xmlns="http://cyclonedx.org/schema/bom/1.6"><components><component type="device">
    <manufacturer><name>Moxa</name></manufacturer><name>EDS-408A</name><description>Ethernet switch</description>
    <properties><property name="cdx:device:quantity">4</property></properties></component></components></bom>"""
    records, _ = read(text)
    assert [(r.description, r.model, r.maker, r.quantity) for r in records] == [
        ("Ethernet switch", "EDS-408A", "Moxa", 4)
    ]
    assert records[0].citation.locator.place == "/bom/components/component[1]"


@pytest.mark.parametrize(
    "data",
    [
        b'{"bomFormat": "CycloneDX", "components": [',
        b"[" * 100_000,
        b"<!DOCTYPE b [<!ENTITY a 'aa'>]><bom>&a;</bom>",
        b"<!DOCTYPE b [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><bom>&a;</bom>",
        b"<a>" * 10_000,
        b"<?xml version='1.0' encoding='none-such'?><bom/>",
        b"<?xml version='1.0' encoding='utf-7'?><bom/>",
    ],
    ids=["cut", "deep", "entity", "outside", "deep-xml", "no encoding", "not read"],
)
def test_a_hostile_file_is_refused_in_one_line(data):
    records, gaps = read(data)
    assert records == []
    assert [(gap.unread, "\n" in gap.why) for gap in gaps] == [(True, False)]


@pytest.mark.skipif(not CORPUS.exists(), reason="OVERLANDED_CORPUS names no folder")
@pytest.mark.parametrize(
    ("name", "lines", "pieces"),
    [
        ("HBOM/PCIe-SATA-adapter-board/bom.json", 6, 15),
        ("OBOM/Example-1-Decoupled/obom.json", 0, 0),
    ],
)
def test_public_bills_of_materials_load(name, lines, pieces):
    data = (CORPUS / "hbom" / name).read_bytes()
    assert sniff(data[:4096], "x").name == "cyclonedx"
    records, _ = read(data)
    assert (len(records), sum(r.quantity for r in records)) == (lines, pieces)
