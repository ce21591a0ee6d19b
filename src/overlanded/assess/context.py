"""What the answers are drawn from besides the device itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property

from msgspec import Struct, field

from overlanded.assess.paths import Reaching, reaching
from overlanded.assess.wording import proofs, seen, undetermined, watched, would_change
from overlanded.data import table
from overlanded.model.citing import Citation, Locator, Role, Search
from overlanded.model.devices import Answer, Device, Question
from overlanded.model.evidence import EvidenceItem, Scope
from overlanded.model.intervals import day
from overlanded.model.observing import Chance, Coverage, Gap, Observation, Power, Subject
from overlanded.model.permits import Permit
from overlanded.model.records import Record
from overlanded.model.statements import Statement
from overlanded.model.visits import Change, Visit


class Context(Struct, frozen=True, dict=True):
    """The case around a device, indexed once for all devices."""

    scope: Scope
    records: Mapping[str, Record] = field(default_factory=dict)
    searches: Mapping[str, Search] = field(default_factory=dict)
    devices: tuple[Device, ...] = ()
    observations: Mapping[Subject, tuple[Observation, ...]] = field(default_factory=dict)
    """By subject, of everybody, hosts beyond a gateway included."""
    coverage: tuple[Coverage, ...] = ()
    gaps: tuple[Gap, ...] = ()
    items: tuple[EvidenceItem, ...] = ()
    power: Mapping[str, Power] = field(default_factory=dict)
    """What the sensors could show of each device class."""
    habits: Mapping[str, Chance] = field(default_factory=dict)
    """Habit of somebody far away, in words → the chance that they would have seen it."""
    statements: tuple[Statement, ...] = ()
    visits: tuple[Visit, ...] = ()
    """In order of time, each with what is different from those before."""
    permits: tuple[Permit, ...] = ()

    @cached_property
    def owners(self) -> Mapping[Subject, Device]:
        """Subject → the device it belongs to."""
        return {
            subject: device
            for device in self.devices
            if device.cluster
            for subject in device.cluster.subjects
        }

    @cached_property
    def homes(self) -> Mapping[str, Device]:
        """Address → the one device that has it on any network; left out when several do."""
        return _homes(self.owners)

    @cached_property
    def reaching(self) -> Reaching:
        """What matters on the crane's network, and the ways to it."""
        return reaching(self.devices, self.owner, self.scope)

    @cached_property
    def changed(self) -> Mapping[str, tuple[Change, ...]]:
        """Device id → what is different for it between visits."""
        return _changed(self.visits)

    @cached_property
    def papers(self) -> Mapping[str, str]:
        """Path → item id of everything that can be cited as a whole."""
        papers = {item.path: item.id for item in self.items}
        papers.update({one.citation.path: one.citation.item for one in self.records.values()})
        return papers

    def owner(self, subject: Subject | None) -> Device | None:
        """The device that a subject is an address or name of."""
        if subject is None:
            return None
        return self.owners.get(subject) or self.homes.get(subject.value)

    def documents(self, paths: Iterable[str]) -> tuple[Citation, ...]:
        """Whole papers as citations: what *not found* was looked for in."""
        return tuple(
            Citation(self.papers[path], path, Locator("item", ""), "", Role.SUPPORTING)
            for path in sorted(set(paths))
            if path in self.papers
        )

    def dated(self, citation: Citation) -> str:
        """The day that ``crane.toml`` gives for the cited file; empty when it gives none."""
        collected = (one.collected_at for one in self.items if one.id == citation.item)
        return day(next(collected, ""))

    def changes(self, device: Device) -> tuple[Change, ...]:
        """What is different for the device between visits, in order of time."""
        return self.changed.get(device.id, ())

    def sensors(self) -> tuple[Citation, ...]:
        """The sensors whose coverage a *not seen* rests on, as citations."""
        return tuple(
            Citation(one.item, one.path, Locator("item", ""), one.what, Role.SUPPORTING)
            for one in sorted(self.coverage, key=lambda one: (one.path, one.item, one.where))
        )[: table("assessing")["limits"]["citations"]]


def shared(value: str) -> bool:
    """True for a MAC that several devices are known to carry."""
    prefixes = tuple(table("matching")["shared-macs"])
    return value in table("shared-identifiers")["mac"] or value.startswith(prefixes)


def indexed(observations: Iterable[Observation]) -> Mapping[Subject, tuple[Observation, ...]]:
    """Observations by subject, in the order given."""
    found: dict[Subject, list[Observation]] = defaultdict(list)
    for one in observations:
        found[one.subject].append(one)
    return {subject: tuple(ones) for subject, ones in found.items()}


def family(device_class: str) -> str:
    """The family of a device class: ``control``, ``communications`` and others."""
    classes = table("device-classes")["classes"]
    return str(classes.get(device_class, classes["unknown"])["family"])


def passed_on(device: Device, context: Context, name: str) -> tuple[Observation, ...]:
    """What was observed of hosts beyond the device that it fronts and that are no device here."""
    mine = device.cluster.observations if device.cluster else ()
    behind = (
        Subject("ip", one.value, one.subject.network) for one in mine if one.property == "fronts"
    )
    return tuple(
        one
        for subject in dict.fromkeys(behind)
        if context.owner(subject) is None
        for one in context.observations.get(subject, ())
        if one.property == name
    )


def _changed(visits: Iterable[Visit]) -> Mapping[str, tuple[Change, ...]]:
    found: dict[str, list[Change]] = defaultdict(list)
    for change in (change for visit in visits for change in visit.changes):
        found[change.device].append(change)
    return {device: tuple(changes) for device, changes in found.items()}


def _homes(owners: Mapping[Subject, Device]) -> Mapping[str, Device]:
    several: dict[str, dict[str, Device]] = defaultdict(dict)
    for subject, device in owners.items():
        several[subject.value][device.id] = device
    return {
        value: next(iter(found.values())) for value, found in several.items() if len(found) == 1
    }


def not_seen(
    question: Question, device: Device, context: Context, *, value: str, words: str, because: str
) -> Answer:
    """*Not seen*, by which sensors in which time; *not determined* where no sensor looked."""
    if not context.coverage:
        return undetermined(question, "no sensor covered its network", proofs(seen(device)))
    return Answer(
        question=question,
        value=value,
        words=f"{words} {watched(context.coverage)}.",
        citations=context.sensors(),
        because=because,
        would_change=would_change(question),
    )
