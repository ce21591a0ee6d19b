"""What a device does on the network: columns and samples in, observations out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct, field

from overlanded.analyse.traffic import (
    addresses,
    clocks,
    contacts,
    dns_tunnels,
    hidden,
    links,
    naming,
    plans,
    relay,
    services,
    sessions,
    tunnels,
)
from overlanded.analyse.traffic import parties as _parties
from overlanded.analyse.traffic.logs import Logs
from overlanded.analyse.traffic.regularity import observing as regularity
from overlanded.analyse.traffic.seen import Read, Traffic
from overlanded.model.evidence import EvidenceItem, Zone
from overlanded.model.observing import Observation
from overlanded.wire.folding import Columns
from overlanded.wire.rhythms import Rhythms

OBSERVERS = (
    addresses.observe,
    naming.observe,
    services.observe,
    sessions.observe,
    contacts.observe,
    tunnels.observe,
    dns_tunnels.observe,
    relay.observe,
    hidden.observe,
    clocks.observe,
    plans.observe,
    links.observe,
    regularity.observe,
)
"""Every observer there is; each is a function of the traffic."""


class Taken(Struct, frozen=True):
    """What walking captures and reading logs gave, before anything is made of it."""

    pairs: Columns
    sightings: Sequence[Columns]
    reads: Sequence[Read] = ()
    visits: Columns = field(default_factory=dict)
    openings: Columns = field(default_factory=dict)
    rhythms: Iterable[Rhythms] = ()
    logs: Logs = field(default_factory=Logs)
    flows: Sequence[Path] = ()


def gather(items: Mapping[int, EvidenceItem], taken: Taken, zones: Sequence[Zone] = ()) -> Traffic:
    """Put captures and logs together."""
    parties = _parties.parties(taken.sightings)
    reads = (*taken.reads, *taken.logs.reads(parties))
    kept = (taken.visits, taken.openings, taken.rhythms, taken.flows)
    return Traffic(items, taken.pairs, parties, reads, zones, *kept)


def analyse(seen: Traffic) -> Iterator[Observation]:
    """All observations of all observers."""
    for observe in OBSERVERS:
        yield from observe(seen)
