"""Flows folded into pairs: one row for each client, server and service, however many flows.

The fold is associative, so flows that were set aside in batches while a capture was walked give
the same pairs as all of them at once, and memory follows the number of pairs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


Columns: TypeAlias = "dict[str, NDArray[Any]]"

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
    "packets_ab",
    "packets_ba",
    "bytes_ab",
    "bytes_ba",
    "payload_ab",
    "payload_ba",
)
LEAST = ("first_ns", "delay_min", "ttl_min_ab", "ttl_min_ba")
MOST = ("last_ns", "delay_max", "ttl_max_ab", "ttl_max_ba", "client_known")
HEADS = ("file", "first_frame")
"""Taken from the earliest flow: where the pair is cited."""

NEVER = np.iinfo(np.int64).max
TCP = 6
SYN_ACK = 0x12
"""TCP flags (RFC 9293 section 3.1)."""


def of_flows(flows: Columns) -> Columns:
    """One row a flow, in the columns that the fold needs.

    ``delay`` is the time in ns from SYN-ACK to the client's ACK, ``NEVER`` and 0 where not seen.
    """
    count = len(flows["proto"])
    delay = flows["ack_ns"].astype(np.int64) - flows["synack_ns"].astype(np.int64)
    seen = (
        (flows["synack_ns"] != 0) & (flows["ack_ns"] != 0) & (flows["syn_ns"] != 0) & (delay >= 0)
    )
    rows: Columns = {name: flows[name] for name in (*KEYS, *HEADS)}
    rows |= {name: flows[name] for name in SUMS if name in flows}
    rows |= {name: flows[name] for name in (*LEAST, *MOST) if name in flows}
    rows["flows"] = (flows["part"] == 0).astype(np.uint64)
    rows["answered"] = ((flows["packets_ba"] > 0) & (flows["packets_ab"] > 0)).astype(np.uint64)
    rows["established"] = _established(flows)
    rows["delays"] = seen.astype(np.uint64)
    rows["delay_min"] = np.where(seen, delay, np.full(count, NEVER))
    rows["delay_max"] = np.where(seen, delay, np.zeros(count, np.int64))
    return rows


def fold(parts: Sequence[Columns]) -> Columns:
    """The parts' rows as one, with equal keys made one row; ordered by first time, then key."""
    rows = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    if not len(rows["proto"]):
        return rows
    order, starts = _groups([rows[name] for name in KEYS], rows["first_ns"])
    out: Columns = {name: rows[name][order][starts] for name in (*KEYS, *HEADS)}
    for names, how in ((SUMS, np.add), (LEAST, np.minimum), (MOST, np.maximum)):
        for name in names:
            out[name] = how.reduceat(rows[name][order], starts)
    final = np.lexsort((*(out[name] for name in KEYS), out["first_ns"]))
    return {name: column[final] for name, column in out.items()}


def one_sided(rows: Columns) -> tuple[int, int]:
    """(TCP connections with content of which one direction was captured, all with content).

    An unanswered SYN has no content: it says nothing of the capture point.
    """
    spoke = (rows["proto"] == TCP) & (rows["payload_ab"] + rows["payload_ba"] > 0)
    half = spoke & ((rows["packets_ab"] == 0) | (rows["packets_ba"] == 0))
    return int(rows["flows"][half].sum()), int(rows["flows"][spoke].sum())


def _established(flows: Columns) -> NDArray[np.uint64]:
    """1 where both sides are known to have agreed: a TCP handshake, or payload both ways."""
    shaken = (
        (flows["proto"] == TCP)
        & ((flows["flags_ba"] & SYN_ACK) == SYN_ACK)
        & (flows["ack_ns"] != 0)
    )
    spoke = (flows["payload_ab"] > 0) & (flows["payload_ba"] > 0)
    established: NDArray[np.uint64] = (shaken | spoke).astype(np.uint64)
    return established


def _groups(
    keys: Sequence[NDArray[Any]], first: NDArray[Any]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """(order, starts): rows with equal keys side by side, the earliest first.

    Sorting goes by one 64-bit mix of the keys; where two keys share a mix, by the keys themselves.
    """
    mixed = _mix(keys)
    order = np.lexsort((first, mixed))
    starts = _starts([mixed[order]])
    if len(_starts([key[order] for key in keys])) != len(starts):
        order = np.lexsort((first, *keys))
        starts = _starts([key[order] for key in keys])
    return order, starts


def _starts(sorted_keys: Sequence[NDArray[Any]]) -> NDArray[np.intp]:
    new = np.zeros(len(sorted_keys[0]), bool)
    new[0] = True
    for key in sorted_keys:
        new[1:] |= key[1:] != key[:-1]
    return np.flatnonzero(new)


def _mix(keys: Sequence[NDArray[Any]]) -> NDArray[np.uint64]:
    """A 64-bit mix of the keys of each row (multiply and xor-shift, as in SplitMix64)."""
    mixed = np.zeros(len(keys[0]), np.uint64)
    with np.errstate(over="ignore"):
        for key in keys:
            mixed = (mixed ^ key.astype(np.uint64)) * np.uint64(0xBF58476D1CE4E5B9)
            mixed ^= mixed >> np.uint64(31)
    return mixed
