"""The probe's questions, one file each: a device and the case around it give an answer."""

from __future__ import annotations

from overlanded.assess import (
    activity,
    bridges,
    capability,
    certainty,
    identity,
    inbound,
    installed,
    installer,
    listed,
    place,
    purpose,
    reach,
    record,
    state,
)
from overlanded.assess.changes import compared
from overlanded.assess.context import Context, indexed
from overlanded.assess.facts import facts
from overlanded.assess.permits import unmet, used
from overlanded.assess.plan import plan
from overlanded.assess.verdicts import weighed
from overlanded.assess.visits import visits
from overlanded.model.devices import Answer, Device

QUESTIONS = (
    identity.answer,
    place.answer,
    record.answer,
    installed.answer,
    installer.answer,
    purpose.answer,
    capability.answer,
    activity.answer,
    inbound.answer,
    reach.answer,
    bridges.answer,
    listed.answer,
    state.answer,
    certainty.answer,
)
"""Every question, in the order of a report."""

__all__ = [
    "QUESTIONS",
    "Context",
    "assess",
    "compared",
    "facts",
    "indexed",
    "plan",
    "unmet",
    "used",
    "visits",
    "weighed",
]


def assess(device: Device, context: Context) -> tuple[Answer, ...]:
    """An answer to every question: a value with its proof, or *not determined* with a reason."""
    return tuple(answer(device, context) for answer in QUESTIONS)
