"""Devices meet records: matches, standings and what was searched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from msgspec import Struct
from msgspec.structs import replace

from overlanded.data import table
from overlanded.model.certainty import probability
from overlanded.model.citing import Search
from overlanded.model.devices import Cluster, Device, Identity, Match, Standing
from overlanded.model.evidence import EvidenceItem
from overlanded.model.observing import Power
from overlanded.model.records import Record, RecordStatus
from overlanded.reconcile import removing
from overlanded.reconcile.adopting import named
from overlanded.reconcile.arranging import arranged, content_id
from overlanded.reconcile.assigning import place
from overlanded.reconcile.comparing import compare, total
from overlanded.reconcile.covering import networks, within
from overlanded.reconcile.lines import Line, lines
from overlanded.reconcile.pairing import Kind, kinds
from overlanded.reconcile.profiles import Profile, profile
from overlanded.reconcile.restating import once
from overlanded.reconcile.searching import Searcher
from overlanded.reconcile.standings import certainty, matched, unmatched


class Reconciled(Struct, frozen=True):
    """What came of the comparison."""

    devices: tuple[Device, ...]
    """Least accounted for first, numbered from 1."""
    searches: tuple[Search, ...]
    uncompared: int = 0
    """Lines of no device class (lamps, cables, labour), which were not compared."""
    unlisted: int = 0
    """Pieces that nothing was matched to, beyond those that are listed singly."""


def reconcile(
    records: Sequence[Record],
    identified: Sequence[tuple[Cluster, Identity]],
    papers: Sequence[EvidenceItem],
    power: Mapping[str, Power],
) -> Reconciled:
    """Match devices with records and say how each stands.

    ``power`` says of each device class what the sensors could show; without it a line that nothing
    was matched to is UNKNOWN, not MISSING.
    """
    made, dropped = lines(records)
    compared = once(made)
    profiles = [profile(cluster, identity) for cluster, identity in identified]
    alike = kinds(profiles, compared)
    chosen = _assigned(alike, compared)
    weights = {device: kind.weights for kind in alike for device in kind.devices}
    refusals = _refusals(chosen, weights, compared)
    searcher = Searcher(compared, records, papers, Counter(chosen.values()))

    stood = []
    for number, (cluster, identity) in enumerate(identified):
        device = _seen(cluster, identity)
        line = compared[chosen[number]] if number in chosen else None
        if number in refusals:
            line = _refused(compared[refusals[number]], compared[chosen[number]])
        stood.append(_stand(device, profiles[number], line, weights[number], searcher))
    seen = networks(cluster for cluster, _ in identified)
    taken = Counter(chosen.values())
    most = table("matching")["standing"]["most-unseen"]
    gone = removing.taken_off(compared, records, taken)
    accounted = taken + Counter(removing.fewer(compared, gone))
    unseen = list(islice(_unseen(compared, accounted, seen, power), most))
    removed = removing.devices(compared, gone)
    devices = arranged([*(device for device, _ in stood), *unseen, *removed])
    left = sum(_left(line, accounted[number]) for number, line in enumerate(compared))
    return Reconciled(devices, _found(stood), dropped, left - len(unseen))


def _assigned(alike: Sequence[Kind], compared: Sequence[Line]) -> dict[int, int]:
    """Device → line, by number.

    Pairs at or below the acceptance weight are left out. A refused line counts a share of its
    weight, so that an ordered line that fits as well wins.
    """
    placed = place(
        [_offers(kind, compared) for kind in alike],
        [len(kind.devices) for kind in alike],
        {number: line.capacity for number, line in enumerate(compared)},
    )
    chosen: dict[int, int] = {}
    for kind, found in zip(alike, placed, strict=True):
        places = [line for line, number in sorted(found.items()) for _ in range(number)]
        chosen.update(zip(kind.devices, places, strict=False))
    return chosen


def _refusals(
    chosen: Mapping[int, int], weights: Mapping[int, Mapping[int, float]], compared: Sequence[Line]
) -> dict[int, int]:
    """Device → the refused line that it fits, where only papers that agree nothing list it.

    A work order or a delivery list names what was worked on or sent; it lifts no refusal.
    """
    least = table("matching")["accept"]["weight"]
    found: dict[int, int] = {}
    for device, line in chosen.items():
        if compared[line].agreed:
            continue
        fitting = [
            (weight, -number)
            for number, weight in weights[device].items()
            if weight > least and compared[number].agreed
        ]
        if fitting and all(compared[-number].refused for _, number in fitting):
            found[device] = -max(fitting)[1]
    return found


def _refused(refusal: Line, line: Line) -> Line:
    """The refusal, citing the line that lists the thing all the same."""
    told = (*refusal.changed_by, line.record.id, *line.changed_by)
    return replace(refusal, changed_by=told)


MILLIONTHS = 1_000_000


def _offers(kind: Kind, compared: Sequence[Line]) -> dict[int, int]:
    matching = table("matching")
    refused = matching["refused"]["share"]
    return {
        line: max(1, round(weight * MILLIONTHS * (refused if compared[line].refused else 1)))
        for line, weight in kind.weights.items()
        if weight > matching["accept"]["weight"]
    }


def _found(made: Iterable[tuple[Device, Search | None]]) -> tuple[Search, ...]:
    searches = (search for _, search in made if search)
    return tuple(sorted(searches, key=lambda search: search.id))


def _seen(cluster: Cluster, identity: Identity) -> Device:
    """A device before it is held against the records."""
    return Device(
        id=content_id("d", str(cluster.key)),
        number=0,
        name="",
        device_class=identity.device_class,
        standing=Standing.UNKNOWN,
        cluster=cluster,
        identity=identity,
        probability=1.0,
    )


def _stand(
    device: Device,
    known: Profile,
    line: Line | None,
    weights: Mapping[int, float],
    searcher: Searcher,
) -> tuple[Device, Search | None]:
    """The device with its standing, and the search that shows that no ordered line fits."""
    if line and device.identity:
        device = _matched(device, device.identity, known, line)
    elif searcher.documents:
        device = _undocumented(device, known, searcher.nearest(weights))
    if device.standing not in (Standing.DECLINED, Standing.UNDOCUMENTED):
        return device, None
    search = searcher.search(device.id, known, weights)
    return replace(device, searches=(search.id,)), search


def _matched(device: Device, identity: Identity, known: Profile, line: Line) -> Device:
    waterfall = compare(known, line)
    weight = total(waterfall)
    standing = matched(waterfall, line, identity)
    removed = line.record.status is RecordStatus.REMOVED
    if removed and device.cluster and removing.lies_apart(device.cluster):
        standing = Standing.DOCUMENTED
    match = Match(
        line.record.id, device.id, round(weight, 3), probability(weight), tuple(waterfall)
    )
    if standing is Standing.DOCUMENTED:
        identity = named(identity, line, waterfall)
    return replace(
        device,
        device_class=identity.device_class,
        identity=identity,
        standing=standing,
        matches=(match,),
        records=(line.record.id, *line.changed_by),
        probability=certainty(standing, weight),
    )


def _undocumented(device: Device, known: Profile, nearest: tuple[int, float] | None) -> Device:
    weight = nearest[1] if nearest else FAR
    named = bool(known.traits.classes or known.traits.maker or known.traits.model)
    return replace(
        device,
        standing=Standing.UNDOCUMENTED,
        probability=certainty(Standing.UNDOCUMENTED, weight, named=named),
    )


FAR = -10.0
"""Weight of the nearest line when no line shares anything with the device."""


def _left(line: Line, seen: int) -> int:
    """Pieces that should be there and are matched with no device."""
    due = line.record.status in (RecordStatus.ORDERED, RecordStatus.CHANGED)
    return max(0, line.pieces - seen) if due and line.record.device_class else 0


def _shown(compared: Sequence[Line], taken: Mapping[int, int]) -> float:
    """The share of what the papers list that was seen, by the rule of succession."""
    due = [(line.pieces, taken.get(number, 0)) for number, line in enumerate(compared)]
    listed = sum(pieces for pieces, _ in due)
    return (1 + sum(min(pair) for pair in due)) / (2 + listed)


def _unseen(
    compared: Sequence[Line],
    taken: Mapping[int, int],
    covered: frozenset[str],
    power: Mapping[str, Power],
) -> Iterator[Device]:
    """One device for every piece of an ordered line that nothing was matched to.

    ``covered`` are the networks in which anything was seen.
    """
    most = table("matching")["standing"]["most-pieces"]
    shown = _shown(compared, taken)
    for number, line in enumerate(compared):
        seen = taken.get(number, 0)
        for piece in range(seen, seen + min(most, _left(line, seen))):
            standing, chance = unmatched(line, power if within(line.record, covered) else {}, shown)
            yield Device(
                id=content_id("d", f"{line.record.id} {piece}"),
                number=0,
                name="",
                device_class=line.record.device_class,
                standing=standing,
                cluster=None,
                identity=None,
                records=(line.record.id, *line.changed_by),
                probability=chance,
            )
