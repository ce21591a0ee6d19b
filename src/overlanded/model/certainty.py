"""Probabilities as log likelihood ratios and as words.

Words follow ICD 203 (Analytic Standards, 2015, section D.6.e.2.a): seven bands of probability.
"""

from __future__ import annotations

import math

BANDS = (
    (0.05, "almost no chance"),
    (0.20, "very unlikely"),
    (0.45, "unlikely"),
    (0.55, "roughly even"),
    (0.80, "likely"),
    (0.95, "very likely"),
    (1.00, "almost certain"),
)
"""(upper bound of the band, word), ascending."""


def words(probability: float) -> str:
    """The ICD 203 word for a probability in [0, 1]."""
    for upper, word in BANDS:
        if probability <= upper:
            return word
    raise ValueError(f"a probability lies between 0 and 1, not {probability}")


def probability(weight: float) -> float:
    """The probability for a total weight (natural-log odds)."""
    bounded = max(-30.0, min(30.0, weight))
    return 1.0 / (1.0 + math.exp(-bounded))


def weight(chance: float) -> float:
    """Natural-log odds of a probability in (0, 1): the inverse of ``probability``."""
    return math.log(chance / (1.0 - chance))
