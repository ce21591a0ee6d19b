# cython: boundscheck=False, wraparound=False, cdivision=True
# ruff: noqa: F403, F405
# mypy: disable-error-code="untyped-decorator,no-any-return,import-untyped"
"""Rows of words into columns, and rows of slices into one table.

Compiled and interpreted alike, as in ``walk.py``.
"""

from __future__ import annotations

import cython

if not cython.compiled:
    from overlanded.wire.layout import *


@cython.cfunc
def octets(store: Store) -> Octets:
    if cython.compiled:
        view: cython.uchar[::1] = store
        return cython.address(view[0])
    return memoryview(store)


@cython.cfunc
def words(store: Store) -> Words:
    if cython.compiled:
        view: cython.uchar[::1] = store
        return cython.cast(Words, cython.address(view[0]))
    return memoryview(store).cast("Q")


def column(
    store: Store,
    row_words: int,
    count: int,
    sides: bytearray,
    spec: tuple[int, int, int, int, int, int],
) -> bytearray:
    """One column of ``count`` rows as little-endian bytes.

    ``spec`` is (word when a is client, its shift, word when b is client, its shift, bits, bytes a value);
    ``sides`` holds one byte a row, 1 where b is the client. Values are cut to their bits.
    """
    word_a: i64 = spec[0]
    shift_a: u64 = spec[1]
    word_b: i64 = spec[2]
    shift_b: u64 = spec[3]
    mask: u64 = M64 >> (64 - cython.cast(u64, spec[4]))
    width: i64 = spec[5]
    out = bytearray(count * width)
    rows: Words = words(store)
    swap: Octets = octets(sides)
    to: Octets = octets(out)
    stride: i64 = row_words
    total: i64 = count
    row: i64
    byte: i64
    value: u64
    with cython.nogil:
        for row in range(total):
            if swap[row]:
                value = rows[row * stride + word_b] >> shift_b & mask
            else:
                value = rows[row * stride + word_a] >> shift_a & mask
            for byte in range(width):
                to[row * width + byte] = value & 255
                value >>= 8
    return out
