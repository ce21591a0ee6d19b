"""Relay timing: whether the client behind a local address is really far away.

Whoever relays for somebody cannot answer a handshake before that somebody did. The time from the
server's SYN-ACK to the client's ACK, as the capture point saw it, is the way to the real client
and back and no more: no system thinks about it, and it holds no delayed acknowledgement. The same
goes for answers to probes whether a side is still there (RFC 9293 sections 3.5 and 3.8.4).

The late handshakes are among the visits, each with its own time and TTL; of the others the pairs
know how many there were. Every client is held against all lines of ``data/lines.toml`` at once;
see ``lines``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from math import exp, log
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from msgspec import Struct

from overlanded import data
from overlanded.analyse.traffic.conversations import Ends, Pair, Row, here
from overlanded.analyse.traffic.lines import (
    BUCKETS,
    DIRECT,
    LATE,
    ROUTED,
    SLOWER,
    SWIFT,
    UNSEEN,
    Lines,
    buckets,
    cut_s,
    lines,
    routed,
    shared,
)
from overlanded.analyse.traffic.pairs import KEYS, TCP
from overlanded.analyse.traffic.parties import hops, outside
from overlanded.analyse.traffic.seen import Traffic
from overlanded.model.observing import Observation, Subject
from overlanded.wire.folding import Columns
from overlanded.wire.rhythms import Rhythms

if TYPE_CHECKING:
    from numpy.typing import NDArray

MICROSECOND, MILLISECOND, SECOND = 1_000, 1_000_000, 1_000_000_000
CHUNK = 1024
Key: TypeAlias = "tuple[Subject, Subject, str]"
"""(client, server, protocol)."""
Probes: TypeAlias = "dict[Ends, NDArray[Any]]"
Visit: TypeAlias = "dict[str, int]"
Visits: TypeAlias = "dict[tuple[int, ...], list[Visit]]"
"""Of each pair, by its ``KEYS``, the connections that were kept (``visits``)."""
Way: TypeAlias = "tuple[int, int]"
"""What the TTL says of the late handshakes, and of the others (``lines.UNSEEN`` …)."""


class Verdict(Struct, frozen=True):
    """Where a client is, by its handshakes with one server.

    ``weight`` natural-log likelihood ratio of far against near, bounded; ``distance`` the lower
    end, middle and upper end of 90 % of what its floor may be if it is far, seconds; ``far_from``
    the delay in ns from which on a single handshake is rather the far client's.
    """

    chance: float
    weight: float
    distance: tuple[float, float, float]
    line: str
    far_from: int


def observe(traffic: Traffic) -> Iterator[Observation]:
    """``distance`` of the clients of control services and of slow ones, and ``visit`` by visit."""
    probes = _probes(traffic.rhythms)
    groups = _groups(traffic, probes)
    visits = _by_pair(traffic.visits, {_key(pair) for same in groups.values() for pair in same})
    each = [
        (key, same, [row for pair in same for row in visits[_key(pair)]])
        for key, same in groups.items()
    ]
    counts = [_counts(traffic, same, own, probes) for _, same, own in each]
    ways = [_way(traffic, *one[1:], count) for one, count in zip(each, counts, strict=True)]
    verdicts = weigh(np.reshape(counts, (-1, BUCKETS)), ways)
    for (key, same, own), verdict in zip(each, verdicts, strict=True):
        yield _distance(traffic, key, same, verdict)
        if _standing(verdict) == "far":
            yield from _told(traffic, key, same, verdict, own)


def _probes(rhythms: Iterable[Rhythms]) -> Probes:
    """How soon the client of a service answered probes: the least and most of each connection."""
    found: Probes = {}
    for kept in rhythms:
        rows, sides, told = kept.prompts()
        within = buckets(told[:, 1:].astype(np.int64) * MICROSECOND)
        lists = (rows.tolist(), sides.tolist(), told[:, 0].tolist(), within.tolist())
        for row, side, number, two in zip(*lists, strict=True):
            own = found.setdefault(kept.client(row, side), np.zeros(BUCKETS, np.uint32))
            for bucket in two[: min(number, 2)]:
                own[bucket] += 1
    return found


def _groups(traffic: Traffic, probes: Probes) -> dict[Key, list[Pair]]:
    """Conversations of one client with one server in one protocol whose client was timed."""
    family = data.table("protocols")["protocols"]
    slow = data.table("lines")["visits"]["slow_ms"] * MILLISECOND
    groups: dict[Key, list[Pair]] = defaultdict(list)
    late: set[Key] = set()
    for pair in traffic.conversations:
        timed = pair.row.delays or pair.ends in probes
        if pair.row.proto != TCP or not timed or pair.client == pair.server:
            continue
        if here(pair.client, pair.a_ip) and not outside(pair.b_ip):
            key = (pair.client, pair.server, pair.protocol or f"tcp/{pair.row.b_port}")
            groups[key].append(pair)
            if (
                family.get(pair.protocol, {}).get("family") == "control"
                or pair.row.delay_max > slow
            ):
                late.add(key)
    some = [key for key in groups if key in late][: data.table("lines")["looked"]["groups"]]
    return {key: groups[key] for key in some}


def _counts(
    traffic: Traffic, same: Sequence[Pair], own: Sequence[Visit], probes: Probes
) -> NDArray[Any]:
    """(``BUCKETS``,) how often the client took how long; its late handshakes are visits."""
    took = buckets(np.array([row["delay"] for row in own], np.int64))
    counts = np.bincount(took[took >= LATE], minlength=BUCKETS)
    places = [pair.place for pair in same]
    counts[SWIFT] = traffic.pairs["swift"][places].sum()
    counts[SLOWER] = traffic.pairs["slower"][places].sum()
    for ends in {pair.ends for pair in same} & probes.keys():
        counts += probes[ends]
    return counts


def _way(traffic: Traffic, same: Sequence[Pair], own: Sequence[Visit], counts: NDArray[Any]) -> Way:
    """Whether the client's packets passed a router before they came here, by their TTL.

    The others' is told by the least and the most TTL of all: where one of them passed no router and
    the late ones did, it is theirs.
    """
    places = [pair.place for pair in same]
    every = {ttl for name in ("ttl_min_ab", "ttl_max_ab") for ttl in traffic.pairs[name][places]}
    passed = [hops(int(ttl)) > 0 for ttl in every]
    if not counts[LATE:].any():
        return UNSEEN, ROUTED if all(passed) else DIRECT
    if not counts[:LATE].any():
        return ROUTED if any(passed) else DIRECT, UNSEEN
    late = [hops(row["ttl_min_ab"]) > 0 for row in own if row["delay"] >= cut_s() * SECOND]
    most = ROUTED if 2 * sum(late) > len(late) else DIRECT
    return most if late else UNSEEN, ROUTED if all(passed) else DIRECT


def weigh(counts: NDArray[Any], ways: Sequence[Way]) -> Iterator[Verdict]:
    """A verdict for each row of (rows, ``BUCKETS``) handshakes by delay.

    ``ways`` says of each row whether the packets passed a router, as all do that are relayed by
    one and few do that are not: those of the late handshakes, and of the others.
    """
    known, stated, told = lines(), data.table("lines")["weight"], routed(_behind(ways))
    for begin in range(0, len(counts), CHUNK):
        part = counts[begin : begin + CHUNK].astype(float)
        late = part[:, LATE:].sum(axis=1)
        scale = stated["temperature"] * np.minimum(1.0, stated["enough"] / np.maximum(late, 1.0))
        scores = (part * scale[:, None]) @ known.logs.T + known.prior
        scores += told[tuple(np.array(ways[begin : begin + CHUNK]).T)]
        numbers = np.stack([late, part[:, SWIFT], part[:, SLOWER]], axis=1).astype(int).tolist()
        scores += np.stack([_shares(*row) for row in numbers])
        yield from _verdicts(scores, known)


def _behind(ways: Sequence[Way]) -> float:
    """The share of clients here that are behind a router, as those say that were never late."""
    stated = data.table("lines")
    soon = [others for late, others in ways if late == UNSEEN]
    most = stated["passed"] * stated["passed_of"] + soon.count(ROUTED)
    return float(max(stated["passed"], most / (stated["passed_of"] + len(soon))))


@lru_cache(maxsize=4096)
def _shares(late: int, swift: int, slower: int) -> NDArray[Any]:
    """What each hypothesis makes of how many answers were late, and how many swift."""
    known, early = lines(), log(data.table("lines")["strays"]["early"])
    rows = [tuple(habits) for habits in known.habits.tolist()]
    found = dict.fromkeys(rows, (swift + slower) * early)
    for a, b, c, d in (habits for habits in found if any(habits)):
        found[(a, b, c, d)] = shared(a, b, late, swift + slower) + shared(c, d, swift, slower)
    return np.array([found[habits] for habits in rows])


def _verdicts(scores: NDArray[Any], known: Lines) -> Iterator[Verdict]:
    """A verdict for each row of (rows, hypotheses) scores."""
    stated = data.table("lines")["weight"]
    near, far = scores[:, : known.near], scores[:, known.near :]
    held = np.logaddexp.reduce(far, axis=1)
    weights = (held - np.logaddexp.reduce(near, axis=1)).clip(-stated["most"], stated["most"])
    likeliest = np.argmax(near, axis=1)
    order = np.argsort(known.floor[known.near :], kind="stable")
    floors = known.floor[known.near :][order]
    reached = np.cumsum(np.exp(far - held[:, None])[:, order], axis=1)
    for weight, best, shares in zip(weights.tolist(), likeliest.tolist(), reached, strict=True):
        odds = exp(weight) * stated["prior"] / (1 - stated["prior"])
        ends = np.searchsorted(shares, (0.05, 0.5, 0.95)).clip(max=len(floors) - 1)
        low, middle, high = floors[ends].tolist()
        soonest = int(low * SECOND * SLACK)
        yield Verdict(odds / (1 + odds), weight, (low, middle, high), known.names[best], soonest)


SLACK = 0.8
"""What is a little sooner than the lower end of the distance is still the far client's."""


def _standing(verdict: Verdict) -> str:
    stated = data.table("lines")["weight"]
    if verdict.chance >= stated["far"]:
        return "far"
    return "near" if verdict.chance <= stated["near"] else "not told"


def _distance(traffic: Traffic, key: Key, same: list[Pair], verdict: Verdict) -> Observation:
    client, server, protocol = key
    timed = [pair.row for pair in same if pair.row.delays]
    low, middle, high = (f"{1000 * end:.0f}" for end in verdict.distance)
    extra = (
        ("protocol", protocol),
        ("chance", f"{verdict.chance:.3f}"),
        ("weight", f"{verdict.weight:.2f}"),
        ("handshakes", str(sum(row.delays for row in timed))),
        *((name, f"{took / MILLISECOND:.3f}") for name, took in _ends(timed)),
    )
    how = _standing(verdict)
    more: tuple[tuple[str, str], ...] = (("line", verdict.line),)
    if how == "far":
        more = (("distance_ms", middle), ("from_ms", low), ("until_ms", high))
    return traffic.told(same, client, "distance", how, server, *extra, *more)


def _ends(timed: Sequence[Row]) -> Iterator[tuple[str, int]]:
    """The least and most delay of the handshakes, ns; none when only later packets were timed."""
    if timed:
        yield "least_ms", min(row.delay_min for row in timed)
        yield "most_ms", max(row.delay_max for row in timed)


def _key(pair: Pair) -> tuple[int, ...]:
    return tuple(getattr(pair.row, name) for name in KEYS)


def _by_pair(rows: Columns, wanted: Container[tuple[int, ...]]) -> Visits:
    """The visits of each wanted pair, in order of time."""
    found: Visits = defaultdict(list)
    lists = [rows[name].tolist() for name in rows]
    keys = zip(*(rows[name].tolist() for name in KEYS), strict=True)
    for key, values in zip(keys, zip(*lists, strict=True), strict=True):
        if key in wanted:
            found[key].append(dict(zip(rows, values, strict=True)))
    return found


def _told(
    traffic: Traffic, key: Key, same: Sequence[Pair], verdict: Verdict, own: Sequence[Visit]
) -> Iterator[Observation]:
    """Each connection of the far client, from its first packet to its last.

    One whose handshake was not timed, since it was there before the recording began, is the far
    client's when nobody nearer was seen behind the address.
    """
    alone = all(pair.row.delay_min >= verdict.far_from for pair in same)
    far = (
        row
        for row in own
        if row["delay"] >= verdict.far_from
        or (alone and row["delay"] < 0 and row["payload_ab"] and row["payload_ba"])
    )
    for row in islice(far, data.table("lines")["visits"]["told"]):
        yield _visit(traffic, key, row)


def _visit(traffic: Traffic, key: Key, row: Visit) -> Observation:
    client, server, protocol = key
    timed = (("delay_ms", f"{row['delay'] / MILLISECOND:.1f}"),) if row["delay"] >= 0 else ()
    detail = (
        *timed,
        ("asked", str(row["payload_ab"])),
        ("answered", str(row["payload_ba"])),
    )
    cited = traffic.cite(row["file"], row["first_frame"])
    return Observation(
        client, "visit", protocol, cited, row["first_ns"], row["last_ns"], 1, server, detail
    )
