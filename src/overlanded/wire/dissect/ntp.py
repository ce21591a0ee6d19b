"""NTP (RFC 5905; control messages RFC 9327)."""

from __future__ import annotations

import struct

from overlanded.wire.dissect.fields import ip, text
from overlanded.wire.facts import Fact, Recognised, Sample

SERVER, BROADCAST, CONTROL, PRIVATE = 4, 5, 6, 7
UNSYNCHRONISED = 16
EPOCH_1970 = 2_208_988_800
"""Seconds from 1900, NTP's zero, to 1970 (RFC 5905 figure 4)."""
FRESH_BOOT = 30 * 86_400
"""A clock less than this after 1970 was never set."""
CLIENT = 3


def dissect(sample: Sample) -> Recognised | None:
    """Server: stratum and reference. Client: only whether its clock was ever set."""
    body = sample.payload
    if not body or not 1 <= body[0] >> 3 & 7 <= 4:
        return None
    mode = body[0] & 7
    if mode in (CONTROL, PRIVATE):
        return Recognised("ntp") if len(body) >= 8 else None
    if len(body) < 48 or mode == 0 or body[1] > UNSYNCHRONISED:
        return None
    if mode in (SERVER, BROADCAST):
        return Recognised("ntp", _server(body), "dst" if mode == SERVER else "")
    return Recognised("ntp", _clock(body), "src" if mode == CLIENT else "")


def _server(body: bytes) -> tuple[Fact, ...]:
    stratum = body[1]
    if not 0 < stratum < UNSYNCHRONISED:
        return ()
    named = text(body[12:16]) if stratum == 1 else ip(body[12:16])
    return (
        Fact("src", "role", "ntp-server"),
        Fact("src", "ntp.reference", f"stratum {stratum} {named}".rstrip()),
    )


def _clock(body: bytes) -> tuple[Fact, ...]:
    """Random transmit times (as data minimisation advises) fall so near 1970 once in 1,600."""
    sent = struct.unpack_from("!I", body, 40)[0]
    if not 0 <= sent - EPOCH_1970 < FRESH_BOOT:
        return ()
    days = (sent - EPOCH_1970) // 86_400
    return (Fact("src", "ntp.clock", f"{days} days after 1970-01-01"),)
