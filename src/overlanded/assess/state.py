"""State: in service, idle, isolated or removed."""

from __future__ import annotations

from overlanded.assess.context import Context
from overlanded.assess.wording import (
    counted,
    moment,
    proofs,
    seen,
    span,
    undetermined,
    watched,
    would_change,
)
from overlanded.model.devices import Answer, Device, Question


def answer(device: Device, context: Context) -> Answer:
    """Seen in service from first to last sighting; what was not seen is not determined."""
    mine = seen(device)
    if not mine:
        watching = f" {watched(context.coverage)}" if context.coverage else ""
        return undetermined(Question.STATE, f"it was not seen{watching}", context.sensors())
    first, last = span(mine)
    when = f"{moment(first)} to {moment(last)}" if first and last else "time not recorded"
    return Answer(
        question=Question.STATE,
        value=f"in service ({when})",
        words=f"It was seen in service, {when}, in {counted(len(mine), 'observation')}.",
        citations=proofs(mine),
        because="it sent on the network",
        would_change=would_change(Question.STATE),
    )
