"""Tables as Parquet: required columns, uncompressed, PLAIN or by dictionary.

Apache Parquet format 2 (github.com/apache/parquet-format): pages of version 1, metadata in
Thrift's compact protocol. Only what our own columns need.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator

from msgspec import Struct

from overlanded.model.columns import Column, Table
from overlanded.wire.kernels.tabling import uniform, widened
from overlanded.wire.tables import WIDTHS, Columns

MAGIC = b"PAR1"
GROUP_ROWS = 122_880
"""Rows of a row group: what DuckDB reads as one unit of work."""

_INT32, _INT64 = 1, 2
_CONVERTED = {"u1": 11, "u2": 12, "u4": 13, "u8": 14, "i8": 18}
_PLAIN, _RLE, _RLE_DICTIONARY = 0, 3, 8
_DATA_PAGE, _DICTIONARY_PAGE = 0, 2
_T_I32, _T_I64, _T_BINARY, _T_LIST, _T_STRUCT = 5, 6, 8, 9, 12

Piece = bytes | memoryview


class _Chunk(Struct, frozen=True):
    """One column of one row group, as written."""

    column: Column
    offset: int
    size: int
    dictionary: int | None
    """Length of the dictionary page; None without one."""


class _Group(Struct, frozen=True):
    rows: int
    chunks: tuple[_Chunk, ...]


def encode(table: Table, batches: Iterable[Columns]) -> Iterator[Piece]:
    """The pieces of a Parquet file that holds the batches one after the other."""
    yield MAGIC
    offset = len(MAGIC)
    groups: list[_Group] = []
    for batch in batches:
        for rows, columns in _groups(table, batch):
            chunks: list[_Chunk] = []
            for column in table.columns:
                pieces, dictionary = _column_chunk(column, columns[column.name], rows)
                size = sum(len(piece) for piece in pieces)
                chunks.append(_Chunk(column, offset, size, dictionary))
                offset += size
                yield from pieces
            groups.append(_Group(rows, tuple(chunks)))
    footer = _footer(table, groups)
    yield footer
    yield len(footer).to_bytes(4, "little")
    yield MAGIC


def _groups(table: Table, batch: Columns) -> Iterator[tuple[int, dict[str, memoryview]]]:
    first = table.columns[0]
    count = len(batch[first.name]) // WIDTHS[first.dtype]
    for low in range(0, count, GROUP_ROWS):
        high = min(low + GROUP_ROWS, count)
        yield (
            high - low,
            {
                column.name: memoryview(batch[column.name])[
                    low * WIDTHS[column.dtype] : high * WIDTHS[column.dtype]
                ]
                for column in table.columns
            },
        )


def _column_chunk(column: Column, data: memoryview, rows: int) -> tuple[list[Piece], int | None]:
    """The pages of a column, and the length of the dictionary page among them."""
    width = WIDTHS[column.dtype]
    if uniform(data, width):
        return _constant(bytes(data[:width]), rows)
    if width == 1 and rows >= 1024:
        return _by_byte(data, rows)
    plain: Piece = data if width >= 4 else memoryview(widened(data, width))
    return [_page(_DATA_PAGE, len(plain), rows, _PLAIN), plain], None


def _constant(value: bytes, rows: int) -> tuple[list[Piece], int]:
    """A dictionary of one value, and one run of it."""
    entry = value + bytes(4 - len(value)) if len(value) < 4 else value
    head = _page(_DICTIONARY_PAGE, len(entry), 1, _PLAIN)
    body = b"\x01" + _varint(rows << 1) + b"\x00"
    pieces = [head, entry, _page(_DATA_PAGE, len(body), rows, _RLE_DICTIONARY), body]
    return list(pieces), len(head) + len(entry)


_BYTES = array("I", range(256)).tobytes()


def _by_byte(data: memoryview, rows: int) -> tuple[list[Piece], int]:
    """A dictionary of all bytes: indices of eight bits are the values as they are."""
    head = _page(_DICTIONARY_PAGE, len(_BYTES), 256, _PLAIN)
    groups = (rows + 7) // 8
    lead = b"\x08" + _varint(groups << 1 | 1)
    pad = bytes(groups * 8 - rows)
    page = _page(_DATA_PAGE, len(lead) + groups * 8, rows, _RLE_DICTIONARY)
    return [head, _BYTES, page, lead, data, pad], len(head) + len(_BYTES)


def _page(kind: int, size: int, rows: int, encoding: int) -> bytes:
    common = [(1, _T_I32, kind), (2, _T_I32, size), (3, _T_I32, size)]
    if kind == _DICTIONARY_PAGE:
        detail = _struct([(1, _T_I32, rows), (2, _T_I32, encoding)])
        return _struct([*common, (7, _T_STRUCT, detail)])
    detail = _struct(
        [(1, _T_I32, rows), (2, _T_I32, encoding), (3, _T_I32, _RLE), (4, _T_I32, _RLE)]
    )
    return _struct([*common, (5, _T_STRUCT, detail)])


def _footer(table: Table, groups: list[_Group]) -> bytes:
    root = _struct([(4, _T_BINARY, b"schema"), (5, _T_I32, len(table.columns))])
    schema = [root, *(_schema_element(column) for column in table.columns)]
    return _struct(
        [
            (1, _T_I32, 2),
            (2, _T_LIST, _list(_T_STRUCT, schema)),
            (3, _T_I64, sum(group.rows for group in groups)),
            (4, _T_LIST, _list(_T_STRUCT, [_row_group(group) for group in groups])),
            (6, _T_BINARY, b"overlanded"),
        ]
    )


def _schema_element(column: Column) -> bytes:
    return _struct(
        [
            (1, _T_I32, _physical(column)),
            (3, _T_I32, 0),
            (4, _T_BINARY, column.name.encode()),
            (6, _T_I32, _CONVERTED[column.dtype]),
        ]
    )


def _physical(column: Column) -> int:
    return _INT64 if WIDTHS[column.dtype] == 8 else _INT32


def _row_group(group: _Group) -> bytes:
    chunks = [_column_metadata(chunk, group.rows) for chunk in group.chunks]
    return _struct(
        [
            (1, _T_LIST, _list(_T_STRUCT, chunks)),
            (2, _T_I64, sum(chunk.size for chunk in group.chunks)),
            (3, _T_I64, group.rows),
        ]
    )


def _column_metadata(chunk: _Chunk, rows: int) -> bytes:
    encodings = [_PLAIN, _RLE] if chunk.dictionary is None else [_PLAIN, _RLE, _RLE_DICTIONARY]
    fields: list[tuple[int, int, int | bytes]] = [
        (1, _T_I32, _physical(chunk.column)),
        (2, _T_LIST, _list(_T_I32, [_zigzag(encoding) for encoding in encodings])),
        (3, _T_LIST, _list(_T_BINARY, [_binary(chunk.column.name.encode())])),
        (4, _T_I32, 0),
        (5, _T_I64, rows),
        (6, _T_I64, chunk.size),
        (7, _T_I64, chunk.size),
        (9, _T_I64, chunk.offset + (chunk.dictionary or 0)),
    ]
    if chunk.dictionary is not None:
        fields.append((11, _T_I64, chunk.offset))
    return _struct([(2, _T_I64, chunk.offset), (3, _T_STRUCT, _struct(fields))])


def _struct(fields: list[tuple[int, int, int | bytes]]) -> bytes:
    """A Thrift compact struct; lists and structs are given as their bytes."""
    out = bytearray()
    last = 0
    for number, kind, value in fields:
        out.append((number - last) << 4 | kind)
        last = number
        if isinstance(value, int):
            out += _zigzag(value)
        elif kind == _T_BINARY:
            out += _binary(value)
        else:
            out += value
    return bytes(out) + b"\x00"


def _list(kind: int, items: list[bytes]) -> bytes:
    head = bytes([len(items) << 4 | kind]) if len(items) < 15 else None
    return (head or bytes([0xF0 | kind]) + _varint(len(items))) + b"".join(items)


def _binary(value: bytes) -> bytes:
    return _varint(len(value)) + value


def _zigzag(value: int) -> bytes:
    return _varint(value << 1 if value >= 0 else (-value << 1) - 1)


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
