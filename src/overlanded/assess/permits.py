"""Permits for remote access, held against the sessions that were seen.

A permit that names equipment speaks of that alone; one that names none, of the whole crane. Who it
was that came, no capture says: only whether somebody was allowed to, then and there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from overlanded.assess import said
from overlanded.assess.context import Context
from overlanded.assess.distant import remote
from overlanded.assess.wording import counted, lasting, limit, listed, moment, span
from overlanded.model.citing import Citation
from overlanded.model.devices import Device
from overlanded.model.observing import Gap, Observation
from overlanded.model.permits import Permit, Session


class Allowed(StrEnum):
    """How a session stands against the permits that were handed in."""

    INSIDE = "inside"
    OUTSIDE = "outside"
    UNTOLD = "untold"
    """Several sessions seen as one, which a permit covers in part; or a clock that was not set."""
    UNSUPPLIED = "unsupplied"
    """No permit that speaks of the equipment was handed in."""


class Held(Struct, frozen=True):
    """One session, how it stands, and the permits that were then in force."""

    session: Observation
    allowed: Allowed
    words: str
    """As they follow the session's times: ``inside permit P-17``."""
    permits: tuple[Permit, ...] = ()

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The session, then the permits."""
        return (self.session.citation, *(permit.citation for permit in self.permits))


def held(device: Device, context: Context) -> tuple[Held, ...]:
    """Every remote session of the device with how it stands, in order of time."""
    sessions = remote(device, context)
    given = _about(device, context) if sessions else ()
    return tuple(_held(session, given) for session in sessions)


def used(context: Context) -> tuple[Permit, ...]:
    """The permits of the case in order of time, each with the sessions held against it."""
    found: dict[str, list[Session]] = defaultdict(list)
    for device in context.devices if context.permits else ():
        for one in held(device, context):
            seen = one.session
            session = Session(
                device.id, one.allowed, one.words, seen.first, seen.last, seen.citation
            )
            for permit in one.permits:
                found[permit.id].append(session)
    ordered = sorted(context.permits, key=lambda one: (one.first, one.last, one.id))
    return tuple(replace(one, sessions=tuple(found[one.id])) for one in ordered)


def unmet(context: Context) -> tuple[Gap, ...]:
    """A gap for every permit that names equipment which is no device of this case."""
    if not context.permits:
        return ()
    names = frozenset(name for device in context.devices for name in said.names(device, context))
    return tuple(
        _unmet(one) for one in context.permits if one.about and not said.named(one.about, names)
    )


def told(sessions: Sequence[Held]) -> list[str]:
    """``1 of 3 sessions outside any permit supplied``; nothing when there is none to tell."""
    judged = [one for one in sessions if one.allowed is not Allowed.UNSUPPLIED]
    outside = sum(one.allowed is Allowed.OUTSIDE for one in judged)
    inside = sum(one.allowed is Allowed.INSIDE for one in judged)
    if outside:
        every = counted(len(judged), "remote session")
        return [f"{outside} of {every} outside any permit supplied"]
    if judged and inside == len(judged):
        return [f"{counted(inside, 'remote session')} inside a permit"]
    return []


def cited(sessions: Sequence[Held]) -> tuple[Citation, ...]:
    """Sessions and the permits they were held against, each once, as many as an answer shows."""
    judged = (one for one in sessions if one.allowed is not Allowed.UNSUPPLIED)
    places = (place for one in judged for place in one.citations)
    return tuple(dict.fromkeys(places))[: limit("citations")]


def _unmet(permit: Permit) -> Gap:
    what = f"equipment that {permit.name} speaks of ({listed(permit.about)})"
    why = "no device of this case has that name, identifier, place, line or class"
    mend = "name it by its address, MAC, serial number, cabinet, line of the paper, or class"
    return Gap(f"g-{permit.id}", what, why, mend, permit.citation, ("activity",))


def _about(device: Device, context: Context) -> tuple[Permit, ...]:
    if not context.permits:
        return ()
    names = said.names(device, context)
    found = (one for one in context.permits if not one.about or said.named(one.about, names))
    return tuple(sorted(found, key=lambda one: (one.first, one.last, one.id)))


def _held(session: Observation, given: Sequence[Permit]) -> Held:
    if not given:
        return Held(session, Allowed.UNSUPPLIED, "no permit for it was supplied")
    first, last = span((session,))
    if first is None or last is None:
        return Held(session, Allowed.UNTOLD, "by a clock that was not set")
    then = tuple(one for one in given if one.first <= last and first <= one.last)
    if not then:
        return Held(session, Allowed.OUTSIDE, _apart(first, last, given), (_nearest(first, given),))
    begun, until = then[0].first, then[0].last
    for one in then:
        if one.first <= until:
            until = max(until, one.last)
    names = listed([one.name for one in then])
    if begun <= first and last <= until:
        return Held(session, Allowed.INSIDE, f"inside {names}", then)
    if session.count > 1:
        return Held(session, Allowed.UNTOLD, f"in part inside {names}", then)
    return Held(session, Allowed.OUTSIDE, _beyond(first, last, (begun, until), names), then)


def _beyond(first: int, last: int, allowed: tuple[int, int], names: str) -> str:
    """``begun 4 min before permit P-17, and went on 2 h after its end``."""
    begun, until = allowed
    parts = []
    if first < begun:
        parts.append(f"begun {_while(begun - first)} before {names}")
    if last > until:
        parts.append(f"went on {_while(last - until)} after the end of {names}")
    return " and ".join(parts)


def _apart(first: int, last: int, given: Sequence[Permit]) -> str:
    nearest = _nearest(first, given)
    way = (
        f"begun {_while(first - nearest.last)} after the end of"
        if first > nearest.last
        else f"over {_while(nearest.first - last)} before the begin of"
    )
    return f"outside any permit supplied: {way} {nearest.name}"


def _nearest(first: int, given: Sequence[Permit]) -> Permit:
    return min(given, key=lambda one: (min(abs(first - one.last), abs(first - one.first)), one.id))


def timed(one: Held) -> str:
    """``2026-11-26T08:00:01Z to 2026-11-26T08:05:12Z (inside permit P-17)``."""
    times = f"{moment(one.session.first or 0)} to {moment(one.session.last or 0)}"
    return times if one.allowed is Allowed.UNSUPPLIED else f"{times} ({one.words})"


def _while(ns: int) -> str:
    return lasting(ns / HOUR_NS)


HOUR_NS = 3_600_000_000_000
