"""Where a capture was taken, by what it shows: a mirror port, one way of it, an ordinary port.

An ordinary switch port shows what goes to all and what its own station sends and receives. A mirror
port shows the conversations of others; set for one direction, it shows the half of each.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from msgspec import Struct, field

from overlanded import data
from overlanded.analyse.traffic.pairs import TCP
from overlanded.analyse.traffic.parties import GROUP, network
from overlanded.model.identifiers import mac_text
from overlanded.model.observing import View
from overlanded.wire.folding import Columns, folded

if TYPE_CHECKING:
    from numpy.typing import NDArray

Column: TypeAlias = "NDArray[Any]"


class Position(Struct):
    """Tallies of one capture, batch by batch."""

    networks: set[int] = field(default_factory=set)
    spoke: int = 0
    """TCP conversations with content."""
    halves: int = 0
    """Those of which one direction was captured."""
    private: int = 0
    """Conversations of one station with one other."""
    stations: set[int] = field(default_factory=set)
    common: set[int] | None = None
    """Stations that take part in all of these so far; None before the first."""

    def flows(self, flows: Columns) -> None:
        """Count a batch of flows."""
        begun = flows["part"] == 0
        spoke = begun & (flows["proto"] == TCP) & (flows["payload_ab"] + flows["payload_ba"] > 0)
        half = (flows["packets_ab"] == 0) | (flows["packets_ba"] == 0)
        self.spoke += int(spoke.sum())
        self.halves += int((spoke & half).sum())
        self._ends(flows["a_mac"][begun], flows["b_mac"][begun])

    def _ends(self, a_mac: Column, b_mac: Column) -> None:
        known = (a_mac != 0) & (b_mac != 0) & ((a_mac | b_mac) & np.uint64(GROUP) == 0)
        self.private += int(known.sum())
        ends = folded([{"a": a_mac[known], "b": b_mac[known]}], ("a", "b"), {}, heads=())
        for pair in zip(ends["a"].tolist(), ends["b"].tolist(), strict=True):
            self.common = set(pair) if self.common is None else self.common & set(pair)
            self.stations.update(pair)

    def sightings(self, sightings: Columns) -> None:
        """Count a batch of sightings."""
        self.networks.update(sightings["vlan"].tolist())

    def view(self, seen: int, lost: int) -> View:
        """What the place shows, given the frames in the capture and those it says it lost."""
        stated = data.table("traffic")["capture"]
        halves = self.halves if self.halves >= stated["one-sided-least"] else 0
        own = self._own()
        return View(
            tuple(network(vlan) for vlan in sorted(self.networks)) or ("",),
            1.0 - halves / self.spoke if self.spoke else 1.0,
            1.0 if self.private and not own else 0.0,
            own,
            seen / (seen + lost) if seen else 1.0,
        )

    def _own(self) -> str:
        """The one station of all private conversations, where there are enough to tell."""
        least = data.table("traffic")["capture"]["own-port-least"]
        if not self.common or len(self.common) != 1 or len(self.stations) < least:
            return ""
        return mac_text(next(iter(self.common)))


def described(view: View) -> Iterator[tuple[str, str]]:
    """The view in named words, for a report: what kind of place, and how much of it."""
    if view.own:
        yield "place", f"the port of {view.own}, or a mirror of it: all else is what goes to all"
    elif not view.unicast:
        yield "place", "an ordinary port: only what goes to all"
    elif view.both_ways < 1 - data.table("traffic")["capture"]["one-sided-share"]:
        yield "place", "a mirror port that shows one direction"
    else:
        yield "place", "a mirror port or tap that shows both directions"
    yield "networks", ", ".join(name or "untagged" for name in view.networks)
