"""What is different between two visits: appeared, vanished, moved, changed.

Only what a visit covered can have appeared since, or vanished by then. A visit covers a device by
its network, when a sensor there would have seen it, or by its cabinet, when somebody opened it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from overlanded.assess.visits import between, holding, sightings
from overlanded.assess.wording import chances, listed, proofs
from overlanded.data import table
from overlanded.model.citing import Citation, Locator, Role
from overlanded.model.devices import Device
from overlanded.model.observing import Coverage, Observation, Power, cabinet
from overlanded.model.visits import Change, Visit

Seen = Mapping[int, tuple[Observation, ...]]
"""Number of a visit → what was seen of one device on it."""


Wires = frozenset[tuple[str, str]]
"""(device, network) of everything that a sensor of one visit saw on its network."""


class _Case(Struct, frozen=True):
    visits: Sequence[Visit]
    powers: Sequence[Mapping[str, Power]]
    seen: Mapping[str, Seen]
    """Device id → its sightings."""
    wires: Sequence[Wires]
    """For each visit."""

    def common(self, one: int, other: int) -> frozenset[str]:
        """Networks on which some device was seen on both visits: the same wire, not its name."""
        return frozenset(network for _, network in self.wires[one] & self.wires[other])

    def networks(self, device: str, number: int) -> frozenset[str]:
        """Networks on which a sensor of the visit saw the device."""
        heard = {one.subject.network for one in self.seen[device].get(number, ())}
        return frozenset(one for one in heard if (device, one) in self.wires[number])


def compared(
    visits: Sequence[Visit], devices: Iterable[Device], powers: Sequence[Mapping[str, Power]]
) -> tuple[Visit, ...]:
    """The visits, each with what is different from those before.

    ``powers`` says for each visit what its sensors could show of each device class.
    """
    known = [device for device in devices if device.cluster]
    held = holding(visits)
    seen = {
        one.id: sightings(one.cluster.observations if one.cluster else (), visits, held)
        for one in known
    }
    case = _Case(visits, powers, seen, tuple(_wires(visits, seen)))
    commons = {
        (earlier, later): case.common(earlier, later)
        for later in range(len(visits))
        for earlier in range(later)
    }
    return tuple(
        replace(
            visit,
            changes=tuple(
                change for device in known for change in _changes(device, number, case, commons)
            ),
        )
        for number, visit in enumerate(visits)
    )


def _wires(visits: Sequence[Visit], seen: Mapping[str, Seen]) -> Iterator[Wires]:
    sensors = {one.item for visit in visits for one in visit.coverage if _watches(one)}
    for number in range(len(visits)):
        yield frozenset(
            (device, one.subject.network)
            for device, sighted in seen.items()
            for one in sighted.get(number, ())
            if one.citation.item in sensors and one.subject.kind in ("mac", "ip")
        )


Commons = Mapping[tuple[int, int], frozenset[str]]


def _changes(device: Device, number: int, case: _Case, commons: Commons) -> Iterator[Change]:
    seen = case.seen[device.id]
    before = [earlier for earlier in range(number) if earlier in seen]
    if number in seen and before:
        yield from _differences(device, before[-1], number, case)
    elif number in seen:
        yield from _appeared(device, number, case, commons)
    elif before:
        yield from _vanished(device, before[-1], number, case, commons)


def _appeared(device: Device, number: int, case: _Case, commons: Commons) -> Iterator[Change]:
    for earlier in reversed(range(number)):
        look = _covered(device, number, earlier, case, commons[earlier, number])
        if look:
            why, cited = look
            since, now = case.visits[earlier].name, case.visits[number].name
            words = f"{device.name} was seen on the {now} and not on the {since}, where {why}"
            proof = (*proofs(case.seen[device.id][number])[:3], cited)
            yield Change(device.id, "appeared", since, "", now, f"{words}.", proof)
            return


def _vanished(
    device: Device, earlier: int, number: int, case: _Case, commons: Commons
) -> Iterator[Change]:
    skipped = range(earlier + 1, number)
    if any(_covered(device, earlier, one, case, commons[earlier, one]) for one in skipped):
        return  # told of the first visit that would have shown it
    mine = case.seen[device.id].values()
    if any(between(one, case.visits[number]) for ones in mine for one in ones):
        return
    look = _covered(device, earlier, number, case, commons[earlier, number])
    if look:
        why, cited = look
        since, now = case.visits[earlier].name, case.visits[number].name
        words = f"{device.name} was seen on the {since} and not on the {now}, where {why}"
        proof = (cited, *proofs(case.seen[device.id][earlier])[:3])
        yield Change(device.id, "vanished", since, since, "", f"{words}.", proof)


def _covered(
    device: Device, seen: int, other: int, case: _Case, common: frozenset[str]
) -> tuple[str, Citation] | None:
    """How another visit would have shown a device that one visit saw, and by what."""
    opened = {cabinet(one.value) for one in case.seen[device.id][seen] if one.property == "place"}
    for look in case.visits[other].coverage:
        inside = [name for name in look.where.split(", ") if name and cabinet(name) in opened]
        if look.what == "inspection" and inside:
            return f"{listed(inside)} was opened", _whole(look)
    power = case.powers[other].get(device.device_class)
    wires = case.networks(device.id, seen) & common
    if not power or power.seen.middle < table("visits")["covered"]["power"]:
        return None
    for look in case.visits[other].coverage:
        if _watches(look) and look.view and wires & set(look.view.networks):
            return (
                f"a sensor on its network would have shown it with {chances(power.seen)}",
                _whole(look),
            )
    return None


def _differences(device: Device, earlier: int, number: int, case: _Case) -> Iterator[Change]:
    """What was one thing on the earlier visit and is another now."""
    old, new = case.seen[device.id][earlier], case.seen[device.id][number]
    since, now = case.visits[earlier].name, case.visits[number].name
    for what, of, past, present in (*_stated(old, new), *_addressed(old, new)):
        if of == "network" and not _listened(past, case.visits[number]):
            continue
        before, after = (
            listed(list(dict.fromkeys(v for v, _ in ones))) for ones in (past, present)
        )
        cited = proofs((*(one for _, one in present), *(one for _, one in past)))
        words = f"The {of} of {device.name} was {before} on the {since} and {after} on the {now}."
        yield Change(device.id, what, since, before, after, words, cited)


Told = list[tuple[str, Observation]]
"""(value, where it was seen)."""


def _stated(
    old: Iterable[Observation], new: Iterable[Observation]
) -> Iterator[tuple[str, str, Told, Told]]:
    for row in table("visits")["compare"]:
        for name in row["properties"]:
            past, present = (
                [(x.value, x) for x in those if x.property == name] for those in (old, new)
            )
            if past and present and not _keys(past, row["of"]) & _keys(present, row["of"]):
                yield row["what"], row["of"], past, present
                break


def _addressed(
    old: Iterable[Observation], new: Iterable[Observation]
) -> Iterator[tuple[str, str, Told, Told]]:
    """Addresses that it sent from, and networks that it sent on."""
    for of, value in (("address", _address), ("network", _network)):
        past, present = ([(value(x), x) for x in those if value(x)] for those in (old, new))
        if past and present and not {v for v, _ in past} & {v for v, _ in present}:
            yield "moved", of, past, present


def _address(one: Observation) -> str:
    """An IPv4 address of its own: those of IPv6 come and go by themselves."""
    stated = one.value if one.property == "address" else ""
    value = stated or (one.subject.value if one.subject.kind == "ip" else "")
    return value if "." in value else ""


def _network(one: Observation) -> str:
    if one.subject.kind not in ("mac", "ip"):
        return ""
    return one.subject.network or "the untagged network"


def _listened(past: Told, visit: Visit) -> bool:
    """Whether the visit listened on the networks that the device was on before."""
    views = [one.view for one in visit.coverage if one.view]
    heard = {name or "the untagged network" for view in views for name in view.networks}
    return {value for value, _ in past} <= heard


def _keys(told: Told, of: str) -> set[str]:
    """Values in the spelling in which they are compared."""
    if of == "cabinet":
        return {cabinet(value).value for value, _ in told}
    return {" ".join(value.casefold().split()) for value, _ in told}


def _watches(one: Coverage) -> bool:
    return one.what in table("visits")["covered"]["sensors"]


def _whole(look: Coverage) -> Citation:
    return Citation(look.item, look.path, Locator("item", ""), look.what, Role.SUPPORTING)
