"""Ties by what devices say of themselves: serial numbers, own addresses, names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from operator import attrgetter

from overlanded.data import table
from overlanded.model import identifiers
from overlanded.model.observing import Observation, Subject
from overlanded.reconcile.bindings import is_global_mac, names_device, shared

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
        return sorted(self._parent, key=attrgetter("kind", "value", "network"))

    def root(self, subject: Subject) -> Subject:
        """The set's representative: its smallest subject."""
        parent = self._parent
        while (above := parent[subject]) is not subject:
            parent[subject] = parent[above]
            subject = parent[above]
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

    def held(self, subject: Subject) -> set[str]:
        """What the subject's set holds: ``ipv4`` and kinds of subject."""
        if subject not in self:
            return {_family(subject)}
        return {_family(one) for one in self.together(self.root(subject))}


def serial_ties(observations: Iterable[Observation]) -> Iterator[Tie]:
    """Equal serial numbers on one network."""
    stated = table("matching")["naming"]["serials"]
    first: dict[tuple[str, str], Subject] = {}
    for one in observations:
        of_subject = one.subject.value if one.subject.kind == "serial" else ""
        serial = _telling_serial(one.value if one.property in stated else of_subject)
        if serial and names_device(one.subject):
            yield first.setdefault((one.subject.network, serial), one.subject), one.subject


def _telling_serial(text: str) -> str:
    generic = table("matching")["generic"]
    serial = identifiers.serial(text).value
    telling = len(serial) >= generic["serial-length"] and serial not in generic["serials"]
    return serial if telling and len(set(serial)) > 1 else ""


NUMBERS = {"mac-address": "mac", "imei": "imei", "meid": "meid", "eid": "eid"}
"""Property → kind of the numbers that are given once in the world, and that no card carries on."""


def number_ties(observations: Iterable[Observation]) -> Iterator[Tie]:
    """A number on a label that passes its check is the device's that carries it anywhere."""
    for one in observations:
        if one.property in NUMBERS and names_device(one.subject):
            stated = identifiers.PARSERS[NUMBERS[one.property]](one.value)
            if stated.checked and (stated.kind != "mac" or is_global_mac(stated.value)):
                yield one.subject, Subject(stated.kind, stated.value)


def configured_ties(observations: Iterable[Observation], groups: Groups) -> Iterator[Tie]:
    """An address that one unit alone has in its settings is that unit's where it was seen."""
    owners: dict[Subject, set[Subject]] = defaultdict(set)
    for one in observations:
        if one.property == "address" and ("how", "configured") in one.detail:
            address = identifiers.ip(one.value)
            if address.checked and not address.value.startswith("127."):
                owners[Subject("ip", address.value, one.subject.network)].add(one.subject)
    for place, units in sorted(owners.items()):
        if len(units) == 1 and place in groups:
            yield place, next(iter(units))


def inside_ties(observations: Iterable[Observation], groups: Groups) -> Iterator[Tie]:
    """Modules of one FCC ID inside one device are one module, on however many photos."""
    first: dict[tuple[Subject, str], Subject] = {}
    for one in observations:
        host = one.object if one.property == "inside" else None
        if host and host in groups and one.subject in groups:
            key = (groups.root(host), one.value)
            yield first.setdefault(key, one.subject), one.subject


OWN = {
    "lldp.chassis": ("mac", re.compile(r"(.*)")),
    "lldp.management": ("ip", re.compile(r"(.*)")),
    "stp.bridge": ("mac", re.compile(r"bridge \d+/(\S+)")),
}
"""Property → kind of the sender's own address in it, and where it stands."""


def own_addresses(observations: Iterable[Observation], groups: Groups) -> Iterator[Tie]:
    """The address of the whole device that one of its ports states (IEEE 802.1AB, 802.1D).

    Anybody can state anybody's address: two that both have an IPv4 address stay two.
    """
    for one in observations:
        if one.property in OWN and names_device(one.subject):
            kind, pattern = OWN[one.property]
            found = pattern.match(one.value)
            parsed = identifiers.PARSERS[kind](found[1] if found else "")
            repeated = {one.subject.value, parsed.value}
            if not parsed.checked or any(shared(value) for value in repeated):
                continue
            other = Subject(kind, parsed.value, one.subject.network)
            if not all("ipv4" in groups.held(subject) for subject in (one.subject, other)):
                yield one.subject, other


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
        held = [groups.held(root) for root in roots]
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
    if not text or (one.property == "lldp.chassis" and identifiers.mac(text).checked):
        return ""
    name = re.sub(r"(<[0-9a-f]{2}>|\.local)$", "", identifiers.hostname(text).value)
    return "" if name in table("matching")["generic"]["names"] else name


def _family(subject: Subject) -> str:
    return "ipv4" if subject.kind == "ip" and "." in subject.value else subject.kind
