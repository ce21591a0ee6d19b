"""TLS ClientHello (RFC 8446 section 4.1.2; RFC 6066; RFC 7301), from TLS or QUIC."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from msgspec import Struct

from overlanded.wire.dissect.fields import text

SERVER_NAME, SIGNATURES, ALPN, VERSIONS = 0, 13, 16, 43
DATAGRAM = 0xFE
"""Major version number of DTLS."""
MOST = 256


class Hello(Struct, frozen=True):
    """A ClientHello. Lists are in the order of the wire, with the GREASE values (RFC 8701)."""

    version: int
    ciphers: tuple[int, ...]
    extensions: tuple[tuple[int, bytes], ...]
    whole: bool
    """False when the capture ends before the extensions do."""

    def extension(self, kind: int) -> bytes | None:
        """The value of the first extension of a kind."""
        return next((value for found, value in self.extensions if found == kind), None)

    @property
    def server_name(self) -> str:
        """The host name asked for; empty without one."""
        value = self.extension(SERVER_NAME) or b""
        if len(value) < 5 or value[2] != 0:
            return ""
        return text(value[5 : 5 + int.from_bytes(value[3:5], "big")]).lower()

    @property
    def versions(self) -> tuple[int, ...]:
        """Versions offered: of the extension where there is one, else the old field."""
        value = self.extension(VERSIONS)
        return numbers(value[1:]) if value else (self.version,)

    @property
    def highest(self) -> int:
        """The newest version offered; the numbers of DTLS (0xfe..) count downwards."""
        offered = [one for one in self.versions if not grease(one)]
        if self.version >> 8 == DATAGRAM:
            return min((one for one in offered if one >> 8 == DATAGRAM), default=self.version)
        return max(offered, default=0)

    @property
    def protocols(self) -> tuple[bytes, ...]:
        """Application protocols offered (ALPN)."""
        value, at, found = self.extension(ALPN) or b"", 2, []
        while at < len(value):
            found.append(value[at + 1 : at + 1 + value[at]])
            at += 1 + value[at]
        return tuple(found)

    @property
    def signatures(self) -> tuple[int, ...]:
        """Signature algorithms offered."""
        return numbers((self.extension(SIGNATURES) or b"")[2:])


def grease(value: int) -> bool:
    """True for the placeholders 0x0a0a … 0xfafa (RFC 8701)."""
    return value & 0x0F0F == 0x0A0A and value >> 8 == value & 0xFF


def numbers(raw: bytes) -> tuple[int, ...]:
    """Big-endian 16-bit numbers."""
    count = min(len(raw) // 2, MOST)
    return struct.unpack(f"!{count}H", raw[: 2 * count])


def parse(body: bytes) -> Hello | None:
    """The hello in a handshake body (after type and length), or None."""
    version, session = int.from_bytes(body[:2], "big"), body[34]
    if version >> 8 not in (3, DATAGRAM) or session > 32:
        return None
    at = 35 + session
    if version >> 8 == DATAGRAM:
        at += 1 + body[at]  # the cookie (RFC 6347 section 4.2.1)
    size = int.from_bytes(body[at : at + 2], "big")
    ciphers = numbers(body[at + 2 : at + 2 + size])
    at += 2 + size
    if size == 0 or size % 2 or at >= len(body):
        return None
    at += 1 + body[at]
    end = at + 2 + int.from_bytes(body[at : at + 2], "big")
    extensions = tuple(_extensions(body[at + 2 : end]))
    return Hello(version, ciphers, extensions, end <= len(body) or at == len(body))


def _extensions(body: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    for _ in range(MOST):
        if at + 4 > len(body):
            return
        kind, size = struct.unpack_from("!HH", body, at)
        if at + 4 + size > len(body):
            return
        yield kind, body[at + 4 : at + 4 + size]
        at += 4 + size
