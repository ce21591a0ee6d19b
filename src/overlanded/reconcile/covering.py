"""Which networks the sensors covered: silence says nothing of a network that nobody captured."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from overlanded.data import table
from overlanded.model.devices import Cluster
from overlanded.model.identifiers import Identifier
from overlanded.model.records import Record


def networks(clusters: Iterable[Cluster]) -> frozenset[str]:
    """The networks in which any device was seen, by the addresses that devices hold."""
    return frozenset(
        _home(one.value) for cluster in clusters for one in _addresses(cluster.identifiers)
    )


def within(record: Record, seen: frozenset[str]) -> bool:
    """False when the record gives addresses, and only other networks were seen."""
    addresses = [_home(one.value) for one in _addresses(record.identifiers)]
    return not addresses or not seen or any(address in seen for address in addresses)


def _addresses(identifiers: Iterable[Identifier]) -> list[Identifier]:
    return [one for one in identifiers if one.kind == "ip" and one.checked]


def _home(address: str) -> str:
    parsed = ipaddress.ip_address(address)
    bits = table("matching")["covering"][f"v{parsed.version}_bits"]
    return str(ipaddress.ip_network((parsed, bits), strict=False))
