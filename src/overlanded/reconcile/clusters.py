"""Clusters: observations that checked identifiers tie to one piece of equipment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from overlanded.data import table
from overlanded.model import identifiers
from overlanded.model.devices import Cluster
from overlanded.model.identifiers import Identifier
from overlanded.model.observing import Observation, Subject
from overlanded.reconcile.bindings import (
    Sightings,
    bindings,
    is_global_mac,
    names_device,
    routed,
    sightings,
)
from overlanded.reconcile.legs import leg_ties
from overlanded.reconcile.names import (
    Groups,
    configured_ties,
    inside_ties,
    name_ties,
    number_ties,
    own_addresses,
    serial_ties,
)

KINDS = ("mac", "ip", "hostname")
"""Kinds of subject that lead a cluster, in this order; any other kind follows."""


def cluster(observations: Iterable[Observation]) -> tuple[Cluster, ...]:
    """Group observations by device; the result does not depend on their order.

    Addresses of nobody here (groups, broadcast, hosts beyond a gateway, names heard from
    others only) make no cluster.
    """
    seen = sorted(set(observations), key=order)
    found = sightings(seen)
    bound = bindings(found)
    groups = Groups({one.subject for one in seen if names_device(one.subject)})
    for ties in (
        lambda: (*bound.items(), *serial_ties(seen), *number_ties(seen)),
        lambda: (*_one_mac(groups), *_one_home(found, bound, groups), *leg_ties(seen, bound)),
        lambda: (*own_addresses(seen, groups), *configured_ties(seen, groups)),
        lambda: (*_one_mac(groups), *name_ties(seen, groups)),
        lambda: inside_ties(seen, groups),
    ):
        for pair in tuple(ties()):
            groups.tie(*pair)
    return _clusters(seen, groups, found, bound)


def _one_mac(groups: Groups) -> Iterator[tuple[Subject, Subject]]:
    """A maker's MAC seen on two networks is one device with two interfaces."""
    first: dict[str, Subject] = {}
    for subject in groups.members():
        if subject.kind == "mac" and is_global_mac(subject.value):
            yield first.setdefault(subject.value, subject), subject


def _one_home(
    found: Sightings, bound: dict[Subject, Subject], groups: Groups
) -> Iterator[tuple[Subject, Subject]]:
    """An address that a router passes on is the one that is at home on another network."""
    homes = defaultdict(list)
    for address in bound:
        homes[address.value].append(address)
    for subject in groups.members():
        if subject in found.fronted and subject not in bound and len(homes[subject.value]) == 1:
            yield subject, homes[subject.value][0]


def _clusters(
    seen: list[Observation], groups: Groups, found: Sightings, bound: dict[Subject, Subject]
) -> tuple[Cluster, ...]:
    gathered: dict[Subject, list[Observation]] = defaultdict(list)
    for one in seen:
        if one.subject in groups:
            gathered[groups.root(one.subject)].append(one)
    made = (
        _cluster(groups.together(root), tuple(mine))
        for root, mine in gathered.items()
        if _is_here(groups.together(root), mine, found, bound)
    )
    return tuple(sorted(made, key=lambda one: one.key))


def _is_here(
    subjects: Iterable[Subject],
    mine: list[Observation],
    found: Sightings,
    bound: dict[Subject, Subject],
) -> bool:
    hearsay = set(table("matching")["naming"]["hearsay"])
    if all(one.property in hearsay for one in mine):
        return False
    addresses = [subject for subject in subjects if subject.kind == "ip"]
    if len(addresses) < len(list(subjects)) or any(address in bound for address in addresses):
        return True
    return any(_is_local(address, found) for address in addresses)


def _is_local(address: Subject, found: Sightings) -> bool:
    if address.value in found.outside:
        return False
    if routed(address.value) or address in found.fronted:
        return address in found.equipment
    return True


def _cluster(subjects: Iterable[Subject], mine: tuple[Observation, ...]) -> Cluster:
    ordered = tuple(sorted(subjects, key=_leading))
    named = (subject for subject in ordered if subject.kind not in ("label", "file"))
    known = {_identifier(subject.kind, subject.value) for subject in named}
    known.update(_stated(mine))
    return Cluster(ordered, tuple(sorted(known)), mine)


STATED = {
    "serial": "serial",
    "order-number": "part-number",
    "hostname": "hostname",
    "station-name": "hostname",
    "lldp.system-name": "hostname",
    "snmp.name": "hostname",
    "address": "ip",
    "mac-address": "mac",
    "imei": "imei",
    "imeisv": "imeisv",
    "meid": "meid",
    "iccid": "iccid",
    "imsi": "imsi",
    "eid": "eid",
    "fcc-id": "fcc-id",
    "cmiit-id": "cmiit-id",
}
"""Property → kind of the identifier that it states."""


def _stated(mine: tuple[Observation, ...]) -> Iterator[Identifier]:
    passed_on = {identifiers.ip(one.value).value for one in mine if one.property == "fronts"}
    for one in mine:
        if one.property == "proposed":
            proposed, _, value = one.value.partition(" ")
            yield Identifier(proposed, value, False, "proposed: read from print, not confirmed")
        if kind := STATED.get(one.property):
            stated = _identifier(kind, one.value)
            if kind != "ip" or stated.value not in passed_on:
                yield stated


def _identifier(kind: str, value: str) -> Identifier:
    parse = identifiers.PARSERS.get(kind)
    return parse(value) if parse else Identifier(kind, value)


def _leading(subject: Subject) -> tuple[int, bool, Subject]:
    rank = KINDS.index(subject.kind) if subject.kind in KINDS else len(KINDS)
    return rank, subject.kind == "mac" and not is_global_mac(subject.value), subject


def order(one: Observation) -> tuple[object, ...]:
    """A total order of observations: what they say, then where it is proved."""
    return (
        one.subject.kind,
        one.subject.value,
        one.subject.network,
        one.property,
        one.value,
        str(one.object or ""),
        one.first or 0,
        one.last or 0,
        one.count,
        one.citation,
        one.detail,
    )
