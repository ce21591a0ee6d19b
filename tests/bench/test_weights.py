"""Counts of evidence become ratios, and only enough of them speak against a weight."""

import json
import math

import pytest
from bench.weights import FIT_BELOW, Fit, Shown, fitted, fitting, judged, lines, of_findings

PLC, CAMERA = ("plc", "Siemens", "315"), ("camera", "Axis", "M1")


def shown(product, *votes):
    return Shown(product, frozenset(votes))


def test_the_ratio_by_hand():
    fit = Fit("banner", 90, 100, 10, 1000, 40)
    assert fit.ratio == pytest.approx(math.log(90.5 / 101) - math.log(10.5 / 1001))
    low, high = fit.interval
    assert low < fit.ratio < high
    assert 0 < fit.chance < 1


@pytest.mark.parametrize(
    ("counts", "verdict"),
    [((3, 9, 0, 90, 3), "too few"), ((99, 100, 600, 90_000, 40), "holds"), ((40, 100, 40, 100, 60), "say")],
)  # fmt: skip
def test_what_the_counts_say_of_the_weight_in_use(counts, verdict):
    assert Fit("banner", *counts).verdict.startswith(verdict)


def test_few_products_make_a_wide_interval():
    many, few = (Fit("banner", 900, 1000, 9, 9000, products) for products in (900, 9))
    assert few.ratio == many.ratio
    assert few.interval[1] - few.interval[0] > many.interval[1] - many.interval[0]


def test_a_vote_for_another_class_is_wrong():
    devices = [shown(PLC, ("banner", "plc")), shown(CAMERA, ("banner", "plc")), shown(CAMERA)]
    fit = {one.kind: one for one in fitted(devices)}["banner"]
    assert (fit.right, fit.wrong, fit.products) == (1, 1, 2)
    assert fit.of_right == 4  # a PLC may be a PC too (`kind-of`)
    assert any("banner" in line for line in lines(devices))


def test_only_cranes_of_fitting_seeds_are_read(tmp_path):
    for name, seed in (("a", FIT_BELOW - 1), ("b", FIT_BELOW)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "recorded.json").write_text("{}")
        (tmp_path / name / "truth.json").write_text(json.dumps({"seed": seed}))
    assert [path.name for path in fitting([tmp_path])] == ["a"]


def test_findings_of_a_kept_run(tmp_path):
    def crane(name, right):
        said = "remote-access-program-contacted"
        verdict = {"kind": "finding on planted", "said": said, "right": right}
        return {
            "crane": name,
            "verdicts": [verdict, {"kind": "class", "said": "plc", "right": True}],
        }

    run = tmp_path / "score.json"
    run.write_text(
        json.dumps([crane("x-10001", True), crane("x-10002", False), crane("x-30001", True)])
    )
    found = list(judged(run))
    assert found == [("fair", True), ("fair", False)]
    assert any(
        line.startswith("findings weighed fair: 0.5000 (1 of 2") for line in of_findings(found)
    )
