"""Outside contacts: conversations with addresses beyond the crane, and who named them."""

from __future__ import annotations

import ipaddress
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from overlanded import data
from overlanded.analyse.traffic.conversations import Pair
from overlanded.analyse.traffic.parties import Address, outside, usable
from overlanded.analyse.traffic.seen import Traffic
from overlanded.analyse.traffic.spans import length
from overlanded.model.evidence import Zone
from overlanded.model.identifiers import ip_text
from overlanded.model.observing import Observation, Subject

Networks: TypeAlias = "list[ipaddress.IPv4Network | ipaddress.IPv6Network]"
End: TypeAlias = "tuple[Subject, Address]"
"""A party and the address it has in the conversation."""


def observe(traffic: Traffic) -> Iterator[Observation]:
    """``contact`` for everybody here who talked with an outside address."""
    names = _names(traffic)
    networks = stated(traffic.zones)
    rows: dict[tuple[Subject, str, str], list[Pair]] = defaultdict(list)
    for pair in traffic.conversations:
        way = direction((pair.client, pair.a_ip), (pair.server, pair.b_ip), networks)
        if way == "outbound":
            rows[(pair.client, ip_text(*pair.b_ip), way)].append(pair)
        elif way == "inbound":
            rows[(pair.server, ip_text(*pair.a_ip), way)].append(pair)
    spread = _spread(rows)
    most = _most(Counter(subject for subject, _, _ in rows))
    kept: Counter[Subject] = Counter()
    further: dict[Subject, list[Pair]] = defaultdict(list)
    beyond: Counter[Subject] = Counter()
    for (subject, address, way), same in rows.items():
        kept[subject] += 1
        if kept[subject] > most:
            further[subject] += same
            beyond[subject] += 1
            continue
        other = Subject("ip", address, subject.network)
        name = names.get(address, address)
        services = ",".join(sorted({pair.service for pair in same}))
        extra = (("direction", way), ("services", services), *spread[address])
        yield traffic.told(same, subject, "contact", name, other, *extra)
    for subject, same in further.items():
        yield traffic.told(same, subject, "further-contacts", str(beyond[subject]))


def _spread(
    rows: Mapping[tuple[Subject, str, str], list[Pair]],
) -> dict[str, tuple[tuple[str, str], tuple[str, str]]]:
    """Address → prevalence and first sight: how many here talk with it, and since when anybody did.

    Of all that have contacts, and from the first contact of anybody on.
    """
    users: dict[str, set[Subject]] = defaultdict(set)
    first: dict[str, int] = {}
    for (subject, address, _), same in rows.items():
        users[address].add(subject)
        begun = min(pair.row.first_ns for pair in same)
        first[address] = min(begun, first.get(address, begun))
    everybody, began = len({subject for subject, _, _ in rows}), min(first.values(), default=0)
    return {
        address: (
            ("hosts_here", f"{len(own)} of {everybody}"),
            ("first_seen_after", length(first[address] - began)),
        )
        for address, own in users.items()
    }


def _most(numbers: Mapping[Subject, int]) -> int:
    """Contacts that are told one by one of each device; the rest are told as a number."""
    limits = data.table("traffic")["limits"]
    most, least = limits["contacts"], limits["contacts-least"]
    while (
        most > least and sum(min(one, most) for one in numbers.values()) > limits["contacts-in-all"]
    ):
        most = max(most // 2, least)
    return int(most)


def stated(zones: Sequence[Zone]) -> Networks:
    """The networks that the case says are the crane's."""
    return [ipaddress.ip_network(text, strict=False) for zone in zones for text in zone.networks]


def direction(client: End, server: End, networks: Networks) -> str:
    """``outbound`` or ``inbound``, ``local`` between two here, ``transit`` between two outside."""
    far_client, far_server = (
        _beyond(address, party, networks) for party, address in (client, server)
    )
    if far_client:
        return "transit" if far_server else "inbound"
    return "outbound" if far_server else "local"


def _beyond(address: Address, party: Subject, networks: Networks) -> bool:
    """True for the Internet, and for what a gateway passes on from outside the stated zones."""
    if not usable(address):
        return False
    if outside(address):
        return party.kind == "ip"
    inside = not networks or any(
        ipaddress.ip_address(ip_text(*address)) in network for network in networks
    )
    return party.kind == "ip" and not inside


def _names(traffic: Traffic) -> dict[str, str]:
    """Address → the name a client asked for: from DNS answers, then from TLS and HTTP requests."""
    names: dict[str, str] = {}
    for read in traffic.reads:
        for fact in read.recognised.facts:
            if fact.property == "resolved" and fact.object.startswith("ip:"):
                names.setdefault(fact.object[3:], fact.value)
            elif fact.property in {"tls.sni", "http.host"}:
                names.setdefault(ip_text(*read.sample.dst_ip), fact.value)
    return names
