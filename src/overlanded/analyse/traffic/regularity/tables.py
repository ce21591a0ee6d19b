"""Connections read from the flows tables on disk in pieces of bounded size.

A piece holds all connections of some servers, so that how many clients a server has is known within
it; only pairs that connected often enough come along. The tables are read once a piece by DuckDB,
in one thread, in memory, with no other file opened and nothing written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from overlanded import data
from overlanded.analyse.traffic.regularity.measuring import measure
from overlanded.wire.folding import Columns

KEYS = ("vlan", "a_ip_hi", "a_ip_lo", "b_ip_hi", "b_ip_lo", "b_port", "proto")
SERVER = ("vlan", "b_ip_hi", "b_ip_lo")
HEADS = ("file", "first_frame", "a_mac", "b_mac")
"""Of the pair's first connection: where it is cited, and whose frames it was."""

BEGUN = "part = 0 and first_ns > 0 and (proto <> 6 or ((flags_ab | flags_ba) & 2) <> 0)"
"""Rows that are the beginning of a connection. A TCP conversation without a SYN was begun before
the capture: files that follow each other would make it look as regular as their lengths."""

ANSWERED = """
  (proto = 6 and (flags_ba & 18) = 18 and (flags_ab & 16) <> 0)
  or (payload_ab > 0 and payload_ba > 0)
"""
"""Both sides are known to have agreed: a handshake, or payload both ways (as in ``pairs``)."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some servers' connections."""

    pairs: Columns
    """One row a pair: ``KEYS``, ``HEADS``, ``clients`` of its server, ``seen_ns``: the first time
    anybody contacted the server."""
    rows: Columns
    """One row a connection, as ``regularity.measure`` takes it; ``pair`` u4 is the pair's row."""


@dataclass(frozen=True, slots=True)
class Watch:
    """What the tables hold altogether."""

    began: int
    """First and last time, ns."""
    ended: int
    clients: int
    connections: int


class Tables:
    """Flows tables on disk, open for reading."""

    def __init__(self, paths: Sequence[Path]) -> None:
        import duckdb

        limits = data.table("traffic")["regularity"]
        self._limits = limits
        self._base: Any = duckdb.connect(
            config={
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
                "threads": 1,
                "memory_limit": f"{limits['memory-mib']}MiB",
                "temp_directory": "",
            }
        )
        places = [str(path.resolve()) for path in paths]
        self._base.read_parquet(places).filter(BEGUN).create_view("flows")

    def watch(self) -> Watch:
        """When the watch began and ended, how many clients and connections there are."""
        found = self._base.execute(
            "select min(first_ns), max(last_ns), count(*),"
            " (select count(*) from (select distinct vlan, a_ip_hi, a_ip_lo from flows)) from flows"
        ).fetchone()
        began, ended, rows, clients = (int(value or 0) for value in found)
        return Watch(began, ended, clients, rows)

    def pieces(self, watch: Watch) -> Iterator[Piece]:
        """All connections of pairs that have enough, servers together."""
        count = -(-watch.connections // self._limits["piece-connections"])
        for number in range(count):
            yield self._piece(number, count)

    def _piece(self, number: int, count: int) -> Piece:
        mine = f"hash({', '.join(SERVER)}) % {count} = {number}"
        least, keys = self._limits["least-connections"], ", ".join(KEYS)
        heads = ", ".join(f"{name} := {name}" for name in HEADS)
        self._base.execute(
            "create or replace temp table every as select"  # noqa: S608
            f" {keys}, arg_min(struct_pack({heads}), (first_ns, file, first_frame)) as head,"
            " count(*) as rows, min(first_ns) as first_ns"
            f" from flows where {mine} group by all"
        )
        self._base.execute(
            "create or replace temp table pairs as select"  # noqa: S608
            f" row_number() over (order by {keys}) - 1 as pair, * from (select every.*, clients,"
            f" seen_ns from every join (select {', '.join(SERVER)}, min(first_ns) as seen_ns,"
            " count(distinct (a_ip_hi, a_ip_lo)) as clients from every group by all)"
            f" using ({', '.join(SERVER)}) where rows >= {least})"
        )
        named = ", ".join((*KEYS, *(f"head.{name}" for name in HEADS), "clients", "seen_ns"))
        pairs = self._fetched(f"select {named} from pairs order by pair")  # noqa: S608
        rows = self._fetched(
            "select pair::uinteger as pair, proto, flows.first_ns,"  # noqa: S608
            " least(bytes_ab, 4294967295)::uinteger as bytes_ab,"
            f" ({ANSWERED}) as established from flows join pairs using ({keys}) where {mine}"
        )
        return Piece(pairs, rows)

    def _fetched(self, query: str) -> Columns:
        found: Columns = self._base.execute(query).fetchnumpy()
        return {name: np.ma.getdata(column) for name, column in found.items()}


def measured(paths: Sequence[Path]) -> Iterator[tuple[Columns, Watch]]:
    """Regularity of all pairs in the tables, piece by piece: ``measure``'s columns and the pair's.

    Besides those of ``measure``: ``KEYS``, ``HEADS``, ``clients`` i8 and ``share`` f8 of all
    clients that contact the server, ``seen_after_ns`` i8 from the beginning of the watch to
    anybody's first contact with it.
    """
    tables = Tables(paths)
    watch = tables.watch()
    for piece in tables.pieces(watch):
        found = measure(piece.rows, (watch.began, watch.ended))
        place = piece.rows["pair"][found["at"]]
        named = {name: column[place] for name, column in piece.pairs.items()}
        seen = named.pop("seen_ns") - watch.began
        share = named["clients"] / max(watch.clients, 1)
        yield found | named | {"share": share, "seen_after_ns": seen}, watch
