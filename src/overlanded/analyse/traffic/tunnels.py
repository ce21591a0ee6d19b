"""Tunnels and remote control: who holds one with whom, of which kind, and how that is known.

A kind is recognised by what is said (``data/tunnels.toml``), never by a port. A conversation with
a service of that name is told as ``by`` name: it is with the service, not yet a session.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, TypeAlias

import numpy as np

from overlanded import data
from overlanded.analyse.traffic.contacts import direction, stated
from overlanded.analyse.traffic.conversations import TRANSPORTS, Pair, conversations
from overlanded.analyse.traffic.parties import Address
from overlanded.analyse.traffic.seen import Read, Traffic
from overlanded.model.identifiers import ip_halves, ip_text
from overlanded.model.observing import Observation, Subject

Talk: TypeAlias = "tuple[int, int, Address, Address, int]"
"""(VLAN, IP protocol, the lower and the higher address, a port of one of the two)."""
Key: TypeAlias = "tuple[Subject, Subject, str, str, str, str]"
"""(who, with whom, kind, direction, where the other is, by what the kind is known)."""

BELOW = frozenset(range(256)) - TRANSPORTS.keys()


def observe(traffic: Traffic) -> Iterator[Observation]:
    """``tunnel`` and ``remote-control``, of each end that is here."""
    networks = stated(traffic.zones)
    rows: dict[Key, list[Pair]] = defaultdict(list)
    for pair, kind, by in _found(traffic):
        way = direction((pair.client, pair.a_ip), (pair.server, pair.b_ip), networks)
        where = "here" if way == "local" else "outside"
        if where == "outside" or by == "content":
            for who, other, own in _ends(pair, way):
                rows[(who, other, kind, own, where, by)].append(pair)
    kept: dict[Subject, int] = defaultdict(int)
    for key, same in rows.items():
        kept[key[0]] += 1
        if kept[key[0]] <= data.table("tunnels")["limits"]["ends"]:
            yield _told(traffic, same, key)


def kinds() -> Mapping[str, Any]:
    """Kind → its row of ``data/tunnels.toml``."""
    known: dict[str, Any] = data.table("tunnels")["kinds"]
    return known


def _told(traffic: Traffic, same: list[Pair], key: Key) -> Observation:
    who, other, kind, own, where, by = key
    answered = "yes" if any(pair.row.answered for pair in same) else "no"
    extra = [("direction", own), ("where", where), ("by", by), ("answered", answered)]
    usual = kinds()[kind].get("ports", ())
    over = [pair.row.b_port for pair in same if pair.row.proto in TRANSPORTS]
    if usual and over and by == "content" and not set(over) & set(usual):
        extra.append(("port", str(over[0])))
    return traffic.told(same, who, kinds()[kind]["word"], kind, other, *extra)


def _ends(pair: Pair, way: str) -> Iterator[tuple[Subject, Subject, str]]:
    """(who, with whom, direction) of each end that it is told of."""
    if way != "inbound":
        other = Subject("ip", ip_text(*pair.b_ip), pair.client.network)
        yield pair.client, pair.server if way == "local" else other, "outbound"
    if way == "inbound" or (way == "local" and pair.client != pair.server):
        other = Subject("ip", ip_text(*pair.a_ip), pair.server.network)
        yield pair.server, pair.client if way == "local" else other, "inbound"


def _found(traffic: Traffic) -> Iterator[tuple[Pair, str, str]]:
    """(conversation, kind, by what) of all that is recognised."""
    said, named = _said(traffic), _named(traffic)
    for pair in (*traffic.conversations, *_below(traffic, said)):
        lower, higher = sorted((pair.a_ip, pair.b_ip))
        talk = pair.row.vlan, pair.row.proto, lower, higher, pair.row.b_port
        content = said.get(talk, {})
        for kind in content:
            yield pair, kind, "content"
        for kind in named.get(pair.b_ip, {}):
            if kind not in content and pair.row.proto in TRANSPORTS:
                yield pair, kind, "name"


def _said(traffic: Traffic) -> Mapping[Talk, Mapping[str, None]]:
    """Conversation → the kinds that its content shows, under either of its ports."""
    found: dict[Talk, dict[str, None]] = defaultdict(dict)
    for read in traffic.reads:
        kind = _kind(read)
        if kind:
            sample = read.sample
            lower, higher = sorted((sample.src_ip, sample.dst_ip))
            proto = next(
                (n for n, name in TRANSPORTS.items() if name == sample.layer), sample.proto
            )
            for port in (sample.src_port, sample.dst_port):
                found[(sample.vlan, proto, lower, higher, port)][kind] = None
    return found


def _kind(read: Read) -> str:
    """The kind that a sample shows: by its protocol, or by what its certificate says."""
    if read.recognised.protocol in kinds():
        return read.recognised.protocol
    values = {fact.property: fact.value for fact in read.recognised.facts}
    for kind, patterns in _certificates():
        if all(pattern.search(values.get(word, "")) for word, pattern in patterns):
            return kind
    return ""


@cache
def _certificates() -> tuple[tuple[str, tuple[tuple[str, re.Pattern[str]], ...]], ...]:
    return tuple(
        (kind, tuple((word, re.compile(text)) for word, text in row["says"].items()))
        for kind, row in kinds().items()
        if "says" in row
    )


def _below(traffic: Traffic, said: Mapping[Talk, Mapping[str, None]]) -> Iterator[Pair]:
    """The conversations in IP protocols that carry a kind without TCP or UDP."""
    wanted = sorted({talk[1] for talk in said if talk[1] in BELOW})
    if wanted:
        some = np.isin(traffic.pairs["proto"], wanted)
        rows = {name: column[some] for name, column in traffic.pairs.items()}
        yield from conversations(rows, traffic.parties, {}, BELOW)


def _named(traffic: Traffic) -> Mapping[Address, Mapping[str, None]]:
    """Address → the kinds whose service has the name that was asked for there or shown there."""
    found: dict[Address, dict[str, None]] = defaultdict(dict)
    for read in traffic.reads:
        for fact in read.recognised.facts:
            address = _bearer(read, fact.property, fact.object)
            if address is not None:
                kinds_of = filter(None, map(_service, fact.value.split(", ")))
                found[address].update(dict.fromkeys(kinds_of))
    return found


def _bearer(read: Read, word: str, other: str) -> Address | None:
    """Whose address a name of this word belongs to."""
    if word in {"tls.sni", "http.host"}:
        return read.sample.dst_ip
    if word == "tls.alternative-names":
        return read.sample.src_ip
    return ip_halves(other[3:]) if word == "resolved" and other.startswith("ip:") else None


def _service(name: str) -> str:
    """The kind whose service a host name belongs to."""
    labels = name.lower().removeprefix("*.").split(":")[0].split(".")
    known = _services()
    parents = (".".join(labels[at:]) for at in range(len(labels)))
    return next((known[parent] for parent in parents if parent in known), "")


@cache
def _services() -> Mapping[str, str]:
    return {name: kind for kind, row in kinds().items() for name in row.get("names", ())}
