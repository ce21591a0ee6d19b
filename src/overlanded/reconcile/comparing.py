"""One device held against one line, field by field: the waterfall."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from math import log

from overlanded.data import table
from overlanded.model.devices import Comparison
from overlanded.model.observing import cabinet
from overlanded.reconcile.lines import Line
from overlanded.reconcile.profiles import Classes, Profile, Traits, spaced

Waterfall = tuple[Comparison, ...]


def total(waterfall: Waterfall) -> float:
    """The weight of a pair, natural-log odds."""
    return sum(one.weight for one in waterfall)


def compare(profile: Profile, line: Line) -> Waterfall:
    """Every comparison that says something, the prior first."""
    return (*compare_traits(profile.traits, line), *compare_identifiers(profile, line))


def compare_traits(traits: Traits, line: Line) -> Waterfall:
    """The comparisons that devices of equal traits share."""
    prior = Comparison("prior", "", "", table("matching")["prior"]["weight"])
    found = (
        _class(traits.classes, line.classes, traits.sure),
        *(compared(traits, line) for compared in (_maker, _model, _name, _place)),
    )
    return (prior, *(one for one in found if one is not None))


def compare_identifiers(profile: Profile, line: Line) -> Iterator[Comparison]:
    """One comparison for every kind of identifier that both state."""
    weights = table("matching")["identifiers"]
    for kind, recorded in line.identifiers.items():
        held = profile.identifiers.get(kind)
        if not held or kind not in weights:
            continue
        same = held & recorded
        if not same and len(recorded) < line.capacity:
            continue
        equal, differs = weights[kind]
        weight = equal if same else differs
        yield Comparison(kind, _few(same or recorded), _few(same or held), weight)


def _few(values: frozenset[str]) -> str:
    first, *more = sorted(values)
    return f"{first} and {len(more)} more" if len(more) > 1 else ", ".join((first, *more))


@lru_cache(maxsize=4096)
def _class(ours: Classes, theirs: Classes, sure: float) -> Comparison | None:
    """The classes that fit best; a hint counts for less than a stated class."""
    pairs = [
        (_class_weight(one, other, sure) * share * portion, other, one)
        for one, share in ours
        for other, portion in theirs
    ]
    if not pairs:
        return None
    weight, other, one = max(pairs)
    return Comparison("class", other, one, round(weight, 3))


def _class_weight(one: str, other: str, sure: float) -> float:
    weights: dict[str, float] = table("matching")["class"]
    if one == other:
        return weights["equal"]
    if other in near_classes(one):
        return weights["near"]
    wrong = max(1 - sure, 1e-9)
    return max(weights["differs"], min(0.0, log(wrong / (1 - weights["other"]))))


@cache
def near_classes(name: str) -> frozenset[str]:
    """The class itself and those that lists mistake for it."""
    pairs = table("matching")["near"]["pairs"]
    return frozenset({name}.union(*(pair for pair in pairs if name in pair)))


def _maker(traits: Traits, line: Line) -> Comparison | None:
    weights = table("matching")["maker"]
    if not traits.maker:
        return None
    if line.maker:
        same = _within(traits.maker, line.maker) or _within(line.maker, traits.maker)
        weight = weights["equal"] if same else _other_maker(traits.classes)
        return Comparison("maker", line.record.maker, traits.maker, weight)
    if _within(traits.maker, line.text):
        return Comparison("maker", line.record.description, traits.maker, weights["equal"])
    return None


def _other_maker(classes: Classes) -> float:
    """What another maker's name weighs: less where it may be that of the network card."""
    weights = table("matching")["maker"]
    card = any(name in weights["cards"] for name, _ in classes)
    return float(weights["card-differs"] if card else weights["differs"])


def _within(short: str, long: str) -> bool:
    return bool(short) and f" {short} " in f" {long} "


def _model(traits: Traits, line: Line) -> Comparison | None:
    from rapidfuzz import fuzz

    weights = table("matching")["model"]
    ours, theirs = traits.plain_model, line.model
    if not ours:
        return None
    if _within(ours, f"{theirs} {line.text}"):
        return Comparison("model", line.record.model or line.text, traits.model, weights["equal"])
    if not theirs:
        return None
    score = max(fuzz.ratio(ours, theirs), fuzz.token_set_ratio(ours, theirs))
    for name in ("equal", "near"):
        if score >= weights[f"{name}-score"]:
            return Comparison("model", line.record.model, traits.model, weights[name])
    if score < weights["differs-score"] and not traits.numbered:
        return Comparison("model", line.record.model, traits.model, weights["differs"])
    return None


def _name(traits: Traits, line: Line) -> Comparison | None:
    from rapidfuzz import fuzz

    weights = table("matching")["name"]
    words = f"{line.text} {line.place}"
    for name in traits.names:
        if fuzz.token_set_ratio(name, words) >= weights["score"]:
            return Comparison("name", line.record.description, name, weights["equal"])
    return None


def _place(traits: Traits, line: Line) -> Comparison | None:
    from rapidfuzz import fuzz

    weights = table("matching")["place"]
    if not (traits.place and line.place):
        return None
    seen = spaced(cabinet(traits.place).value)
    same = fuzz.token_set_ratio(seen, line.place) >= weights["score"]
    weight = weights["equal"] if same else weights["differs"]
    return Comparison("place", line.record.place, traits.place, weight)
