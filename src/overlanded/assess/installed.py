"""Installed: between when and when it was fitted."""

from __future__ import annotations

from overlanded.assess.context import Context
from overlanded.assess.wording import moment, proofs, seen, span, undetermined, would_change
from overlanded.model.devices import Answer, Device, Question


def answer(device: Device, context: Context) -> Answer:
    """The first sighting is the latest bound; nothing on a network bounds it from below."""
    first, _ = span(seen(device))
    if first is None:
        why = "it was not seen" if device.cluster is None else "no dated sighting of it"
        return undetermined(Question.INSTALLED, why, proofs(seen(device)))
    latest = moment(first)
    earliest = [one for one in seen(device) if one.first == first]
    after = [name for name, at in context.scope.milestones if at and at > latest[: len(at)]]
    before = f", before {after[0]}" if after else ""
    return Answer(
        question=Question.INSTALLED,
        value=f"by {latest}{before}",
        words=(
            f"It was fitted before {latest}, its first sighting{before}. "
            "Nothing supplied says since when it has been there."
        ),
        citations=proofs(earliest),
        because="the first sighting is the latest bound; the earliest is not determined",
        would_change=would_change(Question.INSTALLED),
    )
