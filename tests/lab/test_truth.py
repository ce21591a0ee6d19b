from __future__ import annotations

import json
from collections import Counter

from lab.scenario import parse
from lab.truth import truth

from lab import plan


def by_id(found):
    return {device["id"]: device for device in found["devices"]}


def test_the_example_has_one_declined_one_missing_and_nothing_undocumented(sts07):
    standings = Counter(device["standing"] for device in truth(sts07, 7)["devices"])
    assert standings == {"DOCUMENTED": 20, "DECLINED": 1, "MISSING": 1}


def test_the_router_of_the_example(sts07):
    router = by_id(truth(sts07, 7))["router-1"]
    assert router["standing"] == "DECLINED"
    assert router["class"] == "cellular-gateway"
    assert router["macs"] == ["00:1e:42:1d:9c:3e"]
    assert router["addresses"] == ["10.70.7.250"]
    where = [("contract-list.xlsx", "Options"), ("technical-specification.pdf", "Chapter 14")]
    assert router["records"] == [
        {"file": file, "sheet": sheet, "line": "14.3", "status": "declined"}
        for file, sheet in where
    ]
    assert router["installed"] == {"after": "2017-06-06", "before": "2017-06-08"}
    assert router["activity"]["outside"] == ["engineer"]
    (reached,) = router["reach"]["observed"]
    assert (reached["device"], reached["protocol"], reached["sessions"]) == ("plc-1", "s7comm", 14)
    assert reached["functions"] == ["read"]
    assert reached["reads"] == sum(
        s["requests"] for key, p in plan.plans(sts07, 7).items() if key[0] == "engineer" for s in p
    )
    assert "drive-hoist" in router["reach"]["possible"]
    assert "plc-1" not in router["reach"]["possible"]


def test_same_seed_same_truth_and_another_seed_another(sts07):
    first = json.dumps(truth(sts07, 7))
    assert json.dumps(truth(sts07, 7)) == first
    assert json.dumps(truth(sts07, 8)) != first


def test_visits_keep_their_slots(sts07):
    for visits in plan.plans(sts07, 3).values():
        starts = [visit["at"] for visit in visits]
        assert starts == sorted(starts)
        assert starts[0] > 0 and starts[-1] < sts07.seconds


def test_adding_a_device_changes_no_other_visits(small):
    before = plan.plans(parse(small), 1)
    small["devices"].insert(0, {"id": "extra", "class": "pc", "present": False})
    assert plan.plans(parse(small), 1) == before


def test_standings_follow_from_paper_and_presence(small):
    rows = small["paperwork"][0]["sheets"][0]["rows"]
    rows[0]["misdescribed"] = True
    rows.append({"cells": ["3", "Sensor"], "devices": ["gone"]})
    small["devices"].append({"id": "gone", "class": "sensor", "present": False})
    small["devices"].append(
        {"id": "stray", "class": "pc", "nics": [{"network": "lan", "address": "10.0.0.7/24"}]}
    )
    found = by_id(truth(parse(small), 1))
    assert {name: device["standing"] for name, device in found.items()} == {
        "plc-1": "MISDESCRIBED",
        "gate": "DECLINED",
        "gone": "MISSING",
        "stray": "UNDOCUMENTED",
    }
