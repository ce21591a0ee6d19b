"""Which leaves of the fingerprints the observations of a cluster make true.

Every distinct (property, value) is matched once a process and remembered (bounded): cranes repeat
their values.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache

from msgspec import Struct

from overlanded.data import table
from overlanded.model.citing import Citation
from overlanded.model.devices import Cluster
from overlanded.model.observing import Observation, Subject
from overlanded.rules import oui
from overlanded.rules.conditions import Condition, affirmed, leaves, truth
from overlanded.rules.patterns import brief
from overlanded.rules.ruleset import Row, Ruleset
from overlanded.rules.sieve import Sieve, sieve

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


class Seen(Struct, frozen=True):
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
        cited = [one.citation for one in cluster.observations if _states(one, subject)][:1]
        yield "mac", subject.value, tuple(cited)
        holder = oui.holder(subject.value)
        if holder:
            yield "oui", holder[0], tuple(cited)


def _states(one: Observation, subject: Subject) -> bool:
    """Whether an observation is of the subject, or is of a label that carries its number."""
    return one.subject == subject or (one.property == "mac-address" and one.value == subject.value)


class Index(Struct, frozen=True):
    """Leaves by property, and the rows that use them."""

    numbers: Mapping[int, int]
    """Identity of a leaf object, which lives as long as the rule set → its number. Equal leaves
    share a number."""
    by_property: Mapping[str, Sieve]
    rows: Mapping[int, tuple[int, ...]]

    def rows_of(self, leaf: int) -> tuple[int, ...]:
        """Positions of the rows that have this leaf."""
        return self.rows[leaf]

    def holds(self, row: Row, found: Hits) -> Iterator[Seen]:
        """What makes the row true: for a plain leaf once for each source, else once."""
        if row.when.op == "leaf":
            yield from found.get(self.numbers[id(row.when)], {}).values()
            return

        if truth(row.when, lambda leaf: self.numbers[id(leaf)] in found):
            yield from self._joined(row, found)

    def _joined(self, row: Row, found: Hits) -> Iterator[Seen]:
        """Several leaves as one piece: the property of the first, the values of all."""
        parts = [
            next(iter(found[number].values()))
            for leaf in affirmed(row.when)
            if (number := self.numbers[id(leaf)]) in found
        ]
        if parts:
            values = ", ".join(dict.fromkeys(part.value for part in parts))
            cited = tuple(dict.fromkeys(cite for part in parts for cite in part.citations))
            model = next((part.model for part in parts if part.model), "")
            yield Seen(parts[0].name, values, cited[:CITED], model)


@lru_cache(maxsize=8)
def index(ruleset: Ruleset) -> Index:
    """The index of a rule set, built at first use."""
    equal: dict[Condition, int] = {}
    numbers: dict[int, int] = {}
    rows: defaultdict[int, list[int]] = defaultdict(list)
    for position, row in enumerate(ruleset.rows):
        for leaf in leaves(row.when):
            number = numbers[id(leaf)] = equal.setdefault(leaf, len(equal))
            rows[number].append(position)
    asked: defaultdict[str, list[int]] = defaultdict(list)
    for leaf, number in equal.items():
        for name in properties(leaf.word):
            asked[name].append(number)
    return Index(
        numbers,
        _sieves(asked, list(equal), ruleset),
        {leaf: tuple(dict.fromkeys(positions)) for leaf, positions in rows.items()},
    )


def _sieves(
    asked: Mapping[str, list[int]], known: list[Condition], ruleset: Ruleset
) -> Mapping[str, Sieve]:
    """Property → its sieve; the properties of a group are asked the same, and share one."""
    made: dict[tuple[int, ...], Sieve] = {}
    for numbers in map(tuple, asked.values()):
        if numbers not in made:
            entries = [
                (number, pattern) for number in numbers for pattern in known[number].patterns
            ]
            made[numbers] = sieve(entries, ruleset.needs)
    return {name: made[tuple(numbers)] for name, numbers in asked.items()}


def properties(word: str) -> list[str]:
    """The properties that a word of a fingerprint stands for: a group's members, or itself."""
    group: list[str] = table("weights")["group"].get(word, [word])
    return group


@lru_cache(maxsize=1 << 16)
def fired(ruleset: Ruleset, name: str, value: str) -> tuple[tuple[int, str], ...]:
    """(leaf number, model caught) of the leaves that one value makes true."""
    sieved = index(ruleset).by_property.get(name)
    if sieved is None:
        return ()
    text = value.replace(" ", "").replace(".", "") if name in FOLDED else value
    found: dict[int, str] = {}
    for number, model in sieved.fitting(text):
        found[number] = found.get(number) or model
    return tuple(found.items())
