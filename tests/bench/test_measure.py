"""Contestants are run as whole processes; one that takes too long is stopped, and that is told."""

import sys

import pytest
from bench.measure import Command, FailedError, ratios, run


def python(code, **more):
    return Command("one", (sys.executable, "-c", code), **more)


def test_what_ends_in_its_time_is_not_stopped():
    done = run(python("pass", limit=60))
    assert (done.status, done.stopped) == (0, False)
    assert done.peak > 1


def test_what_takes_longer_is_stopped_and_its_time_is_the_least():
    done = run(python("while True: pass", limit=1))
    assert done.stopped
    assert done.wall >= 1


def test_what_ends_badly_is_refused():
    with pytest.raises(FailedError, match="ended with 7"):
        run(python("raise SystemExit(7)", limit=60))


def test_a_ratio_is_theirs_by_ours():
    rows = [{"ours": {"wall": 2.0}, "theirs": {"wall": wall}} for wall in (4.0, 8.0, 6.0)]
    assert ratios(rows) == {"least": 2.0, "median": 3.0, "most": 4.0}
