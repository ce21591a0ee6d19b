"""What sensors saw, could have seen, and did not look at."""

from __future__ import annotations

from dataclasses import dataclass

from overlanded.model.citing import Citation


@dataclass(frozen=True, slots=True, order=True)
class Subject:
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


@dataclass(frozen=True, slots=True)
class Observation:
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


@dataclass(frozen=True, slots=True)
class Coverage:
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


@dataclass(frozen=True, slots=True)
class Gap:
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
