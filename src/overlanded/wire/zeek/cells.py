"""The cells of an ASCII log as columns of numbers: no Python object a row.

Every function works on a whole batch: where each cell begins and ends, digit after digit. A cell
that is unset, empty or no such thing gives 0 and is left out of ``good``.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from msgspec import Struct

from overlanded.wire.folding import mix
from overlanded.wire.zeek.shape import Shape
from overlanded.wire.zeek.values import LATEST, address, moment

if TYPE_CHECKING:
    from numpy.typing import NDArray

Numbers: TypeAlias = "NDArray[np.int64]"
Flags: TypeAlias = "NDArray[np.bool_]"
Halves: TypeAlias = "tuple[NDArray[np.uint64], NDArray[np.uint64]]"
LINE, RETURN, COMMENT, DOT = 10, 13, 35, 46
DIGITS = 18
"""Digits that a signed 64-bit number holds whatever they are."""
ZEROS, SIXES = np.uint64(0x3030303030303030), np.uint64(0x0606060606060606)
HIGH, THREES = np.uint64(0xF0F0F0F0F0F0F0F0), np.uint64(0x3333333333333333)
PAIR = np.uint64(0x000000FF000000FF)
"""Eight digits in a word: ``0``, what carries from 9 on, the upper halves of a byte."""
LETTERS = 64
"""Letters of a history that are looked at; Zeek writes each at most a few times."""
MICROS = 7
"""Places from a time's point to its end, as Zeek writes it."""
WIDEST_V4, WIDEST_MAC = 15, 17
V4 = np.uint64(0xFFFF << 32)


class Cells(Struct, frozen=True, dict=True):
    """The rows of one batch that have as many cells as the log has fields."""

    data: bytes
    shape: Shape
    first: int
    """Number of the first line."""

    @cached_property
    def _padded(self) -> bytes:
        """The batch with room around it that no cell reaches."""
        return bytes(8) + self.data + bytes(DIGITS + LETTERS)

    @cached_property
    def bytes_(self) -> NDArray[np.uint8]:
        """The batch as numbers."""
        return np.frombuffer(self._padded, np.uint8, offset=8)

    @cached_property
    def _lines(self) -> tuple[Numbers, Numbers]:
        """Where each line begins and ends."""
        size = len(self.data)
        ends = np.flatnonzero(self.bytes_[:size] == LINE)
        begins = np.concatenate(([0], ends[:-1] + 1)) if len(ends) else ends
        return begins, ends - ((ends > begins) & (self.bytes_[ends - 1] == RETURN))

    @cached_property
    def _found(self) -> tuple[Flags, Flags, Numbers]:
        """(lines that are rows, lines that should be, what stands around each cell of the rows).

        Cell ``n`` lies between the bounds ``n`` and ``n + 1`` of its row. A separator more at the
        end is none: some programs that copy logs put one behind every row.
        """
        begins, ends = self._lines
        marks = np.flatnonzero(self.bytes_[: len(self.data)] == self.shape.separator[0])
        wanted = len(self.shape.fields) - 1
        said = (ends > begins) & (self.bytes_[begins] != COMMENT)
        if said.all() and wanted and len(marks) == len(begins) * wanted:
            rows = marks.reshape(-1, wanted)
            if (rows[:, 0] >= begins).all() and (rows[:, -1] < ends).all():
                return said, said, np.column_stack((begins - 1, rows, ends))
        low, high = np.searchsorted(marks, begins), np.searchsorted(marks, ends)
        spare = (high - low == wanted + 1) & (self.bytes_[ends - 1] == self.shape.separator[0])
        good = said & (high - low - spare == wanted)
        rows = marks[low[good][:, None] + np.arange(wanted)]
        return good, said, np.column_stack((begins[good] - 1, rows, (ends - spare)[good]))

    @property
    def wrong(self) -> Numbers:
        """Numbers of the lines that have more or fewer cells than fields."""
        good, said, _ = self._found
        return np.flatnonzero(said & ~good) + self.first

    @cached_property
    def lines(self) -> Numbers:
        """The number of each row's line."""
        return np.flatnonzero(self._found[0]) + self.first

    def __len__(self) -> int:
        """Rows."""
        return len(self.lines)

    def has(self, name: str) -> bool:
        """Whether the log has such a field."""
        return name in self.shape.fields

    def _cell(self, name: str) -> tuple[Numbers, Numbers]:
        """Where each row's cell of a field begins and ends; nowhere for a field that is not."""
        bounds = self._found[2]
        if name not in self.shape.fields:
            return np.zeros(len(self), np.int64), np.zeros(len(self), np.int64)
        at = self.shape.fields.index(name)
        return bounds[:, at] + 1, bounds[:, at + 1]

    def counts(self, name: str) -> tuple[Numbers, Flags]:
        """Whole numbers, and which of them are."""
        return self._digits(*self._cell(name))

    @cached_property
    def _words(self) -> NDArray[np.uint64]:
        """The eight bytes before every place of the batch, the last in the highest bits."""
        return np.ndarray(len(self._padded) - 8, "<u8", self._padded, strides=(1,))

    def _digits(self, begin: Numbers, end: Numbers) -> tuple[Numbers, Flags]:
        """The numbers whose digits lie there, eight digits at a time from the last on."""
        size = end - begin
        good = (size > 0) & (size <= DIGITS)
        value, fine = self._eight(end, np.minimum(size, 8))
        good &= fine
        for lower in (8, 16):
            more = np.flatnonzero(good & (size > lower))
            if not len(more):
                break
            upper, fine = self._eight(end[more] - lower, np.minimum(size[more] - lower, 8))
            value[more] += upper * 10**lower
            good[more[~fine]] = False
        return np.where(good, value, 0), good

    def _eight(self, end: Numbers, size: Numbers) -> tuple[Numbers, Flags]:
        """Up to eight digits before ``end``, all at once in one word (carries never meet)."""
        word = self._words[end]
        with np.errstate(over="ignore"):
            kept = ~np.uint64(0) << (64 - 8 * np.maximum(size, 1)).astype(np.uint64)
            word = (word & kept) | (ZEROS & ~kept)
            high, carried = word & HIGH, (word + SIXES & HIGH) >> np.uint64(4)
            fine = high | carried == THREES
            word -= ZEROS
            word = word * np.uint64(10) + (word >> np.uint64(8))
            pairs = (word & PAIR) * np.uint64(0x000F424000000064)
            pairs += (word >> np.uint64(16) & PAIR) * np.uint64(0x0000271000000001)
        return (pairs >> np.uint64(32)).astype(np.int64), fine

    def _unset(self, begin: Numbers, end: Numbers) -> Flags:
        """Which cells hold the mark of an unset field, or nothing."""
        mark = self.shape.unset[:LETTERS]
        same: Flags = end - begin == len(mark)
        for at, char in enumerate(mark):
            same &= self.bytes_[begin + at] == char
        empty: Flags = end <= begin
        return same | empty

    def moments(self, name: str) -> tuple[Numbers, Flags]:
        """Times or spans in nanoseconds, and which of them are any."""
        begin, end = self._cell(name)
        usual = (end - begin > MICROS) & (self.bytes_[end - MICROS] == DOT)
        whole, sure = self._digits(begin, np.where(usual, end - MICROS, begin))
        micros, fine = self._digits(np.where(usual, end - MICROS + 1, begin), end)
        good = usual & sure & fine & (whole <= LATEST)
        value = np.where(good, whole * 1_000_000_000 + micros * 1_000, 0)
        for row in np.flatnonzero(~good & ~self._unset(begin, end)).tolist():
            found = moment(self.data[begin[row] : end[row]].decode("latin-1"))
            if found is not None:
                value[row], good[row] = found, True
        return value, good

    def addresses(self, name: str) -> tuple[Halves, Flags]:
        """IP addresses as two halves, and which cells are any."""
        begin, end = self._cell(name)
        size = end - begin
        low, part = np.zeros(len(begin), np.uint64), np.zeros(len(begin), np.uint16)
        dots = np.zeros(len(begin), np.uint8)
        good = (size >= 7) & (size <= WIDEST_V4)
        after = np.ones(len(begin), bool)  # at the beginning or behind a dot
        for at, digit in enumerate(self._wide(begin, WIDEST_V4) - np.uint8(48)):
            live = size > at
            dot, number = live & (digit == np.uint8(DOT - 48 & 255)), live & (digit <= 9)
            good &= ~live | number | (dot & ~after)
            low = np.where(dot, low << np.uint64(8) | part, low)
            part = np.where(dot, 0, np.where(number, part * 10 + digit, part)).astype(np.uint16)
            good &= part < 256
            dots += dot
            after = np.where(live, dot, after)
        good &= (dots == 3) & ~after
        low = np.where(good, low << np.uint64(8) | part | V4, np.uint64(0))
        return self._others(begin, end, (np.zeros(len(begin), np.uint64), low), good)

    def _others(
        self, begin: Numbers, end: Numbers, halves: Halves, good: Flags
    ) -> tuple[Halves, Flags]:
        """The same with what is no plain IPv4 address read one by one, each text once."""
        known: dict[bytes, tuple[int, int] | None] = {}
        high, low = halves
        for row in np.flatnonzero(~good & ~self._unset(begin, end)).tolist():
            text = self.data[begin[row] : end[row]]
            if text not in known:
                known[text] = address(text.decode("latin-1"))
            found = known[text]
            if found is not None:
                high[row], low[row], good[row] = *found, True
        return (high, low), good

    def _wide(self, begin: Numbers, width: int) -> NDArray[np.uint8]:
        """(width, rows): the bytes from the beginning of each cell on."""
        found: NDArray[np.uint8] = self.bytes_[begin + np.arange(width)[:, None]]
        return found

    def macs(self, name: str) -> NDArray[np.uint64]:
        """MACs as numbers, 0 where there is none."""
        begin, end = self._cell(name)
        value = np.zeros(len(begin), np.uint64)
        good = end - begin == WIDEST_MAC
        if not good.any():
            return value
        for at, nibble in enumerate(HEX[self._wide(begin, WIDEST_MAC)]):
            if at % 3 < 2:
                good &= nibble < 16
                value = value << np.uint64(4) | (nibble & 15)
        return np.where(good, value, np.uint64(0))

    def letters(self, name: str, meaning: NDArray[np.uint16]) -> NDArray[np.uint16]:
        """The meanings of all letters of a cell, or-ed."""
        begin, end = self._cell(name)
        size = np.minimum(end - begin, LETTERS)
        width = int(size.max(initial=0))
        said = meaning[self._wide(begin, width)] * (np.arange(width)[:, None] < size)
        found: NDArray[np.uint16] = np.bitwise_or.reduce(said, axis=0).astype(np.uint16)
        return found

    def words(self, name: str) -> tuple[list[str], Numbers]:
        """(the different texts, which of them each row has); unset and empty are one, ``""``."""
        begin, end = self._cell(name)
        size = np.minimum(end - begin, LETTERS)
        mixed = size.astype(np.uint64)
        for at in range(0, int(size.max(initial=0)), 8):
            left = np.clip(size - at, 0, 8)
            kept = ~np.uint64(0) >> (64 - 8 * np.maximum(left, 1)).astype(np.uint64)
            word = np.where(left > 0, self._words[begin + at + 8] & kept, np.uint64(0))
            mixed = mix([mixed, word])
        _, where, which = np.unique(mixed, return_index=True, return_inverse=True)
        texts = [self.data[begin[row] : end[row]] for row in where.tolist()]
        nothing = {self.shape.unset, self.shape.empty}
        return ["" if text in nothing else text.decode("latin-1") for text in texts], which

    def rows(self) -> list[bytes]:
        """The rows as they are written."""
        good = self._found[0]
        begins, ends = (side[good].tolist() for side in self._lines)
        return [self.data[begin:end] for begin, end in zip(begins, ends, strict=True)]


HEX: NDArray[Any] = np.full(256, 255, np.uint64)
"""The value of each hexadecimal digit; 255 for every other byte."""
for _value, _digit in enumerate("0123456789abcdef"):
    HEX[ord(_digit)] = HEX[ord(_digit.upper())] = _value
