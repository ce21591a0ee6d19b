"""Who talks with whom: services, clients, control sessions and contacts outside."""

from __future__ import annotations

import ipaddress
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from overlanded import data
from overlanded.analyse.traffic.pairs import NEVER
from overlanded.analyse.traffic.parties import Address, outside, usable
from overlanded.analyse.traffic.seen import TRANSPORTS, Read, Traffic
from overlanded.model.identifiers import ip_text
from overlanded.model.observing import Observation, Subject

MILLISECOND = 1_000_000
UDP = 17
Networks: TypeAlias = "list[ipaddress.IPv4Network | ipaddress.IPv6Network]"


class Row(NamedTuple):
    """The columns of one pair that are used here, by their names in ``pairs``."""

    file: int
    first_frame: int
    first_ns: int
    last_ns: int
    vlan: int
    proto: int
    a_mac: int
    b_mac: int
    a_ip_hi: int
    a_ip_lo: int
    b_ip_hi: int
    b_ip_lo: int
    b_port: int
    flows: int
    established: int
    answered: int
    delays: int
    delay_min: int
    delay_max: int
    packets_ab: int
    packets_ba: int
    bytes_ab: int
    bytes_ba: int
    payload_ab: int
    payload_ba: int


@dataclass(frozen=True, slots=True)
class Pair:
    """One row of the pairs with its parties and the protocol recognised at the server."""

    row: Row
    client: Subject
    server: Subject
    protocol: str

    @property
    def a_ip(self) -> Address:
        """The client's address."""
        return self.row.a_ip_hi, self.row.a_ip_lo

    @property
    def b_ip(self) -> Address:
        """The server's address."""
        return self.row.b_ip_hi, self.row.b_ip_lo

    @property
    def service(self) -> str:
        """``s7comm/tcp/102``; ``unknown`` stands for a protocol that was not recognised."""
        return f"{self.protocol or 'unknown'}/{TRANSPORTS[self.row.proto]}/{self.row.b_port}"

    @property
    def asked(self) -> bool:
        """True when the client got through: an answer, or words of its own that make sense.

        A mirror port may show one direction only, and nobody sends payload over a TCP connection
        that was not accepted.
        """
        return bool(self.row.answered or (self.protocol and self.row.payload_ab))

    @property
    def served(self) -> bool:
        """True when somebody listened at the server's end."""
        if self.row.proto == UDP:
            return bool(self.row.answered and self.protocol)
        return bool(
            self.row.answered or (self.protocol and self.row.payload_ab + self.row.payload_ba)
        )


def observe(traffic: Traffic) -> Iterator[Observation]:
    """Services offered and used, control sessions with their timing, contacts outside."""
    pairs = tuple(_pairs(traffic))
    yield from _services(traffic, pairs)
    yield from _sessions(traffic, pairs)
    yield from _contacts(traffic, pairs)


def _services(traffic: Traffic, pairs: Iterable[Pair]) -> Iterator[Observation]:
    """``serves`` for whoever answered, ``uses`` for whoever asked and got an answer."""
    rows: dict[tuple[Subject, str, str], list[Pair]] = defaultdict(list)
    for pair in pairs:
        if pair.served and _here(pair.server, pair.b_ip):
            rows[(pair.server, "serves", pair.service)].append(pair)
        somebody = pair.client != pair.server
        if pair.protocol and pair.asked and somebody and _here(pair.client, pair.a_ip):
            rows[(pair.client, "uses", pair.service)].append(pair)
    yield from _called(traffic, rows.keys())
    kept: dict[tuple[Subject, str], int] = defaultdict(int)
    for (subject, word, value), same in rows.items():
        kept[(subject, word)] += 1
        if kept[(subject, word)] <= data.table("traffic")["limits"]["services"]:
            yield _of(traffic, same, subject, word, value, None)


def _called(traffic: Traffic, known: Container[tuple[Subject, str, str]]) -> Iterator[Observation]:
    """The same for control protocols where no pair shows it.

    They were called out to everybody, or an answer was captured and its request was not.
    """
    family = data.table("protocols")["protocols"]
    rows: dict[tuple[Subject, str, str], list[Read]] = defaultdict(list)
    for read in traffic.reads:
        sample, protocol = read.sample, read.recognised.protocol
        subject = traffic.parties.subject(sample.src_mac, sample.vlan, sample.src_ip)
        control = family.get(protocol, {}).get("family") == "control" and sample.layer == "udp"
        if not control or subject is None or not _here(subject, sample.src_ip):
            continue
        asks = read.recognised.opener == "src"
        if read.recognised.opener == "dst" or (asks and not usable(sample.dst_ip)):
            port = sample.dst_port if asks else sample.src_port
            rows[(subject, "uses" if asks else "serves", f"{protocol}/udp/{port}")].append(read)
    for (subject, word, value), same in rows.items():
        if (subject, word, value) not in known:
            yield _heard(traffic, same, subject, word, value)


def _heard(
    traffic: Traffic, same: list[Read], subject: Subject, word: str, value: str
) -> Observation:
    head = min(same, key=lambda read: (read.sample.ns, read.file, read.sample.frame))
    used = sorted({name for read in same for name in read.recognised.functions})
    extra = (("functions", ",".join(used)),) if used and word == "uses" else ()
    last = max(read.sample.ns for read in same)
    citation = traffic.cite(head.file, head.sample.frame)
    return Observation(subject, word, value, citation, head.sample.ns, last, len(same), None, extra)


def _here(subject: Subject, address: Address) -> bool:
    """On the captured network: by a MAC of its own, or by an address that is not public."""
    return subject.kind == "mac" or not outside(address)


def _sessions(traffic: Traffic, pairs: Iterable[Pair]) -> Iterator[Observation]:
    """Conversations in a control protocol between two parties, and the client's distance."""
    family = data.table("protocols")["protocols"]
    functions = _functions(traffic)
    rows: dict[tuple[Subject, Subject, str], list[Pair]] = defaultdict(list)
    for pair in pairs:
        control = family.get(pair.protocol, {}).get("family") == "control"
        if control and pair.asked and pair.client != pair.server:
            rows[(pair.client, pair.server, pair.protocol)].append(pair)
    for (client, server, protocol), same in rows.items():
        used = sorted(
            {
                name
                for pair in same
                for name in functions.get((pair.a_ip, pair.b_ip, pair.row.b_port), ())
            }
        )
        extra = (("functions", ",".join(used)),) if used else ()
        yield _of(traffic, same, client, "session", protocol, server, *extra)
        yield from _delay(traffic, same, client, server)


def _delay(
    traffic: Traffic, same: list[Pair], client: Subject, server: Subject
) -> Iterator[Observation]:
    timed = [pair for pair in same if pair.row.delays and pair.row.delay_min != NEVER]
    if not timed:
        return
    least, most = (
        min(pair.row.delay_min for pair in timed),
        max(pair.row.delay_max for pair in timed),
    )
    extra = (
        ("least_ms", f"{least / MILLISECOND:.3f}"),
        ("most_ms", f"{most / MILLISECOND:.3f}"),
        ("handshakes", str(sum(pair.row.delays for pair in timed))),
    )
    yield _of(
        traffic, timed, client, "handshake-delay", f"{least / MILLISECOND:.3f}", server, *extra
    )


def _contacts(traffic: Traffic, pairs: Iterable[Pair]) -> Iterator[Observation]:
    names = _names(traffic)
    networks = [
        ipaddress.ip_network(text, strict=False) for zone in traffic.zones for text in zone.networks
    ]
    rows: dict[tuple[Subject, str, str], list[Pair]] = defaultdict(list)
    for pair in pairs:
        far_client = _beyond(pair.a_ip, pair.client, networks)
        far_server = _beyond(pair.b_ip, pair.server, networks)
        if far_server and not far_client:
            rows[(pair.client, ip_text(*pair.b_ip), "outbound")].append(pair)
        elif far_client and not far_server:
            rows[(pair.server, ip_text(*pair.a_ip), "inbound")].append(pair)
    kept: dict[Subject, int] = defaultdict(int)
    for (subject, address, direction), same in rows.items():
        kept[subject] += 1
        if kept[subject] <= data.table("traffic")["limits"]["contacts"]:
            other = Subject("ip", address, subject.network)
            name = names.get(address, address)
            services = ",".join(sorted({pair.service for pair in same}))
            extra = (("direction", direction), ("services", services))
            yield _of(traffic, same, subject, "contact", name, other, *extra)


def _beyond(address: Address, party: Subject, networks: Networks) -> bool:
    """True for the Internet, and for what a gateway passes on from outside the stated zones."""
    if not usable(address):
        return False
    if outside(address):
        return party.kind == "ip"
    inside = not networks or any(
        ipaddress.ip_address(ip_text(*address)) in network for network in networks
    )
    return party.kind == "ip" and not inside


def _names(traffic: Traffic) -> dict[str, str]:
    """Address → the name a client asked for: from DNS answers, then from TLS and HTTP requests."""
    names: dict[str, str] = {}
    for read in traffic.reads:
        for fact in read.recognised.facts:
            if fact.property == "resolved" and fact.object.startswith("ip:"):
                names.setdefault(fact.object[3:], fact.value)
            elif fact.property in {"tls.sni", "http.host"}:
                names.setdefault(ip_text(*read.sample.dst_ip), fact.value)
    return names


def _functions(traffic: Traffic) -> dict[tuple[Address, Address, int], set[str]]:
    """(client, server, port) → classes of control function seen between them."""
    found: dict[tuple[Address, Address, int], set[str]] = defaultdict(set)
    for read in traffic.reads:
        if read.recognised.functions:
            sample = read.sample
            ends = (sample.src_ip, sample.dst_ip, sample.dst_port)
            if not sample.from_client:
                ends = (sample.dst_ip, sample.src_ip, sample.src_port)
            found[ends].update(read.recognised.functions)
    return found


def _pairs(traffic: Traffic) -> Iterator[Pair]:
    lists = [traffic.pairs[name].tolist() for name in Row._fields]
    subject = traffic.parties.subject
    for row in map(Row._make, zip(*lists, strict=True)):
        a_ip, b_ip = (row.a_ip_hi, row.a_ip_lo), (row.b_ip_hi, row.b_ip_lo)
        client = subject(row.a_mac, row.vlan, a_ip, reached=not row.packets_ab)
        server = subject(row.b_mac, row.vlan, b_ip, reached=not row.packets_ba)
        if row.proto in TRANSPORTS and client and server:
            service = (row.vlan, b_ip, row.proto, row.b_port)
            yield Pair(row, client, server, traffic.protocols.get(service, ""))


def _of(
    traffic: Traffic,
    same: list[Pair],
    subject: Subject,
    word: str,
    value: str,
    other: Subject | None,
    *extra: tuple[str, str],
) -> Observation:
    head = min(same, key=lambda pair: (pair.row.first_ns, pair.row.file, pair.row.first_frame))
    flows = sum(pair.row.flows for pair in same)
    detail = (
        ("flows", str(flows)),
        ("established", str(sum(pair.row.established for pair in same))),
        ("bytes", str(sum(pair.row.bytes_ab + pair.row.bytes_ba for pair in same))),
        *extra,
    )
    last = max(pair.row.last_ns for pair in same)
    citation = traffic.cite(head.row.file, head.row.first_frame)
    return Observation(
        subject, word, value, citation, head.row.first_ns, last, flows, other, detail
    )
