from __future__ import annotations

import copy

import pytest
import yaml
from lab.errors import LabError
from lab.scenario import load, parse, problems


def device(data, name):
    return next(one for one in data["devices"] if one["id"] == name)


def put(data, path, value):
    *way, last = path
    for step in way:
        data = data[step]
    data[last] = value


def test_small_and_shipped_scenarios_hold_together(small, sts07):
    assert list(problems(parse(small))) == []
    assert list(problems(sts07)) == []
    assert len([d for d in sts07.devices if d.on_crane and d.present]) == 21


BROKEN = [
    (("devices", 0, "class"), "modem", "class modem is not in the list"),
    (("devices", 0, "id"), "Plc 1", "Plc 1 is not a name"),
    (("devices", 0, "id"), "gate", "gate is used 2 times"),
    (("devices", 0, "nics"), [], "present, but has no interface"),
    (("devices", 0, "nics", 0, "network"), "wan", "there is no network wan"),
    (("devices", 0, "nics", 0, "mac"), "00:1E:42:00:00:02", "is not a MAC"),
    (("devices", 0, "nics", 0, "mac"), "00:1e:42:00:00:01", "is used 2 times"),
    (("devices", 0, "nics", 0, "address"), "10.0.0.300/24", "is not an address"),
    (("devices", 2, "runs", 0, "stack"), "s7.master", "there is no stack s7.master"),
    (("devices", 2, "runs", 0, "stack"), "nothing.client", "there is no stack nothing.client"),
    (("devices", 2, "runs", 0, "to"), "plc-9", "talks to plc-9"),
    (("devices", 2, "present"), False, "joins 2 hosts, not 1"),
    (("sensors", 0, "network"), "wan", "lan.pcapng: there is no network wan"),
    (("paperwork", 0, "sheets", 0, "rows", 0, "cells"), ["1"], "does not fill 2 columns"),
    (("paperwork", 0, "sheets", 0, "rows", 0, "devices"), ["x"], "x is not a device"),
]


@pytest.mark.parametrize(("path", "value", "words"), BROKEN)
def test_each_fault_is_named(small, path, value, words):
    broken = copy.deepcopy(small)
    put(broken, path, value)
    assert any(words in problem for problem in problems(parse(broken)))


@pytest.mark.parametrize("text", ["", "- 1", "scenario: x", "{", "scenario: x\nseconds: many"])
def test_a_file_of_another_shape_gives_one_line(tmp_path, text):
    path = tmp_path / "s.yml"
    path.write_text(text)
    with pytest.raises(LabError, match="not a scenario"):
        load(path)


def test_a_broken_file_names_everything_at_once(tmp_path, small):
    small["devices"][0]["class"] = "modem"
    small["sensors"][0]["network"] = "wan"
    path = tmp_path / "s.yml"
    path.write_text(yaml.safe_dump(small))
    with pytest.raises(LabError, match=r"no network wan.*class modem"):
        load(path)
