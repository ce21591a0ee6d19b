"""What the clock of a sender says, in messages that carry it: no message is recognised here."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from datetime import UTC, datetime

from overlanded.wire.dissect import ber, heads
from overlanded.wire.dissect.fields import HOSTILE
from overlanded.wire.facts import Recognised, Sample

EPOCH_1970 = 2_208_988_800
"""Seconds from 1900, NTP's zero, to 1970 (RFC 5905 figure 4)."""
ERA = 1 << 32
UPTIME = "1.3.6.1.2.1.1.3.0"
"""sysUpTime (RFC 3418), hundredths of a second."""
TIME_TICKS = 0x43
"""Its tag (RFC 2578 section 7.1.8)."""
RESPONSE = 0xA2
NEW = re.compile(
    rb"(?:\d{1,5} )?<\d{1,3}>1 (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d) "
)
OLD = re.compile(rb"(?:\d{1,5} )?<\d{1,3}>([A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d) ")
"""Times of RFC 5424 section 6.2.3, with their zone; of RFC 3164 section 4.1.2, in local time."""


def clock(sample: Sample, found: Recognised) -> float | None:
    """Seconds since 1970 that the sender states as the present; None where it states none."""
    return _asked(CLOCKS, sample, found)


def uptime(sample: Sample, found: Recognised) -> float | None:
    """Seconds since the sender was started, as it says."""
    return _asked({"snmp": _snmp}, sample, found)


def zone(sample: Sample, found: Recognised) -> str:
    """The offset from UTC that the sender writes beside a time (``+08:00``); empty for none."""
    written = NEW.match(sample.payload) if found.protocol == "syslog" else None
    return written[2].decode().replace("Z", "+00:00") if written else ""


Reader = Callable[[Sample], float | None]


def _asked(readers: dict[str, Reader], sample: Sample, found: Recognised) -> float | None:
    reader = readers.get(found.protocol)
    try:
        return reader(sample) if reader and sample.payload else None
    except HOSTILE:
        return None


def _ntp(sample: Sample) -> float | None:
    """The transmit time (RFC 5905 figure 8), in the era nearest to the capture."""
    body = sample.payload
    whole, part = struct.unpack_from("!II", body, 40)
    if not whole or not 1 <= body[0] & 7 <= 5:
        return None
    told = whole - EPOCH_1970 + part / ERA
    return float(told + ERA * round((sample.ns / 1e9 - told) / ERA) if told < 0 else told)


def _http(sample: Sample) -> float | None:
    """The Date of an answer (RFC 9110 section 6.6.1) that no cache kept (RFC 9111 section 5.1)."""
    head = heads.split(sample.payload, b"HTTP")
    if head is None or not head.code or "date" not in head.headers or "age" in head.headers:
        return None
    from email.utils import parsedate_to_datetime

    return parsedate_to_datetime(head.headers["date"]).replace(tzinfo=UTC).timestamp()


def _syslog(sample: Sample) -> float | None:
    """The time of a message; one without a year is of the year nearest to the capture."""
    if written := NEW.match(sample.payload):
        return datetime.fromisoformat(written[1].decode() + written[2].decode()).timestamp()
    written = OLD.match(sample.payload)
    if not written:
        return None
    seen = datetime.fromtimestamp(sample.ns / 1e9, UTC)
    near = filter(None, (_of_year(written[1].decode(), seen.year + more) for more in (-1, 0, 1)))
    nearest = min(near, key=lambda moment: abs(moment - seen), default=None)
    return nearest.timestamp() if nearest else None


def _of_year(text: str, year: int) -> datetime | None:
    """None for a day that the year has not, and for what is no time."""
    try:
        return datetime.strptime(f"{year} {text}", "%Y %b %d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def _snmp(sample: Sample) -> float | None:
    """The time since the start in an answer of version 1 or 2c."""
    parts = list(ber.items(ber.one(sample.payload)[1]))
    if len(parts) < 3 or parts[2][0] != RESPONSE:
        return None
    _, pairs = list(ber.items(parts[2][1]))[3]
    for _, pair in ber.items(pairs):
        (_, key), (kind, value) = list(ber.items(pair))[:2]
        if kind == TIME_TICKS and ber.oid(key) == UPTIME:
            return int.from_bytes(value, "big") / 100
    return None


CLOCKS: dict[str, Reader] = {"ntp": _ntp, "http": _http, "syslog": _syslog}
"""Protocol → how the present is read from its messages."""
