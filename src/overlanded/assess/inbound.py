"""Inbound: whether it can be reached."""

from __future__ import annotations

from overlanded.assess.context import Context
from overlanded.assess.wording import (
    counted,
    listed,
    proofs,
    seen,
    undetermined,
    watched,
    would_change,
)
from overlanded.model.devices import Answer, Device, Question


def answer(device: Device, context: Context) -> Answer:
    """The services it answered on this network; its other ends do not show here."""
    if device.cluster is None:
        return undetermined(Question.INBOUND, "it was not seen")
    served = seen(device, "serves")
    if served:
        names = sorted({one.value for one in served})
        return Answer(
            question=Question.INBOUND,
            value=listed(names),
            words=f"It answers {counted(len(names), 'service')} on this network: {listed(names)}.",
            citations=proofs(served),
            because="answers seen; an uplink of its own or SMS does not show on this network",
            would_change=would_change(Question.INBOUND),
        )
    if not context.coverage:
        return undetermined(Question.INBOUND, "no sensor covered its network", proofs(seen(device)))
    return Answer(
        question=Question.INBOUND,
        value="not seen",
        words=f"No service of it was seen to answer {watched(context.coverage)}.",
        citations=context.sensors(),
        because="services that nobody asked for in this time do not show",
        would_change=would_change(Question.INBOUND),
    )
