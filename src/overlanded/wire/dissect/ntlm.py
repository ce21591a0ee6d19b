"""NTLM messages inside other protocols (MS-NLMP section 2.2.1): names of machines, no accounts."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from overlanded.wire.dissect.fields import text
from overlanded.wire.facts import Fact

SIGNATURE = b"NTLMSSP\0"
CHALLENGE, AUTHENTICATE = 2, 3
COMPUTER, DNS_COMPUTER, END = 1, 3, 0
MOST_PAIRS = 16
VERSION = 0x02000000
"""Flag: the version field is there (section 2.2.2.5)."""


def facts(payload: bytes) -> Iterator[Fact]:
    """The server's name and system from its challenge, or the workstation's from its answer."""
    at = payload.find(SIGNATURE)
    if at < 0:
        return
    message = payload[at:]
    kind = struct.unpack_from("<I", message, 8)[0]
    if kind == CHALLENGE:
        yield from _challenge(message)
    elif kind == AUTHENTICATE:
        yield Fact("src", "hostname", _wide(_field(message, 44)).lower())


def _field(message: bytes, at: int) -> bytes:
    """The bytes that a (length, space, offset) triple points to."""
    size, _, offset = struct.unpack_from("<HHI", message, at)
    return message[offset : offset + size]


def _wide(raw: bytes) -> str:
    return text(raw.decode("utf-16-le", "replace").encode())


def _challenge(message: bytes) -> Iterator[Fact]:
    pairs, at = _field(message, 40), 0
    for _ in range(MOST_PAIRS):
        kind, size = struct.unpack_from("<HH", pairs, at)
        if kind == END:
            break
        if kind in (COMPUTER, DNS_COMPUTER):
            yield Fact("src", "hostname", _wide(pairs[at + 4 : at + 4 + size]).lower())
        at += 4 + size
    if struct.unpack_from("<I", message, 20)[0] & VERSION:
        major, minor, build = struct.unpack_from("<BBH", message, 48)
        yield Fact("src", "firmware", f"Windows {major}.{minor} build {build}")
