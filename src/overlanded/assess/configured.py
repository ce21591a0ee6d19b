"""What a device's own configuration says it joins: its interfaces, its routes, ports it forwards.

That is what could pass by its settings when they were read out. Whether anything did is another
question; what its rules forbid is told apart (``refusing``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from ipaddress import IPv4Network, ip_network

from overlanded.assess.places import Range, Segment, plan_of, private, zone_of
from overlanded.model.observing import Observation

Told = Mapping[str, Sequence[Observation]]
PROPERTIES = ("address", "route", "nat")
"""What a configuration tells that can join networks."""
ADDRESS = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")
NETWORK = re.compile(rf"({ADDRESS.pattern})(?:/(\d{{1,2}})(?!\d)|\s+({ADDRESS.pattern}))")
"""A network as routes have it: with its length, or with its mask behind it."""
FORWARDS = re.compile(r"(?i)static|server|destination|dst-?nat|redirect|dest_ip|mappedip|target")
"""Words of rules that lead from outside to an address here; others only hide who asks."""
SHOWN = 80
"""Characters of a rule that a reason shows."""


def doors(
    seen: Told, taken: Sequence[Segment], ranges: Sequence[Range]
) -> Iterator[tuple[Segment, str, dict[str, str], Observation]]:
    """(segment that it leads to, word of ``joins``, the parts of its words, what says so).

    ``taken``: the segments that anybody was seen on. A place where nobody was seen is named by its
    plan.
    """
    for one in seen.get("address", ()):
        detail = dict(one.detail)
        if detail.get("how") == "configured" and private(one.value):
            on = f" on {detail['interface']}" if "interface" in detail else ""
            for segment in _of_address(one.value, taken, ranges):
                yield segment, "configured", {"address": one.value, "on": on}, one
    for one in seen.get("route", ()):
        network = _network(one.value)
        for segment in _of_network(network, taken) if network else ():
            yield segment, "routed", {"network": str(network)}, one
    for one in seen.get("nat", ()):
        inner = [text for text in ADDRESS.findall(one.value) if private(text)]
        for text in inner if FORWARDS.search(one.value) else ():
            for segment in _of_address(text, taken, ranges):
                yield segment, "forwarded", {"rule": one.value[:SHOWN]}, one


def routes(seen: Told) -> bool:
    """Whether it was set up to route: several addresses alone do not make a switch a router."""
    return bool(seen.get("route") or seen.get("nat"))


def _of_address(
    text: str, taken: Sequence[Segment], ranges: Sequence[Range]
) -> tuple[Segment, ...]:
    plan = plan_of(text, ranges)
    known = tuple(one for one in taken if one.plan == plan)
    if known:
        # The same plan on several networks: which of them the settings mean is not known.
        return known if len(known) == 1 else ()
    zone = zone_of(text, ranges)
    return (Segment(None, f"zone {zone.zone}" if zone else f"addresses of {plan}"),)


def _network(text: str) -> IPv4Network | None:
    """The network that a route leads to; None for the way out and for what is none."""
    found = NETWORK.search(text)
    if not found:
        return None
    try:
        network = ip_network(f"{found[1]}/{found[2] or found[3]}", strict=False)
    except ValueError:
        return None
    return network if isinstance(network, IPv4Network) and private(found[1]) else None


def _of_network(network: IPv4Network, taken: Sequence[Segment]) -> tuple[Segment, ...]:
    known = [one for one in taken if one.network is not None and _within(one.plan, network)]
    return tuple(known) or (Segment(None, f"addresses of {network}"),)


def _within(plan: str, network: IPv4Network) -> bool:
    try:
        parsed = ip_network(plan)
    except ValueError:
        return False
    return isinstance(parsed, IPv4Network) and parsed.subnet_of(network)
