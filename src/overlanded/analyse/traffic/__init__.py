"""What a device does on the network: columns and samples in, observations out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from overlanded.analyse.traffic import addresses, conversations, naming
from overlanded.analyse.traffic import parties as _parties
from overlanded.analyse.traffic.pairs import Columns
from overlanded.analyse.traffic.seen import Read, Traffic
from overlanded.model.evidence import EvidenceItem, Zone
from overlanded.model.observing import Observation
from overlanded.wire.dissect import Card, Hosts, recognise
from overlanded.wire.facts import Sample

OBSERVERS = (addresses.observe, naming.observe, conversations.observe)
"""Every observer there is; each is a function of the traffic."""


def gather(
    items: Sequence[EvidenceItem],
    pairs: Columns,
    sightings: Sequence[Columns],
    samples: Iterable[tuple[int, Sample]],
    zones: Sequence[Zone] = (),
) -> Traffic:
    """Put walked captures together; every sample is offered to the dissectors once."""
    return Traffic(items, pairs, _parties.parties(sightings), tuple(_reads(samples)), zones)


def analyse(seen: Traffic) -> Iterator[Observation]:
    """All observations of all observers."""
    for observe in OBSERVERS:
        yield from observe(seen)


def _reads(samples: Iterable[tuple[int, Sample]]) -> Iterator[Read]:
    known: dict[Hosts, Card] = {}
    for file, sample in samples:
        recognised = recognise(sample, known)
        if recognised is not None:
            yield Read(file, sample, recognised)
