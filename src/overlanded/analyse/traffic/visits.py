"""Single connections that may be somebody's from far away, kept apart from the pairs.

A pair says how often; who was there from when to when, only its connections say. Those are kept
whose client took long over its handshake, or has a public address, and those that were there before
the recording began: few on any crane.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from overlanded import data
from overlanded.analyse.traffic.pairs import KEYS, TCP, delays
from overlanded.wire.folding import Columns, mix, places

if TYPE_CHECKING:
    from numpy.typing import NDArray

WHO = (*KEYS, "a_port")
KEPT = (
    *WHO, "part", "file", "first_frame", "first_ns", "last_ns", "payload_ab", "payload_ba",
    "ttl_min_ab",
)  # fmt: skip
V4 = 0xFFFF


def kept(flows: Columns) -> Columns:
    """The rows of a batch of flows that may be visits, or may go on with one.

    ``KEPT`` columns, ``delay`` i8 ns of the client's part of the handshake (-1 not seen) and
    ``who`` u8, the same for all rows of one conversation.
    """
    delay, seen = delays(flows)
    slow = seen & (delay >= int(data.table("lines")["visits"]["slow_ms"] * 1e6))
    tcp = flows["proto"] == TCP
    public = tcp & _public(flows["a_ip_hi"], flows["a_ip_lo"])
    # A log tells of the SYN by its flag, a capture by its time too.
    earlier = tcp & (flows["flags_ab"] & SYN == 0) & (flows["flags_ba"] & SYN == 0)
    some = np.flatnonzero(slow | public | earlier | (flows["part"] > 0))
    rows: Columns = {name: flows[name][some] for name in KEPT}
    rows["delay"] = np.where(seen, delay, -1)[some]
    rows["who"] = mix([rows[name] for name in WHO])
    return rows


SYN = 0x02
"""TCP flag (RFC 9293 section 3.1)."""


def bounded(parts: Sequence[Columns]) -> list[Columns]:
    """The parts as they are; when they hold too much, joined and cut to the earliest visits."""
    most = 2 * data.table("lines")["visits"]["most"]
    return list(parts) if sum(len(part["who"]) for part in parts) <= most else [joined(parts)]


def joined(parts: Sequence[Columns]) -> Columns:
    """One row for each visit, in order of time: what goes on with none is left out."""
    if not parts:
        return {}
    rows = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    begins = rows["part"] == 0
    _, known = places(rows["who"][begins], rows["who"])
    order = np.flatnonzero(known)[
        np.lexsort((rows["part"][known], rows["first_ns"][known], rows["who"][known]))
    ]
    starts = np.flatnonzero(begins[order])
    if not len(starts):
        return {name: column[:0] for name, column in rows.items()}
    out: Columns = {name: column[order][starts] for name, column in rows.items()}
    last = np.maximum.reduceat(rows["last_ns"][order], starts)
    out["last_ns"] = last
    for name in ("payload_ab", "payload_ba"):
        out[name] = np.add.reduceat(rows[name][order], starts)
    final = np.lexsort((out["first_frame"], out["file"], out["first_ns"]))
    return _fewer({name: column[final] for name, column in out.items()})


def _fewer(rows: Columns) -> Columns:
    """No more of them than are kept: of each pair the earliest, so that none crowds others out."""
    most = data.table("lines")["visits"]["most"]
    if len(rows["who"]) <= most:
        return rows
    pair = mix([rows[name] for name in KEYS])
    order = np.argsort(pair, kind="stable")
    begins = np.append(True, pair[order][1:] != pair[order][:-1])
    place = np.arange(len(order))
    rank = np.empty(len(order), np.intp)
    rank[order] = place - np.maximum.accumulate(np.where(begins, place, 0))
    some = np.sort(np.argsort(rank, kind="stable")[:most])
    return {name: column[some] for name, column in rows.items()}


def _public(high: NDArray[Any], low: NDArray[Any]) -> NDArray[np.bool_]:
    """True where the address may be of the public Internet: not private, not local (RFC 6890)."""
    address = (low & np.uint64(0xFFFFFFFF)).astype(np.uint32)
    is_four = (high == 0) & (low >> np.uint64(32) == V4)
    local = np.zeros(len(high), bool)
    for net, bits in PRIVATE:
        local |= address >> np.uint32(32 - bits) == net
    return np.asarray(np.where(is_four, ~local, high >> np.uint64(61) == 1))


PRIVATE = (
    (0, 8), (10, 8), (0b0110010001, 10), (127, 8), (169 << 8 | 254, 16), (0xAC1, 12),
    (192 << 8 | 168, 16), (0b111, 3),
)  # fmt: skip
"""(first bits, how many) of IPv4 addresses that are nobody's on the Internet."""
