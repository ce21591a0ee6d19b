"""Bridges: whether it joins what should be apart."""

from __future__ import annotations

from overlanded.assess.context import Context, not_seen
from overlanded.assess.distant import far_away
from overlanded.assess.places import networks
from overlanded.assess.wording import (
    counted,
    listed,
    proofs,
    seen,
    undetermined,
    would_change,
)
from overlanded.data import table
from overlanded.model.devices import Answer, Device, Question
from overlanded.model.observing import Observation


def answer(device: Device, context: Context) -> Answer:
    """Roles, addresses of others, networks, and packets of others under its own address."""
    if device.cluster is None:
        return undetermined(Question.BRIDGES, "it was not seen")
    signs = (
        _roles(device),
        _fronts(device),
        _networks(device),
        _translated(device),
        _far(device, context),
    )
    told = [text for text, _ in signs if text]
    if not told:
        return _none(device, context)
    return Answer(
        question=Question.BRIDGES,
        value=" · ".join(told),
        words=f"It {listed(told)}.",
        citations=proofs(one for _, seen_of in signs for one in seen_of) or proofs(seen(device)),
        because="what it was seen to send and pass on",
        would_change=would_change(Question.BRIDGES),
    )


Sign = tuple[str, tuple[Observation, ...]]
"""A sign of joining networks in words, empty when there is none, and the observations of it."""


def _roles(device: Device) -> Sign:
    known, roles = table("assessing")["roles"], joining(device)
    return listed([known[role] for role in sorted({one.value for one in roles})]), roles


def _fronts(device: Device) -> Sign:
    fronted = seen(device, "fronts")
    number = counted(len({one.value for one in fronted}), "address")
    return f"stands in front of {number} of others" if fronted else "", fronted


def _networks(device: Device) -> Sign:
    where = [name or "untagged" for name in networks(device)]
    return f"is on {len(where)} networks ({listed(where)})" if len(where) > 1 else "", ()


def _translated(device: Device) -> Sign:
    """Packets under its own address with a TTL that a router has lowered: address translation."""
    most = table("assessing")["hops"]["most"]
    lowered = tuple(
        one for one in seen(device, "hops") if one.value.isdecimal() and 0 < int(one.value) <= most
    )
    text = "sends packets of others under its own address (by their TTL)" if lowered else ""
    return text, lowered


def _far(device: Device, context: Context) -> Sign:
    far = far_away(device, context)
    return "carries control sessions whose client is far away" if far else "", far


def joining(device: Device) -> tuple[Observation, ...]:
    """The roles of it that join networks."""
    known = table("assessing")["roles"]
    return tuple(one for one in seen(device, "role") if one.value in known)


def _none(device: Device, context: Context) -> Answer:
    return not_seen(
        Question.BRIDGES,
        device,
        context,
        value="not seen",
        words="It was not seen to join networks",
        because="a bridge that nobody sent through does not show",
    )
