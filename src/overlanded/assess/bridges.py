"""Bridges: whether it joins what should be apart."""

from __future__ import annotations

from overlanded.assess.context import Context, networks
from overlanded.assess.wording import (
    counted,
    listed,
    proofs,
    seen,
    undetermined,
    watched,
    would_change,
)
from overlanded.data import table
from overlanded.model.devices import Answer, Device, Question
from overlanded.model.observing import Observation


def answer(device: Device, context: Context) -> Answer:
    """Router roles, addresses of others behind its MAC, and interfaces on several networks."""
    if device.cluster is None:
        return undetermined(Question.BRIDGES, "it was not seen")
    roles, fronted, where = joining(device), seen(device, "fronts"), networks(device)
    told = [table("assessing")["roles"][role] for role in sorted({one.value for one in roles})]
    if fronted:
        number = len({one.value for one in fronted})
        told.append(f"stands in front of {counted(number, 'address')} of others")
    if len(where) > 1:
        told.append(f"is on {len(where)} networks ({listed([one or 'untagged' for one in where])})")
    if not told:
        return _none(device, context)
    return Answer(
        question=Question.BRIDGES,
        value=" · ".join(told),
        words=f"It {listed(told)}.",
        citations=proofs((*roles, *fronted)) or proofs(seen(device)),
        because="roles and addresses seen",
        would_change=would_change(Question.BRIDGES),
    )


def joining(device: Device) -> tuple[Observation, ...]:
    """The roles of it that join networks."""
    known = table("assessing")["roles"]
    return tuple(one for one in seen(device, "role") if one.value in known)


def _none(device: Device, context: Context) -> Answer:
    if not context.coverage:
        return undetermined(Question.BRIDGES, "no sensor covered its network", proofs(seen(device)))
    return Answer(
        question=Question.BRIDGES,
        value="not seen",
        words=f"It was not seen to join networks {watched(context.coverage)}.",
        citations=context.sensors(),
        because="a bridge that nobody sent through does not show",
        would_change=would_change(Question.BRIDGES),
    )
