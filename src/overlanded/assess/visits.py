"""Visits: which evidence was collected together, and what each visit looked at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from msgspec import Struct

from overlanded.data import table
from overlanded.model.evidence import EvidenceItem, Scope
from overlanded.model.intervals import day
from overlanded.model.observing import Coverage, Observation
from overlanded.model.visits import Visit

DAY_NS = 86_400 * 10**9


class _Look(Struct, frozen=True):
    """One coverage with the kind of visit it belongs to and its time, if known."""

    coverage: Coverage
    kind: str
    first: int | None
    last: int | None


def visits(
    coverage: Iterable[Coverage], items: Iterable[EvidenceItem], scope: Scope
) -> tuple[Visit, ...]:
    """The visits in order of time, those without a day in the order of their kinds."""
    known = {item.id: item for item in items}
    kinds: dict[str, list[_Look]] = defaultdict(list)
    for one in coverage:
        look = _look(one, known.get(one.item), scope)
        kinds[look.kind].append(look)
    made = [_visit(kind, group) for kind, looks in kinds.items() for group in _together(looks)]
    return tuple(sorted(made, key=_when))


Holding = Mapping[str, tuple[int, ...]]
"""Id of an item → numbers of the visits that it was collected on."""


def holding(made: Sequence[Visit]) -> Holding:
    """The visits of every item; an inspection sheet may hold several."""
    found: dict[str, list[int]] = defaultdict(list)
    for number, visit in enumerate(made):
        for item in visit.items:
            found[item].append(number)
    return {item: tuple(numbers) for item, numbers in found.items()}


def sightings(
    seen: Iterable[Observation], made: Sequence[Visit], held: Holding
) -> Mapping[int, tuple[Observation, ...]]:
    """Number of a visit → what was seen on it; what belongs to no visit is left out.

    What several captures saw is one observation, cited where it was first: it was seen on the visit
    of its citation and on that of its last time.
    """
    every = tuple(range(len(made)))
    found: dict[int, list[Observation]] = defaultdict(list)
    for one in seen:
        among = held.get(one.citation.item, every)
        number = among[0] if len(among) == 1 else _at(one.first, among, made)
        last = _at(one.last, every, made)
        for each in {each for each in (number, last) if each is not None}:
            found[each].append(one)
    return {number: tuple(ones) for number, ones in sorted(found.items())}


def between(one: Observation, visit: Visit) -> bool:
    """Whether a visit lies inside the time of an observation: it may have been seen then too."""
    if one.first is None or one.last is None or visit.first is None or visit.last is None:
        return False
    return one.first <= visit.first and visit.last <= one.last


def _look(one: Coverage, item: EvidenceItem | None, scope: Scope) -> _Look:
    collected = day(item.collected_at) if item else ""
    first = one.first if one.first is not None else _midnight(collected)
    last = one.last if one.last is not None else first
    noted = dict(one.detail).get("visit", "") or (item.visit if item else "")
    return _Look(one, _meant(noted) or _by_date(first, scope), first, last)


def _meant(noted: str) -> str:
    """factory, delivery or site; any other word as it is written."""
    word = " ".join(noted.casefold().split())
    words: Mapping[str, list[str]] = table("inspection")["visits"]
    return next((kind for kind, written in words.items() if word in written), word)


def _by_date(first: int | None, scope: Scope) -> str:
    """The kind of visit that the milestones make of a day; empty when they do not tell."""
    dates = {name.casefold(): at for name, at in scope.milestones if at}
    kinds = table("visits")["kind"]
    if first is None or not any(name in dates for kind in kinds for name in kind["until"]):
        return ""
    on = _day(first)
    for kind in kinds:
        until = next((dates[name] for name in kind["until"] if name in dates), "")
        if until and on <= until:
            return str(kind["name"])
    return str(kinds[-1]["name"])


def _together(looks: Sequence[_Look]) -> Iterator[list[_Look]]:
    """The looks of one kind in groups that lie apart; those without a day join the only group."""
    dated = sorted((one for one in looks if one.first is not None), key=_start)
    undated = [one for one in looks if one.first is None]
    groups: list[list[_Look]] = []
    most = table("visits")["apart"]["days"] * DAY_NS
    until = 0
    for one in dated:
        if not groups or _start(one) - until > most:
            groups.append([])
        groups[-1].append(one)
        until = max(until, one.last or 0)
    if undated and len(groups) == 1:
        groups[0].extend(undated)
    elif undated:
        groups.append(undated)
    yield from groups


def _visit(kind: str, looks: Sequence[_Look]) -> Visit:
    firsts = [one.first for one in looks if one.first is not None]
    lasts = [one.last for one in looks if one.last is not None]
    first, last = min(firsts, default=None), max(lasts, default=None)
    words = (kind, "visit", _day(first) if first is not None else "")
    ordered = sorted(looks, key=lambda one: (one.coverage.path, one.coverage.where, _start(one)))
    return Visit(
        " ".join(filter(None, words)), kind, first, last, tuple(one.coverage for one in ordered)
    )


def _when(visit: Visit) -> tuple[int, int, str]:
    names = [kind["name"] for kind in table("visits")["kind"]]
    order = names.index(visit.kind) if visit.kind in names else len(names)
    if visit.first is not None:
        return visit.first, order, visit.name
    # Without a day a kind of its own place: the factory before every day, the site after it.
    return (0 if order == 0 else LATE), order, visit.name


LATE = 1 << 62


def _at(moment: int | None, among: Iterable[int], made: Sequence[Visit]) -> int | None:
    """The visit in whose days a moment lies."""
    for number in among:
        first, last = made[number].first, made[number].last
        if moment is None or first is None or last is None:
            continue
        if first - DAY_NS < moment < last + DAY_NS:
            return number
    return None


def _start(one: _Look) -> int:
    return one.first or 0


def _midnight(text: str) -> int | None:
    if len(text) != len("2017-08-15"):
        return None
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 10**9


def _day(ns: int) -> str:
    return datetime.fromtimestamp(ns // 10**9, UTC).strftime("%Y-%m-%d")
