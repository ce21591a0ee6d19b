"""Detection power: how likely a unit would have been seen by these sensors, had it been there.

A unit that sends does so at random times (a Poisson process), to all stations or to one other; a
sensor sees what its place shows, for as long as it looked. ``data/power.toml`` states how often.
Power turns "not seen" into a number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from math import exp
from typing import Any, TypeAlias

from overlanded import data
from overlanded.model.observing import Chance, Coverage, Outlook, Power, View

HOUR_NS = 3_600_000_000_000
Three: TypeAlias = "tuple[float, float, float]"
"""Least, middle and most of a figure."""
NEVER = Chance(0.0, 0.0, 0.0)


def powers(coverage: Sequence[Coverage]) -> Mapping[str, Power]:
    """What these sensors can show of each device class on the networks that they saw."""
    classes = data.table("device-classes")["classes"]
    looks = [one for one in coverage if one.view is not None and one.first and one.last]
    if not coverage:
        return {}
    opened, heard = _inspected(coverage), _heard(coverage)
    seen = {name: either(_on_the_wire(_emits(name), looks), opened) for name in classes}
    seen |= {
        name: either(seen[name], heard) for name in data.table("power")["sensor"]["survey"]["of"]
    }
    return {
        name: Power(chance, absent(chance), _emits(name)["silent"][1])
        for name, chance in seen.items()
    }


def outlooks(coverage: Sequence[Coverage]) -> tuple[Outlook, ...]:
    """What has been collected can show, then the same with each way of collecting more."""
    options = data.table("plan")["option"]
    now = Outlook("", powers(coverage), habits(coverage))
    further = {name: [*coverage, _look(option)] for name, option in options.items()}
    return (
        now,
        *(Outlook(name, powers(looks), habits(looks)) for name, looks in further.items()),
    )


def _look(option: Mapping[str, Any]) -> Coverage:
    """A coverage as an option would give it, at a time of its own."""
    view = View(unicast=option["unicast"]) if "unicast" in option else None
    last = LATER + int(option["hours"] * HOUR_NS)
    return Coverage("", "", option["kind"], "", LATER, last, 1, 0, (), view)


LATER = 1 << 62
"""A time after every capture."""


def either(one: Chance, other: Chance) -> Chance:
    """The chance that at least one of two looks, which know nothing of each other, sees it."""
    pairs = ((one.least, other.least), (one.middle, other.middle), (one.most, other.most))
    least, middle, most = (1 - (1 - a) * (1 - b) for a, b in pairs)
    return Chance(least, middle, most)


def habits(coverage: Iterable[Coverage]) -> Mapping[str, Chance]:
    """Habit of somebody far away, in words → the chance of having seen them connect."""
    looks = [one for one in coverage if one.view and one.view.unicast and one.first and one.last]
    hours = union(looks)
    known = data.table("power")["habit"].values()
    return {one["about"]: _chance(1 - exp(-hours * rate) for rate in one["per_h"]) for one in known}


def absent(power: Chance) -> Chance:
    """The chance that what the papers list and nobody saw is not there (Bayes)."""
    fitted = data.table("power")["unseen"]["fitted"]
    ends = [
        (1 - prior) / (1 - prior + prior * (1 - seen))
        for prior, seen in product(fitted, (power.least, power.most))
    ]
    middle = (1 - fitted[1]) / (1 - fitted[1] + fitted[1] * (1 - power.middle))
    return Chance(min(ends), middle, max(ends))


def union(coverage: Iterable[Coverage]) -> float:
    """Hours in which at least one of these looked."""
    total, until = 0, 0
    for first, last in sorted((one.first or 0, one.last or 0) for one in coverage):
        total += max(0, last - max(first, until))
        until = max(until, last)
    return total / HOUR_NS


def _emits(device_class: str) -> Mapping[str, Three]:
    """The figures of a class, of its family where it has none of its own."""
    known = data.table("power")["class"]
    family = data.table("device-classes")["classes"][device_class]["family"]
    found: Mapping[str, Three] = known.get(device_class) or known.get(family) or known["unknown"]
    return found


def _on_the_wire(emits: Mapping[str, Three], looks: Sequence[Coverage]) -> Chance:
    if not looks:
        return NEVER
    own = data.table("power")["sensor"]["capture"]["own_port"]
    kept = max(one.view.kept for one in looks if one.view)
    every = union(looks) * kept
    open_, closed = _private(looks, kept)
    chances = []
    for way in range(3):
        signs = emits["to_all"][way] * every
        signs += emits["private"][way] * (open_ + own[way] * closed)
        # Of three figures the least power is that of the most silent kind.
        chances.append((1 - emits["silent"][2 - way]) * (1 - exp(-signs)))
    return _chance(chances)


def _private(looks: Sequence[Coverage], kept: float) -> tuple[float, float]:
    """Hours in which conversations of others were shown, and further ones at a station's port."""
    mirrored = union(one for one in looks if one.view and one.view.unicast) * kept
    ported = union(one for one in looks if one.view and (one.view.unicast or one.view.own)) * kept
    return mirrored, ported - mirrored


def _inspected(coverage: Iterable[Coverage]) -> Chance:
    """The chance of being found in the cabinets: opened ones, of all that there are."""
    found = [one for one in coverage if one.what == "inspection"]
    if not found:
        return NEVER
    opened = max(one.seen / max(1, one.seen + one.lost) for one in found)
    return _chance(
        opened * share for share in data.table("power")["sensor"]["inspection"]["opened"]
    )


def _heard(coverage: Iterable[Coverage]) -> Chance:
    """The chance of being heard on the air, and told apart from others."""
    hours = union(one for one in coverage if one.what == "survey" and one.first and one.last)
    stated = data.table("power")["sensor"]["survey"]
    ways = zip(
        stated["signal_per_h"], reversed(stated["unregistered"]), stated["told"], strict=True
    )
    return _chance((1 - silent) * (1 - exp(-hours * rate)) * told for rate, silent, told in ways)


def _chance(values: Iterable[float]) -> Chance:
    least, middle, most = values
    return Chance(least, middle, most)
