"""The rows of a JSON log under the same functions as ``Cells``: a batch of objects at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec import Struct

from overlanded.wire.zeek.cells import DIGITS, LETTERS, Flags, Halves, Numbers
from overlanded.wire.zeek.values import LATEST, address, mac, moment

if TYPE_CHECKING:
    from numpy.typing import NDArray

LARGEST = 10**DIGITS


class Objects(Struct, frozen=True, dict=True):
    """Parsed rows and the number of each one's line."""

    rows: Sequence[Mapping[str, Any]]
    lines: Numbers

    def __len__(self) -> int:
        """Rows."""
        return len(self.rows)

    def has(self, name: str) -> bool:
        """Whether any row has such a field."""
        return any(name in row for row in self.rows)

    def _values(self, name: str) -> list[Any]:
        return [row.get(name) for row in self.rows] if self.has(name) else [None] * len(self)

    def counts(self, name: str) -> tuple[Numbers, Flags]:
        """Whole numbers, and which of them are."""
        values = self._values(name)
        if set(map(type, values)) != {int}:
            values = [one if type(one) is int else -1 for one in values]
        value = np.array([one if -1 < one < LARGEST else -1 for one in values], np.int64)
        return np.maximum(value, 0), value >= 0

    def moments(self, name: str) -> tuple[Numbers, Flags]:
        """Times or spans in nanoseconds, and which of them are any."""
        values = self._values(name)
        if set(map(type, values)) == {float}:
            seconds = np.array(values)
            good = (seconds >= 0) & (seconds <= LATEST)
            micros = np.rint(np.where(good, seconds, 0) * 1_000_000).astype(np.int64)
            return micros * 1_000, good
        found = [-1 if value is None else moment(value) for value in values]
        value = np.array([-1 if one is None else one for one in found], np.int64)
        return np.maximum(value, 0), value >= 0

    def addresses(self, name: str) -> tuple[Halves, Flags]:
        """IP addresses as two halves, and which values are any."""
        known: dict[str, tuple[int, int] | None] = {}
        found = [self._address(value, known) for value in self._values(name)]
        good = np.array([one is not None for one in found], bool)
        halves = np.array([one or (0, 0) for one in found], np.uint64).reshape(-1, 2)
        return (halves[:, 0].copy(), halves[:, 1].copy()), good

    @staticmethod
    def _address(
        value: Any,  # noqa: ANN401 - whatever JSON holds
        known: dict[str, tuple[int, int] | None],
    ) -> tuple[int, int] | None:
        if not isinstance(value, str):
            return None
        if value not in known:
            known[value] = address(value)
        return known[value]

    def macs(self, name: str) -> NDArray[np.uint64]:
        """MACs as numbers, 0 where there is none."""
        known: dict[Any, int] = {None: 0}
        values = [value if isinstance(value, str) else None for value in self._values(name)]
        known |= {value: mac(value) for value in set(values)}
        return np.array([known[value] for value in values], np.uint64)

    def letters(self, name: str, meaning: NDArray[np.uint16]) -> NDArray[np.uint16]:
        """The meanings of all letters of a text, or-ed."""
        known: dict[str, int] = {"": 0}
        found = []
        for value in self._values(name):
            text = value[:LETTERS] if isinstance(value, str) else ""
            if text not in known:
                raw = text.encode("latin-1", "replace")
                known[text] = int(np.bitwise_or.reduce(meaning[np.frombuffer(raw, np.uint8)]))
            found.append(known[text])
        return np.array(found, np.uint16)

    def words(self, name: str) -> tuple[list[str], Numbers]:
        """(the different texts, which of them each row has)."""
        known: dict[str, int] = {}
        which = [
            known.setdefault(value if isinstance(value, str) else "", len(known))
            for value in self._values(name)
        ]
        return list(known), np.array(which, np.int64)
