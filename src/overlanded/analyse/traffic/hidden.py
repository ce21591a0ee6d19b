"""Hidden hosts: how many systems send from one address, by what their first packets show.

Whoever translates addresses leaves what the systems behind it wrote: the clocks in their TCP
timestamps, their packet counters, how their kernels open connections. Two that take turns cannot
be one system that was started again. It also lowers their TTL, while its own packets have a fresh
one. Peculiar to one server each: Linux shifts the clock by a secret of both addresses (kernel since
4.10), so clocks are compared for each server apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec import Struct

from overlanded import data
from overlanded.analyse.traffic.openings import WHO
from overlanded.analyse.traffic.parties import hops
from overlanded.analyse.traffic.seen import Traffic
from overlanded.model.observing import Observation, Subject
from overlanded.wire.folding import Columns

if TYPE_CHECKING:
    from numpy.typing import NDArray

WRAP = 1 << 32
COUNTER = 1 << 16


class Sign(Struct, frozen=True):
    """A sign of several systems: how many, told by what, in which rows of the openings."""

    number: int
    how: str
    rows: NDArray[Any]


def observe(traffic: Traffic) -> Iterator[Observation]:
    """``systems``: how many systems an address stands for, for those with more than one."""
    for subject, rows in clients(traffic).items():
        signs = [sign for sign in (*_signs(rows), _passed_on(traffic, rows)) if sign.number > 1]
        if signs:
            yield _told(traffic, subject, rows, signs)


def clients(traffic: Traffic) -> dict[Subject, Columns]:
    """The openings of each client here, by its address."""
    openings = traffic.openings
    if not openings or not len(openings["pair"]):
        return {}
    order = np.lexsort([openings[name] for name in ("first_ns", "pair", *WHO)])
    own = [openings[name][order] for name in WHO]
    begins = np.flatnonzero(np.any([np.diff(key, prepend=~key[:1]) != 0 for key in own], axis=0))
    found: dict[Subject, Columns] = {}
    for some in np.split(order, begins[1:]):
        vlan, mac, high, low = (int(openings[name][some[0]]) for name in WHO)
        subject = traffic.parties.subject(mac, vlan, (high, low))
        if subject is not None and subject.kind == "mac" and len(some) > 1:
            found[subject] = {name: column[some] for name, column in openings.items()}
    return found


def _signs(rows: Columns) -> Iterator[Sign]:
    yield _habits(rows)
    yield _counters(rows)
    for pair in sorted(set(rows["pair"].tolist())):
        yield _clocks(rows, np.flatnonzero(rows["pair"] == pair))


def _clocks(rows: Columns, some: NDArray[Any]) -> Sign:
    """Clocks among the first packets to one server."""
    stated = data.table("traffic")["clocks"]
    some = some[rows["stamp"][some] != 0]
    some = some[np.argsort(rows["first_ns"][some], kind="stable")]
    seconds = (rows["first_ns"][some] - rows["first_ns"][some[:1]]) / 1e9
    best = np.zeros(len(some), int)
    fewest = len(some)
    for rate in stated["rates"]:
        groups = _agreeing(rows["stamp"][some].astype(float), seconds, rate)
        if len(groups) and groups.max() + 1 < fewest:
            best, fewest = groups, int(groups.max()) + 1
    if fewest > max(1, stated["most-share"] * len(some)):
        return Sign(1, "clock", some)
    return Sign(_taking_turns(best, stated["least"]), "clock", some)


def one_clock(rows: Columns) -> tuple[int, float, int] | None:
    """(ticks a second, seconds since 1970 at which it was zero, a row), of a client's only clock.

    None unless several servers see the same clock, and one rate alone makes one clock of it.
    """
    stated = data.table("traffic")["clock-tells"]
    some = np.flatnonzero(rows["stamp"] != 0)
    some = some[np.argsort(rows["first_ns"][some], kind="stable")]
    servers = len(set(rows["pair"][some].tolist()))
    if len(some) < stated["stamped-least"] or servers < stated["stamped-servers"]:
        return None
    stamps = rows["stamp"][some].astype(float)
    seconds = (rows["first_ns"][some] - rows["first_ns"][some[0]]) / 1e9
    rates: list[int] = data.table("traffic")["clocks"]["rates"]
    fit = [rate for rate in rates if _agreeing(stamps, seconds, rate).max() == 0]
    if len(fit) != 1:
        return None
    begun = int(rows["first_ns"][some[-1]]) / 1e9 - float(stamps[-1]) / fit[0]
    return fit[0], begun, int(some[-1])


def _agreeing(stamps: NDArray[Any], seconds: NDArray[Any], rate: int) -> NDArray[Any]:
    """The number of the clock that each stamp is of, were it ``rate`` ticks a second."""
    stated = data.table("traffic")["clocks"]
    if not len(stamps):
        return np.zeros(0, int)
    start = (stamps - rate * seconds) % WRAP
    order = np.argsort(start, kind="stable")
    apart = rate * (stated["within-s"] + stated["drift"] * (seconds.max() - seconds.min()))
    steps = np.diff(start[order]) > apart
    group = np.concatenate([[0], np.cumsum(steps)])
    if len(group) > 1 and start[order[0]] + WRAP - start[order[-1]] <= apart:
        group[group == group[-1]] = 0
    out = np.empty(len(stamps), int)
    out[order] = group
    return out


def _taking_turns(groups: NDArray[Any], least: int, spells: int = 1) -> int:
    """How many groups were seen often enough, while another one was, and in so many spells.

    ``groups`` in order of time. A system that was started again, or given another one's address,
    never comes back.
    """
    often = groups[np.bincount(groups)[groups] >= least]
    begun = np.bincount(often[np.flatnonzero(np.diff(often, prepend=-1))])
    spans = [np.flatnonzero(often == one)[[0, -1]] for one in np.flatnonzero(begun >= spells)]
    turns = sum(
        any(
            first < end and begin < last for place, (begin, end) in enumerate(spans) if place != own
        )
        for own, (first, last) in enumerate(spans)
    )
    return max(1, turns)


def _habits(rows: Columns) -> Sign:
    """Ways to open a connection: first TTL, and whether stamped.

    The window scale is none: one program of a system may ask for other buffers than the next.
    """
    stamped = (rows["stamp"] != 0).astype(int)
    far = np.array([hops(ttl) for ttl in rows["ttl"].tolist()])
    fresh = rows["ttl"].astype(int) + far
    way = (fresh << 1) | stamped
    order = np.argsort(rows["first_ns"], kind="stable")
    _, groups = np.unique(way[order], return_inverse=True)
    return Sign(_taking_turns(groups, data.table("traffic")["clocks"]["least"]), "system", order)


def _passed_on(traffic: Traffic, rows: Columns) -> Sign:
    """Connections with a TTL that a router lowered, from an address that sends fresh ones as well.

    A station sends all its packets itself, so that none of them has passed a router here.
    """
    stated = data.table("traffic")["clocks"]
    far = np.array([hops(ttl) for ttl in rows["ttl"].tolist()])
    some = np.flatnonzero((far > 0) & (far <= stated["routers"]))
    mac, vlan, high, low = (int(rows[name][0]) for name in ("a_mac", "vlan", *WHO[2:]))
    own = traffic.parties.held.get((mac, vlan, (high, low)))
    fresh = own is not None and own.ttl_max > 0 and hops(own.ttl_max) == 0
    return Sign(2 if fresh and len(some) >= stated["routed-least"] else 1, "router", some)


def _counters(rows: Columns) -> Sign:
    """Packet counters that go up side by side (Bellovin 2002)."""
    stated = data.table("traffic")["counters"]
    order = np.argsort(rows["first_ns"], kind="stable")
    order = order[rows["ident"][order] != 0][: stated["looked"]]
    chains = _chains(rows["ident"][order].tolist(), rows["first_ns"][order].tolist())
    long = [chain for chain in chains if len(chain) >= stated["least"]]
    explained = sum(map(len, long))
    if explained < stated["explained"] * len(order):
        return Sign(1, "counter", order)
    owner = {place: number for number, chain in enumerate(long) for place in chain}
    groups = np.array([owner[place] for place in range(len(order)) if place in owner], int)
    return Sign(_taking_turns(groups, stated["least"], stated["spells"]), "counter", order)


def _chains(idents: list[int], times: list[int]) -> list[list[int]]:
    """Places of the counts that follow one another, in order of time: the nearest goes on."""
    stated = data.table("traffic")["counters"]
    chains: list[list[int]] = []
    for place, (ident, ns) in enumerate(zip(idents, times, strict=True)):
        near = []
        for chain in chains:
            seconds = (ns - times[chain[-1]]) / 1e9
            step = (ident - idents[chain[-1]]) % COUNTER
            room = min(stated["gap"] + stated["rate"] * seconds, stated["gap-most"])
            if 0 < step <= room and seconds <= stated["pause-s"]:
                near.append((step, chain))
        if near:
            min(near, key=lambda pair: pair[0])[1].append(place)
        else:
            chains.append([place])
    return chains


def _told(traffic: Traffic, subject: Subject, rows: Columns, signs: Sequence[Sign]) -> Observation:
    best = max(signs, key=lambda sign: sign.number)
    head = int(best.rows[0])
    ways: dict[str, int] = defaultdict(int)
    for sign in signs:
        ways[sign.how] = max(ways[sign.how], sign.number)
    detail = tuple((how, str(number)) for how, number in sorted(ways.items()))
    citation = traffic.cite(int(rows["file"][head]), int(rows["first_frame"][head]))
    first, last = int(rows["first_ns"][best.rows].min()), int(rows["first_ns"][best.rows].max())
    number = len(best.rows)
    return Observation(
        subject, "systems", str(best.number), citation, first, last, number, None, detail
    )
