"""The pairs of device and line that are worth comparing, each with its waterfall."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from overlanded.reconcile.comparing import (
    Waterfall,
    compare_identifiers,
    compare_traits,
    near_classes,
    total,
)
from overlanded.reconcile.lines import Line
from overlanded.reconcile.profiles import Classes, Profile, Traits, tokens


@dataclass(frozen=True, slots=True)
class Pair:
    """A device and a line (by index) that share a key, with their comparisons."""

    device: int
    line: int
    waterfall: Waterfall
    weight: float


def pairs(profiles: Sequence[Profile], lines: Sequence[Line]) -> Iterator[Pair]:
    """Every pair that shares a class, a maker, a model word or an identifier.

    Devices of equal traits are held against a line once; only identifiers are compared singly.
    """
    index = _index(lines)
    found: dict[Traits, Mapping[int, Waterfall]] = {}
    for number, profile in enumerate(profiles):
        traits = profile.traits
        if traits not in found:
            found[traits] = {
                line: compare_traits(traits, lines[line])
                for line in _sharing(index, _trait_keys(traits))
            }
        common = found[traits]
        by_number = _sharing(index, _identifier_keys(profile.identifiers))
        for line in sorted({*common, *by_number}):
            base = common.get(line) or compare_traits(traits, lines[line])
            waterfall = (*base, *compare_identifiers(profile, lines[line]))
            yield Pair(number, line, waterfall, total(waterfall))


Index = Mapping[Hashable, Sequence[int]]


def _index(lines: Sequence[Line]) -> Index:
    index: dict[Hashable, list[int]] = defaultdict(list)
    for number, line in enumerate(lines):
        for key in {*_line_keys(line), *_identifier_keys(line.identifiers)}:
            index[key].append(number)
    return index


def _sharing(index: Index, keys: Iterator[Hashable]) -> set[int]:
    return {line for key in keys for line in index.get(key, ())}


def _line_keys(line: Line) -> Iterator[Hashable]:
    yield from _class_keys(line.classes)
    yield ("maker", line.maker)
    for word in tokens(f"{line.record.model} {line.record.description}"):
        yield ("model", word)


def _trait_keys(traits: Traits) -> Iterator[Hashable]:
    for name in near_classes(traits.classes):
        yield ("class", name)
    if traits.maker:
        yield ("maker", traits.maker)
    for word in tokens(traits.model):
        yield ("model", word)


def _class_keys(classes: Classes) -> Iterator[Hashable]:
    for name, _ in classes:
        yield ("class", name)


def _identifier_keys(known: Mapping[str, frozenset[str]]) -> Iterator[Hashable]:
    for kind, values in known.items():
        for value in values:
            yield (kind, value)
