"""Tag-length-value items of the Basic Encoding Rules (ITU-T X.690 section 8.1)."""

from __future__ import annotations

from collections.abc import Iterator

MOST = 256
"""Items read of one level."""


def items(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(tag, contents) of the items in sequence; the last may be cut; stops where none can be.

    A tag of several bytes keeps them all: ``bf 29`` is 0xBF29.
    """
    at = 0
    for _ in range(MOST):
        tag, at = _tag(data, at)
        size, at = _size(data, at)
        if size < 0:
            return
        yield tag, data[at : at + size]
        at += size


def _tag(data: bytes, at: int) -> tuple[int, int]:
    if at >= len(data):
        return 0, at
    tag = data[at]
    if tag & 0x1F == 0x1F and at + 1 < len(data):
        return tag << 8 | data[at + 1], at + 2
    return tag, at + 1


def _size(data: bytes, at: int) -> tuple[int, int]:
    """(length or -1, offset after it); indefinite lengths are not used by our protocols."""
    if at >= len(data):
        return -1, at
    first = data[at]
    if first < 0x80:
        return first, at + 1
    count = first & 0x7F
    if not 1 <= count <= 4 or at + 1 + count > len(data):
        return -1, at
    return int.from_bytes(data[at + 1 : at + 1 + count], "big"), at + 1 + count


def number(tag: int) -> int:
    """The context number of a one- or two-byte tag."""
    return tag & 0x7F if tag > 0xFF else tag & 0x1F


def first(data: bytes, tag: int) -> bytes:
    """Contents of the first item with the tag; empty without."""
    return next((body for found, body in items(data) if found == tag), b"")


def one(data: bytes) -> tuple[int, bytes]:
    """(tag, contents) of the first item; ValueError when there is none."""
    for found in items(data):
        return found
    raise ValueError("no item here")


def oid(body: bytes) -> str:
    """An object identifier in dotted form (X.690 section 8.19)."""
    numbers, value = [], 0
    for byte in body[:128]:
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            numbers.append(value)
            value = 0
    if not numbers:
        raise ValueError("an empty object identifier")
    top = min(numbers[0] // 40, 2)
    return ".".join(map(str, (top, numbers[0] - 40 * top, *numbers[1:])))
