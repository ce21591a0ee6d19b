"""What to look at first: habits and servers of everybody later, the score untouched."""

import numpy as np
import pytest

from overlanded.analyse.traffic.regularity import notable

WEIGHTS = {"habit": -5.0, "common": -1.0}


@pytest.mark.parametrize(
    ("habit", "clients", "added"),
    [(False, 1, 0.0), (True, 1, -5.0), (False, 100, -np.log(100)), (True, 0, -5.0)],
)
def test_the_parts(habit, clients, added):
    made = notable.parts(np.array([habit]), np.array([clients]), WEIGHTS)
    assert sum(part[0] for part in made.values()) == pytest.approx(added)


@pytest.mark.parametrize(
    ("protocol", "by_itself"), [("ntp", True), ("modbus", True), ("tls", False), ("", False)]
)
def test_protocols_that_are_regular_by_themselves(protocol, by_itself):
    assert notable.regular_by_itself(protocol) is by_itself


def test_the_weights_in_use_only_lower():
    made = notable.parts(np.array([True]), np.array([9]))
    assert all(part[0] < 0 for part in made.values())
