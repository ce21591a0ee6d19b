"""The Zeek logs of a case together: what they say, and what their columns alone do not tell."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct, field
from msgspec.structs import replace

from overlanded import data
from overlanded.analyse.traffic.parties import Address, Parties, usable
from overlanded.analyse.traffic.seen import Read, server_of
from overlanded.model.columns import FLOWS, SIGHTINGS
from overlanded.model.observing import Gap
from overlanded.wire.facts import Recognised, Sample
from overlanded.wire.folding import Columns, mix

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from overlanded.wire.zeek.reading import Logged

CONN = "conn"
ENDS = ("a_ip_hi", "a_ip_lo", "b_ip_hi", "b_ip_lo")
ENDS_TURNED = ENDS[2:] + ENDS[:2]
Service = tuple[int, Address, int, int]

FINGERPRINT = 40
"""Digits of the shortest hash that names a certificate everywhere; Zeek's own numbers for files
are shorter, and name one only among the logs of one folder."""


class Logs(Struct):
    """Logs read one after another. Logs of one folder are of one monitor and belong together."""

    _reads: list[Read] = field(default_factory=list)
    _shown: list[tuple[str, int, Sample]] = field(default_factory=list)
    _certificates: dict[str, tuple[int, Recognised, int, int]] = field(default_factory=dict)
    _folders: dict[int, str] = field(default_factory=dict)
    _kinds: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _words: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    _uncounted: int = 0
    """Pairs of hosts and port that a conn.log of the same folder should count and does not."""

    def take(self, file: int, folder: str, logged: Logged) -> None:
        """Keep what one log says; ``file`` is its number in the case."""
        self._reads += [Read(file, sample, found) for sample, found in logged.reads]
        for one in logged.shown:
            self._shown.append((_key(one.key, folder), file, one.sample))
        for key, (found, ns, line) in logged.certificates.items():
            self._certificates.setdefault(_key(key, folder), (file, found, ns, line))
        self._folders[file] = folder
        counted = logged.with_counts or not logged.conn
        self._kinds[folder] |= set(logged.rows) - (set() if counted else {CONN})
        self._words[folder].update(logged.words)

    def reads(self, parties: Parties) -> Iterator[Read]:
        """What the logs say, with the MACs and networks of those who say it where one is known."""
        places = _places(parties)
        for read in (*self._reads, *self._certified()):
            yield replace(read, sample=_placed(read.sample, places))

    def _certified(self) -> Iterator[Read]:
        """What x509.log says of a certificate, of each host that ssl.log says showed it."""
        once: set[tuple[str, Address]] = set()
        for key, _, sample in self._shown:
            if key in self._certificates and (key, sample.src_ip) not in once:
                once.add((key, sample.src_ip))
                file, found, ns, line = self._certificates[key]
                yield Read(file, replace(sample, ns=ns, frame=line), found)

    def unlogged(self, pairs: Columns) -> Iterator[tuple[str, dict[str, memoryview]]]:
        """(table, columns) of the conversations that logs tell of and no conn.log of their folder.

        Each counts once, with one packet and one byte of whoever said something: at least that.
        Where the folder has a conn.log, it is a conversation that is in none of ``pairs``.
        """
        for file, told in groupby(self._reads, lambda read: read.file):
            made = _conversations(told)
            if CONN in self._kinds[self._folders[file]]:
                new = _new(made, pairs)
                made = {name: column[new] for name, column in made.items()}
                self._uncounted += int(np.count_nonzero(new))
            if len(made["first_ns"]):
                yield from _tables(made, file)

    def gaps(self) -> Iterator[Gap]:
        """Logs that were written of the conversations in conn.log and not handed in."""
        missing: Counter[str] = Counter()
        for folder, words in self._words.items():
            for word, count in words.items():
                kinds = {name for name in (word, word.replace("-", "_")) if name in _read()}
                if kinds and not kinds & self._kinds[folder]:
                    missing[min(kinds)] += count
        if missing:
            names = ", ".join(f"{name}.log" for name in sorted(missing))
            yield Gap(
                "g-zeek-missing",
                f"what {sum(missing.values()):,} services in the Zeek logs said of themselves",
                f"conn.log names their protocols; {names} of the same time was not handed in",
                "hand in all logs that the monitor wrote in that time",
                weakens=("identity", "reach"),
            )
        without = [folder for folder, kinds in self._kinds.items() if kinds and CONN not in kinds]
        if without:
            where = ", ".join(folder or "the case folder" for folder in without[:3])
            yield Gap(
                "g-zeek-conn",
                f"how often and how much was said in the Zeek logs of {where}",
                "no conn.log of that time counts it: each pair of hosts counts once",
                "hand in all logs that the monitor wrote in that time",
                weakens=("activity", "reach"),
            )
        if self._uncounted:
            yield Gap(
                "g-zeek-uncounted",
                f"how much was said in {self._uncounted:,} of the Zeek logs' conversations",
                "other Zeek logs tell of them and conn.log does not: each counts once",
                "hand in the conn.log of that time whole, and of the time after it",
                weakens=("activity", "reach"),
            )


def _tables(made: Columns, file: int) -> Iterator[tuple[str, dict[str, memoryview]]]:
    from overlanded.wire.zeek.conn import as_bytes, sightings

    yield "flows", as_bytes(FLOWS, made, file)
    yield "sightings", as_bytes(SIGHTINGS, sightings(made), file)


def _new(made: Columns, pairs: Columns) -> NDArray[np.bool_]:
    """Which of these conversations are none of the pairs, whichever side is held for the client."""
    turned = {
        **pairs,
        **{name: pairs[other] for name, other in zip(ENDS, ENDS_TURNED, strict=True)},
    }
    names = ("proto", *ENDS, "b_port")
    known = [mix([rows[name] for name in names]) for rows in (pairs, turned)]
    return ~np.isin(mix([made[name] for name in names]), np.concatenate(known))


def _conversations(told: Iterable[Read]) -> Columns:
    """One flow for each client, server and port that somebody said something in."""
    rows: dict[tuple[Service, Address], list[int]] = {}
    for read in told:
        service, sample = server_of(read), read.sample
        if service is None or not (usable(sample.src_ip) and usable(sample.dst_ip)):
            continue
        by_client = sample.src_ip != service[1] or sample.src_port != service[3]
        client = sample.src_ip if by_client else sample.dst_ip
        if any(client) and any(service[1]):
            place = [sample.ns, sample.frame, sample.ns, 0, 0]
            row = rows.setdefault((service, client), place)
            row[:2] = min(row[:2], place[:2])
            row[2] = max(row[2], sample.ns)
            row[3 if by_client else 4] = 1
    ends = [(vlan, *server, proto, port, *client) for (vlan, server, proto, port), client in rows]
    names = ("vlan", "b_ip_hi", "b_ip_lo", "proto", "b_port", "a_ip_hi", "a_ip_lo")
    table = np.array(ends, np.uint64).reshape(-1, len(names))
    columns: Columns = {name: table[:, at] for at, name in enumerate(names)}
    counts = ("first_ns", "first_frame", "last_ns", "packets_ab", "packets_ba")
    numbers = np.array(list(rows.values()), np.int64).reshape(-1, len(counts))
    columns |= {name: numbers[:, at] for at, name in enumerate(counts)}
    for way in ("ab", "ba"):
        columns[f"payload_{way}"] = columns[f"packets_{way}"]
    for name in ("a_mac", "b_mac", "bytes_ab", "bytes_ba"):
        columns[name] = np.zeros(len(ends), np.uint64)
    return columns


def _read() -> dict[str, object]:
    """The kinds of log that say something of devices."""
    logs = data.table("zeek")["logs"]
    return {name: entry for name, entry in logs.items() if "how" in entry}


def _key(key: str, folder: str) -> str:
    return key.lower() if len(key) >= FINGERPRINT else f"{folder}\0{key}"


def _places(parties: Parties) -> dict[Address, tuple[int, int]]:
    """Address → (VLAN, MAC) of its only sender; an address with several has no place."""
    found: dict[Address, set[tuple[int, int]]] = defaultdict(set)
    for row in parties.sightings:
        if row.mac and any(row.address):
            found[row.address].add((row.vlan, row.mac))
    return {address: next(iter(ends)) for address, ends in found.items() if len(ends) == 1}


def _placed(sample: Sample, places: dict[Address, tuple[int, int]]) -> Sample:
    ours, theirs = places.get(sample.src_ip), places.get(sample.dst_ip)
    if sample.src_mac or not (ours or theirs):
        return sample
    vlan = (ours or theirs or (0, 0))[0]
    if ours and theirs and ours[0] != theirs[0]:
        theirs = None
    return replace(
        sample,
        vlan=sample.vlan or vlan,
        src_mac=ours[1] if ours else 0,
        dst_mac=theirs[1] if theirs else 0,
    )
