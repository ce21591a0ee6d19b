"""Services: what each device answered, and what it asked of others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator

from overlanded import data
from overlanded.analyse.traffic.conversations import Pair, here
from overlanded.analyse.traffic.parties import usable
from overlanded.analyse.traffic.seen import Read, Traffic
from overlanded.model.observing import Observation, Subject


def observe(traffic: Traffic) -> Iterator[Observation]:
    """``serves`` for whoever answered, ``uses`` for whoever asked and got an answer."""
    rows: dict[tuple[Subject, str, str], list[Pair]] = defaultdict(list)
    for pair in traffic.conversations:
        if pair.served and here(pair.server, pair.b_ip):
            rows[(pair.server, "serves", pair.service)].append(pair)
        somebody = pair.client != pair.server
        if pair.protocol and pair.asked and somebody and here(pair.client, pair.a_ip):
            rows[(pair.client, "uses", pair.service)].append(pair)
    yield from _called(traffic, rows.keys())
    kept: dict[tuple[Subject, str], int] = defaultdict(int)
    for (subject, word, value), same in rows.items():
        kept[(subject, word)] += 1
        if kept[(subject, word)] <= data.table("traffic")["limits"]["services"]:
            yield traffic.told(same, subject, word, value, None)


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
        if not control or subject is None or not here(subject, sample.src_ip):
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
