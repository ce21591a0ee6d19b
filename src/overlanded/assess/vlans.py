"""VLANs by the tables and settings of switches: which keep two devices apart on one wire.

A capture without tags does not show VLANs. A switch's own table does, or the VLAN that is set at
the port behind which it has somebody.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import permutations
from typing import TypeAlias

from msgspec import Struct

from overlanded.assess.places import Range, plan_of
from overlanded.model.observing import Observation

Told: TypeAlias = "Mapping[str, Sequence[Observation]]"
PROPERTIES = ("port-mac", "port-vlan")
SHORT = re.compile(r"([a-z]{2})[a-z-]*\s*(\d.*)")
"""``GigabitEthernet1/0/5`` and ``Gi1/0/5`` are one port."""
ROUTED = re.compile(r"(?i)(?:vlan\D*|\.)(\d+)$")
"""The VLAN of a routed interface: ``Vlan10``, ``Vlan-interface10``, ``eth0.10``."""


class Member(Struct, frozen=True):
    """A device at a port of a switch."""

    port: str
    vlan: str
    told: tuple[Observation, ...]
    """The row of the table, and the setting of the port where that names the VLAN."""


class Vlans(Struct, frozen=True):
    """Who is in which VLAN of which switch, and who routes between VLANs."""

    members: Mapping[str, Mapping[str, Mapping[str, Member]]]
    """Device id → name of the switch → VLAN → where it is there."""
    routers: Mapping[str, Mapping[str, Observation]]
    """Device id → VLAN → its set address there."""
    passed: frozenset[str] = frozenset()
    """Address plans whose packets somebody was seen to pass on."""
    both: frozenset[tuple[str, str]] = frozenset()
    """Pairs of VLANs that one device was seen in."""

    def apart(self, one: str, other: str) -> tuple[str, Member, Member] | None:
        """(switch, the one, the other) where a switch has the two in different VLANs only."""
        mine, theirs = self.members.get(one, {}), self.members.get(other, {})
        for switch, near in mine.items():
            far = theirs.get(switch)
            if far and near.keys().isdisjoint(far):
                return switch, next(iter(near.values())), next(iter(far.values()))
        return None

    def between(self, one: str, other: str) -> Mapping[str, tuple[Observation, Observation]]:
        """Devices that are set up with an address in both VLANs."""
        return {
            device: (held[one], held[other])
            for device, held in self.routers.items()
            if one in held and other in held
        }

    def joined(self, one: str, other: str, plans: frozenset[str]) -> bool:
        """Whether a device was seen in both VLANs, or to pass on packets of either plan."""
        return not plans.isdisjoint(self.passed) or (one, other) in self.both


def vlans(seen: Mapping[str, Told], ranges: Sequence[Range]) -> Vlans:
    """Worked out once for all devices, by their ids."""
    ports = {
        (one.subject.value.lower(), short(dict(one.detail).get("interface", ""))): one
        for told in seen.values()
        for one in told.get("port-vlan", ())
    }
    members = {device: _members(told, ports) for device, told in seen.items()}
    routers = {device: _routed(told) for device, told in seen.items()}
    passed = {
        plan_of(one.value, ranges) for told in seen.values() for one in told.get("fronts", ())
    }
    held = [{vlan for those in mine.values() for vlan in those} for mine in members.values()]
    return Vlans(
        {device: those for device, those in members.items() if those},
        {device: those for device, those in routers.items() if len(those) > 1},
        frozenset(passed),
        frozenset(pair for vlans in held for pair in permutations(vlans, 2)),
    )


def short(port: str) -> str:
    """The short name of a port, the same for both ways that a switch writes it."""
    name = port.strip().lower()
    found = SHORT.fullmatch(name)
    return f"{found[1]}{found[2]}" if found else name


def _members(
    told: Told, ports: Mapping[tuple[str, str], Observation]
) -> Mapping[str, Mapping[str, Member]]:
    found: dict[str, dict[str, Member]] = {}
    for one in told.get("port-mac", ()):
        switch, _, port = one.value.rpartition(" ")
        set_up = ports.get((switch.lower(), short(port)))
        vlan = dict(one.detail).get("vlan") or (set_up.value if set_up else "")
        if vlan:
            stated = (one, set_up) if set_up and set_up.value == vlan else (one,)
            found.setdefault(switch, {}).setdefault(vlan, Member(port, vlan, stated))
    return found


def _routed(told: Told) -> Mapping[str, Observation]:
    found: dict[str, Observation] = {}
    for one in told.get("address", ()):
        detail = dict(one.detail)
        vlan = ROUTED.search(detail.get("interface", "").strip())
        if vlan and detail.get("how") == "configured":
            found.setdefault(vlan[1], one)
    return found
