"""Tunnels and remote control that a table of first bytes tells (``data/tunnels.toml``, first)."""

from __future__ import annotations

import re
from functools import cache

from overlanded.data import table
from overlanded.wire.facts import Recognised, Sample


def dissect(sample: Sample) -> Recognised | None:
    """The first kind whose pattern the payload begins with."""
    ports = {sample.src_port, sample.dst_port}
    for kind, pattern, only in _patterns(sample.layer):
        if (not only or only & ports) and pattern.match(sample.payload):
            return Recognised(kind)
    return None


@cache
def _patterns(layer: str) -> tuple[tuple[str, re.Pattern[bytes], frozenset[int]], ...]:
    """(kind, first bytes, the only ports they are looked for on; none: all) of one layer."""
    return tuple(
        (row["kind"], re.compile(row["pattern"].encode("latin-1")), frozenset(row.get("only", ())))
        for row in table("tunnels")["first"]
        if row["layer"] == layer
    )
