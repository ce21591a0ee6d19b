"""How connections were opened: a few first packets of each client towards each server.

A first packet shows the clock of its sender (TCP timestamp), its counter of packets (IPv4
identification) and the habits of its system (TTL, maximum segment size, window scale).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from overlanded import data
from overlanded.analyse.traffic.pairs import TCP
from overlanded.wire.folding import Columns, mix

if TYPE_CHECKING:
    from numpy.typing import NDArray

WHO = ("vlan", "a_mac", "a_ip_hi", "a_ip_lo")
WHOM = ("b_ip_hi", "b_ip_lo")
KEPT = {
    "file": "file", "first_frame": "first_frame", "first_ns": "first_ns", "stamp": "stamp_ab",
    "ident": "ident_ab", "ttl": "ttl_max_ab", "mss": "mss_ab", "wscale": "wscale_ab",
}  # fmt: skip


def kept(flows: Columns) -> Columns:
    """The first packets among a batch of flows, as many of each client and server as are looked at.

    ``WHO``, ``WHOM`` and ``KEPT`` columns; ``pair`` u8, the same for one client and server.
    """
    some = np.flatnonzero((flows["proto"] == TCP) & (flows["part"] == 0) & (flows["syn_ns"] != 0))
    rows: Columns = {name: flows[name][some] for name in (*WHO, *WHOM)}
    rows |= {name: flows[column][some] for name, column in KEPT.items()}
    rows["pair"] = mix([rows[name] for name in (*WHO, *WHOM)])
    return thinned([rows])


def thinned(parts: Sequence[Columns]) -> Columns:
    """The parts together, ordered by pair and time; of one pair, rows spread over the whole time.

    What is dropped is chosen by its time alone, so that the parts may come in any order.
    """
    stated = data.table("traffic")["openings"]
    rows = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    order = np.lexsort((rows["first_frame"], rows["file"], rows["first_ns"], rows["pair"]))
    pair = rows["pair"][order]
    begins = np.flatnonzero(np.diff(pair, prepend=~pair[:1]))
    size = np.diff([*begins, len(order)])
    place, size = np.arange(len(order)) - np.repeat(begins, size), np.repeat(size, size)
    most = stated["of-a-pair"]
    kept = order[_spread(place, size, most)]
    while most > 1 and len(kept) > stated["in-all"]:
        most //= 2
        kept = order[_spread(place, size, most)]
    return {name: column[kept[: stated["in-all"]]] for name, column in rows.items()}


def _spread(place: NDArray[Any], size: NDArray[Any], most: int) -> NDArray[np.bool_]:
    """True for at most ``most`` of each group's places, evenly apart, the first included."""
    step = np.maximum(size, most)
    return np.asarray((place * most) // step != ((place - 1) * most) // step)
