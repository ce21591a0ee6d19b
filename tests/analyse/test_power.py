"""How likely something would have been seen: more looking never makes it less likely."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from overlanded.analyse.power import absent, either, habits, powers, union
from overlanded.data import table
from overlanded.model.observing import Chance, Coverage, View

HOUR = 3_600_000_000_000
MIRROR, PORT, OWN = View(), View(unicast=0.0), View(unicast=0.0, own="00:1b:1b:00:00:01")


def look(hours, view=MIRROR, begin=0.0):
    first = 1 + int(begin * HOUR)
    return Coverage("e", "a.pcap", "capture", "", first, first + int(hours * HOUR), 1, 0, (), view)


def seen(device_class, *looks):
    return powers(looks)[device_class].seen


def test_every_class_has_figures_that_are_in_order():
    classes, known = table("device-classes")["classes"], table("power")["class"]
    assert all(name in known or one["family"] in known for name, one in classes.items())
    for one in known.values():
        for name in ("silent", "to_all", "private"):
            assert one[name] == sorted(one[name])
        assert 0 < one["silent"][0] <= one["silent"][2] < 1


def test_a_plc_is_seen_within_minutes_and_a_router_within_a_shift():
    assert seen("plc", look(0.1)).middle > 0.95
    assert (
        seen("cellular-gateway", look(0.01)).middle < 0.3 < seen("cellular-gateway", look(8)).least
    )
    assert seen("cellular-module", look(41)).middle < 0.5


def test_without_a_look_nothing_could_be_seen():
    assert powers([]) == {}
    unlooked = replace(look(8), view=None)
    assert seen("plc", unlooked) == Chance(0.0, 0.0, 0.0)


def test_what_goes_to_all_is_less_than_a_mirror_port_shows():
    mirror, port, own = (seen("serial-gateway", look(0.05, view)) for view in (MIRROR, PORT, OWN))
    assert port.middle < own.middle < mirror.middle


def test_losses_weaken():
    assert seen("router", look(0.02, View(kept=0.5))).middle < seen("router", look(0.02)).middle


def test_two_captures_of_one_time_are_no_longer_than_one():
    assert union([look(2), look(2), look(1, begin=1.5)]) == pytest.approx(2.5)


def test_opened_cabinets_count_with_the_capture():
    sheet = Coverage("i", "visit.xlsx", "inspection", "", None, None, 3, 1)
    both, one = seen("cellular-module", look(1), sheet), seen("cellular-module", look(1))
    assert both.middle == pytest.approx(1 - (1 - one.middle) * (1 - 0.75 * 0.9))


def test_somebody_who_comes_once_a_week_is_rarely_met_in_a_day():
    chances = habits([look(24)])
    assert chances["once a week"].middle == pytest.approx(0.133, abs=0.002)
    assert chances["once a day"].middle > 0.6
    assert habits([look(24, PORT)])["once a week"] == Chance(0.0, 0.0, 0.0)


def test_the_better_the_look_the_surer_that_it_is_not_there():
    chances = [absent(Chance(p, p, p)).middle for p in (0.0, 0.5, 0.9, 0.99)]
    assert chances == sorted(chances)
    assert chances[0] == pytest.approx(0.05)


three = st.lists(st.floats(0, 1), min_size=3, max_size=3).map(lambda ends: Chance(*sorted(ends)))


@given(
    st.sampled_from(sorted(table("device-classes")["classes"])),
    st.floats(0.001, 400),
    st.floats(0.001, 400),
)
def test_more_hours_are_never_less_power(device_class, hours, more):
    one, other = seen(device_class, look(hours)), seen(device_class, look(hours + more))
    assert 0 <= one.least <= one.middle <= one.most <= 1
    assert one.middle <= other.middle + 1e-12


@given(three, three)
def test_a_second_look_never_takes_away(one, other):
    both = either(one, other)
    assert both.least <= both.middle <= both.most
    assert both.middle >= max(one.middle, other.middle) - 1e-12
