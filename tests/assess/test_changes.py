"""What is told to be different between two visits, and what is not."""

import pytest
from msgspec.structs import replace

from overlanded.assess.changes import compared
from overlanded.model.citing import Citation, Locator
from overlanded.model.devices import Cluster, Device, Standing
from overlanded.model.observing import Chance, Coverage, Observation, Power, Subject, View
from overlanded.model.visits import Visit

YEAR = 365 * 86_400 * 10**9
HOUR = 3_600 * 10**9
START = 1_500_000_000 * 10**9
SURE = Power(Chance(0.8, 0.9, 0.95), Chance(0.5, 0.6, 0.7))
UNSURE = Power(Chance(0.0, 0.2, 0.4), Chance(0.5, 0.6, 0.7))


def visit(number, *, what="capture", where="", networks=("",)):
    first = START + number * YEAR
    view = View(networks) if what == "capture" else None
    looked = Coverage(
        f"i{number}", f"i{number}.x", what, where, first, first + HOUR, 1, 0, (), view
    )
    return Visit(f"visit {number}", ("factory", "site")[number > 0], first, first + HOUR, (looked,))


def saw(last, number, prop="vlan", value="0", *, network="", until=None, kind="mac"):
    text = f"00:1e:42:00:00:{last:02x}" if kind == "mac" else f"sheet {last}"
    at = START + number * YEAR
    cited = Citation(f"i{number}", f"i{number}.x", Locator("frame", str(last)))
    end = START + until * YEAR if until is not None else at
    return Observation(Subject(kind, text, network), prop, value, cited, at, end)


def device(last, *seen):
    cluster = Cluster(tuple({one.subject for one in seen}), (), seen)
    return Device(f"d{last}", last, f"router {last}", "router", Standing.UNKNOWN, cluster, None)


ALWAYS = device(9, saw(9, 0, until=2), saw(9, 1))
"""Seen on every visit: what shows that they listened on the same wire."""


def told(*devices, visits=None, power=SURE):
    made = visits or [visit(0), visit(1)]
    found = compared(made, devices, [{"router": power}] * len(made))
    return [
        (number, one.what, one.device, one.since)
        for number, each in enumerate(found)
        for one in each.changes
    ]


def test_what_a_covering_visit_did_not_show_has_appeared_or_vanished():
    new, gone = device(1, saw(1, 1)), device(2, saw(2, 0))
    assert told(ALWAYS, new, gone) == [
        (1, "appeared", "d1", "visit 0"),
        (1, "vanished", "d2", "visit 0"),
    ]


def test_words_and_proof():
    new = device(1, saw(1, 1))
    (change,) = compared([visit(0), visit(1)], [ALWAYS, new], [{"router": SURE}] * 2)[1].changes
    assert change.words == (
        "router 1 was seen on the visit 1 and not on the visit 0, where a sensor on its network "
        "would have shown it with 0.90 (0.80 to 0.95)."
    )
    assert [cited.path for cited in change.citations] == ["i1.x", "i0.x"]


@pytest.mark.parametrize(
    ("devices", "visits", "power"),
    [
        ([ALWAYS, device(1, saw(1, 1))], None, UNSURE),
        ([device(1, saw(1, 1))], None, SURE),
        ([ALWAYS, device(1, saw(1, 1, network="vlan 20"))], None, SURE),
        ([ALWAYS, device(1, saw(1, 1))], [visit(0, what="photo"), visit(1)], SURE),
        ([ALWAYS, device(1, saw(1, 0, until=1))], None, SURE),
        ([ALWAYS, device(1, saw(1, 1, "place", "+K2", kind="label"))], None, SURE),
    ],
    ids=[
        "the sensor would hardly have shown it", "no device in common", "another network",
        "only a photo", "seen on both", "never on the network",
    ],
)  # fmt: skip
def test_what_was_not_covered_is_not_told(devices, visits, power):
    assert told(*devices, visits=visits, power=power) == []


def test_an_opened_cabinet_covers_what_stood_in_it():
    new = device(1, saw(1, 1, "place", "E-house +K2", kind="label"))
    for where, expected in (("+K1, +K2", [(1, "appeared", "d1", "visit 0")]), ("+K1", [])):
        opened = [visit(0, what="inspection", where=where), visit(1)]
        assert told(new, visits=opened) == expected


def test_what_vanished_is_told_once_and_of_the_first_visit_that_covered_it():
    made = [visit(0), visit(1), visit(2)]
    assert told(ALWAYS, device(2, saw(2, 0)), visits=made) == [(1, "vanished", "d2", "visit 0")]
    blind = [visit(0), visit(1, what="photo"), visit(2)]
    assert told(ALWAYS, device(2, saw(2, 0)), visits=blind) == [(2, "vanished", "d2", "visit 0")]


def test_what_was_seen_before_and_after_a_visit_did_not_vanish_on_it():
    steady = device(1, saw(1, 0, until=2))
    assert told(ALWAYS, steady, visits=[visit(0), visit(1), visit(2)]) == []


@pytest.mark.parametrize(
    ("prop", "old", "new", "what", "of"),
    [
        ("place", "+K2", "+K7", "moved", "cabinet"),
        ("address", "10.0.0.1", "10.0.0.2", "moved", "address"),
        ("serial", "A1", "B2", "changed identity", "serial number"),
        ("hostname", "old", "new", "changed identity", "name"),
        ("firmware", "1.0", "2.0", "changed firmware", "firmware"),
        ("place", "E-house +K2", "cabinet +K2", "", ""),
        ("hostname", "SW1", "sw1", "", ""),
        ("address", "fe80::1", "fe80::2", "", ""),
        ("maker", "x", "y", "", ""),
    ],
)
def test_values_that_have_nothing_in_common(prop, old, new, what, of):
    one = device(1, saw(1, 0, prop, old), saw(1, 1, prop, new))
    changes = compared([visit(0), visit(1)], [one], [{}, {}])[1].changes
    assert [(change.what, change.before, change.after) for change in changes] == (
        [(what, old, new)] if what else []
    )
    assert all(f"The {of} of router 1 was {old}" in change.words for change in changes)


def test_another_value_beside_the_old_one_is_no_change():
    seen = (saw(1, 0, "firmware", "1.0"), saw(1, 1, "firmware", "1.0"), saw(1, 1, "firmware", "2"))
    assert told(device(1, *seen)) == []


def test_a_network_is_left_only_where_somebody_listened_on_it():
    moved = device(1, saw(1, 0), saw(1, 1, network="vlan 20"))
    assert told(moved, visits=[visit(0), visit(1, networks=("vlan 20",))]) == []
    both = visit(1, networks=("", "vlan 20"))
    assert told(moved, visits=[visit(0), both]) == [(1, "moved", "d1", "visit 0")]


def test_a_device_that_nothing_was_seen_of_changes_nothing():
    unseen = replace(ALWAYS, id="d0", cluster=None)
    assert told(ALWAYS, unseen) == []
