"""ICMP (RFC 792): redirects name a second router; an echo that carries packets is a tunnel.

The data of an echo is for testing. A tunnel writes its packets there: whole ones, with a right
checksum, at the beginning or behind a header of its own.
"""

from __future__ import annotations

from functools import cache

from overlanded.data import table
from overlanded.wire.dissect.fields import ip, names_host
from overlanded.wire.facts import Fact, Recognised, Sample

REDIRECT = 5
ECHOES = (0, 8)
ECHO_HEAD, IP_HEAD = 8, 20
LONGEST_OWN = 32
"""Bytes of a tunnel's own header that are looked behind."""
KNOWN = frozenset((0, 3, 4, 5, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 42, 43))
"""Types assigned by IANA that are still seen."""
HIGHEST_CODE = 15


def dissect(sample: Sample) -> Recognised | None:
    """The router that a redirect points to, and the one that sent it."""
    body = sample.payload
    if len(body) < 8 or body[0] not in KNOWN or body[1] > HIGHEST_CODE:
        return None
    if body[0] in ECHOES and _carries(body[ECHO_HEAD:]):
        return Recognised("icmp-tunnel")
    if body[0] != REDIRECT or not _sums(sample):
        return Recognised("icmp")
    router = ip(body[4:8])
    facts = [Fact("src", "role", "gateway")]
    if names_host(router):
        facts.append(Fact(f"ip:{router}", "role", "gateway"))
    return Recognised("icmp", tuple(facts))


def _carries(data: bytes) -> bool:
    """True where an IPv4 packet fills the data to its end, or a tunnel's own mark begins it."""
    if data.startswith(_marks()):
        return True
    return any(_is_packet(data[at:]) for at in range(min(LONGEST_OWN, len(data) - IP_HEAD) + 1))


def _is_packet(data: bytes) -> bool:
    if data[:1] != b"\x45" or int.from_bytes(data[2:4], "big") != len(data):
        return False
    return _right(data[:IP_HEAD])


@cache
def _marks() -> tuple[bytes, ...]:
    return tuple(bytes.fromhex(mark) for mark in table("tunnels")["icmp"]["marks"])


def _sums(sample: Sample) -> bool:
    """True when the message's checksum is right, or the capture cut it."""
    return not sample.complete or _right(sample.payload)


def _right(body: bytes) -> bool:
    """True when the Internet checksum (RFC 1071) over these bytes is right."""
    body += b"\0" * (len(body) & 1)
    total = sum(int.from_bytes(body[at : at + 2], "big") for at in range(0, len(body), 2))
    return total > 0 and total % 0xFFFF == 0
