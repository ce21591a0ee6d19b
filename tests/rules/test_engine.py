from itertools import product
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from overlanded.data import table
from overlanded.model.citing import Citation, Locator
from overlanded.model.facts import Facts
from overlanded.rules import find, find_all, listed, load
from overlanded.rules.conditions import read
from overlanded.rules.engine import find_slowly, in_order, required
from overlanded.rules.ruleset import from_data
from overlanded.rules.trials import facts

MATCHER = yaml.safe_load((Path(__file__).parent / "matcher.yml").read_text(encoding="utf-8"))
WORDS = sorted(table("facts")["facts"])
FILL = {
    "scope": "device",
    "status": "stable",
    "about": "about",
    "severity": "low",
    "audience": "port",
    "weight": "strong",
}


def words(when):
    from overlanded.rules.conditions import leaves

    return [leaf.word for leaf in leaves(read(when)) if leaf.word in WORDS]


def ruleset(rules, lists=None):
    entries = [
        FILL | {"rule": slug, "title": slug, "needs": words(entry["when"])} | entry
        for slug, entry in rules.items()
    ]
    return from_data({"rules": entries, "lists": lists or {}})


RULES = ruleset(MATCHER["rules"], MATCHER["lists"])


def judged(rules, known):
    findings, gaps = find(rules, known)
    return (
        [finding.advisory.rule for finding in findings],
        [gap.what.removeprefix("not decided: ") for gap in gaps],
    )


@pytest.mark.parametrize("case", MATCHER["cases"], ids=lambda case: case["name"])
def test_matcher(case):
    looked = WORDS if case["looked"] == "all" else case["looked"]
    fires, gaps = judged(RULES, facts(case["known"], looked))
    assert fires == case["fires"]
    if "gaps" in case:
        assert gaps == case["gaps"]


VALUES = {
    "standing": ["DECLINED", "DOCUMENTED", "UNDOCUMENTED", "MISSING"],
    "role": ["gateway", "ntp-server"],
    "family": ["network", "communications", "control"],
    "class": ["plc"],
    "controls-observed": ["plc"],
    "functions": ["read", "write"],
    "distance-ms": ["40", "110"],
    "outside-contact": ["a.example.com", "x.talk2m.com", "router15.teamviewer.com", "192.0.2.1"],
    "fronts": ["1", "4"],
    "uses": ["s7comm"],
    "serves": ["http", "modbus"],
    "cleartext": ["telnet"],
    "remote": ["cellular", "cloud"],
    "identifier-shared": ["0c:5b:8f:27:9a:64"],
}
KNOWN = st.dictionaries(st.sampled_from(sorted(VALUES)), st.integers(0, 3), max_size=6).map(
    lambda drawn: {word: [VALUES[word][at % len(VALUES[word])]] for word, at in drawn.items()}
)


@settings(max_examples=150, deadline=None)
@given(KNOWN, st.lists(st.sampled_from(WORDS), unique=True))
def test_the_index_gives_what_trying_every_rule_gives(known, looked):
    for rules in (RULES, load()):
        assert find(rules, facts(known, looked)) == find_slowly(rules, facts(known, looked))


def test_a_finding_says_why_and_where():
    here = Citation("item", "a.pcap", Locator("frame", "7"))
    known = Facts("d1", {"standing": {"DECLINED": (here,)}}, frozenset(["standing"]), 0.5)
    (first, *_), _ = find(RULES, known)
    assert first.citations == (here,)
    assert first.proof.condition == "standing is DECLINED"
    assert first.device == "d1"
    assert first.confidence == pytest.approx(0.45)


def test_confidence_of_the_standing_counts_only_where_a_rule_rests_on_it():
    known = Facts("d1", {"fronts": {"3": ()}}, frozenset(WORDS), 0.0)
    by_rule = {finding.advisory.rule: finding.confidence for finding in find(RULES, known)[0]}
    assert by_rule["five"] == pytest.approx(0.9)
    assert by_rule["seven"] == 0.0


def test_ids_differ_by_rule_and_device_and_stay():
    made = [
        finding.id
        for device, _ in product(("d1", "d2"), range(2))
        for finding in find(RULES, Facts(device, {"standing": {"DECLINED": ()}}, frozenset(WORDS)))[
            0
        ]
    ]
    assert len(made) == 8
    assert len(set(made)) == 4


def test_one_gap_for_one_reason():
    nothing = [Facts(f"d{number}", {}, frozenset(WORDS) - {"standing"}) for number in range(3)]
    findings, gaps = find_all(RULES, nothing)
    assert not findings
    assert [gap.what for gap in gaps] == ["the device's standing (3 rules not decided)"]
    assert gaps[0].why == "not decided: eight; one; seven"


def test_what_was_looked_for_on_another_device_is_no_gap_of_the_case():
    seen = Facts("d1", {}, frozenset(WORDS))
    unseen = Facts("d2", {}, frozenset({"standing", "family"}))
    assert find(RULES, unseen)[1]
    assert find_all(RULES, [seen, unseen])[1] == ()


def test_retired_rules_are_silent():
    rules = ruleset({"old": {"status": "retired", "when": {"standing": "DECLINED"}}})
    assert find(rules, facts({"standing": ["DECLINED"]}, [])) == ((), ())


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ({"standing": "x"}, {"standing"}),
        ({"all": [{"standing": "x"}, {"fronts": "x"}]}, {"fronts"}),
        ({"any": [{"standing": "x"}, {"fronts": "x"}]}, {"standing", "fronts"}),
        ({"any": [{"standing": "x"}, {"not": {"fronts": "x"}}]}, set()),
        ({"all": [{"standing": "x"}, {"not": {"fronts": "x"}}]}, {"standing"}),
        ({"not": {"fronts": "x"}}, set()),
        ({"rule": "one"}, set()),
    ],
)
def test_the_index_takes_the_rarest_word_that_must_be_known(when, expected):
    assert required(read(when)) == expected


def test_rules_in_a_circle_are_refused():
    rules = ruleset({"a": {"when": {"rule": "b"}}, "b": {"when": {"rule": "a"}}})
    with pytest.raises(ValueError, match="circle"):
        in_order(rules.rules)


def test_what_a_host_belongs_to():
    assert listed(load(), "remote-access", "ROUTER15.teamviewer.com.") == "TeamViewer"
    assert listed(load(), "remote-access", "teamviewer.com.evil.example") is None
    assert listed(load(), "no such list", "teamviewer.com") is None
