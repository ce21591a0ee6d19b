"""Ties by what devices say of themselves: serial numbers and names, within one network."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from overlanded.data import table
from overlanded.model import identifiers
from overlanded.model.observing import Observation, Subject
from overlanded.reconcile.bindings import names_device, shared

Tie = tuple[Subject, Subject]


class Groups:
    """Disjoint sets of subjects, near-constant time per tie (path halving, Tarjan 1975)."""

    def __init__(self, subjects: Iterable[Subject]) -> None:
        self._parent = {subject: subject for subject in sorted(subjects)}
        self._sets: dict[Subject, list[Subject]] | None = None

    def __contains__(self, subject: object) -> bool:
        return subject in self._parent

    def members(self) -> list[Subject]:
        """All subjects in order."""
        return sorted(self._parent)

    def root(self, subject: Subject) -> Subject:
        """The set's representative: its smallest subject."""
        parent = self._parent
        while parent[subject] != subject:
            parent[subject] = parent[parent[subject]]
            subject = parent[subject]
        return subject

    def tie(self, one: Subject, other: Subject) -> None:
        """Put both in one set; a subject not known yet joins."""
        self._sets = None
        self._parent.setdefault(one, one)
        self._parent.setdefault(other, other)
        low, high = sorted((self.root(one), self.root(other)))
        self._parent[high] = low

    def together(self, root: Subject) -> list[Subject]:
        """All subjects of the set with this representative, in order."""
        if self._sets is None:
            self._sets = defaultdict(list)
            for subject in self.members():
                self._sets[self.root(subject)].append(subject)
        return self._sets[root]


def serial_ties(observations: Iterable[Observation]) -> Iterator[Tie]:
    """Equal serial numbers on one network; an LLDP chassis or management address of the sender."""
    naming = table("matching")["naming"]
    first: dict[tuple[str, str], Subject] = {}
    for one in observations:
        if not names_device(one.subject):
            continue
        if one.property in naming["serials"] or one.subject.kind == "serial":
            number = one.value if one.property in naming["serials"] else one.subject.value
            if serial := _telling_serial(number):
                yield first.setdefault((one.subject.network, serial), one.subject), one.subject
        elif other := _own_address(one):
            yield one.subject, other


def _telling_serial(text: str) -> str:
    generic = table("matching")["generic"]
    serial = identifiers.serial(text).value
    telling = len(serial) >= generic["serial-length"] and serial not in generic["serials"]
    return serial if telling and len(set(serial)) > 1 else ""


def _own_address(one: Observation) -> Subject | None:
    kind = {"lldp.chassis": "mac", "lldp.management": "ip"}.get(one.property)
    if not kind or (one.subject.kind == "mac" and shared(one.subject.value)):
        return None
    parsed = identifiers.PARSERS[kind](one.value)
    if not parsed.checked or (kind == "mac" and shared(parsed.value)):
        return None
    return Subject(kind, parsed.value, one.subject.network)


def name_ties(observations: Iterable[Observation], groups: Groups) -> Iterator[Tie]:
    """Equal names on one network, where they can only mean one device.

    Names are set by hand and by factories, so they tie only sets of which at most one has an
    IPv4 address and, unless LLDP carried the name, at most one has a MAC.
    """
    carriers: dict[tuple[str, str], set[Subject]] = defaultdict(set)
    by_lldp: set[tuple[str, str]] = set()
    for one in observations:
        if one.subject not in groups or not (name := _name(one)):
            continue
        key = (one.subject.network, name)
        carriers[key].add(groups.root(one.subject))
        if one.property.startswith("lldp."):
            by_lldp.add(key)
    for key, roots in sorted(carriers.items()):
        held = [{_family(subject) for subject in groups.together(root)} for root in roots]
        addressed = sum("ipv4" in kinds for kinds in held)
        with_mac = sum("mac" in kinds for kinds in held)
        if addressed <= 1 and (with_mac <= 1 or key in by_lldp):
            first, *rest = sorted(roots)
            yield from ((first, other) for other in rest)


def _name(one: Observation) -> str:
    """The name that the observation gives its subject, or nothing when it tells nothing."""
    naming = table("matching")["naming"]["names"]
    text = one.value if one.property in naming or one.property == "lldp.chassis" else ""
    if not text and one.subject.kind == "hostname":
        text = one.subject.value
    if one.property == "lldp.chassis" and identifiers.mac(text).checked:
        return ""
    name = re.sub(r"(<[0-9a-f]{2}>|\.local)$", "", identifiers.hostname(text).value)
    return "" if name in table("matching")["generic"]["names"] else name


def _family(subject: Subject) -> str:
    return "ipv4" if subject.kind == "ip" and "." in subject.value else subject.kind
