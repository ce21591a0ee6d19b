"""Who joins networks of the crane, and what shows that it does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from overlanded.assess import configured, ruled, vlans
from overlanded.assess.places import (
    Range,
    Segment,
    addresses,
    has_mac,
    plan_of,
    private,
    ranges,
    zone_of,
)
from overlanded.data import table
from overlanded.model.citing import Citation
from overlanded.model.devices import Device
from overlanded.model.evidence import Scope
from overlanded.model.observing import Observation, Subject

Owner = Callable[[Subject | None], Device | None]
"""The device that a subject is an address of."""
Passers = Mapping[tuple[str, str], tuple[Device, ...]]
"""(network, address) → those that were seen to pass its packets on there."""
Homes = Mapping[str, Mapping[Segment, Citation]]
"""Device id → the segments it is on, each with the place that shows it there."""
Told = Mapping[str, Sequence[Observation]]
"""Property of ``TELLING`` → the observations of one device."""
TELLING = (
    *("fronts", "role", "hops", "offers", "session"),
    *(*configured.PROPERTIES, *ruled.PROPERTIES, *vlans.PROPERTIES),
)


class Sign(Struct, frozen=True):
    """What shows that something joins a segment to others."""

    kind: str
    """A word of ``joins`` in ``data/assessing.toml``."""
    rank: int
    """Its place in that list: the surest first."""
    what: str
    citations: tuple[Citation, ...] = ()


class Joiner(Struct, frozen=True):
    """A device that joins segments, or, without one, their wire or somebody who was not seen."""

    device: Device | None
    doors: Mapping[Segment, Sign]
    """Segments that it leads to, each with what shows it."""


class Survey(Struct, frozen=True):
    """Where everybody is."""

    owner: Owner
    ranges: tuple[Range, ...]
    passers: Passers
    homes: Homes
    taken: Mapping[Segment, Citation]
    """The segments that anybody was seen on, each with a place that shows it."""
    seen: Mapping[str, Told]
    """Device id → what was observed of it that can show whom it joins."""
    devices: Mapping[str, Device]
    """By their ids."""

    def zone(self, device: Device) -> str:
        """The zone of its addresses; empty when none is known, or several are."""
        held = device.cluster.subjects if device.cluster else ()
        found = (zone_of(one.value, self.ranges) for one in held if one.kind == "ip")
        names = {one.zone for one in found if one}
        return names.pop() if len(names) == 1 else ""


def survey(devices: Sequence[Device], owner: Owner, scope: Scope) -> Survey:
    """Worked out once for all devices, in one pass over their observations."""
    seen = {device.id: told(device) for device in devices}
    passers = _passers(devices, seen)
    known = ranges(scope)
    homes = _united({one.id: _home(one, known, passers) for one in devices}, seen, owner)
    taken = {segment: cited for home in homes.values() for segment, cited in home.items()}
    found = Survey(owner, known, passers, homes, taken, seen, {one.id: one for one in devices})
    far = {one.id: home for one in devices if not homes[one.id] and (home := _far(one, found))}
    return replace(found, homes={**homes, **far})


def joiners(devices: Sequence[Device], found: Survey) -> tuple[Joiner, ...]:
    """Everything that joins segments: devices, wires, and those that were not seen."""
    return (
        *_wires(devices, found.homes),
        *filter(None, (_joiner(one, found.seen[one.id], found) for one in devices)),
        *_unseen(found),
    )


def _passers(devices: Iterable[Device], seen: Mapping[str, Told]) -> Passers:
    found: dict[tuple[str, str], dict[str, Device]] = defaultdict(dict)
    for device in devices:
        for one in seen[device.id].get("fronts", ()):
            found[one.subject.network, one.value][device.id] = device
    return {key: tuple(those.values()) for key, those in found.items()}


def _home(device: Device, known: Sequence[Range], passers: Passers) -> Mapping[Segment, Citation]:
    first: dict[str, Citation] = {}
    for one in device.cluster.observations if device.cluster else ():
        first.setdefault(one.subject.network, one.citation)
    home: dict[Segment, Citation] = {}
    for network, held in addresses(device, passers).items():
        plans = [plan_of(one, known) for one in held] or ([""] if has_mac(device) else [])
        for plan in plans if network in first else ():
            home.setdefault(Segment(network, plan), first[network])
    return home


def _far(device: Device, ground: Survey) -> Mapping[Segment, Citation]:
    """Where a device is whose addresses were only passed on: beyond all that was captured."""
    return {
        segment: one.citation
        for one in reversed(device.cluster.observations if device.cluster else ())
        for segment in _beyond(one.subject, ground)
    }


def _united(homes: Homes, seen: Mapping[str, Told], owner: Owner) -> Homes:
    """The same with those made one plan whose stations talk straight to each other."""
    root: dict[Segment, Segment] = {}

    def top(segment: Segment) -> Segment:
        while segment in root:
            segment = root[segment]
        return segment

    for one in _sessions(seen):
        ends = owner(one.subject), owner(one.object)
        if _straight(one) and ends[0] and ends[1]:
            plans = [_only_plan(homes[end.id], one.subject.network) for end in ends if end]
            if plans[0] and plans[1] and top(plans[0]) != top(plans[1]):
                low, high = sorted((top(plans[0]), top(plans[1])), key=lambda end: end.plan)
                root[high] = low
    return {id_: {top(one): cited for one, cited in home.items()} for id_, home in homes.items()}


def _sessions(seen: Mapping[str, Told]) -> Iterator[Observation]:
    return (one for mine in seen.values() for one in mine.get("session", ()))


def _straight(one: Observation) -> bool:
    """MAC to MAC: nobody was between the two."""
    return one.object is not None and one.subject.kind == one.object.kind == "mac"


def _only_plan(home: Mapping[Segment, Citation], network: str) -> Segment | None:
    """The one IPv4 plan on a network; None when there are several or none."""
    mine = [one for one in home if one.network == network and "." in one.plan]
    return mine[0] if len(mine) == 1 else None


def segments(subject: Subject, ground: Survey) -> tuple[Segment, ...]:
    """Where the party is that a subject names, or what lies there beyond all that was captured.

    Nothing for the public Internet: that is no network of a crane.
    """
    device = ground.owner(subject)
    if device is None:
        return _beyond(subject, ground)
    home = ground.homes[device.id]
    if subject.kind == "mac":
        return tuple(one for one in home if one.network == subject.network)
    plan = plan_of(subject.value, ground.ranges)
    return tuple(one for one in home if one.plan == plan) or tuple(home)


def _beyond(subject: Subject, ground: Survey) -> tuple[Segment, ...]:
    """The zone of an address, or its plan; the address alone where the wire has that plan too."""
    zone = zone_of(subject.value, ground.ranges)
    if subject.kind != "ip" or not (zone or private(subject.value)):
        return ()
    plan = plan_of(subject.value, ground.ranges)
    if Segment(subject.network, plan) in ground.taken:
        return (Segment(None, subject.value),)
    return (Segment(None, f"zone {zone.zone}" if zone else f"addresses of {plan}"),)


def _wires(devices: Iterable[Device], homes: Homes) -> Iterator[Joiner]:
    """A wire that carries several plans joins them: a station may take an address of each."""
    wires: dict[str, dict[Segment, Sign]] = defaultdict(dict)
    for device in devices:
        # Without MACs nothing says that two addresses were on one wire.
        for segment, cited in homes[device.id].items() if has_mac(device) else ():
            if segment.network is not None and segment.plan:
                shown = sign("wire", (cited,), plan=segment.plan)
                wires[segment.network].setdefault(segment, shown)
    return (Joiner(None, doors) for doors in wires.values() if len(doors) > 1)


def _joiner(device: Device, seen: Told, ground: Survey) -> Joiner | None:
    """The device with all segments that it leads to; None when it was not seen to join any."""
    home = ground.homes[device.id]
    passed, set_up = _passed(device, seen, ground), _set_up(device, seen, ground)
    several = len({one.network for one in home}) > 1
    shown = best(device, seen) if several or passed else next(iter(set_up.values()), None)
    if shown is None:
        return None
    doors = {
        one: replace(shown, citations=(*shown.citations, cited)) for one, cited in home.items()
    }
    doors |= passed
    # What was seen comes before what is only set up.
    doors = {**set_up, **doors}
    return Joiner(device, doors) if len(doors) > 1 else None


def _set_up(device: Device, seen: Told, ground: Survey) -> Mapping[Segment, Sign]:
    """Segments that it leads to by its own configuration, each with the first line that says so."""
    apart = table("assessing")["joining"]["apart"]
    if device.device_class in apart and not configured.routes(seen):
        return {}
    found: dict[Segment, Sign] = {}
    for segment, kind, parts, one in configured.doors(seen, tuple(ground.taken), ground.ranges):
        found.setdefault(segment, sign(kind, (one.citation,), **parts))
    return found


def _passed(device: Device, seen: Told, ground: Survey) -> Mapping[Segment, Sign]:
    """Segments whose addresses it was seen to pass on, each with the first of them."""
    doors: dict[Segment, Sign] = {}
    for one in seen.get("fronts", ()):
        subject = Subject("ip", one.value, one.subject.network)
        other = ground.owner(subject)
        if other is None or other.id != device.id:
            for segment in segments(subject, ground):
                doors.setdefault(segment, sign("fronts", (one.citation,), address=one.value))
    return doors


def _unseen(ground: Survey) -> Iterator[Joiner]:
    """Segments between which somebody talked, although nothing that joins them was seen."""
    known: set[frozenset[Segment]] = set()
    for one in _sessions(ground.seen):
        if one.object is None or _straight(one):
            continue
        for near in segments(one.subject, ground):
            for far in segments(one.object, ground):
                pair = frozenset((near, far))
                if len(pair) > 1 and pair not in known:
                    known.add(pair)
                    shown = sign("crossed", (one.citation,))
                    yield Joiner(None, {near: shown, far: shown})


def told(device: Device) -> Told:
    """What was observed of a device that can show whom it joins."""
    found: dict[str, list[Observation]] = defaultdict(list)
    for one in device.cluster.observations if device.cluster else ():
        if one.property in TELLING:
            found[one.property].append(one)
    return found


def sign(kind: str, citations: Sequence[Citation], **parts: str) -> Sign:
    """A sign of this kind in its words."""
    words: Mapping[str, str] = table("assessing")["joins"]
    return Sign(kind, list(words).index(kind), words[kind].format(**parts), tuple(citations))


def best(device: Device, seen: Told) -> Sign | None:
    """The surest sign that it passes traffic on; None for those that keep networks apart."""
    for kind, find in CHECKS:
        proof = find(device, seen)
        if proof is not None:
            role = table("device-classes")["classes"][device.device_class]["role"]
            return sign(kind, [one.citation for one in proof[:1]], role=role)
    return None


Proof = Sequence[Observation] | None
"""None when the sign is not there; empty when being on two networks is all there is to it."""


def _passing(_: Device, seen: Told) -> Proof:
    return [one for one in seen.get("role", ()) if one.value == "gateway"] or None


def _lowered(_: Device, seen: Told) -> Proof:
    most = table("assessing")["hops"]["most"]
    counts = [one for one in seen.get("hops", ()) if one.value.isdecimal()]
    return [one for one in counts if 0 < int(one.value) <= most] or None


def _offering(device: Device, seen: Told) -> Proof:
    own = {f"router {one.value}" for one in device.cluster.subjects} if device.cluster else set()
    roles = [one for one in seen.get("role", ()) if one.value == "router-advertiser"]
    return [*roles, *(one for one in seen.get("offers", ()) if one.value in own)] or None


def _made_for_it(device: Device, _: Told) -> Proof:
    return () if device.device_class in table("assessing")["joining"]["routers"] else None


def _not_apart(device: Device, _: Told) -> Proof:
    return None if device.device_class in table("assessing")["joining"]["apart"] else ()


CHECKS: tuple[tuple[str, Callable[[Device, Told], Proof]], ...] = (
    ("passes", _passing),
    ("hops", _lowered),
    ("offers", _offering),
    ("kind", _made_for_it),
    ("both", _not_apart),
)
"""Kind of sign → the check for it, surest first."""
