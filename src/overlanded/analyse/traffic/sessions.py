"""Control sessions: who opens them, to whom, in which protocol, and what they do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from overlanded import data
from overlanded.analyse.traffic.conversations import Pair
from overlanded.analyse.traffic.parties import Address
from overlanded.analyse.traffic.seen import Traffic
from overlanded.model.observing import Observation, Subject


def observe(traffic: Traffic) -> Iterator[Observation]:
    """Conversations in a control protocol between two parties, with their functions."""
    family = data.table("protocols")["protocols"]
    functions = _functions(traffic)
    rows: dict[tuple[Subject, Subject, str], list[Pair]] = defaultdict(list)
    for pair in traffic.conversations:
        control = family.get(pair.protocol, {}).get("family") == "control"
        if control and pair.asked and pair.client != pair.server:
            rows[(pair.client, pair.server, pair.protocol)].append(pair)
    for (client, server, protocol), same in rows.items():
        used = sorted(
            {
                name
                for pair in same
                for name in functions.get((pair.a_ip, pair.b_ip, pair.row.b_port), ())
            }
        )
        extra = (("functions", ",".join(used)),) if used else ()
        yield traffic.told(same, client, "session", protocol, server, *extra)


def _functions(traffic: Traffic) -> dict[tuple[Address, Address, int], set[str]]:
    """(client, server, port) → classes of control function seen between them."""
    found: dict[tuple[Address, Address, int], set[str]] = defaultdict(set)
    for read in traffic.reads:
        if read.recognised.functions:
            sample = read.sample
            ends = (sample.src_ip, sample.dst_ip, sample.dst_port)
            if not sample.from_client:
                ends = (sample.dst_ip, sample.src_ip, sample.src_port)
            found[ends].update(read.recognised.functions)
    return found
