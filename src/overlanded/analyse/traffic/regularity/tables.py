"""Connections read back from the flows tables on disk in pieces of bounded size.

The tables are read twice: to know every pair, and for the connections of those that connected often
enough. Of many such pairs, the tables are read once more for each further piece.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from overlanded import data
from overlanded.analyse.traffic.pairs import ACK, SYN_ACK, TCP
from overlanded.analyse.traffic.regularity.measuring import measure
from overlanded.custody.outturn import mapped
from overlanded.model.columns import FLOWS
from overlanded.wire.folding import Bring, Columns, folded, mix, places
from overlanded.wire.unparquet import groups

if TYPE_CHECKING:
    from numpy.typing import NDArray

SERVER = ("vlan", "b_ip_hi", "b_ip_lo")
CLIENT = ("vlan", "a_ip_hi", "a_ip_lo")
KEYS = (*CLIENT, *SERVER[1:], "b_port", "proto")
HEADS = ("file", "first_frame", "a_mac", "b_mac")
"""Of the pair's first connection: where it is cited, and whose frames it was."""
HOW: dict[str, Bring] = {"last_ns": np.maximum.reduceat, "connections": np.add.reduceat}
FLAGS = ("flags_ab", "flags_ba")
PAYLOAD = ("payload_ab", "payload_ba")
SYN = 0x02
"""TCP flag (RFC 9293 section 3.1)."""
MOST_BYTES = np.iinfo(np.uint32).max


class Piece(Struct, frozen=True):
    """Some pairs' connections."""

    pairs: Columns
    """One row a pair: ``KEYS``, ``HEADS``, ``clients`` of its server, ``seen_ns``: the first time
    anybody contacted the server."""
    rows: Columns
    """One row a connection, as ``regularity.measure`` takes it; ``pair`` u4 is the pair's row."""


class Watch(Struct, frozen=True):
    """What the tables hold altogether."""

    began: int
    """First and last time, ns."""
    ended: int
    clients: int
    connections: int


class Tables:
    """Flows tables on disk, and all pairs in them."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = paths
        self._limits = data.table("traffic")["regularity"]
        self._pairs = _pairs(paths)

    def watch(self) -> Watch:
        """When the watch began and ended, how many clients and connections there are."""
        found = self._pairs
        return Watch(
            int(found["first_ns"].min(initial=np.iinfo(np.int64).max)),
            int(found["last_ns"].max(initial=0)),
            len(_distinct(found, CLIENT)["vlan"]),
            int(found["connections"].sum()),
        )

    def pieces(self) -> Iterator[Piece]:
        """All connections of pairs that have enough."""
        often = self._often()
        counts = often.pop("connections")
        number = (np.cumsum(counts) - counts) // self._limits["piece-connections"]
        for one in np.flatnonzero(np.diff(number, prepend=-1)):
            pairs = _some(often, number == number[one])
            yield Piece(pairs, _connections(self._paths, pairs))

    def _often(self) -> Columns:
        """The pairs of ``Piece``, ordered by key, and their ``connections``."""
        some = _some(self._pairs, self._pairs["connections"] >= self._limits["least-connections"])
        order = np.lexsort([some[name] for name in reversed(KEYS)])
        out = {name: some[name][order] for name in (*KEYS, *HEADS, "connections")}
        servers = _servers(self._pairs)
        place, _ = places(_mixed(servers, SERVER), _mixed(out, SERVER))
        return out | {name: servers[name][place] for name in ("clients", "seen_ns")}


def _begun(path: Path, names: Sequence[str]) -> Iterator[Columns]:
    """The rows of a table that are the beginning of a connection.

    A TCP conversation without a SYN was begun before the capture: files that follow each other
    would make it look as regular as their lengths.
    """
    for rows in groups(FLOWS, mapped(path), (*names, "part", *FLAGS)):
        syn = (rows["flags_ab"] | rows["flags_ba"]) & SYN != 0
        begun = (rows["part"] == 0) & (rows["first_ns"] > 0) & (syn | (rows["proto"] != TCP))
        yield _some(rows, begun)


def _pairs(paths: Sequence[Path]) -> Columns:
    """Every pair: ``KEYS``, ``HEADS``, ``first_ns`` and ``last_ns``, ``connections`` i8."""
    heads = ("first_ns", *HEADS)
    found: list[Columns] = []
    for path in paths:
        found += [
            rows | {"connections": np.ones(len(rows["proto"]), np.int64)}
            for rows in _begun(path, (*KEYS, *heads, "last_ns"))
        ]
        found = [folded(found, KEYS, HOW, heads)] if found else []
    return found[0]


def _servers(pairs: Columns) -> Columns:
    """Of each server its number of ``clients`` i8, and ``seen_ns`` i8, the first time of any."""
    ends = _distinct(pairs, (*CLIENT, *SERVER[1:]), first_ns=np.minimum.reduceat)
    ends["clients"] = np.ones(len(ends["vlan"]), np.int64)
    found = _distinct(ends, SERVER, first_ns=np.minimum.reduceat, clients=np.add.reduceat)
    found["seen_ns"] = found.pop("first_ns")
    return found


def _connections(paths: Sequence[Path], pairs: Columns) -> Columns:
    """The ``rows`` of ``Piece``."""
    known, parts = _mixed(pairs, KEYS), []
    for path in paths:
        for rows in _begun(path, (*KEYS, "first_ns", "bytes_ab", *PAYLOAD)):
            place, found = places(known, _mixed(rows, KEYS))
            mine = _some(rows, found)
            parts.append(
                {
                    "pair": place[found].astype(np.uint32),
                    "proto": mine["proto"],
                    "first_ns": mine["first_ns"],
                    "bytes_ab": np.minimum(mine["bytes_ab"], MOST_BYTES).astype(np.uint32),
                    "established": _answered(mine),
                }
            )
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _answered(rows: Columns) -> NDArray[np.bool_]:
    """Both sides are known to have agreed: a handshake, or payload both ways (as in ``pairs``)."""
    agreed = (rows["flags_ba"] & SYN_ACK == SYN_ACK) & (rows["flags_ab"] & ACK != 0)
    spoke = (rows["payload_ab"] > 0) & (rows["payload_ba"] > 0)
    return np.asarray((rows["proto"] == TCP) & agreed | spoke)


def _some(rows: Columns, which: NDArray[np.bool_]) -> Columns:
    return {name: column[which] for name, column in rows.items()}


def _distinct(rows: Columns, keys: Sequence[str], **how: Bring) -> Columns:
    """The rows with equal keys made one, with nothing of them but ``keys`` and ``how``."""
    return folded([{name: rows[name] for name in (*keys, *how)}], keys, how, heads=())


def _mixed(rows: Columns, keys: Sequence[str]) -> NDArray[np.uint64]:
    return mix([rows[name] for name in keys])


def measured(paths: Sequence[Path]) -> Iterator[tuple[Columns, Watch]]:
    """Regularity of all pairs in the tables, piece by piece: ``measure``'s columns and the pair's.

    Besides those of ``measure``: ``KEYS``, ``HEADS``, ``clients`` i8 and ``share`` f8 of all
    clients that contact the server, ``seen_after_ns`` i8 from the beginning of the watch to
    anybody's first contact with it.
    """
    tables = Tables(paths)
    watch = tables.watch()
    for piece in tables.pieces():
        found = measure(piece.rows, (watch.began, watch.ended))
        place = piece.rows["pair"][found["at"]]
        named = {name: column[place] for name, column in piece.pairs.items()}
        seen = named.pop("seen_ns") - watch.began
        share = named["clients"] / max(watch.clients, 1)
        yield found | named | {"share": share, "seen_after_ns": seen}, watch
