"""The labelled sets are what they say, the figures are computed right, and ours finds the beacons."""

import numpy as np
import pytest
from bench.beacons_inside import counted
from bench.beacons_sets import BEACON, FIT_SEEDS, OTHER, PURPOSE, TEST_SEEDS, build
from bench.measure import Run

from bench import beacons, regular
from overlanded.analyse.traffic.regularity.tables import measured
from overlanded.model.columns import FLOWS
from overlanded.wire.parquet import encode


@pytest.fixture(scope="module")
def place():
    return build(5, 1, scale=0.05)


def test_the_same_seed_gives_the_same_set(place):
    again = build(5, 1, scale=0.05)
    assert again.pairs == place.pairs
    for name, column in place.columns.items():
        np.testing.assert_array_equal(column, again.columns[name])


def test_a_set_has_all_labels_and_lies_within_its_watch(place):
    assert {pair.label for pair in place.pairs} == {BEACON, PURPOSE, OTHER}
    began, ended = place.watched
    assert place.columns["first_ns"].min() >= began
    assert place.columns["first_ns"].max() < ended
    assert not set(FIT_SEEDS) & set(TEST_SEEDS)


def test_average_precision_by_hand():
    wanted = np.array([True, False, True, False])
    assert beacons.average_precision(np.array([4.0, 3, 2, 1]), wanted) == pytest.approx(
        (1 + 2 / 3) / 2
    )
    assert beacons.average_precision(np.zeros(4), wanted) == 0.5


def test_precision_at_the_top_shares_ties():
    wanted = np.array([True, False, True, False])
    assert beacons.precision_at(np.array([4.0, 3, 2, 1]), wanted, 2) == 0.5
    assert beacons.precision_at(np.zeros(4), wanted, 2) == 0.5


def test_a_logistic_regression_finds_its_weights():
    random = np.random.default_rng(1)
    values = random.normal(size=(20_000, 2))
    chance = 1 / (1 + np.exp(-(values @ [2.0, -1.0] + 0.5)))
    weights = beacons.logistic(values, random.random(20_000) < chance)
    assert weights == pytest.approx([2, -1, 0.5], abs=0.12)


def test_beacons_come_first_and_ritas_score_does_worse():
    scored = beacons.scored((5, 2), scale=0.1)
    ranking = beacons.joined([scored])
    rows = ranking.labels != PURPOSE
    wanted = ranking.labels[rows] == BEACON
    ours, theirs = (
        beacons.average_precision(ranking.scores[name][rows], wanted) for name in ("ours", "RITA")
    )
    assert ours > 0.6  # a coarse bound: there are twelve beacons
    assert ours > theirs + 0.3
    for printed in (beacons.table, beacons.curve, beacons.calibration, beacons.misses):
        assert all(printed(ranking))


def test_the_benchmarks_tables_can_be_searched(place, tmp_path):
    columns = {name: column[:5000] for name, column in place.columns.items()}
    rows = regular.flows(columns, network=3)
    (tmp_path / "0.parquet").write_bytes(b"".join(map(bytes, encode(FLOWS, [rows]))))
    found = [one for one, _ in measured([tmp_path / "0.parquet"])]
    assert sum(one["connections"].sum() for one in found) > 1000


def test_messages_are_counted_as_the_walk_counts_them():
    ticks = np.arange(30) * 2_000_000_000
    burst = np.sort(np.concatenate([ticks, ticks + 5_000_000]))
    pair = np.repeat([0, 1], [30, 60])
    counts, lasted = counted(pair, np.concatenate([ticks, burst]), 3)
    assert counts.sum(axis=1).tolist() == [22, 25, 0]
    assert (counts.max(axis=1) == counts.sum(axis=1)).all()
    assert lasted.tolist() == [44 * 10**9, 50 * 10**9, 0]


def test_the_figures_are_told_in_full(monkeypatch):
    monkeypatch.setattr(beacons.regular, "large", lambda: Run("regular", 9.0, 8.0, 700.0, 0))
    found = beacons.figures(beacons.joined([beacons.scored((5, 1), scale=0.05)]))
    text = " ".join(beacons.told(found))
    assert found.beacons == 6
    assert "8.0 s of one core, 700 MiB" in text
    assert f"ours {found.ours:.3f}" in text
