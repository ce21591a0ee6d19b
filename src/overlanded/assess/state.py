"""State: in service, idle, isolated or removed."""

from __future__ import annotations

from collections.abc import Iterator

from overlanded.assess import said, written
from overlanded.assess.context import Context
from overlanded.assess.wording import (
    chances,
    counted,
    listed,
    moment,
    proofs,
    seen,
    span,
    undetermined,
    watched,
    would_change,
)
from overlanded.data import table
from overlanded.model.citing import Citation
from overlanded.model.devices import Answer, Device, Question
from overlanded.model.observing import Observation
from overlanded.model.records import RecordStatus
from overlanded.model.statements import Claim, Statement
from overlanded.model.visits import Change
from overlanded.model.words import mentions


def answer(device: Device, context: Context) -> Answer:
    """In service, removed and by what, not seen since an old text; else not determined."""
    mine = in_service(device)
    first, last = span(mine)
    if not mine or (last and _gone_since(last, device, context)):
        return _removed(device, context) or _untold(device, context)
    when = f"{moment(first)} to {moment(last)}" if first and last else "time not recorded"
    words = f"It was seen in service, {when}, in {counted(len(mine), 'observation')}."
    return Answer(
        question=Question.STATE,
        value=f"in service ({when})",
        words=" ".join((words, *_vanished(device, context))),
        citations=proofs(mine),
        because="it sent on the network",
        would_change=would_change(Question.STATE),
    )


def _gone_since(last: int, device: Device, context: Context) -> bool:
    """Whether something dated after its last sighting says that it was taken off."""
    return any(on > moment(last)[:10] for on, _, _ in removals(device, context) if on)


def _vanished(device: Device, context: Context) -> Iterator[str]:
    for one in context.changes(device)[-1:]:
        if one.what == "vanished":
            yield one.words[:1].upper() + one.words[1:]


def in_service(device: Device) -> tuple[Observation, ...]:
    """What was seen of it on the network; nothing when only photos, tables or settings know it."""
    if written.only_written(device):
        return ()
    return tuple(one for one in seen(device) if one.subject.kind != "label")


def removals(device: Device, context: Context) -> Iterator[tuple[str, str, Citation]]:
    """(day if known, how it is known, citation) of everything that says that it was taken off."""
    for one in seen(device, "place"):
        if off_crane(one.value):
            on = moment(one.first)[:10] if one.first else ""
            yield on, f"it lies in “{one.value}”", one.citation
    for record in (context.records[one] for one in device.records if one in context.records):
        if record.status is RecordStatus.REMOVED:
            on = context.dated(record.citation)
            yield on, f"a paper says that it was removed ({record.citation})", record.citation


def off_crane(place: str) -> bool:
    """True for the name of a place that is on no crane: a bag, a box, a store."""
    return mentions(place, table("matching")["removed"]["places"])


def vanished(device: Device, context: Context) -> tuple[str, Change] | None:
    """The day of the visit that should have shown it and did not, and what is told of that.

    None when every such visit saw it, or when it was seen again since.
    """
    _, last = span(seen(device))
    for visit in reversed(context.visits):
        for one in visit.changes:
            if one.device == device.id and one.what == "vanished" and visit.first is not None:
                gone = last is None or last < visit.first
                return (moment(visit.first)[:10], one) if gone else None
    return None


def in_place(device: Device) -> list[Observation]:
    """Dated sightings of it where it works: on the network, or by a person at a cabinet."""
    found = [
        one for one in seen(device, "inspected") if not off_crane(dict(one.detail).get("place", ""))
    ]
    return [one for one in (*in_service(device), *found) if one.first is not None]


def _claimed(device: Device, context: Context) -> Iterator[tuple[Statement, Claim]]:
    """The claims that it was removed, without those that it was seen in its place after."""
    last = max((moment(one.first or 0)[:10] for one in in_place(device)), default="")
    for one, claim in said.claims(device, context, "removed"):
        by = one.date if claim.value == "yes" else claim.value
        if claim.value != "no" and not (by and last > by):
            yield one, claim


def _removed(device: Device, context: Context) -> Answer | None:
    known = tuple(removals(device, context))
    claimed = tuple(_claimed(device, context))
    if not known and not claimed:
        return None
    reasons = list(dict.fromkeys(f"{why}{f', {on}' if on else ''}" for on, why, _ in known))
    parties = list(dict.fromkeys(one.by for one, _ in claimed))
    told = [f"Removed: {'; '.join(reasons)}."] if known else []
    told += [f"{'Also c' if known else 'C'}laimed removed by {listed(parties)}."] if parties else []
    told += [_known_by(device)] if seen(device) else []
    told += list(_vanished(device, context))
    days = sorted(on for on, _, _ in known if on)
    value = f"removed{f' (by {days[0]})' if days else ''}" if known else ""
    cited = (*(one for _, _, one in known), *(one.citation for one, _ in claimed))
    return Answer(
        question=Question.STATE,
        value=value or f"removed, claimed by {listed(parties)}",
        words=" ".join(told),
        citations=(*dict.fromkeys(cited), *proofs(seen(device)))[: _most()],
        because="what was handed in says so; no sensor saw it in service since",
        would_change=would_change(Question.STATE),
    )


def _known_by(device: Device) -> str:
    """The files that show a device: ``It is known from bag.jpg.``."""
    paths = sorted({one.citation.path for one in seen(device)})
    return f"It is known from {listed(paths)}."


def _most() -> int:
    return int(table("assessing")["limits"]["citations"])


def _untold(device: Device, context: Context) -> Answer:
    mine = seen(device)
    if not mine:
        return undetermined(Question.STATE, _unseen(device, context), context.sensors())
    if missed := vanished(device, context):
        return _missed(*missed)
    if written.only_written(device):
        if since := _not_since(device, context):
            return since
        why = "tables and settings name it, and no sensor saw it in service"
    else:
        shown = "people saw it" if seen(device, "inspected") else "photos show it"
        why = f"{shown}, and not whether it was in service"
    return undetermined(Question.STATE, why, proofs(mine))


def _missed(on: str, change: Change) -> Answer:
    """What a later visit that should have shown it says of it."""
    told = change.words[:1].upper() + change.words[1:]
    return Answer(
        question=Question.STATE,
        value=f"not seen since the {change.since}",
        words=f"{told} It may have been removed, or moved to where nobody looked.",
        citations=change.citations[: _most()],
        because=f"its place was looked at on {on}",
        would_change=would_change(Question.STATE),
    )


def _not_since(device: Device, context: Context) -> Answer | None:
    """Of what an old text names, that later sensors did not show it although they could have."""
    _, last = span(seen(device))
    later = [one for one in context.coverage if last and one.first and one.first > last]
    power = context.power.get(device.device_class)
    covered = table("matching")["standing"]["covered"]
    if not last or not later or not power or power.seen.middle < covered:
        return None
    on = moment(last)[:10]
    return Answer(
        question=Question.STATE,
        value=f"not seen since {on}",
        words=(
            f"{_known_by(device)} It was not seen {watched(later)}; one that is there would have "
            f"been, with {chances(power.seen)}. It may have been removed, or be silent."
        ),
        citations=(*proofs(seen(device)), *context.sensors())[: _most()],
        because="settings and tables show that it was there once",
        would_change=would_change(Question.STATE),
    )


def _unseen(device: Device, context: Context) -> str:
    """That it was not seen, by whom, and how likely one that is there would have been."""
    if not context.coverage:
        return "it was not seen"
    power = context.power.get(device.device_class)
    told = f"; one that is there would have been, with {chances(power.seen)}" if power else ""
    return f"it was not seen {watched(context.coverage)}{told}"
