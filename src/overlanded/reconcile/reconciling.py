"""Devices meet records: matches, standings and what was searched."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from overlanded.model.certainty import probability
from overlanded.model.citing import Search
from overlanded.model.devices import Cluster, Device, Identity, Match, Standing
from overlanded.model.evidence import EvidenceItem
from overlanded.model.records import Record, RecordStatus
from overlanded.reconcile.arranging import arranged, content_id
from overlanded.reconcile.assigning import assign
from overlanded.reconcile.lines import Line, lines
from overlanded.reconcile.pairing import Pair, pairs
from overlanded.reconcile.profiles import Profile, profile
from overlanded.reconcile.searching import Searcher
from overlanded.reconcile.standings import certainty, matched, unmatched


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What came of the comparison."""

    devices: tuple[Device, ...]
    """Least accounted for first, numbered from 1."""
    searches: tuple[Search, ...]
    uncompared: int = 0
    """Lines of no device class (lamps, cables, labour), which were not compared."""


def reconcile(
    records: Sequence[Record],
    identified: Sequence[tuple[Cluster, Identity]],
    papers: Sequence[EvidenceItem],
    covered: bool,  # noqa: FBT001 - part of the pipeline's contract
) -> Reconciled:
    """Match devices with records and say how each stands.

    ``covered`` is True when a sensor could have seen the crane's networks; without it a line
    that nothing was matched to is UNKNOWN, not MISSING.
    """
    compared, dropped = lines(records)
    profiles = [profile(cluster, identity) for cluster, identity in identified]
    by_device: Mapping[int, list[Pair]] = defaultdict(list)
    for pair in pairs(profiles, compared):
        by_device[pair.device].append(pair)
    chosen = assign((pair for found in by_device.values() for pair in found), compared)
    searcher = Searcher(compared, records, papers, Counter(pair.line for pair in chosen.values()))

    made = [
        _device(one, profiles[number], chosen.get(number), by_device[number], compared, searcher)
        for number, one in enumerate(identified)
    ]
    unseen = _unseen(compared, chosen.values(), covered=covered)
    return Reconciled(arranged([*(device for device, _ in made), *unseen]), _found(made), dropped)


def _found(made: Iterable[tuple[Device, Search | None]]) -> tuple[Search, ...]:
    searches = (search for _, search in made if search)
    return tuple(sorted(searches, key=lambda search: search.id))


def _device(
    one: tuple[Cluster, Identity],
    known: Profile,
    pair: Pair | None,
    found: Sequence[Pair],
    compared: Sequence[Line],
    searcher: Searcher,
) -> tuple[Device, Search | None]:
    cluster, identity = one
    device = Device(
        id=content_id("d", str(cluster.key)),
        number=0,
        name="",
        device_class=identity.device_class,
        standing=Standing.UNKNOWN,
        cluster=cluster,
        identity=identity,
        probability=1.0,
    )
    named = bool(known.traits.classes or known.traits.maker or known.traits.model)
    if pair:
        line = compared[pair.line]
        standing = matched(pair, line, identity)
        device = replace(
            device,
            standing=standing,
            matches=(_match(pair, line, device.id),),
            records=(line.record.id, *line.changed_by),
            probability=certainty(standing, pair.weight, named=named),
        )
    elif searcher.documents:
        left = searcher.nearest(found)
        weight = left.weight if left else -10.0
        device = replace(
            device,
            standing=Standing.UNDOCUMENTED,
            probability=certainty(Standing.UNDOCUMENTED, weight, named=named),
        )
    if device.standing not in (Standing.DECLINED, Standing.UNDOCUMENTED):
        return device, None
    search = searcher.search(device.id, known, found)
    return replace(device, searches=(search.id,)), search


def _match(pair: Pair, line: Line, device: str) -> Match:
    chance = probability(pair.weight)
    return Match(line.record.id, device, round(pair.weight, 3), chance, pair.waterfall)


def _unseen(compared: Sequence[Line], chosen: Iterable[Pair], *, covered: bool) -> Iterator[Device]:
    """One device for every piece of an ordered line that nothing was matched to."""
    taken = Counter(pair.line for pair in chosen)
    for number, line in enumerate(compared):
        if line.record.status not in (RecordStatus.ORDERED, RecordStatus.CHANGED):
            continue
        if not line.record.device_class:
            continue
        for piece in range(taken[number], line.pieces):
            standing = unmatched(line, covered=covered)
            yield Device(
                id=content_id("d", f"{line.record.id} {piece}"),
                number=0,
                name="",
                device_class=line.record.device_class,
                standing=standing,
                cluster=None,
                identity=None,
                records=(line.record.id, *line.changed_by),
                probability=certainty(standing, 0.0, named=True),
            )
