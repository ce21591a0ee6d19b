"""Captures inside gzip and Zstandard, opened as a stream with bounds.

A source is anything with ``readinto(buffer) -> int`` (0 at its end). Nothing here opens files.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any, Protocol, cast

from overlanded.data import table

GZIP = b"\x1f\x8b"
ZSTD = b"\x28\xb5\x2f\xfd"


class Source(Protocol):
    """What the caller gives: bytes on request."""

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill the buffer from its start; give the number of bytes, 0 at the end."""


class Plain:
    """A source with its first bytes put back, read until the buffer is full."""

    def __init__(self, source: Source, head: bytes) -> None:
        self._source = source
        self._head = head
        self.taken = 0
        self.fault = ""

    def readinto(self, buffer: memoryview) -> int:
        """As ``Source.readinto``, but short only at the end."""
        count = min(len(self._head), len(buffer))
        buffer[:count] = self._head[:count]
        self._head = self._head[count:]
        while count < len(buffer):
            got = self._source.readinto(buffer[count:])
            if not got:
                break
            count += got
        self.taken += count
        return count


class Expanded:
    """The bytes that a compressed source holds, until its bounds or a fault end them."""

    def __init__(self, plain: Plain, expand: Callable[[Plain, memoryview], int]) -> None:
        self._plain = plain
        self._expand = expand
        bounds = table("sampling")["expansion"]
        self._free: int = bounds["free_bytes"]
        self._ratio: int = bounds["ratio"]
        self._total = 0
        self.fault = ""

    @property
    def taken(self) -> int:
        """Compressed bytes read so far."""
        return self._plain.taken

    def readinto(self, buffer: memoryview) -> int:
        """As ``Source.readinto``; ``fault`` says why it ended early."""
        if self.fault:
            return 0
        try:
            count = self._expand(self._plain, buffer)
        except Exception as error:  # noqa: BLE001 - a codec raises what it likes on bad bytes
            self.fault = f"the compression is damaged after {self._plain.taken} bytes ({error})"
            return 0
        self._total += count
        if self._total > self._free and self._total > self._ratio * self._plain.taken:
            self.fault = (
                f"it expands to more than {self._ratio} times its size; reading stopped there"
            )
        return int(count)


class Gzip:
    """RFC 1952, several members one after the other."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(wbits=31)
        self._input = b""
        self._chunk = bytearray(1 << 16)

    def __call__(self, plain: Plain, buffer: memoryview) -> int:
        """Fill the buffer; 0 at the end. Raises ``zlib.error`` on damage."""
        count = 0
        while count < len(buffer):
            if not self._input:
                got = plain.readinto(memoryview(self._chunk))
                self._input = bytes(self._chunk[:got])
                if not got:
                    break
            if self._member.eof:
                self._input = self._input.lstrip(b"\0")
                if not self._input:
                    continue
                self._member = zlib.decompressobj(wbits=31)
            piece = self._member.decompress(self._input, len(buffer) - count)
            self._input = self._member.unconsumed_tail or self._member.unused_data
            buffer[count : count + len(piece)] = piece
            count += len(piece)
        if not count and not self._member.eof:
            raise zlib.error("the end is missing")
        return count


class Zstandard:
    """RFC 8878; the window is bounded so that no frame can ask for more memory."""

    def __init__(self) -> None:
        self._reader: Any = None

    def __call__(self, plain: Plain, buffer: memoryview) -> int:
        """Fill the buffer; 0 at the end. Raises ``zstandard.ZstdError`` on damage."""
        if self._reader is None:
            import zstandard

            class _Readable:
                def read(self, size: int) -> bytes:
                    chunk = bytearray(size)
                    return bytes(chunk[: plain.readinto(memoryview(chunk))])

            limit = table("sampling")["expansion"]["zstd_window"]
            self._reader = zstandard.ZstdDecompressor(max_window_size=limit).stream_reader(
                cast("Any", _Readable()), read_across_frames=True, read_size=1 << 16
            )
        return int(self._reader.readinto(buffer))


def opened(source: Source) -> Plain | Expanded:
    """The source as it is, or what it holds when it begins like gzip or Zstandard."""
    head = bytearray(4)
    first = Plain(source, b"")
    count = first.readinto(memoryview(head))
    plain = Plain(source, bytes(head[:count]))
    if head.startswith(GZIP):
        return Expanded(plain, Gzip())
    if head.startswith(ZSTD):
        return Expanded(plain, Zstandard())
    return plain
