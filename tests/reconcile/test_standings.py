"""How sure a standing is."""

from overlanded.data import table
from overlanded.model.devices import Standing
from overlanded.reconcile.standings import certainty


def test_nothing_is_surer_than_the_ceiling():
    ceiling = table("matching")["standing"]["ceiling"]
    assert certainty(Standing.DOCUMENTED, 30.0) == ceiling
    assert certainty(Standing.UNDOCUMENTED, -30.0) == ceiling


def test_a_near_line_that_is_left_makes_undocumented_less_sure():
    assert certainty(Standing.UNDOCUMENTED, -0.5) < certainty(Standing.UNDOCUMENTED, -5.0)


def test_a_device_that_nothing_names_is_less_sure_to_be_undocumented():
    sure = certainty(Standing.UNDOCUMENTED, -10.0)
    assert certainty(Standing.UNDOCUMENTED, -10.0, named=False) < sure


def test_that_nobody_looked_is_certain():
    assert certainty(Standing.UNKNOWN, 0.0) == 1.0
