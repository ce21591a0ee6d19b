from __future__ import annotations

import tomllib

from lab.casefile import crane_toml, statements_toml
from msgspec.structs import replace


def test_the_note_is_toml_and_says_who_what_and_where(sts07):
    note = tomllib.loads(crane_toml(sts07, "2020-01-01T00:00:00+00:00"))
    assert note["crane"] == "STS-07"
    assert note["milestones"]["delivery"] == "2017-08-15"
    assert [zone["name"] for zone in note["zones"]] == ["control", "video", "services", "port"]
    assert [file["path"] for file in note["files"]] == [
        "paperwork/contract-list.xlsx",
        "paperwork/change-order-03.csv",
        "paperwork/change-order-05.csv",
        "paperwork/technical-specification.pdf",
        "evidence/factory/inspection-factory.xlsx",
        "evidence/site/inspection-site.xlsx",
        "evidence/factory/IMG_0409.jpg",
        "evidence/factory/IMG_0417.jpg",
        "evidence/site/IMG_2231.jpg",
        "evidence/mirror-sw1.pcapng",
    ]
    assert [note["files"][at]["holder"] for at in (0, 3)] == ["port", "maker"]
    assert (note["files"][7]["visit"], note["files"][7]["where"]) == ("factory", "+K2")
    assert note["files"][-1]["at"] == "2020-01-01T00:00:00+00:00"
    assert "were not listened to" in note["files"][-1]["note"]


def test_statements_are_toml_with_their_claims(sts07):
    maker, port = tomllib.loads(statements_toml(sts07))["statements"]
    assert (maker["role"], port["role"]) == ("maker", "port")
    assert maker["claims"] == {"purpose": "remote diagnostics", "connected": False}
    assert port["claims"]["ordered"] is False
    assert port["about"] == ["14.3", "00:1e:42:1d:9c:3e"]


def test_a_crane_of_which_nobody_spoke_has_no_statements(sts07):
    assert statements_toml(replace(sts07, statements=())) == ""
