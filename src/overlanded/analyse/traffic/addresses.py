"""Which addresses a device holds, and which of others it passes on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from overlanded import data
from overlanded.analyse.traffic.parties import (
    CLAIMED,
    GROUP,
    Sighting,
    hops,
    network,
    outside,
    version,
)
from overlanded.analyse.traffic.seen import Traffic
from overlanded.model.identifiers import ip_text, mac_text
from overlanded.model.observing import Observation, Subject

SENT_TO = (
    "b_mac", "vlan", "b_ip_hi", "b_ip_lo", "file", "first_frame", "first_ns", "last_ns", "flows",
)  # fmt: skip
"""Columns of the pairs that say where packets went."""


def observe(traffic: Traffic) -> Iterator[Observation]:
    """Addresses, VLANs and distances of all senders; addresses passed on; the gateway role."""
    for (mac, vlan, address), row in sorted(traffic.parties.held.items()):
        if mac and not mac & GROUP:
            yield from _held(traffic, row)
        elif any(address):
            yield _seen(
                traffic,
                row,
                Subject("ip", ip_text(*address), network(vlan)),
                "address",
                ip_text(*address),
            )
    yield from _passed(traffic)
    yield from _addressed(traffic)


def _addressed(traffic: Traffic) -> Iterator[Observation]:
    """The address of a station that was only sent to; of several, none is said to be its own."""
    pairs = traffic.pairs
    senders = {mac for mac, _, _ in (*traffic.parties.held, *traffic.parties.passed)}
    silent = set(pairs["b_mac"].tolist()) - senders - {0}
    rows: dict[Subject, dict[str, tuple[int, ...]]] = defaultdict(dict)
    if silent:
        lists = [pairs[name].tolist() for name in SENT_TO]
        for mac, vlan, high, low, *seen in zip(*lists, strict=True):
            if mac not in silent:
                continue
            subject = traffic.parties.subject(mac, vlan, (high, low), reached=True)
            if subject is not None and subject.kind == "mac" and (high or low):
                rows[subject].setdefault(ip_text(high, low), tuple(seen))
    for subject, addresses in rows.items():
        for address, (file, frame, first, last, flows) in addresses.items():
            if len(addresses) == 1:
                cited = traffic.cite(file, frame)
                how = (("how", "sent to"),)
                yield Observation(subject, "address", address, cited, first, last, flows, None, how)


def _held(traffic: Traffic, row: Sighting) -> Iterator[Observation]:
    subject = Subject("mac", mac_text(row.mac), network(row.vlan))
    if not any(row.address):
        yield _seen(traffic, row, subject, "vlan", str(row.vlan))
        return
    how = ("nd" if version(row.address) == 6 else "arp") if row.how & CLAIMED else "ip"
    yield _seen(traffic, row, subject, "address", ip_text(*row.address), ("how", how))
    far = hops(row.ttl_min) if row.ttl_min <= row.ttl_max else 0
    if far:
        ttl = f"{row.ttl_min}" if row.ttl_min == row.ttl_max else f"{row.ttl_min} to {row.ttl_max}"
        yield _seen(
            traffic,
            row,
            subject,
            "hops",
            str(far),
            ("ttl", ttl),
            ("address", ip_text(*row.address)),
        )


def _passed(traffic: Traffic) -> Iterator[Observation]:
    most = data.table("traffic")["limits"]["fronts"]
    grouped: dict[tuple[int, int], list[Sighting]] = defaultdict(list)
    for (mac, vlan, _), row in sorted(traffic.parties.passed.items()):
        grouped[(mac, vlan)].append(row)
    for (mac, vlan), rows in grouped.items():
        subject = Subject("mac", mac_text(mac), network(vlan))
        rows.sort(key=lambda row: (outside(row.address), row.address))
        yield _seen(traffic, rows[0], subject, "role", "gateway", ("addresses", str(len(rows))))
        for row in rows[:most]:
            where = "outside" if outside(row.address) else "inside"
            yield _seen(traffic, row, subject, "fronts", ip_text(*row.address), ("where", where))


def _seen(
    traffic: Traffic,
    row: Sighting,
    subject: Subject,
    word: str,
    value: str,
    *detail: tuple[str, str],
) -> Observation:
    citation = traffic.cite(row.file, row.first_frame)
    return Observation(
        subject, word, value, citation, row.first_ns, row.last_ns, row.packets, None, detail
    )
