"""Installation intervals are judged against the lab's days."""

from types import SimpleNamespace

import pytest
from bench.score import installed
from bench.score.crane import Verdict


def crane(earliest, latest, true):
    ends = {"earliest": earliest and {"at": earliest}, "latest": latest and {"at": latest}}
    answer = {"answers": {"installed": {"interval": ends}}}

    def verdict(kind, who, told):
        return Verdict(kind, "c", who, *told)

    devices = [{"id": "x", "installed": true}]
    return SimpleNamespace(
        truth={"devices": devices}, said={"d": answer}, pairs={"x": "d"}, verdict=verdict
    )


@pytest.mark.parametrize(
    ("earliest", "latest", "holds"),
    [
        ("2019-01-01", "2019-03-01T10:00:00Z", True),
        ("2019-02-02", "2019-02-02", True),
        ("2019-02-03", "2019-03-01", False),
        ("2019-01-01", "2019-02-01T23:59:59Z", False),
        (None, "2019-03-01", True),
        ("2019-03-01", None, False),
    ],
)
def test_an_interval_holds_the_day_or_not(earliest, latest, holds):
    (one,) = installed.intervals(crane(earliest, latest, {"on": "2019-02-02"}))
    assert (one.kind, one.right) == ("installed", holds)


@pytest.mark.parametrize(
    ("true", "narrowest"),
    [
        ({"after": "2019-01-01", "before": "2019-03-01"}, True),
        ({"before": "2019-03-01"}, False),
        ({"after": "2019-01-01", "before": "2019-02-20"}, False),
    ],
)
def test_it_ought_to_be_as_narrow_as_the_sheets_allow(true, narrowest):
    told = crane("2019-01-01", "2019-03-01", {"on": "2019-02-02", **true})
    assert [one.right for one in installed.intervals(told)] == [True, narrowest]


def test_what_has_no_day_or_no_interval_is_not_judged():
    assert list(installed.intervals(crane("2019-01-01", None, {}))) == []
    none = crane("2019-01-01", None, {"on": "2019-02-02"})
    none.said["d"]["answers"]["installed"]["interval"] = None
    assert list(installed.intervals(none)) == []


def test_figures_count_and_take_the_middle_of_what_is_closed():
    said = ("2019-01-01..2019-01-11", "2019-01-01..2019-01-03", "..2019-01-03")
    told = [Verdict("installed", "c", "x", one, "", at < 2) for at, one in enumerate(said)]
    values = [str(figure) for figure, _ in installed.figures(told).values()]
    assert values[0].startswith("0.6667 (2 of 3")
    assert values[2] == "6 days (2 closed)"
