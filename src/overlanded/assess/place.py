"""Place: where it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from overlanded.assess import written
from overlanded.assess.context import Context
from overlanded.assess.places import networks
from overlanded.assess.wording import listed, proofs, seen, undetermined, would_change
from overlanded.model.devices import Answer, Device, Question


def answer(device: Device, context: Context) -> Answer:
    """The network it was seen on, its zone, and the place that an inspection or record gives."""
    if device.cluster is None:
        return undetermined(Question.PLACE, "it was not seen")
    inspected = seen(device, "place")
    found = list(dict.fromkeys(one.value for one in inspected))
    ports = written.ports(device)
    behind = list(dict.fromkeys(one.value for one in ports))
    where = [network or "the untagged network" for network in networks(device)]
    value = listed([*found, *behind, *where])
    if not value:
        return undetermined(Question.PLACE, "nothing seen says where it is", proofs(seen(device)))
    zones = _zones(device, context)
    words = [f"It was seen on {listed(where)}."] if where else []
    words += [f"A table has it at {listed(behind)}."] if behind else []
    words += [f"By its address it belongs to zone {listed(zones)}."] if zones else []
    words += [f"People saw it at {listed(found)}."] if found else ["Its cabinet is not determined."]
    return Answer(
        question=Question.PLACE,
        value=value,
        words=" ".join(words),
        citations=proofs((*inspected, *ports, *seen(device))),
        because=" and ".join(_grounds(where, found)) or "a table of a switch",
        would_change=would_change(Question.PLACE),
    )


def _grounds(where: Sequence[str], found: Sequence[str]) -> Iterator[str]:
    if where:
        yield "the networks its frames were captured on"
    if found:
        yield "what people noted of it"


def _zones(device: Device, context: Context) -> list[str]:
    addresses = [
        ip_address(one.value)
        for one in (device.cluster.identifiers if device.cluster else ())
        if one.kind == "ip" and one.checked
    ]
    return [zone.name for zone in context.scope.zones if _holds(zone.networks, addresses)]


def _holds(ranges: tuple[str, ...], addresses: Sequence[IPv4Address | IPv6Address]) -> bool:
    for text in ranges:
        try:
            network = ip_network(text, strict=False)
        except ValueError:
            continue
        if any(address in network for address in addresses):
            return True
    return False
