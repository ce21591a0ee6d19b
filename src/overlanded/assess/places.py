"""Where devices are: the networks they were seen on, their address plans, the zones they are of."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from functools import cache, lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from msgspec import Struct

from overlanded.data import table
from overlanded.model.devices import Device
from overlanded.model.evidence import Scope
from overlanded.model.observing import Subject


class Segment(Struct, frozen=True, cache_hash=True):
    """One address plan on one network of the crane, or addresses beyond all that was captured."""

    network: str | None
    """As in ``Subject``; None for what lies beyond a gateway and was captured nowhere."""
    plan: str
    """First bits that its addresses share, as CIDR; empty for stations without an address.

    Of what lies beyond, its name for people: ``zone port``, ``addresses of 10.9.0.0/24``.
    """


class Range(Struct, frozen=True):
    """One range of addresses of a zone."""

    network: IPv4Network | IPv6Network
    zone: str
    purpose: str


def networks(device: Device) -> tuple[str, ...]:
    """The networks that a device was seen on, in order; empty text is the untagged one.

    Where its MAC was seen, its address alone says nothing: a router may have passed it on.
    """
    if device.cluster is None:
        return ()
    heard = _heard(device)
    kind = "mac" if any(one.kind == "mac" for one in heard) else "ip"
    return tuple(sorted({one.network for one in heard if one.kind == kind}))


def has_mac(device: Device) -> bool:
    """True when its own frames or address resolution showed a MAC, not only its packets an IP."""
    return any(one.kind == "mac" for one in _heard(device))


def _heard(device: Device) -> Sequence[Subject]:
    """Its subjects without the MAC that only a label states: that was on no network seen."""
    if device.cluster is None:
        return ()
    told = {one.subject for one in device.cluster.observations}
    printed = {one.value for one in device.cluster.observations if one.property == "mac-address"}
    return [one for one in device.cluster.subjects if one in told or one.value not in printed]


def addresses(device: Device, passed: Container[tuple[str, str]]) -> Mapping[str, Sequence[str]]:
    """Network that it was seen on → its own addresses there.

    ``passed`` are (network, address) that somebody passes on. One that its own MAC never had on a
    network was passed on to it.
    """
    seen = device.cluster.observations if device.cluster else ()
    claimed = {
        (one.subject.network, one.value)
        for one in seen
        if one.property == "address" and one.subject.kind == "mac"
    }
    found: dict[str, list[str]] = {network: [] for network in networks(device)}
    own = has_mac(device)
    for one in device.cluster.subjects if device.cluster else ():
        key = (one.network, one.value)
        if one.kind == "ip" and (key in claimed if own else key not in passed):
            found.setdefault(one.network, []).append(one.value)
    return found


def called(network: str | None) -> str:
    """The name of a network in a sentence."""
    return "beyond what was captured" if network is None else network or "untagged"


def ranges(scope: Scope) -> tuple[Range, ...]:
    """The address ranges of the zones; what is no range is left out."""
    return tuple(
        Range(parsed, zone.name, zone.purpose)
        for zone in scope.zones
        for text in zone.networks
        if (parsed := _range(text)) is not None
    )


def zone_of(address: str, known: Sequence[Range]) -> Range | None:
    """The zone that an address lies in, the narrowest if several."""
    parsed = _address(address)
    holding = [one for one in known if parsed is not None and parsed in one.network]
    return max(holding, key=lambda one: one.network.prefixlen, default=None)


def plan_of(address: str, known: Sequence[Range]) -> str:
    """The address plan of an address: a wide zone, or else the usual prefix of one wire.

    A narrow zone is no plan of its own: crane makers cut one wire into zones by address alone.
    """
    parsed, usual = _address(address), _usual(address)
    wide = [one.network for one in known if parsed is not None and parsed in one.network]
    wide = [network for network in wide if usual and network.prefixlen < usual.prefixlen]
    widest = min(wide, key=lambda network: network.prefixlen, default=usual)
    return str(widest) if widest else ""


def other_crane(text: str, own: str) -> str:
    """The name of another crane in a text, formed like this one's: ``STS-08`` beside ``STS-07``."""
    named = re.fullmatch(r"(\D*[^\W\d_])([-_ ]*)(\d+)", own.strip())
    if not named:
        return ""
    found = re.finditer(rf"\b{re.escape(named[1])}[-_ ]*(\d+)\b", text, re.IGNORECASE)
    return next((one[0] for one in found if int(one[1]) != int(named[3])), "")


def private(address: str) -> bool:
    """True for an address that only a site itself can have given out."""
    parsed = _address(address)
    return parsed is not None and any(parsed in network for network in _private())


@cache
def _private() -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(map(ip_network, table("assessing")["joining"]["private"]))


LINK_LOCAL = {4: 16, 6: 10}
"""Prefixes of the addresses that need no plan (RFC 3927 section 2.1, RFC 4291 section 2.5.6)."""


@lru_cache(maxsize=1 << 16)
def _usual(address: str) -> IPv4Network | IPv6Network | None:
    parsed = _address(address)
    if parsed is None:
        return None
    site = table("traffic")["site"]
    bits = LINK_LOCAL[parsed.version] if parsed.is_link_local else site[f"local{parsed.version}"]
    return ip_network(f"{parsed}/{bits}", strict=False)


@lru_cache(maxsize=1 << 16)
def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


def _range(text: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None
