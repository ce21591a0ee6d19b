import pytest

from overlanded.rules import library, load, trials

ENTRIES = [entry for _, entry in library.entries()]
FINGERPRINTS = [entry for entry in ENTRIES if entry["namespace"] == "fingerprints"]
RULES = [entry for entry in ENTRIES if entry["namespace"] not in ("fingerprints", "lists")]


@pytest.mark.parametrize("entry", FINGERPRINTS, ids=lambda entry: entry["rule"])
def test_fingerprint(entry):
    assert not list(trials.of_fingerprint(load(), entry))


@pytest.mark.parametrize("entry", RULES, ids=lambda entry: entry["rule"])
def test_rule(entry):
    assert not list(trials.of_rule(load(), entry))


def test_a_wrong_expectation_is_told():
    rule = next(entry for entry in RULES if entry["rule"] == "equipment-declined-but-fitted")
    wrong = rule | {"tests": [{"name": "x", "known": {"standing": ["DECLINED"]}, "result": "gap"}]}
    assert list(trials.of_rule(load(), wrong)) == ["x: fires, not gap"]
    fingerprint = {"tests": [{"name": "y", "seen": {"http.title": "RUTX11"}, "class": "plc"}]}
    told = list(trials.of_fingerprint(load(), fingerprint))
    assert told == ["y: class is cellular-gateway, not plc"]
