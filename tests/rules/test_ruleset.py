import pytest

from overlanded.data import table
from overlanded.model.certainty import probability, weight
from overlanded.rules import load
from overlanded.rules.conditions import read
from overlanded.rules.ruleset import default_weight, from_data, odds


@pytest.mark.parametrize("name", table("weights")["identification"])
def test_one_piece_alone_gives_back_the_probability_it_was_estimated_with(name):
    weights = table("weights")
    prior = weight(weights["prior"]["class"]["probability"])
    expected = weights["identification"][name]["probability"]
    assert probability(prior + odds(name)) == pytest.approx(expected)


def test_every_weight_has_a_source():
    weights = table("weights")
    for part in ("prior", "threshold", "identification", "finding"):
        for name, entry in weights[part].items():
            assert entry["source"], f"{part}.{name}"
            assert 0 < entry["probability"] < 1


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ({"oui": "x"}, "oui-mixed"),
        ({"http.title": "x"}, "banner"),
        ({"banner": "x"}, "banner"),
        ({"all": [{"serves": "x"}, {"oui": "y"}]}, "service"),
    ],
)
def test_a_row_without_weight_takes_that_of_its_first_property(when, expected):
    assert default_weight(read(when, "says")) == expected


def test_defaults_groups_and_kinds_name_what_exists():
    weights = table("weights")
    known = {*table("properties")["properties"], "oui", "mac", "*"}
    assert set(weights["default"]) <= known
    assert set(weights["default"].values()) <= set(weights["identification"])
    assert {name for group in weights["group"].values() for name in group} <= known
    classes = set(table("device-classes")["classes"])
    assert {*weights["kind-of"], *weights["kind-of"].values()} <= classes
    assert set(weights["remote-by-class"]) <= classes


def test_what_a_row_says_overrides_what_the_file_says():
    rows = from_data(
        {
            "fingerprints": [
                {
                    "rule": "x",
                    "identifies": {"class": "router", "maker": "A"},
                    "rows": [
                        {"when": {"oui": "a"}},
                        {"when": {"oui": "b"}, "identifies": {"maker": "B"}},
                    ],
                }
            ]
        }
    ).rows
    assert [(row.device_class, row.maker) for row in rows] == [("router", "A"), ("router", "B")]


def test_the_library_has_its_size():
    assert len(load().fingerprints) >= 80
    assert len(load().rules) >= 13
    assert len(load().rows) >= 500
