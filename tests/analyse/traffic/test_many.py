"""Of too many pairs each client keeps its share, and what matters comes first."""

import numpy as np
import pytest

from overlanded.analyse.traffic.many import chosen


def pairs(*clients, port=443):
    count = len(clients)
    rows = {name: np.zeros(count, np.uint64) for name in ("vlan", "a_ip_hi", "a_ip_lo", "b_ip_hi")}
    return rows | {
        "a_mac": np.array(clients, np.uint64),
        "b_ip_lo": np.arange(count).astype(np.uint64),
        "b_port": np.full(count, port, np.uint64),
        "proto": np.full(count, 6, np.uint64),
    }


@pytest.mark.parametrize(
    ("clients", "limit", "kept"),
    [
        ((1, 1, 2), 3, [0, 1, 2]),
        ((1, 1, 1, 1, 1, 2), 4, [0, 1, 2, 5]),
        ((1, 2, 1, 2, 1, 2), 4, [0, 1, 2, 3]),
        ((1, 2, 3, 4), 2, [0, 1, 2, 3]),
        ((), 2, []),
    ],
)
def test_every_client_keeps_the_earliest(clients, limit, kept):
    assert chosen(pairs(*clients), (), limit).tolist() == kept


def test_what_matters_comes_before_what_is_earlier():
    matter = [(0, (0, 4), 6, 443)]
    assert chosen(pairs(1, 1, 1, 1, 1), matter, 2).tolist() == [0, 4]
