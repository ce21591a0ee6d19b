"""The interfaces of one router: MACs one after the other, each a gateway of its network."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import islice, takewhile

from overlanded.data import table
from overlanded.model import identifiers
from overlanded.model.observing import Observation, Subject
from overlanded.reconcile.bindings import is_global_mac
from overlanded.reconcile.names import Tie


def leg_ties(
    observations: Iterable[Observation], bound: Mapping[Subject, Subject]
) -> Iterator[Tie]:
    """Gateways of different networks whose MACs their maker gave one after the other.

    ``bound`` is the MAC that each address belongs to.
    """
    passing = {one.subject for one in observations if _passes_on(one)}
    legs = sorted(mac for mac in passing if mac.kind == "mac" and is_global_mac(mac.value))
    homes: dict[Subject, set[str]] = {mac: set() for mac in legs}
    for address, mac in bound.items():
        if mac in homes:
            homes[mac].add(_network(address))
    for place, one in enumerate(legs):
        for other in takewhile(partial(_near, one), islice(legs, place + 1, None)):
            if one.value != other.value and not homes[one] & homes[other]:
                yield one, other


def _passes_on(one: Observation) -> bool:
    return one.property == "fronts" or (one.property == "role" and one.value == "gateway")


def _network(address: Subject) -> str:
    """The network that an address is in, by its wire and by the usual length of a prefix."""
    covering = table("matching")["covering"]
    parsed = ipaddress.ip_address(identifiers.ip(address.value).value)
    bits = covering["v4_bits" if parsed.version == 4 else "v6_bits"]
    return f"{address.network} {ipaddress.ip_network((parsed, bits), strict=False)}"


def _near(one: Subject, other: Subject) -> bool:
    """Whether the second, which is not the lower, is as near as the interfaces of one router."""
    low, high = (int(subject.value.replace(":", ""), 16) for subject in (one, other))
    apart: int = table("matching")["legs"]["apart"]
    return high - low <= apart
