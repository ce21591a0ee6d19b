"""Which MAC an IP address belongs to, and which addresses are of no device here."""

from __future__ import annotations

import ipaddress
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import lru_cache

from msgspec import Struct, field

from overlanded.data import table
from overlanded.model import identifiers
from overlanded.model.observing import Observation, Subject

CONTENT = "content"


class Sightings(Struct):
    """What the observations say of addresses, gathered in one pass."""

    claims: dict[Subject, dict[Subject, int]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(int))
    )
    """IP → MACs that claimed it (ARP, ND, DHCP) with how often."""
    senders: dict[Subject, set[Subject]] = field(default_factory=lambda: defaultdict(set))
    """IP → MACs that sent packets from it."""
    fronted: dict[Subject, set[Subject]] = field(default_factory=lambda: defaultdict(set))
    """IP → MACs that pass it on for somebody else."""
    fronting: set[Subject] = field(default_factory=set)
    outside: set[str] = field(default_factory=set)
    """Addresses that somebody contacted outside the crane's networks."""
    equipment: set[Subject] = field(default_factory=set)
    """Subjects that named themselves or served a control protocol."""


def sightings(observations: Iterable[Observation]) -> Sightings:
    """One pass over the observations; the order does not matter."""
    found = Sightings()
    for one in observations:
        _note(found, one)
    return found


def _note(found: Sightings, one: Observation) -> None:
    match one.property:
        case "address":
            _address(found, one)
        case "fronts":
            found.fronted[_ip(one)].add(one.subject)
            found.fronting.add(one.subject)
        case "contact" if one.object:
            found.outside.add(one.object.value)
        case _:
            if _shows_equipment(one):
                found.equipment.add(one.subject)


def _address(found: Sightings, one: Observation) -> None:
    if one.subject.kind != "mac" or not names_device(one.subject):
        return
    how = set(dict(one.detail).get("how", "ip").replace("+", ",").split(","))
    if how & set(table("matching")["naming"]["claims"]):
        found.claims[_ip(one)][one.subject] += one.count
    else:
        found.senders[_ip(one)].add(one.subject)


def _ip(one: Observation) -> Subject:
    return Subject("ip", identifiers.ip(one.value).value, one.subject.network)


def _shows_equipment(one: Observation) -> bool:
    if one.property == "serves":
        protocol = table("protocols")["protocols"].get(one.value.split("/")[0], {})
        return bool(protocol.get("family") == "control")
    return bool(table("properties")["properties"].get(one.property, {}).get("source") == CONTENT)


@lru_cache(maxsize=1 << 16)
def names_device(subject: Subject) -> bool:
    """False for an identifier that fails its check or by its kind names no single device."""
    parse = identifiers.PARSERS.get(subject.kind)
    return parse is None or (parse(subject.value).checked and subject.value != "255.255.255.255")


def bindings(found: Sightings) -> dict[Subject, Subject]:
    """IP → the one MAC it belongs to.

    A claim binds it to the MAC that claimed it most often; without any claim, to its only sender,
    unless that one passes on traffic of others. A MAC that factories repeat is bound to an
    address only when it has no other.
    """
    bound = {}
    for address in {*found.claims, *found.senders}:
        owner = _owner(found, address)
        if owner and names_device(address):
            bound[address] = owner
    return _without_ambiguous(bound)


def _owner(found: Sightings, address: Subject) -> Subject | None:
    passers = found.fronted.get(address, set())
    claimers = {
        mac: count for mac, count in found.claims.get(address, {}).items() if mac not in passers
    }
    if claimers:
        return min(claimers, key=lambda mac: (-claimers[mac], mac))
    senders = found.senders.get(address, set()) - passers
    if len(senders) == 1 and not senders & found.fronting:
        return next(iter(senders))
    return None


def _without_ambiguous(bound: dict[Subject, Subject]) -> dict[Subject, Subject]:
    owned = Counter(mac for address, mac in bound.items() if "." in address.value)
    return {
        address: mac for address, mac in bound.items() if owned[mac] <= 1 or not shared(mac.value)
    }


def shared(mac: str) -> bool:
    """True for a MAC that several devices are known to carry."""
    if mac in table("shared-identifiers")["mac"]:
        return True
    return any(mac.startswith(prefix) for prefix in table("matching")["shared-macs"])


@lru_cache(maxsize=1 << 16)
def is_global_mac(mac: str) -> bool:
    """True when the MAC names one device on earth: made by a maker, and not known to repeat."""
    parsed = identifiers.mac(mac)
    return parsed.checked and not parsed.note and not shared(mac)


def routed(address: str) -> bool:
    """True for an address of the public internet."""
    return ipaddress.ip_address(address).is_global
