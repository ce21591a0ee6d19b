"""Devices concluded to exist, their matches with records, and the answers about them."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from overlanded.model.citing import Citation
from overlanded.model.identifiers import Identifier
from overlanded.model.intervals import Interval
from overlanded.model.observing import Observation, Subject


class Standing(StrEnum):
    """What the comparison with the papers came to."""

    DOCUMENTED = "DOCUMENTED"
    MISDESCRIBED = "MISDESCRIBED"
    DECLINED = "DECLINED"
    UNDOCUMENTED = "UNDOCUMENTED"
    MISSING = "MISSING"
    UNKNOWN = "UNKNOWN"


class Question(StrEnum):
    """The probe's questions, asked of every device, in the order of a report."""

    IDENTITY = "identity"
    PLACE = "place"
    RECORD = "record"
    INSTALLED = "installed"
    INSTALLER = "installer"
    PURPOSE = "purpose"
    CAPABILITY = "capability"
    ACTIVITY = "activity"
    INBOUND = "inbound"
    REACH = "reach"
    BRIDGES = "bridges"
    LISTED = "listed"
    STATE = "state"
    CERTAINTY = "certainty"


class Cluster(Struct, frozen=True):
    """Observations that checked identifiers tie to one piece of equipment."""

    subjects: tuple[Subject, ...]
    """All addresses and names, the leading one (a MAC if there is any) first."""
    identifiers: tuple[Identifier, ...]
    observations: tuple[Observation, ...]

    @property
    def key(self) -> Subject:
        """The leading subject: stable under more evidence of the same kind."""
        return self.subjects[0]


class Weighed(Struct, frozen=True):
    """One piece of evidence with its weight in natural-log odds."""

    reason: str
    weight: float
    source: str
    """Pieces of one source count once (``oui``, ``lldp``, ``http`` …)."""
    citations: tuple[Citation, ...] = ()


class Identity(Struct, frozen=True):
    """What a cluster is, concluded from the fingerprints."""

    device_class: str
    """From the closed list; ``unknown`` when no evidence weighs enough."""
    maker: str = ""
    model: str = ""
    remote: tuple[str, ...] = ()
    """Ways it can talk outside by its kind: ``cellular``, ``vpn``, ``cloud``, ``satellite`` …"""
    evidence: tuple[Weighed, ...] = ()
    """The waterfall behind the class, heaviest first."""
    probability: float = 0.0
    may_be: tuple[tuple[str, float], ...] = ()
    """Of what is ``unknown``, the classes that it may be with their chances, likeliest first."""


class Comparison(Struct, frozen=True):
    """One field of a record held against a device."""

    field: str
    record_value: str
    device_value: str
    weight: float
    """Natural-log odds; positive speaks for the match."""


class Match(Struct, frozen=True):
    """A record and a device, with the weight of every comparison: the waterfall."""

    record: str
    device: str
    weight: float
    probability: float
    comparisons: tuple[Comparison, ...]


class Link(Struct, frozen=True):
    """One party that an answer names: a control it reaches, somebody outside it talked with."""

    to: str
    """``Device.id``; empty when the party is no device of this case."""
    name: str
    """For people: role first, or the name or address of somebody outside."""
    how: str
    """``observed`` or ``possible``."""
    what: str = ""
    """Short: ``s7comm, 4812 reads, 0 writes``."""
    outside: bool = False
    citations: tuple[Citation, ...] = ()


class Hop(Struct, frozen=True):
    """One step of a path: what it leads over, and why that is a step."""

    to: str
    """``Device.id``; empty for a network, and for somebody who was not seen."""
    name: str
    """``firewall 1``, ``the untagged network``."""
    reason: str
    """Short: ``seen passing on packets of 10.1.0.5``."""
    citations: tuple[Citation, ...] = ()


class Path(Struct, frozen=True):
    """The chain from a device to one end that it matters to reach."""

    to: str
    """``Device.id``; empty when the end is no device of this case."""
    name: str
    kind: str
    """Device class of the end, ``network`` of what lies beyond a gateway, or empty."""
    zone: str
    """Zone of its address by ``crane.toml``; empty when none is known."""
    what: str
    """Short: ``14 sessions of s7comm, read``; of what is possible, the way that leads there."""
    steps: tuple[Hop, ...] = ()
    """In order, the network that the device is on first."""
    citations: tuple[Citation, ...] = ()
    number: int = 1
    """How many ends it stands for: more than one for those that are not named."""


class Paths(Struct, frozen=True):
    """Where a device leads. What was seen and what could be are never in one list."""

    observed: tuple[Path, ...] = ()
    possible: tuple[Path, ...] = ()
    apart: tuple[Path, ...] = ()
    """Ends on networks to which no way was seen; without steps."""


class Answer(Struct, frozen=True):
    """One question answered for one device, or *not determined* with its reason."""

    question: Question
    value: str
    """Short; ``not determined`` when it is not."""
    words: str
    """A whole plain sentence for the report."""
    probability: float | None = None
    citations: tuple[Citation, ...] = ()
    counter: tuple[Citation, ...] = ()
    because: str = ""
    """Why it is not determined, or what the answer rests on."""
    would_change: str = ""
    links: tuple[Link, ...] = ()
    """The parties outside that the answer is about, for drawings."""
    paths: Paths | None = None
    """Of reach alone: where it leads."""
    interval: Interval | None = None
    """Of installed alone: its bounds and every dated fact behind them."""


class Device(Struct, frozen=True):
    """Something concluded to exist (or, when MISSING, recorded to exist)."""

    id: str
    number: int
    """Number in the report, from 1, the least accounted for first."""
    name: str
    """Role first: ``PLC-1``, ``cellular router 1``."""
    device_class: str
    standing: Standing
    cluster: Cluster | None
    """None for a MISSING record that nothing was seen of."""
    identity: Identity | None
    matches: tuple[Match, ...] = ()
    records: tuple[str, ...] = ()
    searches: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()
    probability: float = 0.0
    """Of the standing."""
