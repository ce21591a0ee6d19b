"""The drawn addresses are what they say, and ours counts the systems behind them."""

import pytest
from bench.hosts import FIT_SEED, SETS, TEST_SEED, drawn, figures, lines

from bench import hosts


@pytest.fixture(scope="module")
def told():
    return list(drawn(FIT_SEED, each=6))


def test_every_set_is_drawn_and_the_same_seed_gives_the_same(told):
    assert [one.name for one in figures(told)] == [*(name for name, _, _ in SETS), "all"]
    assert told == list(drawn(FIT_SEED, each=6))
    assert FIT_SEED != TEST_SEED


@pytest.mark.parametrize("name", [name for name, _, _ in SETS if name.startswith("one")])
def test_one_system_is_not_told_as_several(told, name):
    found = next(one for one in figures(told) if one.name == name)
    assert (found.false.hits, found.false.of) == (0, 6)


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("several with clocks", 6),
        ("several with counters", 4),
        ("several of different kinds", 4),
        ("several that show nothing", 0),
    ],
)
def test_several_are_told_where_they_show(told, name, least):
    found = next(one for one in figures(told) if one.name == name)
    assert least <= found.several.hits <= found.several.of == 6
    assert found.over.hits <= 1


def test_the_counts_by_hand():
    (one, every) = figures([("a", 1, 1), ("a", 1, 2), ("a", 3, 2), ("a", 2, 2)])
    assert (one.exact.hits, one.several.hits, one.false.hits, one.over.hits) == (2, 2, 1, 1)
    assert (every.several.of, every.false.of) == (2, 2)
    assert [line.split()[:4] for line in lines([one])][1] == ["a", "2", "of", "4"]


def test_a_crane_s_devices_are_single_unless_somebody_is_behind(monkeypatch, tmp_path):
    truth = {
        "devices": [
            {"id": "plc", "macs": ["a"], "activity": {"outside": []}},
            {"id": "modem", "macs": ["b", "c"], "activity": {"outside": ["eng"]}},
            {"id": "cms", "macs": ["d"], "activity": {"outside": []}},
        ],
        "planted": [{"expects": {"device": "cms", "far": True}}, {"kind": "quiet"}],
    }
    monkeypatch.setattr(hosts.cranes, "read", lambda *_: truth)
    monkeypatch.setattr(hosts, "_walked", lambda _: {"a": 1, "b": 1, "c": 2, "d": 2, "x": 3})
    assert list(hosts.crane(tmp_path)) == [
        ("with nobody behind", 1, 1),
        ("with somebody far behind", 2, 2),
        ("with somebody far behind", 2, 2),
    ]
