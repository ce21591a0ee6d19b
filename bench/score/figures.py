"""Shares with their intervals, curves, and how well chances are calibrated."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

from msgspec import Struct

Z = 1.959964
"""Of the normal distribution, for 95 %."""


class Share(Struct, frozen=True):
    """So many of so many, with Wilson's interval (Wilson 1927, JASA 22, equation for the score)."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        """The share; 1 of nothing, since nothing went wrong."""
        return self.hits / self.of if self.of else 1.0

    @property
    def interval(self) -> tuple[float, float]:
        """95 %."""
        if not self.of:
            return 0.0, 1.0
        middle = (self.value + Z * Z / (2 * self.of)) / (1 + Z * Z / self.of)
        spread = Z / (1 + Z * Z / self.of)
        spread *= sqrt(self.value * (1 - self.value) / self.of + Z * Z / (4 * self.of * self.of))
        return max(0.0, middle - spread), min(1.0, middle + spread)

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.value:.4f} ({self.hits} of {self.of}; 95 %: {low:.3f} to {high:.3f})"


class Bin(Struct, frozen=True):
    """Answers whose stated chances are alike: mean of the chances, and how many were right."""

    stated: float
    right: Share


def calibration(told: Sequence[tuple[float, bool]], bins: int = 10) -> list[Bin]:
    """Answers in order of their chance, cut into so many parts of about the same size.

    Equal chances stay together.
    """
    ordered = sorted(told)
    found, start = [], 0
    for number in range(1, bins + 1):
        end = max(start, round(number * len(ordered) / bins))
        while 0 < end < len(ordered) and ordered[end][0] == ordered[end - 1][0]:
            end += 1
        part = ordered[start:end]
        if part:
            stated = sum(chance for chance, _ in part) / len(part)
            found.append(Bin(stated, Share(sum(right for _, right in part), len(part))))
        start = end
    return found


def calibration_error(bins: Sequence[Bin]) -> float:
    """Mean distance between the chance stated and the share that was right, by number."""
    total = sum(one.right.of for one in bins)
    gaps = sum(abs(one.stated - one.right.value) * one.right.of for one in bins)
    return gaps / total if total else 0.0


def roc(told: Sequence[tuple[float, bool]]) -> list[tuple[float, float]]:
    """(false alarms, hits) as shares, from the strictest threshold to the loosest."""
    positives = sum(true for _, true in told) or 1
    negatives = sum(not true for _, true in told) or 1
    points, hits, alarms = [(0.0, 0.0)], 0, 0
    ordered = sorted(told, key=lambda one: -one[0])
    for place, (weight, true) in enumerate(ordered):
        hits, alarms = hits + true, alarms + (not true)
        if place + 1 == len(ordered) or ordered[place + 1][0] != weight:
            points.append((alarms / negatives, hits / positives))
    return points
