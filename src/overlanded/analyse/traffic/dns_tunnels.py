"""DNS tunnels: bytes written into names, told by statistics of the names that one client asks for.

A resolver passes on what it cannot answer itself, so that such a tunnel leaves a network that lets
out nothing else. Where it ends is not seen: at whoever answers for the domain.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from math import log2
from typing import Any, TypeAlias

from msgspec import Struct, field

from overlanded import data
from overlanded.analyse.traffic.parties import Address
from overlanded.analyse.traffic.seen import Read, Traffic
from overlanded.model.identifiers import ip_text
from overlanded.model.observing import Observation, Subject
from overlanded.wire.dissect.labels import parse

KIND = "dns-tunnel"
Asker: TypeAlias = "tuple[Subject, Address, str]"
"""(who asks, whom, below which domain)."""


class Asked(Struct):
    """What one client asked one server below one domain."""

    reads: list[Read] = field(default_factory=list)
    names: dict[str, None] = field(default_factory=dict)
    """The part of each name that stands before the domain, without dots."""
    types: Counter[int] = field(default_factory=Counter)


def observe(traffic: Traffic) -> Iterator[Observation]:
    """``tunnel`` for whoever asks for names that carry data."""
    found: dict[Asker, Asked] = defaultdict(Asked)
    for read in traffic.reads:
        for name in _questions(read):
            head, domain = split(name)
            sample = read.sample
            who = traffic.parties.subject(sample.src_mac, sample.vlan, sample.src_ip)
            if who is not None and head and not _innocent(name):
                asked = found[(who, sample.dst_ip, domain)]
                asked.reads.append(read)
                asked.names[head] = None
                asked.types[_type(read)] += 1
    for (who, server, domain), asked in found.items():
        if carries(tuple(asked.names), asked.types, len(asked.reads)):
            yield _told(traffic, who, server, domain, asked)


def split(name: str) -> tuple[str, str]:
    """(what stands before the domain, without dots; the domain that somebody registered)."""
    labels = name.split(".")
    short = len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3
    keep = 3 if short else 2
    return "".join(labels[:-keep]), ".".join(labels[-keep:])


def carries(names: Collection[str], types: Counter[int], asked: int) -> bool:
    """Whether so many, so different and so long names can only be data."""
    stated = data.table("tunnels")["dns"]
    if len(names) < stated["least-names"] or len(names) < stated["least-unique"] * asked:
        return False
    mean = sum(map(len, names)) / len(names)
    share = sum(types[kind] for kind in stated["carriers"]) / asked
    if share >= stated["carriers-share"]:
        return bool(mean >= stated["carriers-mean"])
    return bool(mean >= stated["least-mean"] and entropy("".join(names)) >= stated["least-entropy"])


def entropy(text: str) -> float:
    """Bits a character, by how often each character comes (Shannon 1948)."""
    counts = Counter(text)
    return -sum(count / len(text) * log2(count / len(text)) for count in counts.values())


def _questions(read: Read) -> Iterator[str]:
    if read.recognised.protocol == "dns":
        for fact in read.recognised.facts:
            if fact.property == "resolved" and fact.about == "src" and not fact.object:
                yield fact.value


def _innocent(name: str) -> bool:
    services: Sequence[str] = data.table("tunnels")["dns"]["innocent"]
    return any(name.endswith(f".{service}") for service in services)


def _type(read: Read) -> int:
    """The record type that was asked for; 0 where a log does not keep the question."""
    payload = read.sample.payload
    if read.sample.layer == "tcp":
        payload = payload[2 : 2 + int.from_bytes(payload[:2], "big")]
    message = parse(payload)
    return message.questions[0][1] if message and message.questions else 0


def _told(
    traffic: Traffic, who: Subject, server: Address, domain: str, asked: Asked
) -> Observation:
    head = min(asked.reads, key=lambda read: (read.sample.ns, read.file, read.sample.frame))
    count, size = len(asked.names), sum(map(len, asked.names))
    detail: dict[str, Any] = {
        "direction": "outbound",
        "where": "onward",
        "by": "statistics",
        "answered": "yes",
        "domain": domain,
        "names": count,
        "mean-length": round(size / count),
        "bits": f"{entropy(''.join(asked.names)):.1f}",
    }
    return Observation(
        who,
        "tunnel",
        KIND,
        traffic.cite(head.file, head.sample.frame, next(iter(asked.names))[:120]),
        head.sample.ns,
        max(read.sample.ns for read in asked.reads),
        len(asked.reads),
        Subject("ip", ip_text(*server), who.network),
        tuple((word, str(value)) for word, value in detail.items()),
    )
