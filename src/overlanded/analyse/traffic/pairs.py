"""Flows folded into pairs: one row for each client, server and service, however many flows.

The fold is associative, so flows that were set aside in batches while a capture was walked give
the same pairs as all of them at once, and memory follows the number of pairs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from overlanded import data
from overlanded.wire.folding import Bring, Columns, folded

if TYPE_CHECKING:
    from numpy.typing import NDArray

KEYS = (
    "vlan",
    "proto",
    "a_mac",
    "b_mac",
    "a_ip_hi",
    "a_ip_lo",
    "b_ip_hi",
    "b_ip_lo",
    "b_port",
)
SUMS = (
    "flows",
    "established",
    "answered",
    "delays",
    "swift",
    "slower",
    "packets_ab",
    "packets_ba",
    "bytes_ab",
    "bytes_ba",
    "payload_ab",
    "payload_ba",
)
LEAST = ("delay_min", "ttl_min_ab", "ttl_min_ba")
MOST = (
    "last_ns", "delay_max", "ttl_max_ab", "ttl_max_ba", "client_known", "mss_ab", "mss_ba",
)  # fmt: skip
HEADS = ("first_ns", "file", "first_frame")
"""Taken from the earliest flow: where the pair is cited."""
HOW: dict[str, Bring] = {
    **dict.fromkeys(SUMS, np.add.reduceat),
    **dict.fromkeys(LEAST, np.minimum.reduceat),
    **dict.fromkeys(MOST, np.maximum.reduceat),
}

NEVER = np.iinfo(np.int64).max
MILLISECOND = 1_000_000
TCP = 6
SYN_ACK, ACK = 0x12, 0x10
"""TCP flags (RFC 9293 section 3.1)."""


def of_flows(flows: Columns) -> Columns:
    """The pairs of a batch of flows.

    ``delay`` is the time in ns from SYN-ACK to the client's ACK, ``NEVER`` and 0 where not seen;
    ``swift`` and ``slower`` count the ones that are not late (``data/lines.toml``).
    """
    count, limits = len(flows["proto"]), data.table("lines")
    delay, seen = delays(flows)
    rows: Columns = {name: flows[name] for name in (*KEYS, *HEADS)}
    rows |= {name: flows[name] for name in SUMS if name in flows}
    rows |= {name: flows[name] for name in (*LEAST, *MOST) if name in flows}
    rows["flows"] = (flows["part"] == 0).astype(np.uint64)
    rows["answered"] = ((flows["packets_ba"] > 0) & (flows["packets_ab"] > 0)).astype(np.uint64)
    rows["established"] = _established(flows)
    rows["delays"] = seen.astype(np.uint64)
    rows["delay_min"] = np.where(seen, delay, np.full(count, NEVER))
    rows["delay_max"] = np.where(seen, delay, np.zeros(count, np.int64))
    swift, soon = (seen & (delay < limits[name] * MILLISECOND) for name in ("swift_ms", "cut_ms"))
    rows["swift"], rows["slower"] = swift.astype(np.uint64), (soon & ~swift).astype(np.uint64)
    return _ordered(folded([rows], KEYS, HOW, HEADS))


def delays(flows: Columns) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """(i8 ns from SYN-ACK to the client's ACK, whether that was seen).

    An ACK that came with the client's first words waited for them: it tells nothing of the line.
    """
    delay = flows["ack_ns"].astype(np.int64) - flows["synack_ns"].astype(np.int64)
    whole = (flows["synack_ns"] != 0) & (flows["ack_ns"] != 0) & (flows["syn_ns"] != 0)
    return delay, np.asarray(whole & (delay >= 0) & (flows["ask_ns"] != flows["ack_ns"]))


def fold(parts: Sequence[Columns]) -> Columns:
    """The parts' rows as one, with equal keys made one row; ordered by first time, then key."""
    return _ordered(folded(parts, KEYS, HOW, HEADS))


def _ordered(rows: Columns) -> Columns:
    final = np.lexsort((*(rows[name] for name in KEYS), rows["first_ns"]))
    return {name: column[final] for name, column in rows.items()}


def one_sided(rows: Columns) -> tuple[int, int]:
    """(TCP connections with content of which one direction was captured, all with content).

    An unanswered SYN has no content: it says nothing of the capture point.
    """
    spoke = (rows["proto"] == TCP) & (rows["payload_ab"] + rows["payload_ba"] > 0)
    half = spoke & ((rows["packets_ab"] == 0) | (rows["packets_ba"] == 0))
    return int(rows["flows"][half].sum()), int(rows["flows"][spoke].sum())


def _told(flows: Columns) -> NDArray[np.bool_]:
    """Where a log without times of segments tells that the client's ACK came."""
    told: NDArray[np.bool_] = (flows["synack_ns"] == 0) & (flows["flags_ab"] & ACK > 0)
    return told


def _established(flows: Columns) -> NDArray[np.uint64]:
    """1 where both sides are known to have agreed: a TCP handshake, or payload both ways."""
    shaken = (
        (flows["proto"] == TCP)
        & ((flows["flags_ba"] & SYN_ACK) == SYN_ACK)
        & ((flows["ack_ns"] != 0) | _told(flows))
    )
    spoke = (flows["payload_ab"] > 0) & (flows["payload_ba"] > 0)
    established: NDArray[np.uint64] = (shaken | spoke).astype(np.uint64)
    return established
