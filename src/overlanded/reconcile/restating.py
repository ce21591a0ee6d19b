"""Papers repeat each other: a delivery note lists what the contract lists, not more of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from overlanded.model.records import RecordStatus
from overlanded.reconcile.lines import Line, held_by
from overlanded.reconcile.profiles import Classes, plain, spaced

Sort = tuple[Classes, str, str]
"""Class, maker, and type or else words: what makes two lines speak of one kind of thing."""


def once(made: Sequence[Line]) -> tuple[Line, ...]:
    """The lines, those that repeat another paper folded into it.

    The purchaser's paper leads; of others the one that lists the most of a thing. Lines that a
    change order adds, and papers whose places all differ, list more of it. What a purchaser's
    paper refuses stays refused although a paper of the maker lists it.
    """
    kept = {line.record.id: line for line in made}
    for papers in _papers(made).values():
        leads: list[list[Line]] = []
        for lines in sorted(papers.values(), key=_leading):
            lead = next((one for one in leads if _same_places(one, lines)), None)
            if lead is None:
                leads.append(lines)
            else:
                _fold(kept, lead, lines)
    _keep_refusals(kept)
    return tuple(kept.values())


def _papers(made: Iterable[Line]) -> Mapping[object, Mapping[str, list[Line]]]:
    """(refused or not, sort) → paper → its lines."""
    found: dict[object, dict[str, list[Line]]] = defaultdict(lambda: defaultdict(list))
    for line in made:
        if not line.record.adds:
            found[line.refused, sort(line)][line.record.citation.item].append(line)
    return found


def sort(line: Line) -> Sort:
    """What kind of thing a line speaks of."""
    named = line.model.replace(" ", "") or plain(line.record.description)
    return line.classes, line.maker, named


def _leading(lines: Sequence[Line]) -> tuple[bool, int, int, str]:
    pieces = sum(line.pieces for line in lines)
    telling = sum(len(line.identifiers) for line in lines)
    return not held_by(lines[0].record, "purchasers"), -pieces, -telling, lines[0].record.id


def _same_places(ours: Iterable[Line], theirs: Iterable[Line]) -> bool:
    here, there = ({spaced(line.record.place) for line in lines} for lines in (ours, theirs))
    return "" in here or "" in there or not here.isdisjoint(there)


def _fold(kept: dict[str, Line], lead: Sequence[Line], lines: Sequence[Line]) -> None:
    """Let the leading lines cite those that repeat them, and take over their identifiers."""
    for number, line in enumerate(lines):
        into = kept[lead[number % len(lead)].record.id]
        kinds = {*into.identifiers, *line.identifiers}
        known = {
            kind: into.identifiers.get(kind, frozenset()) | line.identifiers.get(kind, frozenset())
            for kind in sorted(kinds)
        }
        told = (*into.changed_by, line.record.id, *line.changed_by)
        agreed = into.agreed or line.agreed
        kept[into.record.id] = replace(into, identifiers=known, changed_by=told, agreed=agreed)
        del kept[line.record.id]


def _keep_refusals(kept: dict[str, Line]) -> None:
    refusals = {
        sort(line): line
        for line in kept.values()
        if line.refused and held_by(line.record, "purchasers")
    }
    for line in tuple(kept.values()):
        refusal = refusals.get(sort(line))
        if refusal and _is_makers_list(line) and not line.record.adds:
            _fold(kept, [refusal], [line])


def _is_makers_list(line: Line) -> bool:
    return line.record.status is RecordStatus.ORDERED and held_by(line.record, "makers")
