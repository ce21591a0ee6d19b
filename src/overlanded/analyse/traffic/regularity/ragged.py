"""Groups of unequal length that lie one after another in one array: sums, orders, densest parts.

A group is never empty. ``starts`` (intp, one a group) says where each begins.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from msgspec import Struct

if TYPE_CHECKING:
    from numpy.typing import NDArray

Floats: TypeAlias = "NDArray[np.float64]"
Places: TypeAlias = "NDArray[np.intp]"
Flags: TypeAlias = "NDArray[np.bool_]"


class Groups(Struct, frozen=True, dict=True):
    """Where the groups of an array of ``size`` values begin."""

    starts: Places
    size: int

    @cached_property
    def counts(self) -> Places:
        """Values of each group."""
        return np.diff(self.starts, append=self.size)

    @cached_property
    def ids(self) -> Places:
        """Number of the group that each value belongs to."""
        return np.repeat(np.arange(len(self.starts)), self.counts)

    def each(self, values: NDArray[Any]) -> NDArray[Any]:
        """One value a group, spread to its members."""
        return np.repeat(values, self.counts)

    def total(self, values: NDArray[Any]) -> NDArray[Any]:
        """Sum of each group; of floats in double precision."""
        if not len(self.starts):
            return values[:0]
        kind = np.float64 if values.dtype.kind == "f" else values.dtype
        return np.add.reduceat(values, self.starts, dtype=kind)

    def least(self, values: NDArray[Any]) -> NDArray[Any]:
        """Least value of each group."""
        return values[:0] if not len(self.starts) else np.minimum.reduceat(values, self.starts)

    def most(self, values: NDArray[Any]) -> NDArray[Any]:
        """Greatest value of each group."""
        return values[:0] if not len(self.starts) else np.maximum.reduceat(values, self.starts)

    def ordered(self, values: Floats) -> NDArray[np.float32]:
        """The values, rising within each group; none may be negative.

        The bits of floats that are not negative rise as the floats do (IEEE 754), so one sort of
        integers, group above value, does it all. Single precision: 7 digits.
        """
        bits = values.astype(np.float32).view(np.uint32).astype(np.uint64)
        keys = (self.ids.astype(np.uint64) << np.uint64(32)) | bits
        keys.sort()
        return (keys & np.uint64(0xFFFFFFFF)).astype(np.uint32).view(np.float32)

    def densest(
        self, ordered: NDArray[np.float32], points: Places
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """(middle, width) of the narrowest window that holds ``points`` values of each group.

        ``ordered`` rises within each group. The half of this kind is the shorth (Andrews et al.,
        *Robust Estimates of Location*, 1972); it sits on the mode and ignores the rest.
        """
        steps = self.each(points - 1)
        here = np.arange(self.size)
        ends = self.each(self.starts + self.counts)
        whole = here + steps < ends
        reach = np.where(whole, here + steps, here)
        width = np.where(whole, ordered[reach] - ordered, np.float32(np.inf))
        narrow = self.least(width)
        first = self.least(np.where(width == self.each(narrow), here, self.size))
        return ordered[first + (points - 1) // 2], narrow


def grouped(ids: NDArray[Any]) -> Groups:
    """The groups of equal neighbours."""
    new = np.ones(len(ids), bool)
    new[1:] = ids[1:] != ids[:-1]
    return Groups(np.flatnonzero(new), len(ids))


def ranges(starts: Places, sizes: Places) -> Places:
    """The numbers from each start on, as many as each size says, one range after another."""
    before = np.cumsum(sizes) - sizes
    numbers: Places = np.repeat(starts - before, sizes) + np.arange(sizes.sum())
    return numbers
