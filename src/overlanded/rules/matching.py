"""Which leaves of the fingerprints the observations of a cluster make true.

Every distinct (property, value) is matched once a process and remembered (bounded): cranes repeat
their values. Host names are looked up by their domains, everything else is tried leaf by leaf.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from overlanded.data import table
from overlanded.model.citing import Citation
from overlanded.model.devices import Cluster
from overlanded.rules import oui
from overlanded.rules.conditions import Condition, leaves, truth
from overlanded.rules.patterns import MAX_TEXT, Pattern, brief, captured, expression, fits
from overlanded.rules.ruleset import Row, Ruleset

CITED = 3
"""Citations kept for one piece of evidence."""
FOLDED = frozenset({"order-number"})
"""Properties compared without blanks and dots, because devices and papers vary in them."""
OWN = {
    "oui": ("oui", "holder of the MAC address block"),
    "mac": ("oui", "MAC address"),
    "functions": ("service", "control functions it used"),
}
"""Words that are no property: what an address or a detail of an observation says."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One value that a leaf asked for."""

    name: str
    value: str
    citations: tuple[Citation, ...]
    model: str = ""
    """The model name that the leaf's expression caught."""

    @property
    def source(self) -> str:
        """The independent source that the property counts to."""
        return OWN[self.name][0] if self.name in OWN else _property(self.name, "source")

    @property
    def about(self) -> str:
        """What the property is, in words: its entry up to the first detail."""
        long = OWN[self.name][1] if self.name in OWN else _property(self.name, "about")
        return brief(long)


Hits = Mapping[int, Mapping[str, Seen]]
"""Leaf number → source → the first value seen that fits."""


def _property(name: str, part: str) -> str:
    found: str = table("properties")["properties"].get(name, {}).get(part, name)
    return found


def hits(cluster: Cluster, ruleset: Ruleset) -> Hits:
    """Every leaf that fits something seen of the cluster."""
    found: defaultdict[int, dict[str, Seen]] = defaultdict(dict)
    for name, value, citations in _values(cluster):
        for leaf, model in fired(ruleset, name, value):
            seen = Seen(name, value, citations, model)
            before = found[leaf].get(seen.source)
            if before is None or (seen.model and not before.model):
                found[leaf][seen.source] = seen
    return found


def _values(cluster: Cluster) -> Iterator[tuple[str, str, tuple[Citation, ...]]]:
    """(property, value, citations), each value once, with what the MAC addresses say."""
    together: dict[tuple[str, str], list[Citation]] = {}
    for observation in cluster.observations:
        cited = together.setdefault((observation.property, observation.value), [])
        if len(cited) < CITED:
            cited.append(observation.citation)
        for name, value in observation.detail:
            if name in OWN:
                for part in value.split(","):
                    together.setdefault((name, part), [observation.citation])
    for (name, value), cited in together.items():
        yield name, value, tuple(dict.fromkeys(cited))
    yield from _addresses(cluster)


def _addresses(cluster: Cluster) -> Iterator[tuple[str, str, tuple[Citation, ...]]]:
    for subject in cluster.subjects:
        if subject.kind != "mac":
            continue
        cited = [one.citation for one in cluster.observations if one.subject == subject][:1]
        yield "mac", subject.value, tuple(cited)
        holder = oui.holder(subject.value)
        if holder:
            yield "oui", holder[0], tuple(cited)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the leaves ask of one property, sorted so that most values are done with quickly."""

    words: Mapping[str, tuple[tuple[int, Pattern], ...]]
    """First letters → texts that a word may start with."""
    expressions: tuple[tuple[int, Pattern], ...]
    gate: str
    """All expressions in one: a value that it does not fit, fits none of them."""
    others: tuple[tuple[int, Pattern], ...]
    domains: Mapping[str, tuple[int, ...]]

    def fitting(self, value: str) -> Iterator[tuple[int, str]]:
        """(leaf number, model caught) of every pattern that the value fits."""
        for number, pattern in self._candidates(value[:MAX_TEXT].casefold()):
            if fits(pattern, value):
                yield number, ""
        if self.gate and expression(self.gate).search(value[:MAX_TEXT]):
            for number, pattern in self.expressions:
                if fits(pattern, value):
                    yield number, captured(pattern, value)
        for key in _above(value) if self.domains else ():
            yield from ((number, "") for number in self.domains.get(key, ()))

    def _candidates(self, folded: str) -> Iterator[tuple[int, Pattern]]:
        yield from self.others
        starts = set(STARTS.findall(folded)) if self.words else ()
        for start in starts:
            yield from self.words.get(start, ())


LETTERS = 3
STARTS = re.compile(r"(?<![^\W_])(?=(.{3}))", re.DOTALL)
"""The first letters of every word, or of what stands between words."""


@dataclass(frozen=True, slots=True)
class Index:
    """Leaves by property, and the rows that use them."""

    numbers: Mapping[Condition, int]
    by_property: Mapping[str, Asked]
    rows: Mapping[int, tuple[int, ...]]

    def rows_of(self, leaf: int) -> tuple[int, ...]:
        """Positions of the rows that have this leaf."""
        return self.rows[leaf]

    def holds(self, row: Row, found: Hits) -> Iterator[Seen]:
        """What makes the row true: for a plain leaf once for each source, else once."""
        if row.when.op == "leaf":
            yield from found.get(self.numbers[row.when], {}).values()
            return

        if truth(row.when, lambda leaf: self.numbers[leaf] in found):
            yield from self._joined(row, found)

    def _joined(self, row: Row, found: Hits) -> Iterator[Seen]:
        """Several leaves as one piece: the property of the first, the values of all."""
        parts = [
            next(iter(found[number].values()))
            for leaf in leaves(row.when)
            if (number := self.numbers[leaf]) in found
        ]
        if parts:
            values = ", ".join(dict.fromkeys(part.value for part in parts))
            cited = tuple(dict.fromkeys(cite for part in parts for cite in part.citations))
            model = next((part.model for part in parts if part.model), "")
            yield Seen(parts[0].name, values, cited[:CITED], model)


@lru_cache(maxsize=8)
def index(ruleset: Ruleset) -> Index:
    """The index of a rule set, built at first use."""
    numbers: dict[Condition, int] = {}
    rows: defaultdict[int, list[int]] = defaultdict(list)
    for position, row in enumerate(ruleset.rows):
        for leaf in leaves(row.when):
            rows[numbers.setdefault(leaf, len(numbers))].append(position)
    by_property: defaultdict[str, list[tuple[int, Pattern]]] = defaultdict(list)
    for leaf, number in numbers.items():
        for name in properties(leaf.word):
            by_property[name].extend((number, pattern) for pattern in leaf.patterns)
    return Index(
        numbers,
        {name: _asked(entries) for name, entries in by_property.items()},
        {leaf: tuple(dict.fromkeys(positions)) for leaf, positions in rows.items()},
    )


def _asked(entries: list[tuple[int, Pattern]]) -> Asked:
    words: defaultdict[str, list[tuple[int, Pattern]]] = defaultdict(list)
    domains: defaultdict[str, list[int]] = defaultdict(list)
    expressions, others = [], []
    for number, pattern in entries:
        if pattern.kind == "domain":
            domains[pattern.text].append(number)
        elif pattern.kind == "matches":
            expressions.append((number, pattern))
        elif pattern.kind == "says" and len(pattern.text) >= LETTERS:
            words[pattern.text[:LETTERS]].append((number, pattern))
        else:
            others.append((number, pattern))
    return Asked(
        {key: tuple(found) for key, found in words.items()},
        tuple(expressions),
        "|".join(pattern.text.replace("(?P<model>", "(?:") for _, pattern in expressions),
        tuple(others),
        {key: tuple(found) for key, found in domains.items()},
    )


def properties(word: str) -> list[str]:
    """The properties that a word of a fingerprint stands for: a group's members, or itself."""
    group: list[str] = table("weights")["group"].get(word, [word])
    return group


@lru_cache(maxsize=1 << 16)
def fired(ruleset: Ruleset, name: str, value: str) -> tuple[tuple[int, str], ...]:
    """(leaf number, model caught) of the leaves that one value makes true."""
    asked = index(ruleset).by_property.get(name)
    if asked is None:
        return ()
    text = value.replace(" ", "").replace(".", "") if name in FOLDED else value
    found: dict[int, str] = {}
    for number, model in asked.fitting(text):
        found[number] = found.get(number) or model
    return tuple(found.items())


def _above(host: str) -> Iterator[str]:
    """The host name and every domain above it: ``a.b.c``, ``*.a.b.c``, ``*.b.c``, ``*.c``."""
    host = host.casefold().rstrip(".")
    labels = host.split(".")[:32]
    yield host
    for start in range(len(labels)):
        yield f"*.{'.'.join(labels[start:])}"
