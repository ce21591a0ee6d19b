"""Rendered labels: the same seed gives the same photo, and its codes are read."""

import pytest

from bench import labels
from overlanded.readers import ocr
from overlanded.readers.labels import eyes, looking


@pytest.mark.parametrize("seed", [1, 2])
def test_a_seed_gives_one_photo(seed):
    assert labels.rendered(seed) == labels.rendered(seed)
    assert labels.rendered(seed).jpeg != labels.rendered(seed + 1).jpeg


def test_codes_are_read_and_nothing_that_fails_is_asserted(monkeypatch):
    monkeypatch.setattr(ocr, "available", lambda: False)
    monkeypatch.setattr(eyes, "look", looking.look)
    scores = labels.score(6)
    assert scores.code_share >= 0.98
    assert scores.asserted_failing == scores.asserted_wrong == 0
    assert scores.read < scores.printed
