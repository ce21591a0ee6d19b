"""Labelled sets of connections: five places a seed, each a network watched for one to seven days.

A third of the beacons are one program on many machines, with few servers.
``others`` are pairs nobody would call a beacon, ``purpose`` pairs are regular for a reason that a
port can look up (time, updates, polling, leases, backups, mail); they are kept apart.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from msgspec import Struct

from bench import beacons_kinds as kinds
from bench.beacons_kinds import Array, Place, Random, Talk

START_NS = 1_741_000_000_000_000_000
DAYS = (1, 2, 3, 5, 7)
FIT_SEEDS, TEST_SEEDS = (11, 12), (101, 102)
"""Seeds from which thresholds and weights are fitted, and those that figures are printed of."""
BEACON, PURPOSE, OTHER = "beacon", "purpose", "other"
CLIENTS = 420

Kind = Callable[[Random, Place], Talk]

MIX: tuple[tuple[Kind, str, int, int], ...] = (
    (kinds.beacon, BEACON, 80, 0),
    (kinds.beacon, BEACON, 40, 4),
    (kinds.time_service, PURPOSE, 200, 6),
    (kinds.updates, PURPOSE, 250, 20),
    (kinds.polling, PURPOSE, 120, 60),
    (kinds.lease, PURPOSE, 150, 1),
    (kinds.backup, PURPOSE, 100, 4),
    (kinds.mailbox, PURPOSE, 150, 3),
    (kinds.browsing, OTHER, 5200, 2500),
    (kinds.office, OTHER, 700, 30),
    (kinds.names, OTHER, 300, 3),
    (kinds.waiting, OTHER, 20, 6),
    (kinds.open_page, OTHER, 30, 15),
    (kinds.arrivals, OTHER, 400, 50),
    (kinds.events, OTHER, 500, 25),
    (kinds.queue, OTHER, 80, 10),
    (kinds.sessions, OTHER, 500, 80),
    (kinds.sweep, OTHER, 2000, 2000),
    (kinds.retries, OTHER, 600, 100),
)
"""Kind, label, pairs in each place, and servers they share (0: each client has its own)."""


class Pair(Struct, frozen=True):
    """What is true of one pair."""

    client: int
    server: int
    port: int
    proto: int
    kind: str
    label: str
    told: dict[str, float | str]


class Set(Struct, frozen=True):
    """One place: its pairs, and the columns of its connections in random order."""

    place: Place
    pairs: tuple[Pair, ...]
    columns: dict[str, Array]
    """``pair`` u4, ``client`` u4, ``server`` u4, ``port`` u2, ``proto`` u1, ``first_ns`` i8,
    ``last_ns`` i8, ``bytes_ab`` u8, ``bytes_ba`` u8, ``established`` bool."""

    @property
    def watched(self) -> tuple[int, int]:
        """First and last moment of the watch, ns."""
        return START_NS, START_NS + self.place.days * 86_400_000_000_000


def build(seed: int, days: int, scale: float = 1.0) -> Set:
    """The place of this seed that was watched for ``days`` days."""
    random = np.random.default_rng([seed, days])
    place = Place(days, int(random.integers(7)), random.uniform(0, 24), random.uniform(-8, 8))
    pairs: list[Pair] = []
    talks: list[Talk] = []
    server = 1_000
    for kind, label, count, shared in MIX:
        ends = _ends(random, max(int(count * scale), 1), shared)
        for client, number in ends:
            found = _within(kind(random, place), place)
            if len(found.times):
                name, end = kind.__name__, server + number
                pair = Pair(client, end, found.port, found.proto, name, label, found.told)
                pairs.append(pair)
                talks.append(found)
        server += max(number for _, number in ends) + 1
    return Set(place, tuple(pairs), _columns(random, pairs, talks))


def _ends(random: Random, count: int, shared: int) -> list[tuple[int, int]]:
    """(client, server) of each pair, all different; some servers are liked more than others."""
    if not shared:
        return [(int(random.integers(CLIENTS)), number) for number in range(count)]
    liked = 1 / np.arange(1, shared + 1) ** 0.8
    found: dict[tuple[int, int], None] = {}
    while len(found) < count:
        servers = random.choice(shared, count, p=liked / liked.sum())
        clients = random.integers(0, CLIENTS, count)
        found |= dict.fromkeys(zip(clients.tolist(), servers.tolist(), strict=True))
    return list(found)[:count]


def _within(found: Talk, place: Place) -> Talk:
    """Only what the watch saw begin."""
    seen = (found.times >= 0) & (found.times < place.span)
    parts = (found.times, found.lasts, found.out, found.back, found.answered)
    times, lasts, out, back, answered = (part[seen] for part in parts)
    return Talk(times, lasts, out, back, answered, found.port, found.proto, found.told)


def _columns(random: Random, pairs: list[Pair], talks: list[Talk]) -> dict[str, Array]:
    counts = [len(one.times) for one in talks]
    index = np.repeat(np.arange(len(talks), dtype=np.uint32), counts)
    begun = np.concatenate([one.times for one in talks])
    first = START_NS + (begun * 1e9).astype(np.int64)
    lasted = (np.concatenate([one.lasts for one in talks]) * 1e9).astype(np.int64)
    columns: dict[str, Array] = {
        "pair": index,
        "client": np.array([pair.client for pair in pairs], np.uint32)[index],
        "server": np.array([pair.server for pair in pairs], np.uint32)[index],
        "port": np.array([pair.port for pair in pairs], np.uint16)[index],
        "proto": np.array([pair.proto for pair in pairs], np.uint8)[index],
        "first_ns": first,
        "last_ns": first + lasted,
        "bytes_ab": np.concatenate([one.out for one in talks]).astype(np.uint64),
        "bytes_ba": np.concatenate([one.back for one in talks]).astype(np.uint64),
        "established": np.concatenate([one.answered for one in talks]),
    }
    order = random.permutation(len(index))
    return {name: column[order] for name, column in columns.items()}
