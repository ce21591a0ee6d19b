"""Probabilities, weights and the words of ICD 203."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overlanded.model.certainty import BANDS, probability, weight, words


@pytest.mark.parametrize(
    ("chance", "word"),
    [
        (0.0, "almost no chance"),
        (0.05, "almost no chance"),
        (0.051, "very unlikely"),
        (0.5, "roughly even"),
        (0.8, "likely"),
        (0.95, "very likely"),
        (0.98, "almost certain"),
        (1.0, "almost certain"),
    ],
)
def test_words(chance, word):
    assert words(chance) == word


@pytest.mark.parametrize("chance", [1.01, 7.0])
def test_above_one_is_no_probability(chance):
    with pytest.raises(ValueError, match="between 0 and 1"):
        words(chance)


def test_bands_ascend_to_one():
    uppers = [upper for upper, _ in BANDS]
    assert uppers == sorted(uppers)
    assert uppers[-1] == 1.0


@given(st.floats(-25, 25))
def test_weight_and_probability_are_inverse(value):
    assert weight(probability(value)) == pytest.approx(value, abs=1e-3)


@given(st.floats(allow_nan=False, allow_infinity=True))
def test_any_weight_gives_a_probability(value):
    assert 0 <= probability(value) <= 1


@given(st.floats(-25, 25), st.floats(-25, 25))
def test_more_weight_is_never_less_likely(one, other):
    assert (one <= other) <= (probability(one) <= probability(other))
