"""What access rules of a configuration say of a path: refused, let through at least in part, open.

A packet is held against the rules in their order, as the device would. Only what is certain counts
as a refusal: a rule that refuses everything between the two ends before any that may let something
through. A rule that is not understood leaves it open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from ipaddress import IPv4Network, ip_network
from typing import TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

from overlanded.assess.places import Range, Segment, plan_of
from overlanded.data import table
from overlanded.model.citing import Citation
from overlanded.model.observing import Observation

Told: TypeAlias = "Mapping[str, Sequence[Observation]]"
Span: TypeAlias = "tuple[int, int]"
"""The first and the last address of a range, as numbers."""
EVERYWHERE: Span = (0, (1 << 32) - 1)
NOWHERE: Span = (1, 0)
PROPERTIES = ("filter", "filter-at")


class Ruling(Struct, frozen=True):
    """What the configuration of a step says of the two ends of a path."""

    refused: bool
    words: str
    citations: tuple[Citation, ...] = ()


class Rule(Struct, frozen=True):
    """One rule: what it does with connections from where to where."""

    told: Observation
    permits: bool
    share: str
    source: Span
    target: Span
    into: str
    out: str

    def touches(self, ends: Ends) -> bool:
        """Whether it may be about anything between the two."""
        near = not self.into or not ends.into or self.into in ends.into
        far = not self.out or not ends.out or self.out in ends.out
        return near and far and _meet(self.source, ends.source) and _meet(self.target, ends.target)

    def covers(self, ends: Ends) -> bool:
        """Whether it is about everything between the two."""
        near = not self.into or ends.into == {self.into}
        far = not self.out or ends.out == {self.out}
        return near and far and _in(ends.source, self.source) and _in(ends.target, self.target)


class Ends(Struct, frozen=True):
    """Who would reach whom, and the interfaces between: empty where they are not known."""

    source: Span
    target: Span
    into: frozenset[str] = frozenset()
    out: frozenset[str] = frozenset()


class Rules(Struct, frozen=True):
    """The lists of one device by the newest of its configurations."""

    lists: Mapping[str, Sequence[Rule]]
    places: Sequence[Observation]
    """Where they apply."""
    near: dict[tuple[object, ...], Sequence[Rule]] = field(default_factory=dict)
    """Rules of a list that are about one source and its interfaces, as worked out before."""

    def between(self, every: Sequence[Ends]) -> Ruling | None:
        """What they say of all these pairs of ends; None where no list applies."""
        rulings = [self._ruling(ends) for ends in every]
        passing = [one for one in rulings if one is None or not one.refused]
        return passing[0] if passing else rulings[0]

    def _ruling(self, ends: Ends) -> Ruling | None:
        words = table("assessing")["ruled"]
        met = [
            (place, *_held(self._near(place.value, ends), ends))
            for place in self.places
            if _applies(place, ends)
        ]
        for place, what, rule in met:
            if what == "refused" and rule is not None:
                said = words["refused"].format(date=dated(rule), rule=rule.value)
                return Ruling(True, said, (rule.citation, place.citation))
        for _, what, rule in met:
            if what == "unread" and rule is not None:
                return Ruling(False, words["unread"], (rule.citation,))
        if not met and not (ends.into and ends.out):
            return None
        place = met[0][0] if met else self.places[0]
        return Ruling(False, words["passes"].format(date=dated(place)), (place.citation,))

    def _near(self, name: str, ends: Ends) -> Sequence[Rule]:
        key = name, ends.source, ends.into, ends.out
        if key not in self.near:
            anywhere = replace(ends, target=EVERYWHERE)
            those = self.lists.get(name, ())
            self.near[key] = [rule for rule in those if rule.touches(anywhere)]
        return self.near[key]


def rules(seen: Told) -> Rules | None:
    """The rules of a device; None when its newest configuration has none."""
    known = [*seen.get("filter-at", ()), *seen.get("filter", ())]
    set_up = [one for one in seen.get("address", ()) if ("how", "configured") in one.detail]
    items = {one.citation.item for one in known}
    if not known:
        return None
    newest = max(
        (*known, *set_up), key=lambda one: (one.first or 0, one.citation.item in items)
    ).citation.item
    places = [one for one in known if one.property == "filter-at" and one.citation.item == newest]
    lists: dict[str, list[tuple[str, Rule]]] = {}
    for one in known:
        if one.property == "filter" and one.citation.item == newest:
            detail = dict(one.detail)
            lists.setdefault(detail["list"], []).append((detail["order"], _rule(one, detail)))
    ordered = {
        name: tuple(rule for _, rule in sorted(those, key=lambda pair: pair[0]))
        for name, those in lists.items()
    }
    return Rules(ordered, tuple(places)) if places else None


def interfaces(seen: Told, segment: Segment | None, ranges: Sequence[Range]) -> frozenset[str]:
    """The interfaces by whose set addresses a device is on a segment."""
    names = (
        dict(one.detail).get("interface", "").strip()
        for one in seen.get("address", ())
        if ("how", "configured") in one.detail
        and segment is not None
        and segment.plan
        and plan_of(one.value, ranges) == segment.plan
    )
    return frozenset(names) - {""}


def span(text: str) -> Span:
    """The addresses of an address or a network; all of them for what is none of IPv4."""
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        return EVERYWHERE
    if not isinstance(network, IPv4Network):
        return EVERYWHERE
    return int(network.network_address), int(network.broadcast_address)


def dated(one: Observation) -> str:
    """The day of a configuration; ``an unknown date`` when nobody stated it."""
    if one.first is None:
        return str(table("assessing")["ruled"]["undated"])
    return datetime.fromtimestamp(one.first // 1_000_000_000, UTC).date().isoformat()


def _rule(one: Observation, detail: Mapping[str, str]) -> Rule:
    ends = [_stated(detail.get(end, "")) for end in ("source", "target")]
    into, out = detail.get("into", ""), detail.get("out", "")
    return Rule(one, detail["action"] == "permit", detail["share"], ends[0], ends[1], into, out)


def _stated(text: str) -> Span:
    """A range as a rule has it; IPv6 is no part of what is looked at."""
    return NOWHERE if ":" in text else span(text)


def _applies(place: Observation, ends: Ends) -> bool:
    detail = dict(place.detail)
    side = {"in": ends.into, "out": ends.out}.get(detail["way"])
    return side is None or side == {detail.get("interface", "")}


def _held(those: Sequence[Rule], ends: Ends) -> tuple[str, Observation | None]:
    """(``refused``, ``passes`` or ``unread``, the rule that decides it).

    A list that is not there lets pass, and so does its end: where that refuses, a rule says so.
    """
    for rule in those:
        if not rule.touches(ends):
            continue
        if rule.permits:
            return ("unread" if rule.share == "unread" else "passes"), rule.told
        if rule.share == "all" and rule.covers(ends):
            return "refused", rule.told
    return "passes", None


def _meet(one: Span, other: Span) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _in(inner: Span, outer: Span) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]
