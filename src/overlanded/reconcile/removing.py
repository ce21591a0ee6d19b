"""Pieces that a paper says were taken off: known, though nothing was seen of them.

Only a line that gives a number of one piece (its serial number, MAC or IMEI) tells of a piece that
was there. A struck or deleted line without one tells of something that was never delivered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from overlanded.data import table
from overlanded.model.devices import Cluster, Device, Standing
from overlanded.model.records import Record, RecordStatus
from overlanded.model.words import mentions
from overlanded.reconcile.arranging import content_id
from overlanded.reconcile.lines import Line
from overlanded.reconcile.restating import sort


def taken_off(
    compared: Sequence[Line], records: Iterable[Record], taken: Mapping[int, int]
) -> tuple[int, ...]:
    """Numbers of the lines that say of one known piece that it was removed.

    ``taken`` says how many devices each line was matched with: what is matched is there.
    """
    known = {record.id: record for record in records}
    return tuple(
        number
        for number, line in enumerate(compared)
        if line.record.status is RecordStatus.REMOVED
        and not taken.get(number)
        and any(_individual(one) for one in _says(line, known))
    )


def fewer(compared: Sequence[Line], gone: Iterable[int]) -> Mapping[int, int]:
    """Number of a line → how many of its pieces another paper says were taken off."""
    pieces = Counter(sort(compared[number]) for number in gone)
    return {
        number: pieces[sort(line)]
        for number, line in enumerate(compared)
        if not line.refused and pieces[sort(line)]
    }


def devices(compared: Sequence[Line], gone: Iterable[int]) -> Iterator[Device]:
    """A device for each: on paper, as removed, and nothing was seen of it."""
    for number in gone:
        line = compared[number]
        yield Device(
            id=content_id("d", f"{line.record.id} removed"),
            number=0,
            name="",
            device_class=line.record.device_class or "unknown",
            standing=Standing.DOCUMENTED,
            cluster=None,
            identity=None,
            records=(line.record.id, *line.changed_by),
            probability=table("matching")["standing"]["ceiling"],
        )


def lies_apart(cluster: Cluster) -> bool:
    """True for a piece that labels alone show, in a bag, a box or a store."""
    places = [one.value for one in cluster.observations if one.property == "place"]
    words = table("matching")["removed"]["places"]
    labels = all(one.subject.kind == "label" for one in cluster.observations)
    return labels and bool(places) and all(mentions(one, words) for one in places)


def _says(line: Line, known: Mapping[str, Record]) -> Iterator[Record]:
    yield line.record
    yield from (known[one] for one in line.changed_by if one in known)


def _individual(record: Record) -> bool:
    kinds = table("matching")["removed"]["individual"]
    return record.status is RecordStatus.REMOVED and any(
        one.kind in kinds for one in record.identifiers
    )
