"""Spans of time as a person says them."""

import pytest

from overlanded.analyse.traffic.spans import length


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.5, "0.500 s"), (60, "60.0 s"), (900, "15.0 min"), (7200, "2.0 h"), (86_400, "24.0 h"),
        (259_200, "3.0 days"), (1_080_000, "12.5 days"),
    ],
)  # fmt: skip
def test_a_span_in_words(seconds, said):
    assert length(seconds * 1e9) == said
