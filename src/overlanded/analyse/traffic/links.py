"""Hints of the link behind a device, by the largest segments that its connections agree on.

A host offers what its own interface carries. Smaller sizes come from tunnels, radio links and
routers that lower the offer as it passes (MSS clamping): a hint of what is beyond, no proof.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from overlanded import data
from overlanded.analyse.traffic.conversations import Pair, here
from overlanded.analyse.traffic.pairs import TCP
from overlanded.analyse.traffic.parties import version
from overlanded.analyse.traffic.seen import Traffic
from overlanded.model.observing import Observation, Subject

HEADERS = {4: 40, 6: 60}
"""Bytes of IP and TCP headers without options, by IP version."""


def observe(traffic: Traffic) -> Iterator[Observation]:
    """``link`` for each size below that of Ethernet which a device, or one it passes on, offers."""
    known: dict[str, str] = data.table("traffic")["links"]["of-size"]
    rows: dict[tuple[Subject, int], list[Pair]] = defaultdict(list)
    for pair in traffic.conversations:
        if pair.row.proto != TCP:
            continue
        for subject, address, size in (
            (pair.client, pair.a_ip, pair.row.mss_ab),
            (pair.server, pair.b_ip, pair.row.mss_ba),
        ):
            mtu = size + HEADERS[version(address)] if size else 0
            if str(mtu) in known and here(subject, address):
                rows[(subject, mtu)].append(pair)
    for (subject, mtu), same in rows.items():
        yield traffic.told(same, subject, "link", str(mtu), None, ("hint", known[str(mtu)]))
