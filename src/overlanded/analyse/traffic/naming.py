"""What devices say of themselves and of others, frame by frame, gathered to one row a statement."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct

from overlanded.analyse.traffic.parties import Parties, network
from overlanded.analyse.traffic.seen import Read, Traffic
from overlanded.model import identifiers
from overlanded.model.observing import Observation, Subject
from overlanded.wire.facts import Fact, Sample

Key: TypeAlias = "tuple[Subject, str, str, Subject | None]"


class Tally(Struct):
    """How often and when one statement was made, and where first."""

    file: int
    frame: int
    first: int
    last: int
    count: int = 1

    def add(self, read: Read) -> None:
        """Count one more time that it was made."""
        self.count += 1
        self.last = max(self.last, read.sample.ns)
        if read.sample.ns < self.first:
            self.file, self.frame, self.first = read.file, read.sample.frame, read.sample.ns


def observe(traffic: Traffic) -> Iterator[Observation]:
    """One observation for each different statement, cited at the first frame that makes it."""
    tallies: dict[Key, Tally] = {}
    for read in traffic.reads:
        for key in _keys(traffic.parties, read):
            tally = tallies.get(key)
            if tally is None:
                tallies[key] = Tally(read.file, read.sample.frame, read.sample.ns, read.sample.ns)
            else:
                tally.add(read)
    for (subject, word, value, other), tally in tallies.items():
        citation = traffic.cite(tally.file, tally.frame, value[:120])
        detail = (("how", "said"),) if word == "address" else ()
        yield Observation(
            subject, word, value, citation, tally.first, tally.last, tally.count, other, detail
        )


def _keys(parties: Parties, read: Read) -> Iterator[Key]:
    sample = read.sample
    if sample.layer in {"eth", "llc"}:
        sender = parties.subject(sample.src_mac, sample.vlan, (0, 0))
        if sender is not None:
            yield sender, "speaks", read.recognised.protocol, None
    for fact in read.recognised.facts:
        subject = _party(parties, sample, fact.about)
        if subject is not None and fact.value:
            yield subject, fact.property, fact.value, _object(parties, sample, fact)


def _object(parties: Parties, sample: Sample, fact: Fact) -> Subject | None:
    return _party(parties, sample, fact.object) if fact.object else None


def _party(parties: Parties, sample: Sample, about: str) -> Subject | None:
    """The subject that a fact's ``about`` names, None when it names nobody in particular."""
    if about == "src":
        return parties.subject(sample.src_mac, sample.vlan, sample.src_ip)
    if about == "dst":
        return parties.subject(sample.dst_mac, sample.vlan, sample.dst_ip)
    kind, _, value = about.partition(":")
    identifier = identifiers.PARSERS[kind](value)
    if not identifier.checked:
        return None
    if kind == "ip":
        return parties.holder(sample.vlan, identifiers.ip_halves(identifier.value))
    return Subject(kind, identifier.value, network(sample.vlan))
