"""The lines that are worth comparing with a device, and what each pair weighs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from overlanded.reconcile.comparing import compare, near_classes, total
from overlanded.reconcile.lines import Line
from overlanded.reconcile.profiles import Classes, Profile, Traits, tokens

Index = Mapping[Hashable, Sequence[int]]
"""Key → numbers of the lines that have it."""


class Kind(Struct, frozen=True):
    """Devices that no line tells apart, with the weight of every line that shares a key."""

    devices: tuple[int, ...]
    weights: Mapping[int, float]
    """Line → natural-log odds."""


def kinds(profiles: Sequence[Profile], lines: Sequence[Line]) -> tuple[Kind, ...]:
    """Devices by kind, each kind held once against the lines that share a key with it.

    A key is a class, a near class, a word of a maker or of a model, or an identifier.
    """
    index = _index(lines)
    alike: dict[Hashable, list[int]] = defaultdict(list)
    for number, profile in enumerate(profiles):
        alike[_told_apart_by(profile, index)].append(number)
    return tuple(
        Kind(tuple(devices), _weights(profiles[devices[0]], lines, index))
        for devices in alike.values()
    )


def _told_apart_by(profile: Profile, index: Index) -> Hashable:
    """Traits, kinds of identifier, and the identifiers that some line has."""
    listed = [key for key in _identifier_keys(profile.identifiers) if key in index]
    return profile.traits, tuple(profile.identifiers), tuple(sorted(listed))


def _weights(profile: Profile, lines: Sequence[Line], index: Index) -> Mapping[int, float]:
    keys = (*_trait_keys(profile.traits), *_identifier_keys(profile.identifiers))
    near = sorted({line for key in keys for line in index.get(key, ())})
    return {line: total(compare(profile, lines[line])) for line in near}


def _index(lines: Iterable[Line]) -> Index:
    index: dict[Hashable, list[int]] = defaultdict(list)
    for number, line in enumerate(lines):
        for key in {*_line_keys(line), *_identifier_keys(line.identifiers)}:
            index[key].append(number)
    return index


def _line_keys(line: Line) -> Iterator[Hashable]:
    yield from _class_keys(line.classes)
    yield from _maker_keys(line.maker)
    for word in tokens(f"{line.record.model} {line.record.description}"):
        yield ("model", word)


def _trait_keys(traits: Traits) -> Iterator[Hashable]:
    for known, _ in traits.classes:
        for name in near_classes(known):
            yield ("class", name)
    yield from _maker_keys(traits.maker)
    for word in tokens(traits.model):
        yield ("model", word)


def _class_keys(classes: Classes) -> Iterator[Hashable]:
    for name, _ in classes:
        yield ("class", name)


def _maker_keys(maker: str) -> Iterator[Hashable]:
    """Every word: a list says ``2N`` where a register of addresses has the company's full name."""
    for word in maker.split():
        yield ("maker", word)


def _identifier_keys(known: Mapping[str, frozenset[str]]) -> Iterator[tuple[str, str]]:
    for kind, values in known.items():
        for value in values:
            yield (kind, value)
