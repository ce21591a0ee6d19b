"""Which pairs are looked at one by one where there are too many: a bound on memory and on time.

A scanner, or the logs of a large site, has millions of pairs. What they say together is counted in
columns; as values are taken those in control protocols and tunnels first, and of each client the
earliest others.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from overlanded import data
from overlanded.analyse.traffic.parties import Address
from overlanded.wire.folding import Columns, mix

if TYPE_CHECKING:
    from numpy.typing import NDArray

CLIENT = ("vlan", "a_mac", "a_ip_hi", "a_ip_lo")
SERVICE = ("vlan", "b_ip_hi", "b_ip_lo", "proto", "b_port")


def most() -> int:
    """Pairs that are looked at one by one."""
    limit: int = data.table("traffic")["limits"]["pairs"]
    return limit


def chosen(
    pairs: Columns, matter: Iterable[tuple[int, Address, int, int]], limit: int
) -> NDArray[np.intp]:
    """Rows that are looked at, in their order: all, or about ``limit`` spread over the clients.

    ``matter``: (VLAN, server address, IP protocol, port) of services that come before all others.
    """
    count = len(pairs["proto"])
    if count <= limit:
        return np.arange(count)
    clients = mix([pairs[name] for name in CLIENT])
    late = ~np.isin(mix([pairs[name] for name in SERVICE]), _mixed(matter))
    order = np.lexsort((np.arange(count), late, clients))
    sorted_ = clients[order]
    begins = np.flatnonzero(np.append(True, sorted_[1:] != sorted_[:-1]))
    sizes = np.diff(np.append(begins, count))
    place = np.arange(count) - np.repeat(begins, sizes)
    return np.sort(order[place < _share(sizes, limit)])


def _share(sizes: NDArray[Any], limit: int) -> int:
    """The most rows of one client with which all clients together stay within the limit.

    At least one each, however many clients there are.
    """
    low, high = 1, int(sizes.max())
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (
            (middle, high) if int(np.minimum(sizes, middle).sum()) <= limit else (low, middle - 1)
        )
    return low


def _mixed(services: Iterable[tuple[int, Address, int, int]]) -> NDArray[np.uint64]:
    rows = [(vlan, *address, proto, port) for vlan, address, proto, port in services]
    table = np.array(rows, np.uint64).reshape(-1, len(SERVICE))
    return mix([table[:, at] for at in range(len(SERVICE))])
