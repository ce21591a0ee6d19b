"""Small readers that all dissectors share: text, addresses, headers."""

from __future__ import annotations

import ipaddress
import re
import struct
from collections.abc import Iterable

from overlanded.wire.facts import Fact

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffd\s]+")

HOSTILE = (
    struct.error,
    IndexError,
    KeyError,
    ValueError,  # includes UnicodeError and the errors of ipaddress
    OverflowError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RecursionError,
    MemoryError,
)
"""What a decoder may run into on bytes that are not what they claim to be."""

V4_PREFIX = 0xFFFF
"""Upper 32 of the lower 64 bits of an IPv4 address held as ::ffff:a.b.c.d (RFC 4291 2.5.5.2)."""


def text(raw: bytes, limit: int = 256) -> str:
    """Bytes as one printable line: UTF-8, else what of it can be read; cut to ``limit``.

    Marks that turn the direction of writing and the like are left out as well.
    """
    line = _UNPRINTABLE.sub(" ", raw[: 4 * limit].decode("utf-8", "replace"))
    if not line.isprintable():
        line = "".join(char for char in line if char.isprintable())
    return line.strip()[:limit]


def printable(raw: bytes) -> bool:
    """True for bytes that are all graphic ASCII, blanks, tabs or line ends (and at least one)."""
    return bool(raw) and all(32 <= byte < 127 or byte in (9, 10, 13) for byte in raw)


def mac(raw: bytes) -> str:
    """Six bytes in the usual notation."""
    if len(raw) != 6:
        raise ValueError("a MAC has six bytes")
    return raw.hex(":")


def ip(raw: bytes) -> str:
    """Four or sixteen bytes as address text; ValueError for any other length."""
    return str(ipaddress.ip_address(raw))


def names_host(address: str) -> bool:
    """True when the address text can be that of one host (not a group, not 0.0.0.0)."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    broadcast = address == "255.255.255.255"
    return not (parsed.is_multicast or parsed.is_unspecified or parsed.is_loopback or broadcast)


def names_card(address: str) -> bool:
    """True when the MAC text can be that of one interface (not a group, not all zero)."""
    return address != "00:00:00:00:00:00" and not int(address[:2], 16) & 1


def is_group(hardware: int, address: tuple[int, int]) -> bool:
    """True when a frame's MAC or IP (as two halves) is a multicast or broadcast one."""
    if hardware >> 40 & 1:
        return True
    high, low = address
    if high == 0 and low >> 32 == V4_PREFIX:
        first = low >> 24 & 0xFF
        return 224 <= first < 240 or low & 0xFFFFFFFF == 0xFFFFFFFF
    return high >> 56 == 0xFF


def bits(value: int, names: tuple[tuple[int, str], ...]) -> str:
    """The names of the bits set in ``value``, in table order, comma separated."""
    return ",".join(name for mask, name in names if value & mask)


def headers(lines: list[bytes]) -> dict[str, str]:
    """``Name: value`` lines as a dict with lower-case names; the first of a name counts."""
    found: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(b":")
        if colon and len(name) < 64:
            found.setdefault(text(name).lower(), text(value))
    return found


def gather(parts: Iterable[Iterable[Fact]]) -> tuple[Fact, ...]:
    """The facts of all parts; one part that turns out to be damaged does not cost the others."""
    facts: list[Fact] = []
    for part in parts:
        try:
            facts.extend(part)
        except HOSTILE:
            continue
    return tuple(facts)
