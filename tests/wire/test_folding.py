import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from overlanded.wire import folding

KEYS, HOW = ("who", "whom"), {"flows": np.add.reduceat, "last_ns": np.maximum.reduceat}
NAMES = (*KEYS, "first_ns", "first_frame", "flows", "last_ns")


def columns(rows):
    table = np.array(rows, np.int64).reshape(-1, len(NAMES))
    return {name: table[:, at] for at, name in enumerate(NAMES)}


def folded(*parts, **more):
    """Folded rows in the order of their keys."""
    out = folding.folded([columns(part) for part in parts], KEYS, HOW, **more)
    return sorted(zip(*(out[name].tolist() for name in NAMES), strict=True))


ROW = st.tuples(
    st.integers(1, 3), st.integers(1, 2), st.integers(1, 5), st.integers(1, 9), st.just(1),
    st.integers(0, 99),
)  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "one"),
    [
        ([(1, 2, 30, 7, 1, 50), (1, 2, 10, 9, 1, 40)], (1, 2, 10, 9, 2, 50)),  # the earliest heads
        ([(1, 2, 10, 9, 1, 50), (1, 2, 10, 3, 1, 40)], (1, 2, 10, 3, 2, 50)),  # the same time
        ([(1, 2, 10, 9, 4, 50)], (1, 2, 10, 9, 4, 50)),
    ],
)
def test_equal_keys_become_one_row_with_the_heads_of_the_earliest(rows, one):
    assert folded(rows) == [one]
    assert folded(rows[::-1]) == [one]


def test_heads_may_be_others():
    rows = [(1, 2, 10, 3, 1, 50), (1, 2, 20, 3, 1, 40)]
    assert folded(rows, heads=("first_frame", "first_ns")) == [(1, 2, 10, 3, 2, 50)]


@given(st.lists(ROW, max_size=30), st.data())
def test_the_cut_into_parts_changes_nothing(rows, data):
    cut = data.draw(st.integers(0, len(rows)))
    assert folded(rows) == folded(rows[:cut], rows[cut:])
    assert sum(row[4] for row in folded(rows)) == len(rows)


def test_keys_that_share_a_mix_stay_apart(monkeypatch):
    monkeypatch.setattr(folding, "mix", lambda keys: np.zeros(len(keys[0]), np.uint64))
    rows = [(who, 9, who, 1, 1, 0) for who in (1, 2, 3, 1, 2, 3, 1, 2)]
    assert [(row[0], row[4]) for row in folded(rows)] == [(1, 3), (2, 3), (3, 2)]


def test_the_order_of_the_keys_matters_for_the_mix():
    one, two = np.array([1, 2], np.int64), np.array([2, 1], np.int64)
    mixed = folding.mix([one, two])
    assert mixed[0] != mixed[1]
    assert mixed.tolist() == folding.mix([one, two]).tolist()


def test_columns_of_several_numbers_are_brought_together_too():
    part = columns([(1, 2, 1, 1, 1, 0), (1, 2, 2, 1, 1, 0)]) | {
        "counts": np.eye(2, dtype=np.uint32)
    }
    out = folding.folded([part], KEYS, {"counts": np.add.reduceat})
    assert out["counts"].tolist() == [[1, 1]]


@pytest.mark.parametrize(
    ("known", "asked", "found"),
    [
        ([30, 10, 20], [10, 25, 30, 5, 40], [1, None, 0, None, None]),
        ([7], [7, 8], [0, None]),
        ([], [1, 2], [None, None]),
        ([1, 2], [], []),
    ],
)
def test_values_are_found_among_others(known, asked, found):
    place, there = folding.places(np.array(known, np.uint64), np.array(asked, np.uint64))
    held = zip(place.tolist(), there.tolist(), strict=True)
    assert [at if here else None for at, here in held] == found
