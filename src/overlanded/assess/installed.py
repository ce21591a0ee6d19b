"""Installed: between when and when it was fitted, by every dated fact."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from msgspec.structs import replace

from overlanded.assess.context import Context
from overlanded.assess.dated import dates
from overlanded.assess.wording import (
    listed,
    moment,
    proofs,
    seen,
    span,
    undetermined,
    would_change,
)
from overlanded.data import table
from overlanded.model.citing import Citation
from overlanded.model.devices import Answer, Device, Question
from overlanded.model.intervals import Bound, End, Interval, Trust, between, trusted
from overlanded.model.observing import Observation, cabinet
from overlanded.model.records import RecordStatus

DAY = len("2017-08-15")
DAY_NS = 86_400 * 10**9
CHANGES = ("ordered",)
"""Facts of papers that also repeat lines they leave as they are; those are dated by nothing."""
REFUSED = (RecordStatus.DECLINED, RecordStatus.REMOVED)


def answer(device: Device, context: Context) -> Answer:
    """The narrowest interval that the dated facts allow, placed against the milestones."""
    interval = allowed(device, context)
    bounds = [one for one in (interval.earliest, interval.latest) if one]
    if not bounds:
        return _open(device, interval)
    placed = placing(interval, context.scope.milestones)
    cautions = dict.fromkeys(_caution(one) for one in bounds)
    return Answer(
        question=Question.INSTALLED,
        value=_value(interval, placed),
        words=" ".join((_words(interval, placed), *_beside(interval))),
        citations=tuple(one.citation for one in bounds),
        counter=_against(interval),
        because=f"what can mislead: {'; '.join(cautions)}",
        would_change=would_change(Question.INSTALLED),
        interval=interval,
    )


def allowed(device: Device, context: Context) -> Interval:
    """The narrowest interval that the dated facts allow; open where nothing bounds it."""
    return between(narrowest(facts(device, context)))


def _open(device: Device, interval: Interval) -> Answer:
    """Nothing bounds it; weak facts are told all the same."""
    why = "it was not seen" if device.cluster is None else "no dated sighting of it"
    weak = tuple(one.citation for one in interval.facts)
    none = undetermined(Question.INSTALLED, why, weak or proofs(seen(device)))
    if not weak:
        return none
    return replace(none, words=" ".join((none.words, *_beside(interval))), interval=interval)


def facts(device: Device, context: Context) -> Iterator[Bound]:
    """Every dated fact about the device that bounds when it was fitted."""
    mine = seen(device)
    dated = [one for one in mine if one.property in table("timeline")["stated"]]
    for one in dated:
        yield from _stated(one)
    people = {one.citation.item for one in dated if one.property in ("inspected", "photographed")}
    yield from _sighted(one for one in mine if one.citation.item not in people)
    yield from _opened_without(mine, context)
    yield from _ordered(device, context)


def narrowest(known: Iterable[Bound]) -> tuple[Bound, ...]:
    """Of facts that say the same the one that narrows most."""
    kept: dict[tuple[str, str], Bound] = {}
    for one in sorted(known):
        key = one.kind, one.words
        if key not in kept or one.end is End.EARLIEST:
            kept[key] = one
    return tuple(kept.values())


def _stated(one: Observation) -> Iterator[Bound]:
    """The facts that the value of an observation dates, unless its clock was never set."""
    timeline, detail = table("timeline"), dict(one.detail)
    place = f" at {detail['place']}" if "place" in detail else ""
    for fact in timeline["stated"][one.property]:
        at = dates(fact, one.value, moment(one.first) if one.first else "")
        if at >= table("assessing")["limits"]["time-floor"]:
            kind = timeline["clocks"].get(detail.get("clock"), fact)
            words = {"place": place, "visit": _visit(one), "code": one.value}
            yield _bound(kind, at, one.citation, **words)


def _sighted(mine: Iterable[Observation]) -> Iterator[Bound]:
    sightings = list(mine)
    first, _ = span(sightings)
    for one in sightings:
        if first is not None and one.first == first:
            whole = one.last is not None and one.last - first == DAY_NS - 1
            yield _bound("sighted", moment(first)[: DAY if whole else None], one.citation)
            return


def _opened_without(mine: Sequence[Observation], context: Context) -> Iterator[Bound]:
    """Times before it was found anywhere at which the cabinet was opened that it was found in.

    A cabinet that it stood in later tells when it was moved; one that no longer lists it, that it
    was removed, or overlooked.
    """
    found = [(one.first, one.value) for one in mine if one.property == "place" and one.first]
    first = min(found, default=(0, ""))[0]
    for place in sorted({place for at, place in found if at == first}):
        for look in context.observations.get(cabinet(place), ()):
            if look.last is not None and look.last < first:
                written = dict(look.detail).get("cabinet", place)
                words = {"cabinet": written, "visit": _visit(look)}
                yield _bound("opened-without", look.value, look.citation, **words)


def _ordered(device: Device, context: Context) -> Iterator[Bound]:
    """Papers with a date that add, ask for, send or report what the device was matched with."""
    for record in (context.records[name] for name in device.records if name in context.records):
        fact = table("papers")["kinds"][record.paper]["fact"]
        listed = fact not in CHANGES or record.adds or record.status is RecordStatus.CHANGED
        if record.dated and fact and listed and record.status not in REFUSED:
            yield _bound(fact, record.dated, record.citation)


def _visit(one: Observation) -> str:
    visit = dict(one.detail).get("visit", "")
    return f" on the {visit} visit" if visit else ""


def _bound(kind: str, at: str, citation: Citation, **words: str) -> Bound:
    row = _row(kind)
    return Bound(
        at, End(row["end"]), Trust(row["trust"]), kind, row["says"].format(**words), citation
    )


def _row(kind: str) -> dict[str, Any]:
    found: dict[str, Any] = table("timeline")["fact"][kind]
    return found


def _caution(one: Bound) -> str:
    return str(_row(one.kind)["caution"])


def placing(interval: Interval, milestones: Iterable[tuple[str, str]]) -> str:
    """``, after delivery, before site acceptance``; a day that is both is neither."""
    dated = sorted((at, name) for name, at in milestones if at)
    earliest, latest = interval.earliest, interval.latest
    if interval.contradictory:
        return ""
    after = [name for at, name in dated if earliest and at < earliest.at[: len(at)]]
    before = [name for at, name in dated if latest and at > latest.at[: len(at)]]
    words = [f", after {name}" for name in after[-1:]] + [f", before {name}" for name in before[:1]]
    return "".join(words)


def _value(interval: Interval, placed: str) -> str:
    earliest, latest = interval.earliest, interval.latest
    if interval.contradictory and earliest and latest:
        return f"contradictory: not before {earliest.at[:DAY]}, yet by {latest.at[:DAY]}"
    if earliest and latest:
        first, last = earliest.at[:DAY], latest.at[:DAY]
        return f"on {first}{placed}" if first == last else f"between {first} and {last}{placed}"
    return f"by {latest.at}{placed}" if latest else f"not before {_at(earliest)}{placed}"


def _words(interval: Interval, placed: str) -> str:
    earliest, latest = interval.earliest, interval.latest
    if interval.contradictory and earliest and latest:
        return (
            f"The dated facts contradict each other: not before {_fact(earliest)}, yet by "
            f"{_fact(latest)}. {_strongest(interval)}"
        )
    if latest and not earliest:
        return (
            f"It was fitted by {_fact(latest)}{placed}. "
            "Nothing supplied says since when it has been there."
        )
    until = f" and by {_fact(latest)}" if latest else ""
    tail = "" if latest else " No dated sighting of it bounds the other end."
    return f"It was fitted not before {_fact(earliest)}{until}{placed}.{tail}"


def _strongest(interval: Interval) -> str:
    """What is left of a contradiction when only strong facts are heard."""
    strong = trusted(interval)
    if strong.contradictory or not strong.latest:
        return "One of them is wrong."
    return f"One of them is wrong; by the strong facts alone it was fitted by {strong.latest.at}."


def _beside(interval: Interval) -> Iterator[str]:
    """Weak facts, told and not relied on."""
    weak = [one for one in interval.facts if one.trust is Trust.WEAK]
    if weak:
        told = listed([f"{_fact(one)}: {_caution(one)}" for one in weak])
        yield f"Told, and not relied on: {told}."


def _against(interval: Interval) -> tuple[Citation, ...]:
    """Weak facts that the interval excludes."""
    latest = interval.latest
    return tuple(
        one.citation
        for one in interval.facts
        if one.trust is Trust.WEAK and Interval(one, latest).contradictory
    )


def _at(bound: Bound | None) -> str:
    return bound.at if bound else ""


def _fact(bound: Bound | None) -> str:
    """``2017-06-10 (+K2 was opened and it was not listed there)``."""
    return f"{bound.at} ({bound.words})" if bound else ""
