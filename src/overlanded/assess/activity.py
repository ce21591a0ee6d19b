"""Activity: whether it talked outside, when, how much and to whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from overlanded.assess import carried, permits
from overlanded.assess.context import Context
from overlanded.assess.distant import far_away, visits
from overlanded.assess.wording import (
    chances,
    counted,
    limit,
    listed,
    moment,
    proofs,
    seen,
    span,
    undetermined,
    watched,
    would_change,
)
from overlanded.model.devices import Answer, Device, Link, Question
from overlanded.model.observing import Observation, Subject


def answer(device: Device, context: Context) -> Answer:
    """Outside contacts, tunnels, and sessions whose real end is far away by their timing."""
    contacts, far = seen(device, "contact"), far_away(device, context)
    held = carried.outward(device)
    if not contacts and not far and not held:
        return _silent(device, context)
    visited, regular = visits(device, context), _regular(device)
    sessions = permits.held(device, context)
    told = [*_contacts(contacts), *carried.told(held)]
    told += [*_cadences(regular, contacts), *_delays(far, visited), *permits.told(sessions)]
    first, last = span((*contacts, *far, *held))
    when = f" First {moment(first)}, last {moment(last)}." if first and last else ""
    return Answer(
        question=Question.ACTIVITY,
        value=" · ".join(told),
        words=f"{'. '.join(text[0].upper() + text[1:] for text in told)}.{_times(sessions)}{when}",
        citations=(*proofs((*contacts, *held, *far, *regular)), *permits.cited(sessions)),
        because=f"{_basis(far)}; {_uplink()}",
        would_change=would_change(Question.ACTIVITY),
        links=(*_somebody(far, visited), *_links(contacts), *_others(held, contacts)),
    )


def _regular(device: Device) -> tuple[Observation, ...]:
    """What it does with the outside as by a clock: of each address and kind the surest.

    Polling on the crane is none of it.
    """
    outside = [
        (dict(one.detail), one)
        for one in seen(device, "regular")
        if dict(one.detail)["direction"] != "local"
    ]
    surest: dict[tuple[Subject | None, str], Observation] = {}
    for detail, one in sorted(outside, key=lambda pair: -float(pair[0]["score"])):
        surest.setdefault((one.object, detail["how"]), one)
    return tuple(surest.values())


def _basis(far: Sequence[Observation]) -> str:
    if far:
        return "the client's part of a handshake came too late for a host on the crane"
    return "conversations seen"


def _uplink() -> str:
    return "an uplink of its own does not cross this network and would not be seen"


def _silent(device: Device, context: Context) -> Answer:
    if device.cluster is None:
        return undetermined(Question.ACTIVITY, "it was not seen")
    if not context.coverage:
        return undetermined(
            Question.ACTIVITY, "no sensor covered its network", proofs(seen(device))
        )
    inside = carried.local(device)
    return Answer(
        question=Question.ACTIVITY,
        value="not seen",
        words=(
            f"No traffic to the outside was seen {watched(context.coverage)}. "
            f"Not seen does not mean that there was none.{_missed(context)}{_local(inside)}"
        ),
        citations=(*context.sensors(), *proofs(inside))[: limit("citations")],
        because=_uplink(),
        would_change=would_change(Question.ACTIVITY),
    )


def _missed(context: Context) -> str:
    """How likely somebody who comes now and then would have been seen."""
    told = [f"{about}: {chances(chance)}" for about, chance in context.habits.items()]
    if not told:
        return ""
    return f" How likely somebody who connects would have been seen, {', '.join(told)}."


def _local(inside: Sequence[Observation]) -> str:
    return f" Between addresses here: {listed(carried.told(inside))}." if inside else ""


def _contacts(contacts: Sequence[Observation]) -> list[str]:
    if not contacts:
        return []
    names = sorted({one.value for one in contacts})
    total = counted(sum(one.count for one in contacts), "conversation")
    return [f"{total} with {counted(len(names), 'outside address')}: {listed(names)}"]


def _cadences(regular: Sequence[Observation], contacts: Sequence[Observation]) -> list[str]:
    """With whom, how, how often, how evenly."""
    names = {one.object: one.value for one in contacts}
    return [
        _cadence(one, names.get(one.object, one.object.value if one.object else ""))
        for one in regular[: limit("named")]
    ]


def _cadence(one: Observation, name: str) -> str:
    """``contact with x every 60.0 s, jitter 2 s, 3 beats missed``."""
    detail = dict(one.detail)
    habit = f" ({detail['habit']})" if "habit" in detail else ""
    if detail["how"] == "inside":
        return f"inside a connection with {name} a message {one.value}{habit}"
    verb = "contact with" if detail["how"] == "connections" else "attempts without an answer at"
    missed = int(detail["beats_missed"])
    told = f", {counted(missed, 'beat')} missed" if missed else ""
    spread = _spread(detail)
    return f"{verb} {name} {one.value}, jitter {detail['jitter_s']} s{told}{spread}{habit}"


def _spread(detail: Mapping[str, str]) -> str:
    """Prevalence and first sight, as the observation has them."""
    if "clients_of_server" not in detail:
        return ""
    users, since = detail["clients_of_server"], detail["first_seen_after"]
    return f", used by {users} clients seen, first {since} into the watch"


def _delays(far: Sequence[Observation], visited: Sequence[Observation]) -> list[str]:
    if not far:
        return []
    return [f"{_sessions(far, visited)} through it come from {_ranged(far)} away"]


def _sessions(far: Sequence[Observation], visited: Sequence[Observation]) -> str:
    return counted(len(visited) or sum(one.count for one in far), "session")


def _ranged(far: Sequence[Observation]) -> str:
    """How far away those clients are: ``80 ms`` or ``60–90 ms``."""
    details = [dict(one.detail) for one in far]
    low = min(int(detail["from_ms"]) for detail in details)
    high = max(int(detail["until_ms"]) for detail in details)
    return f"{low} ms" if low == high else f"{low}–{high} ms"


def _times(sessions: Sequence[permits.Held]) -> str:
    """When somebody from afar was there, one by one, and whether that was permitted."""
    timed = [permits.timed(one) for one in sessions if one.session.first and one.session.last]
    if not timed:
        return ""
    unsupplied = any(one.allowed is permits.Allowed.UNSUPPLIED for one in sessions)
    supplied = " No permit for that was supplied." if unsupplied else ""
    return f" Connected from {listed(timed)}.{supplied}"


def _somebody(far: Sequence[Observation], visited: Sequence[Observation]) -> tuple[Link, ...]:
    """The far end of those sessions: not named by anything, but outside."""
    if not far:
        return ()
    name = f"somebody {_ranged(far)} away"
    what = _sessions(far, visited)
    return (Link("", name, "observed", what, outside=True, citations=proofs(far)),)


def _links(contacts: Sequence[Observation]) -> tuple[Link, ...]:
    return tuple(
        Link(
            to="",
            name=one.value,
            how="observed",
            what=counted(one.count, "conversation"),
            outside=True,
            citations=(one.citation,),
        )
        for one in contacts[: limit("links")]
    )


def _others(held: Sequence[Observation], contacts: Sequence[Observation]) -> tuple[Link, ...]:
    """The far ends of tunnels that are no conversation in TCP or UDP, and so no contact."""
    known = {one.object for one in contacts}
    new = {
        one.object: one
        for one in held
        if one.object and one.object not in known and carried.beyond(one)
    }
    return tuple(
        Link(
            "", other.value, "observed", carried.kind(one), outside=True, citations=(one.citation,)
        )
        for other, one in list(new.items())[: limit("links")]
    )
