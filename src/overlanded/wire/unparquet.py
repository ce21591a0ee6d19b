"""Columns read back from the Parquet that ``wire.parquet`` writes, and from no other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from overlanded.model.columns import Table
from overlanded.wire.folding import Columns

if TYPE_CHECKING:
    from mmap import mmap

    from numpy.typing import NDArray

Data: TypeAlias = "bytes | mmap"

_I32, _I64, _BINARY, _LIST = 5, 6, 8, 9
"""Types of Thrift's compact protocol; what is none of these is a struct here."""
_DICTIONARY_PAGE = 2


def groups(table: Table, data: Data, names: Sequence[str]) -> Iterator[Columns]:
    """The named columns of each row group, in order.

    Columns of four and eight bytes may share the memory of ``data``.
    """
    kinds = {column.name: np.dtype(f"<{column.dtype}") for column in table.columns}
    footer, _ = _struct(data, len(data) - 8 - int.from_bytes(data[-8:-4], "little"))
    for group in footer[4]:
        chunks = {chunk[3][3][0].decode(): chunk[3] for chunk in group[1]}
        yield {name: _column(data, chunks[name], kinds[name]) for name in names}


def _column(data: Data, chunk: dict[int, Any], kind: np.dtype[Any]) -> NDArray[Any]:
    """One column of one row group; ``chunk`` is its ColumnMetaData."""
    head, at = _struct(data, chunk.get(11, chunk[9]))
    if head[1] != _DICTIONARY_PAGE:
        return _plain(data, at, head[5][1], kind)
    values = _plain(data, at, head[7][1], kind)
    head, at = _struct(data, at + head[2])
    return values.take(_indices(data, at, head[5][1]))


def _plain(data: Data, at: int, count: int, kind: np.dtype[Any]) -> NDArray[Any]:
    """Values as they are; those of less than four bytes are written as four."""
    written = kind if kind.itemsize >= 4 else np.dtype("<u4")
    return np.frombuffer(data, written, count, at).astype(kind, copy=False)


def _indices(data: Data, at: int, count: int) -> NDArray[Any]:
    """Places in the dictionary: one run of one place, or places of eight bits each."""
    run, at = _varint(data, at + 1)
    if run & 1:
        return np.frombuffer(data, np.uint8, count, at)
    return np.full(count, data[at])


def _struct(data: Data, at: int) -> tuple[dict[int, Any], int]:
    """(field number → value, where the struct ends)."""
    fields: dict[int, Any] = {}
    number = 0
    while data[at]:
        number += data[at] >> 4
        fields[number], at = _value(data, at + 1, data[at] & 15)
    return fields, at + 1


def _value(data: Data, at: int, kind: int) -> tuple[Any, int]:
    if kind in {_I32, _I64}:
        value, at = _varint(data, at)
        return value >> 1 ^ -(value & 1), at
    if kind == _BINARY:
        size, at = _varint(data, at)
        return data[at : at + size], at + size
    return _list(data, at) if kind == _LIST else _struct(data, at)


def _list(data: Data, at: int) -> tuple[list[Any], int]:
    size, kind = data[at] >> 4, data[at] & 15
    size, at = _varint(data, at + 1) if size == 15 else (size, at + 1)
    items = []
    for _ in range(size):
        item, at = _value(data, at, kind)
        items.append(item)
    return items, at


def _varint(data: Data, at: int) -> tuple[int, int]:
    value = shift = 0
    while data[at] > 0x7F:
        value |= (data[at] & 0x7F) << shift
        shift, at = shift + 7, at + 1
    return value | data[at] << shift, at + 1
