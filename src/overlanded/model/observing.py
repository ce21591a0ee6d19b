"""What sensors saw, could have seen, and did not look at."""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct

from overlanded.model.citing import Citation


class Subject(Struct, frozen=True, order=True, cache_hash=True):
    """Who an observation is about: an address or a name on one network of one crane.

    ``network`` keeps equal address plans apart (``vlan 20``); empty is the untagged crane network.
    """

    kind: str
    """mac, ip, hostname, serial … (an identifier kind)."""
    value: str
    network: str = ""

    def __str__(self) -> str:
        """``mac 00:1e:42:00:00:01 on vlan 20``."""
        where = f" on {self.network}" if self.network else ""
        return f"{self.kind} {self.value}{where}"


def cabinet(text: str) -> Subject:
    """A cabinet, however people write it: ``+K2``, ``cabinet +k2`` (IEC 81346 location aspect)."""
    designation = re.search(r"\+[\w.-]*\w", text)
    plain = re.sub(r"^(?:cabinet|cab\.|panel)\s+", "", " ".join(text.casefold().split()))
    return Subject("cabinet", designation[0].upper() if designation else plain)


class Observation(Struct, frozen=True):
    """One thing a sensor saw. ``property`` is a word of ``data/properties.toml``."""

    subject: Subject
    property: str
    value: str
    citation: Citation
    first: int | None = None
    """Nanoseconds since 1970-01-01 UTC; None when the source carries no time."""
    last: int | None = None
    count: int = 1
    object: Subject | None = None
    """The other party, for what happens between two (sessions, contacts)."""
    detail: tuple[tuple[str, str], ...] = ()
    """Further named parts of the value, in a fixed order."""


class View(Struct, frozen=True):
    """How much of a network a sensor at its place was shown, as far as what it saw tells."""

    networks: tuple[str, ...] = ("",)
    """Names of the networks that anything was seen on (``vlan 20``; empty is the untagged one)."""
    both_ways: float = 1.0
    """Share of the conversations of which both directions were shown."""
    unicast: float = 1.0
    """Share of others' conversations that is shown: 0 where only what goes to all comes by."""
    own: str = ""
    """The station that takes part in everything that does not go to all: its port was watched."""
    kept: float = 1.0
    """Share of the frames that the sensor did not lose."""


class Chance(Struct, frozen=True):
    """A probability with the ends of what it may be."""

    least: float
    middle: float
    most: float


class Power(Struct, frozen=True):
    """Of a kind of device, what the sensors of a case were able to show."""

    seen: Chance
    """That one that is there would have been seen."""
    absent: Chance
    """That one that the papers list and nobody saw is not there."""
    silent: float = 0.0
    """Share of the fitted units that send nothing in normal service."""


class Coverage(Struct, frozen=True):
    """What a sensor could have seen: where, from when to when, with what losses."""

    item: str
    path: str
    what: str
    """Kind of sensor: ``capture``, ``inspection``, ``survey`` …"""
    where: str
    first: int | None
    last: int | None
    seen: int
    """Units observed (frames, cabinets)."""
    lost: int
    """Units known to be lost or cut (dropped or truncated frames, unopened cabinets)."""
    detail: tuple[tuple[str, str], ...] = ()
    view: View | None = None
    """What of the network the place shows; None where that is not asked of the sensor."""

    @property
    def momentary(self) -> bool:
        """Whether it shows single moments, as no traffic is *not seen* by."""
        return self.what in MOMENTARY


MOMENTARY = frozenset({"photo", "device-text", "inspection"})
"""Sensors that show what was there when somebody looked, and nothing of the time between."""


class Gap(Struct, frozen=True):
    """What could not be read or was not looked at, why, and which answers that weakens."""

    id: str
    what: str
    why: str
    mend: str = ""
    """What the reader of the report can do about it."""
    citation: Citation | None = None
    weakens: tuple[str, ...] = ()
    """Question names (``activity``, ``record`` …)."""
    unread: bool = False
    """True when input was handed in and could not be read in full (exit code 3)."""


class Outlook(Struct, frozen=True):
    """What the sensors of a case could show if one more way of collecting were added."""

    option: str
    """Name of the way in ``data/plan.toml``; empty for what has been collected already."""
    power: Mapping[str, Power]
    """By device class."""
    habits: Mapping[str, Chance]
    """Habit of somebody far away, in words → the chance of having seen them."""


class Step(Struct, frozen=True):
    """One way of collecting more, and what it would settle."""

    option: str
    what: str
    why: str
    effort: float
    """Hours of work on the crane."""
    settles: float
    """Undetermined probability that it removes, summed over everything that is open."""
    parts: tuple[tuple[str, float], ...]
    """(what is open, how much of it this removes), the largest first."""
    checklist: tuple[str, ...]
