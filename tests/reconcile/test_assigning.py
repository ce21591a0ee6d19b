"""Placing devices on lines: one line each, no line above its quantity, greatest total."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from overlanded.reconcile import assigning
from overlanded.reconcile.assigning import place


def total(offers, placed):
    return sum(
        offers[kind][line] * number
        for kind, found in enumerate(placed)
        for line, number in found.items()
    )


def greatest(offers, supply, capacity):
    """By trying everything."""
    units = [offers[kind] for kind, number in enumerate(supply) for _ in range(number)]
    best = 0
    for choice in product(*[(None, *unit) for unit in units]):
        taken = [line for line in choice if line is not None]
        if all(taken.count(line) <= capacity[line] for line in set(taken)):
            worth = sum(
                unit[line] for unit, line in zip(units, choice, strict=True) if line is not None
            )
            best = max(best, worth)
    return best


def test_the_greatest_total_beats_the_greatest_single():
    assert place([{0: 10, 1: 9}, {0: 8}], [1, 1], {0: 1, 1: 1}) == ({1: 1}, {0: 1})


def test_a_line_takes_no_more_than_its_quantity():
    assert place([{0: 5}], [7], {0: 4}) == ({0: 4},)


def test_a_kind_spreads_over_lines():
    assert place([{0: 5, 1: 4}], [3], {0: 2, 1: 2}) == ({0: 2, 1: 1},)


def test_a_kind_without_offers_stays_without_a_line():
    assert place([{}, {0: 1}], [3, 1], {0: 1}) == ({}, {0: 1})


WORLDS = st.integers(1, 4).flatmap(
    lambda width: st.tuples(
        st.lists(
            st.dictionaries(st.integers(0, width - 1), st.integers(1, 6)), min_size=1, max_size=4
        ),
        st.lists(st.integers(1, 2), min_size=4, max_size=4),
        st.lists(st.integers(1, 3), min_size=width, max_size=width),
    )
)


@settings(max_examples=300, deadline=None)
@given(WORLDS)
def test_as_good_as_trying_everything(world):
    offers, supply, sizes = world
    supply = supply[: len(offers)]
    capacity = dict(enumerate(sizes))
    placed = place(offers, supply, capacity)
    assert total(offers, placed) == greatest(offers, supply, capacity)
    for line, room in capacity.items():
        assert sum(found.get(line, 0) for found in placed) <= room
    for found, number in zip(placed, supply, strict=True):
        assert sum(found.values()) <= number


def test_work_stays_in_proportion_to_contested_lines(monkeypatch):
    """Surplus devices are turned away in a few looks each, not by searching all places."""
    looks = 0
    reach = assigning._reach  # noqa: SLF001 - counts the work

    def counting(*arguments):
        nonlocal looks
        looks += 1
        reach(*arguments)

    monkeypatch.setattr(assigning, "_reach", counting)
    kinds = 600
    place([dict.fromkeys(range(20), 5)] * kinds, [1] * kinds, dict.fromkeys(range(20), 10))
    assert looks < 3 * kinds
