"""Values in OPC UA binary encoding (OPC 10000-6 section 5.2), read one after the other."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import TypeVar

from msgspec import Struct, field

from overlanded.wire.dissect.plain import text

Value = TypeVar("Value")

MOST = 100
"""Elements read of one array."""
DEEPEST = 8


class Reader(Struct):
    """A place in a message; reading past the end raises ``struct.error`` or ``ValueError``."""

    data: bytes
    at: int = 0

    def number(self, form: str) -> int:
        """One little-endian integer of a ``struct`` form."""
        value: int = struct.unpack_from(f"<{form}", self.data, self.at)[0]
        self.at += struct.calcsize(f"<{form}")
        return value

    def skip(self, count: int) -> None:
        """Pass over bytes without a meaning for us."""
        if count < 0 or self.at + count > len(self.data):
            raise ValueError("a value ends after the message")
        self.at += count

    def raw(self) -> bytes:
        """A byte string or a string; -1 as length means none."""
        size = self.number("i")
        start = self.at
        self.skip(max(size, 0))
        return self.data[start : self.at]

    def string(self) -> str:
        """A string, empty when it is null or not printable."""
        return text(self.raw())

    def localized(self) -> str:
        """The text of a LocalizedText (5.2.2.14)."""
        mask = self.number("B")
        if mask & 1:
            self.raw()
        return self.string() if mask & 2 else ""

    def array(self, element: Callable[[], Value]) -> Iterator[Value]:
        """The elements of an array, at most ``MOST``."""
        for _ in range(min(self.number("i"), MOST)):
            yield element()

    def node(self) -> tuple[int, int]:
        """(namespace, number) of a NodeId (5.2.2.9); -1 for an id that is not a number."""
        kind = self.number("B")
        if kind == 0:
            return 0, self.number("B")
        if kind == 1:
            return self.number("B"), self.number("H")
        space = self.number("H")
        if kind == 2:
            return space, self.number("I")
        if kind in (3, 5):
            self.raw()
        elif kind == 4:
            self.skip(16)
        else:
            raise ValueError("no such kind of NodeId")
        return space, -1

    def extension(self) -> None:
        """Pass over an ExtensionObject (5.2.2.15)."""
        self.node()
        if self.number("B"):
            self.raw()

    def diagnostics(self, depth: int = 0) -> None:
        """Pass over a DiagnosticInfo (5.2.2.12), which may hold another one."""
        mask = self.number("B")
        self.skip(4 * (mask & 0x0F).bit_count())
        if mask & 0x10:
            self.raw()
        if mask & 0x20:
            self.skip(4)
        if mask & 0x40 and depth < DEEPEST:
            self.diagnostics(depth + 1)

    def request_header(self) -> None:
        """Pass over what every request starts with (OPC 10000-4 section 7.33)."""
        self.node()
        self.skip(16)
        self.raw()
        self.skip(4)
        self.extension()

    def response_header(self) -> None:
        """Pass over what every response starts with (OPC 10000-4 section 7.34)."""
        self.skip(16)
        self.diagnostics()
        list(self.array(self.raw))
        self.extension()


class Application(Struct, frozen=True):
    """An ApplicationDescription (OPC 10000-4 section 7.2)."""

    uri: str
    product: str
    name: str
    kind: int
    """0 server, 1 client, 2 both, 3 discovery server."""
    urls: tuple[str, ...] = field(default=())


def application(reader: Reader) -> Application:
    """The ApplicationDescription at the reader's place."""
    uri, product = reader.string(), reader.string()
    name, kind = reader.localized(), reader.number("I")
    reader.raw()
    reader.raw()
    return Application(uri, product, name, kind, tuple(reader.array(reader.string)))


def endpoint(reader: Reader) -> tuple[str, Application]:
    """URL and server of the EndpointDescription at the reader's place (7.14)."""
    url, server = reader.string(), application(reader)
    reader.raw()
    reader.skip(4)
    reader.raw()
    list(reader.array(lambda: _policy(reader)))
    reader.raw()
    reader.skip(1)
    return url, server


def _policy(reader: Reader) -> None:
    reader.raw()
    reader.skip(4)
    for _ in range(3):
        reader.raw()
