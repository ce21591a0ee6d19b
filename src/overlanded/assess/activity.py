"""Activity: whether it talked outside, when, how much and to whom."""

from __future__ import annotations

from collections.abc import Sequence

from overlanded.assess.context import Context, passed_on
from overlanded.assess.wording import (
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
from overlanded.data import table
from overlanded.model.devices import Answer, Device, Link, Question
from overlanded.model.observing import Observation


def answer(device: Device, context: Context) -> Answer:
    """Outside contacts, and sessions whose real end is far away by their timing."""
    contacts, far = seen(device, "contact"), far_away(device, context)
    if not contacts and not far:
        return _silent(device, context)
    told = [*_contacts(contacts), *_delays(far)]
    first, last = span((*contacts, *far))
    when = f" First {moment(first)}, last {moment(last)}." if first and last else ""
    return Answer(
        question=Question.ACTIVITY,
        value=" · ".join(told),
        words=". ".join(text[0].upper() + text[1:] for text in told) + "." + when,
        citations=proofs((*contacts, *far)),
        because=f"{_basis(far)}; {_uplink()}",
        would_change=would_change(Question.ACTIVITY),
        links=(*_somebody(far), *_links(contacts)),
    )


def far_away(device: Device, context: Context) -> tuple[Observation, ...]:
    """Sessions, its own or passed on by it, whose client answers too late to be on the crane."""
    least = table("assessing")["delay"]["far-ms"]
    mine = (*seen(device, "handshake-delay"), *passed_on(device, context, "handshake-delay"))
    return tuple(one for one in mine if milliseconds(one) >= least)


def milliseconds(one: Observation) -> float:
    """The value of a delay; 0 when it is no number."""
    try:
        return float(one.value)
    except ValueError:
        return 0.0


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
    return Answer(
        question=Question.ACTIVITY,
        value="not seen",
        words=(
            f"No traffic to the outside was seen {watched(context.coverage)}. "
            "Not seen does not mean that there was none."
        ),
        citations=context.sensors(),
        because=_uplink(),
        would_change=would_change(Question.ACTIVITY),
    )


def _contacts(contacts: Sequence[Observation]) -> list[str]:
    if not contacts:
        return []
    names = sorted({one.value for one in contacts})
    total = counted(sum(one.count for one in contacts), "conversation")
    return [f"{total} with {counted(len(names), 'outside address')}: {listed(names)}"]


def _delays(far: Sequence[Observation]) -> list[str]:
    if not far:
        return []
    sessions, ranged = _timed(far)
    return [f"{sessions} through it come from {ranged} ms away"]


def _timed(far: Sequence[Observation]) -> tuple[str, str]:
    """How many sessions were timed, and from the least to the most of their delays."""
    details = [dict(one.detail) for one in far]
    low = min(milliseconds(one) for one in far)
    high = max(float(detail.get("most_ms", low)) for detail in details)
    ranged = f"{low:.0f}" if round(low) >= round(high) else f"{low:.0f}–{high:.0f}"
    timed = sum(
        int(detail.get("handshakes", one.count)) for one, detail in zip(far, details, strict=True)
    )
    return counted(timed, "session"), ranged


def _somebody(far: Sequence[Observation]) -> tuple[Link, ...]:
    """The far end of those sessions: not named by anything, but outside."""
    if not far:
        return ()
    sessions, ranged = _timed(far)
    name = f"somebody {ranged} ms away"
    return (Link("", name, "observed", sessions, outside=True, citations=proofs(far)),)


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
