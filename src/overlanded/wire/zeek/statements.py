"""Rows of all logs but conn.log, each different one once, and what they say as samples."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from importlib import import_module
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from overlanded.data import table
from overlanded.wire.dissect import CARDS, LONGEST_VALUE
from overlanded.wire.dissect.fields import HOSTILE, is_group
from overlanded.wire.facts import Fact, Recognised, Sample
from overlanded.wire.zeek.row import NOBODY, Certificate, Ip, Row, Said, Seen, Told, Value

OWN_PORTS = ("id.orig_p", "source_p")
"""Fields with a port that its host may have chosen for one conversation."""
ENDS = ("id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p")
DIRECTION = ("is_orig", "source_h", "source_p", "request_response", "pdu_type")
MODULES = ("names", "lan", "control")
TRANSPORTS = {"tcp": 6, "udp": 17}
PRIVATE_PORTS = 1024
"""From here on an originator's port says nothing, unless its protocol listens there."""

Teller = Callable[[Row], Iterable[Told]]
Key = tuple[Hashable, ...]


class Entry(Struct):
    """One different row: where it stands first and last, and how often."""

    kind: str
    values: Mapping[str, Value]
    between: str
    first: tuple[int, int]
    """(time, line)."""
    last: tuple[int, int]
    count: int = 1

    def again(self, place: tuple[int, int]) -> None:
        """The same row at another place."""
        self.count += 1
        self.first = min(self.first, place)
        self.last = max(self.last, place)


class Statements(Struct):
    """The different rows of a log, bounded for each pair of hosts and in all."""

    entries: dict[Key, Entry] = field(default_factory=dict)
    over: int = 0
    """Rows beyond the bounds, which were counted only."""
    _pairs: dict[Key, int] = field(default_factory=dict)

    def find(self, key: Key, place: tuple[int, int]) -> bool:
        """Count a row that is known; False when it is a new one."""
        entry = self.entries.get(key)
        if entry is not None:
            entry.again(place)
        return entry is not None

    def add(self, key: Key, pair: Key, entry: Entry) -> None:
        """Keep a new row if there is room for it."""
        bounds = table("zeek")["bounds"]
        of_pair = self._pairs.get(pair, 0)
        if of_pair >= bounds["per_pair"] or len(self.entries) >= bounds["rows"]:
            self.over += 1
            return
        self._pairs[pair] = of_pair + 1
        self.entries[key] = entry

    def told(self) -> Iterator[tuple[Entry, Row, Told]]:
        """What every row says; a row that makes no sense says nothing."""
        logs = table("zeek")["logs"]
        for entry in self.entries.values():
            row = Row(entry.kind, logs[entry.kind], entry.values, entry.between)
            try:
                found = list(teller(logs[entry.kind]["how"])(row))
            except HOSTILE:
                continue
            for one in found:
                yield entry, row, one


@cache
def teller(how: str) -> Teller:
    """The function that reads rows of a kind."""
    for name in MODULES:
        found = getattr(import_module(f"overlanded.wire.zeek.{name}"), how, None)
        if found is not None:
            return found  # type: ignore[no-any-return]
    raise KeyError(how)


@cache
def wanted(kind: str) -> tuple[str, ...]:
    """The fields of a kind that are looked at; they alone make rows different."""
    entry = table("zeek")["logs"][kind]
    extra = [name for names in table("zeek")["arp"].values() for name in names]
    fields = [*ENDS, *DIRECTION, "proto", *entry.get("needs", ()), *entry.get("says", {})]
    fields += [*entry.get("functions", {}), *(extra if kind == "arp" else ())]
    fields += [entry["answers"]] if "answers" in entry else []
    return tuple(dict.fromkeys(fields))


@cache
def ports(kind: str) -> frozenset[int]:
    """Ports on which the protocol of a kind listens."""
    protocol = table("zeek")["logs"][kind].get("protocol", "")
    return frozenset(n for card in CARDS for n in card.numbers if card.name == protocol)


@lru_cache(maxsize=1 << 16)
def is_private(kind: str, own: str, other: str, transport: str) -> bool:
    """True for a port that its host chose for one conversation: it makes no row a different one.

    A responder that listens on a known port makes the other one private; over TCP the originator's
    always is, unless it listens there itself.
    """
    entry, known = table("zeek")["logs"][kind], ports(kind)
    if entry.get("keeps_ports") or not own.isdecimal() or len(own) > 5:
        return False
    if int(own) < PRIVATE_PORTS or int(own) in known:
        return False
    listens = other.isdecimal() and len(other) < 6 and int(other) in known
    return listens or (transport or entry.get("layer", "")) == "tcp"


def samples(entry: Entry, row: Row, said: Said) -> Iterator[tuple[Sample, Recognised]]:
    """A statement at the first and the last place where it was made."""
    recognised = tidy(said.recognised, *_ends(row, said)[:2])
    places = [entry.first] if entry.count == 1 else [entry.first, entry.last]
    first = sample(row, said, entry.first)
    for ns, line in dict.fromkeys(places):
        yield replace(first, ns=ns, frame=line), recognised


def sample(row: Row, said: Said, place: tuple[int, int]) -> Sample:
    """What of a sample a log tells: no MAC, no payload."""
    src, dst, src_port, dst_port = _ends(row, said)
    stated = row.text("proto").lower() or row.text("port_proto").lower()
    layer = stated or row.entry.get("layer", "")
    if said.sender == "host" and not dst_port and not src_port:
        layer = ""
    layer = layer if layer in TRANSPORTS and said.recognised.protocol else "ip"
    return Sample(
        place[1], place[0], layer, TRANSPORTS.get(layer, 0), 0, 0, 0, src, dst, src_port, dst_port,
        _by_client(row, said, layer), b"",
    )  # fmt: skip


def _by_client(row: Row, said: Said, layer: str) -> bool:
    """Whether the client says it: over UDP as the message tells, else as Zeek's originator."""
    if layer == "udp" and said.recognised.opener:
        return said.recognised.opener == "src"
    return (said.sender == "orig") != _swapped(row)


def _swapped(row: Row) -> bool:
    """Where the originator listens on the protocol's port and the responder does not."""
    listens = ports(row.kind)
    return row.port("id.orig_p") in listens and row.port("id.resp_p") not in listens


def _ends(row: Row, said: Said) -> tuple[Ip, Ip, int, int]:
    """(sender, other, port of the sender, port of the other)."""
    if said.sender == "host":
        return row.ip("host"), NOBODY, row.port("port_num"), 0
    orig, resp = _end(row, "orig", "client_addr", 68), _end(row, "resp", "server_addr", 67)
    (src, src_port), (dst, dst_port) = (orig, resp) if said.sender == "orig" else (resp, orig)
    return src, dst, src_port, dst_port


def _end(row: Row, end: str, otherwise: str, port: int) -> tuple[Ip, int]:
    """An end of the row's conversation; dhcp.log has it in fields of its own."""
    if row.kind == "dhcp" and f"id.{end}_h" not in row.values:
        return row.ip(otherwise), port
    return row.ip(f"id.{end}_h"), row.port(f"id.{end}_p")


def tidy(found: Recognised, src: Ip, dst: Ip) -> Recognised:
    """Facts with a value, cut to length, each once, none about a group."""
    kept = dict.fromkeys(
        replace(fact, value=fact.value[:LONGEST_VALUE])
        for fact in found.facts
        if fact.value and not _of_group(fact, src, dst)
    )
    return replace(found, facts=tuple(kept))


def _of_group(fact: Fact, src: Ip, dst: Ip) -> bool:
    side = {"src": src, "dst": dst}.get(fact.about)
    return side is not None and is_group(0, side)


def normal(value: Any) -> Value:  # noqa: ANN401 - whatever JSON holds
    """A JSON value as the ASCII writer has it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "T" if value else "F"
    if isinstance(value, int | float):
        return str(value)
    return tuple(str(normal(one)) for one in value) if isinstance(value, list) else ""


__all__ = ["Certificate", "Entry", "Said", "Seen", "Statements", "samples", "teller", "wanted"]
