"""Single values of a log: text made clean, times, addresses, MACs."""

from __future__ import annotations

import ipaddress
import math
import re
from datetime import UTC, datetime
from typing import Any

from overlanded.data import table
from overlanded.model.identifiers import ip_halves
from overlanded.wire.dissect.fields import text as printable

ESCAPE = re.compile(rb"\\(?:x([0-9a-fA-F]{2})|(\\))")
LATEST: int = table("zeek")["bounds"]["latest"]
MILLISECONDS = 1e11
"""A number of seconds that is larger counts milliseconds (the JSON writer's TS_MILLIS)."""
V4 = 0xFFFF << 32
MAC = re.compile(r"[0-9a-fA-F]{2}(?::[0-9a-fA-F]{2}){5}")


def moment(value: Any) -> int | None:  # noqa: ANN401 - whatever JSON holds
    """Nanoseconds of a time or span as Zeek writes it: a number, its text, or ISO 8601."""
    if type(value) is float and 0 <= value <= LATEST:
        return round(value * 1_000_000) * 1_000
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return _iso(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    seconds = value / 1000 if abs(value) > MILLISECONDS else value
    if not 0 <= seconds <= LATEST:
        return None
    return round(seconds * 1_000_000) * 1_000


def _iso(value: str) -> int | None:
    try:
        parsed = datetime.fromisoformat(value)
        parsed = parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
        return moment(parsed.timestamp())
    except (ValueError, OverflowError):
        return None


def address(value: Any) -> tuple[int, int] | None:  # noqa: ANN401 - whatever JSON holds
    """The halves of an IP address, None for what is none."""
    if not isinstance(value, str) or len(value) > 64:
        return None
    parts = value.split(".")
    if len(parts) == 4 and all(part.isascii() and part.isdecimal() for part in parts):
        octets = [int(part) for part in parts]
        return (0, V4 | int.from_bytes(octets, "big")) if max(octets) < 256 else None
    try:
        plain = str(ipaddress.ip_address(value.partition("%")[0]))
    except ValueError:
        return None
    high, low = ip_halves(plain)
    return high, low


def mac(value: Any) -> int:  # noqa: ANN401 - whatever JSON holds
    """A MAC as a number, 0 for what is none."""
    if isinstance(value, str) and MAC.fullmatch(value):
        return int(value.replace(":", ""), 16)
    return 0


def clean(raw: bytes) -> str:
    r"""A cell as one printable line: ``\x0a`` is the byte that Zeek wrote it for."""
    if b"\\" in raw:
        raw = ESCAPE.sub(lambda found: bytes((int(found[1], 16),)) if found[1] else b"\\", raw)
    return printable(raw)
