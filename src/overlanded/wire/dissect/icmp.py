"""ICMP (RFC 792): redirects name a second router; the rest is only recognised."""

from __future__ import annotations

from overlanded.wire.dissect.fields import ip, names_host
from overlanded.wire.facts import Fact, Recognised, Sample

REDIRECT = 5
KNOWN = frozenset((0, 3, 4, 5, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 42, 43))
"""Types assigned by IANA that are still seen."""
HIGHEST_CODE = 15


def dissect(sample: Sample) -> Recognised | None:
    """The router that a redirect points to, and the one that sent it."""
    body = sample.payload
    if len(body) < 8 or body[0] not in KNOWN or body[1] > HIGHEST_CODE:
        return None
    if body[0] != REDIRECT or not _sums(sample):
        return Recognised("icmp")
    router = ip(body[4:8])
    facts = [Fact("src", "role", "gateway")]
    if names_host(router):
        facts.append(Fact(f"ip:{router}", "role", "gateway"))
    return Recognised("icmp", tuple(facts))


def _sums(sample: Sample) -> bool:
    """True when the Internet checksum (RFC 1071) is right, or the capture cut the message."""
    if not sample.complete:
        return True
    body = sample.payload + b"\0" * (len(sample.payload) & 1)
    total = sum(int.from_bytes(body[at : at + 2], "big") for at in range(0, len(body), 2))
    return total % 0xFFFF == 0
