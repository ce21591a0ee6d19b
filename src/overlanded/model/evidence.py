"""What a case is about, and its sealed items."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Side(StrEnum):
    """Which of the two sides an item speaks for."""

    PAPERWORK = "paperwork"
    EVIDENCE = "evidence"
    STATEMENT = "statement"
    UNREAD = "unread"


class EvidenceItem(Struct, frozen=True):
    """One sealed file. ``id`` is derived from the content and the path inside the case."""

    id: str
    path: str
    """Relative to the case folder, with forward slashes."""
    sha256: str
    size: int
    kind: str
    """The reader's card name: ``pcap``, ``xlsx`` …; ``unknown`` when nothing sniffed it."""
    side: Side
    exhibit: int
    """Number in the case, from 1, in the order of paths."""
    collected_by: str = ""
    collected_at: str = ""
    collected_where: str = ""
    holder: str = ""
    """For paperwork: whose paper it is (port, operator, maker); empty when nobody said."""
    note: str = ""
    visit: str = ""
    """Kind of visit on which it was collected: factory, delivery, site; empty when not said."""


class CustodyEntry(Struct, frozen=True):
    """Who did what to an item and when, chained by the hash of the entry before."""

    seq: int
    at: str
    by: str
    action: str
    item: str
    path: str
    sha256: str
    size: int
    previous: str
    hash: str


class Zone(Struct, frozen=True):
    """An IEC 62443 group of the crane's networks: name, level and address ranges (CIDR)."""

    name: str
    networks: tuple[str, ...] = ()
    purpose: str = ""


class Scope(Struct, frozen=True):
    """What the case is about, from ``crane.toml``; every field may be empty."""

    crane: str
    """Short name; the folder's name when ``crane.toml`` gives none."""
    port: str = ""
    terminal: str = ""
    maker: str = ""
    serial: str = ""
    contract: str = ""
    milestones: tuple[tuple[str, str], ...] = ()
    """(name, ISO date) in the order given: factory acceptance, shipment, delivery …"""
    zones: tuple[Zone, ...] = ()
