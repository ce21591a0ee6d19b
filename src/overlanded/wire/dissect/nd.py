"""IPv6 neighbour discovery (RFC 4861; DNS options RFC 8106) inside ICMPv6 (RFC 4443)."""

from __future__ import annotations

from collections.abc import Iterator

from overlanded.model.identifiers import ip_text
from overlanded.wire.dissect.fields import gather, ip, mac, names_card, names_host
from overlanded.wire.dissect.labels import name
from overlanded.wire.facts import Fact, Recognised, Sample

SOLICIT_ROUTER, ADVERTISE_ROUTER, SOLICIT, ADVERTISE, REDIRECT = 133, 134, 135, 136, 137
OPTIONS_AT = {
    SOLICIT_ROUTER: 8,
    ADVERTISE_ROUTER: 16,
    SOLICIT: 24,
    ADVERTISE: 24,
    REDIRECT: 40,
}
SOURCE_LINK, TARGET_LINK, PREFIX, DNS_SERVERS, DNS_DOMAINS = 1, 2, 3, 25, 31
OTHERS = frozenset((1, 2, 3, 4, 128, 129, 130, 131, 132, 138, 139, 140, 143, 155, 160, 161))
"""ICMPv6 messages that are recognised and say nothing of a device."""
MOST_OPTIONS = 64
MOST_DOMAINS = 8


def dissect(sample: Sample) -> Recognised | None:
    """Who advertises itself as router, with what prefix, and which MAC has which address."""
    body = sample.payload
    if len(body) < 4:
        return None
    kind = body[0]
    if kind not in OPTIONS_AT:
        return Recognised("icmp") if kind in OTHERS and body[1] <= 8 else None
    if body[1] != 0 or len(body) < OPTIONS_AT[kind]:
        return None
    options = tuple(_options(body[OPTIONS_AT[kind] :]))
    parts = [_roles(kind, body), *(_fact(sample, kind, body, *option) for option in options)]
    return Recognised("nd", gather(parts))


def _options(body: bytes) -> Iterator[tuple[int, bytes]]:
    """(type, value) of each whole option; lengths count units of eight bytes."""
    at = 0
    for _ in range(MOST_OPTIONS):
        if at + 2 > len(body):
            return
        size = body[at + 1] * 8
        if size == 0 or at + size > len(body):
            return
        yield body[at], body[at + 2 : at + size]
        at += size


def _roles(kind: int, body: bytes) -> Iterator[Fact]:
    if kind == ADVERTISE_ROUTER:
        yield Fact("src", "role", "router-advertiser")
        if body[6:8] != b"\0\0":  # router lifetime 0: not a default router
            yield Fact("src", "role", "gateway")
    if kind == REDIRECT:
        yield Fact("src", "role", "gateway")


def _fact(sample: Sample, kind: int, body: bytes, option: int, value: bytes) -> Iterator[Fact]:
    if option == SOURCE_LINK and kind in (SOLICIT_ROUTER, ADVERTISE_ROUTER, SOLICIT):
        yield from _bind(value[:6], ip_text(*sample.src_ip))
    elif option == TARGET_LINK and kind == ADVERTISE:
        yield from _bind(value[:6], ip(body[8:24]))
    elif kind == ADVERTISE_ROUTER:
        yield from _offer(option, value)


def _bind(link: bytes, address: str) -> Iterator[Fact]:
    sender = mac(link)
    if names_card(sender) and names_host(address):
        yield Fact(f"mac:{sender}", "address", address)


def _offer(option: int, value: bytes) -> Iterator[Fact]:
    if option == PREFIX:
        yield Fact("src", "offers", f"prefix {ip(value[14:30])}/{value[0]}")
    elif option == DNS_SERVERS:
        for at in range(6, len(value) - 15, 16):
            server = ip(value[at : at + 16])
            yield Fact("src", "offers", f"dns {server}", f"ip:{server}")
    elif option == DNS_DOMAINS:
        at = 6
        for _ in range(MOST_DOMAINS):
            domain, at = name(value, at)
            if not domain:
                return
            yield Fact("src", "offers", f"domain {domain}")
