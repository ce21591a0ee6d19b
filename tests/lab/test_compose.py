"""Drawn cranes: every planted case and every scenario file makes one that can be built."""

from __future__ import annotations

from collections import Counter
from ipaddress import ip_address
from pathlib import Path

import pytest
import yaml
from lab.composed import Composed, new_piece
from lab.equipment import catalogue
from lab.errors import LabError

from lab import compose, draw, planting, scenario, truth

SCENARIOS = sorted((Path(__file__).parent.parent.parent / "lab/scenarios").glob("*.yml"))
DRAWN = [path for path in SCENARIOS if path.stem != "sts-07"]
LAYOUTS = ("flat", "split", "vlans")
KINDS = planting.kinds()
EQUIPMENT = dict.fromkeys(
    (
        *("plc", "remote-io", "drive", "hmi", "cms-server", "engineering-station", "switch"),
        *("camera", "nvr", "ocr-server", "meter", "firewall"),
    ),
    1,
)


def crane(*planted, layout="flat", seed=1, **more):
    """The plain data of a small crane with these cases."""
    papers = {"language": "en", "form": "plain"}
    part = {"layout": layout, "equipment": EQUIPMENT, "planted": list(planted), "papers": papers}
    data = {"scenario": "test", "seconds": 60, "draw": {**part, **more}}
    return compose.compose(data, seed)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_case_can_be_built(kind, layout):
    for seed in range(3):
        made = crane(kind, layout=layout, seed=seed)
        assert list(scenario.problems(scenario.parse(made))) == []
        assert "$" not in yaml.safe_dump(made["planted"] + made["devices"])


@pytest.mark.parametrize("kind", KINDS)
def test_every_case_says_what_it_is_and_what_it_expects(kind):
    made = crane(kind)
    (planted,) = made["planted"]
    assert planted["kind"] == kind
    assert len(planted["about"]) > 40
    assert isinstance(planted["quiet"], bool)
    expects = planted["expects"]
    known = {one["id"]: one for one in made["devices"]}
    assert known[expects["device"]].get("on_crane", True)
    assert isinstance(expects["far"], bool)
    assert isinstance(expects["emits"], bool)
    assert expects.get("seen_as", expects["device"]) in known


@pytest.mark.parametrize("kind", KINDS)
def test_the_internet_has_addresses_that_it_can_have(kind):
    for other in crane(kind)["devices"]:
        for address in other.get("accepts", ()):
            assert "/" in address or ip_address(address).is_global


@pytest.mark.parametrize("path", DRAWN, ids=lambda path: path.stem)
def test_every_scenario_makes_cranes(path):
    for seed in range(5):
        made = scenario.load(path, seed)
        assert made.name == path.stem
        assert 60 <= made.seconds <= 75
        assert truth.truth(made, seed)["devices"]
        assert truth.truth(scenario.load(path, seed), seed) == truth.truth(made, seed)


def test_over_seeds_every_case_comes_and_a_third_of_the_cranes_are_quiet():
    loaded = [scenario.load(path, seed) for path in DRAWN for seed in range(30)]
    found = Counter(one["kind"] for made in loaded for one in made.planted)
    assert set(found) == set(KINDS)
    quiet = sum(all(one["quiet"] for one in made.planted) for made in loaded)
    assert 0.25 < quiet / len(loaded) < 0.42
    assert any(not made.planted for made in loaded)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_same_seed_makes_the_same_crane(layout):
    first = crane("router-engineer", "dns-tunnel", layout=layout)
    assert first == crane("router-engineer", "dns-tunnel", layout=layout)
    assert first != crane("router-engineer", "dns-tunnel", layout=layout, seed=2)


def test_a_case_changes_nothing_of_the_rest():
    plain, more = crane(), crane("satellite-uplink")
    before = {one["id"]: one for one in plain["devices"] if one.get("on_crane", True)}
    after = {one["id"]: one for one in more["devices"] if one.get("on_crane", True)}
    assert set(after) - set(before) == {"sat1"}
    assert all(after[name]["nics"] == before[name]["nics"] for name in before)


def test_two_cases_may_change_one_piece():
    made = crane("cms-remote-desktop", "cms-vnc", "dns-tunnel")
    cms = next(one for one in made["devices"] if one["id"] == "cms-1")
    stacks = [run["stack"] for run in cms["runs"]]
    assert {"rdp.server", "vnc.server", "iodine.client"} <= set(stacks)


def test_two_pieces_do_not_get_one_address():
    for seed in range(20):
        made = crane("router-engineer", "satellite-uplink", "five-g-cpe", seed=seed)
        own = [one["nics"][0]["address"] for one in made["devices"] if one.get("on_crane", True)]
        assert len(set(own)) == len(own)


def test_the_firewall_serves_every_wire_of_the_crane():
    made = crane(layout="split")
    fw = next(one for one in made["devices"] if one["class"] == "firewall")
    served = {run["interface"] for run in fw["runs"] if run["stack"] == "dnsmasq.server"}
    assert served == {"crane", "video"}
    legs = {nic["network"]: nic["address"] for nic in fw["nics"]}
    nvr = next(one for one in made["devices"] if one["class"] == "nvr")
    assert nvr["gateway"] == legs["video"].split("/")[0]


def test_on_a_trunk_the_firewall_has_one_mac_and_otherwise_neighbours():
    macs = {}
    for layout in ("split", "vlans"):
        fw = next(d for d in crane(layout=layout)["devices"] if d["class"] == "firewall")
        macs[layout] = {n["network"]: int(n["mac"].replace(":", ""), 16) for n in fw["nics"]}
    assert macs["vlans"]["video"] == macs["vlans"]["crane"]
    assert macs["split"]["video"] == macs["split"]["crane"] + 2


def test_a_permit_goes_with_what_was_planted():
    made = crane("access-outside-permit")
    through = next(one for one in made["devices"] if one["id"] == "access1")["nics"][0]
    permit = made["planted"][0]["permit"]
    assert permit == {"from": 4, "until": 30, "through": through["address"].split("/")[0]}


BROKEN = [
    ({"planted": ["sea-monster"]}, "there is no planted case sea-monster"),
    ({"equipment": {"lift": 1}}, "the catalogue has nothing of class lift"),
    ({"equipment": {"plc": 1, "firewall": 1}, "planted": ["cms-vnc"]}, "wants a cms-server"),
    ({"equipment": {"firewall": 1}, "planted": ["router-engineer"]}, "asks a plc"),
]


@pytest.mark.parametrize(("part", "words"), BROKEN)
def test_what_cannot_be_composed_is_said(part, words):
    more = {"equipment": EQUIPMENT, "planted": []} | part
    data = {"scenario": "test", "seconds": 60, "draw": more}
    with pytest.raises(LabError, match=words):
        compose.compose(data, 1)


DRAWS = [
    ("!between [2, 5]", lambda value: value in (2, 3, 4, 5)),
    ("!between [0.5, 2.0]", lambda value: 0.5 <= value <= 2),
    ("!log [10, 1000]", lambda value: 10 <= value <= 1000),
    ("!any [a, b]", lambda value: value in ("a", "b")),
    ("!weighted [[1, a], [0, b]]", lambda value: value == "a"),
    (
        "!some {of: [a, b, c], count: 2}",
        lambda value: value in (["a", "b"], ["a", "c"], ["b", "c"]),
    ),
    ("!chance 0.5", lambda value: isinstance(value, bool)),
    ('!pattern "######"', lambda value: len(value) == 6 and value.isdigit()),
    ('!pattern "A-#?"', lambda value: value[:2] == "A-" and value[2].isdigit()),
]


@pytest.mark.parametrize(("text", "fits"), DRAWS)
def test_draws_give_what_they_say(text, fits):
    for seed in range(20):
        assert fits(draw.drawn(draw.read(text), seed))


def test_all_pieces_of_the_catalogue_can_be_drawn():

    made = Composed({"crane": {"crane": "C"}}, 1, subnets={"crane": "10.0.0", "video": "10.0.1"})
    for kind, one in catalogue().items():
        piece = new_piece(made, kind)
        assert piece.device_class == one["class"]
        assert bool(piece.serial) is ("serial" in one)
