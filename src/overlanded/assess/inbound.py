"""Inbound: whether it can be reached."""

from __future__ import annotations

from overlanded.assess import carried, written
from overlanded.assess.context import Context, not_seen
from overlanded.assess.wording import (
    counted,
    listed,
    proofs,
    seen,
    undetermined,
    would_change,
)
from overlanded.model.devices import Answer, Device, Question
from overlanded.model.observing import Observation


def answer(device: Device, context: Context) -> Answer:
    """The services it answered on this network, and the tunnels it keeps to somebody outside."""
    if device.cluster is None:
        return undetermined(Question.INBOUND, "it was not seen")
    served = seen(device, "serves")
    opened = tuple(one for one in seen(device, "contact") if ("direction", "inbound") in one.detail)
    held = carried.ways_in(device)
    text = (*written.tunnels(device), *written.accounts(device))
    if served or opened or held or text:
        told = [
            *_answering(served), *_opened(opened), *_held(held), *written.told_ways_in(device),
        ]  # fmt: skip
        return Answer(
            question=Question.INBOUND,
            value=" · ".join(told),
            words=" ".join(f"It {text}." for text in told),
            citations=proofs((*held, *opened, *served, *text)),
            because="answers seen; an uplink of its own or SMS does not show on this network",
            would_change=would_change(Question.INBOUND),
        )
    return not_seen(
        Question.INBOUND,
        device,
        context,
        value="not seen",
        words="No service of it was seen to answer",
        because="services that nobody asked for in this time do not show",
    )


def _answering(served: tuple[Observation, ...]) -> list[str]:
    names = sorted({one.value for one in served})
    return [f"answers {counted(len(names), 'service')} here: {listed(names)}"] if names else []


def _opened(opened: tuple[Observation, ...]) -> list[str]:
    names = sorted({one.value for one in opened})
    total = counted(sum(one.count for one in opened), "conversation")
    return [f"was called from outside, {total}: {listed(names)}"] if names else []


def _held(held: tuple[Observation, ...]) -> list[str]:
    return (
        [f"can be reached by way of what it opened itself: {listed(carried.told(held))}"]
        if held
        else []
    )
