"""Listed: whether its maker or module is on a government list."""

from __future__ import annotations

from overlanded.assess.context import Context
from overlanded.assess.wording import undetermined
from overlanded.model.devices import Answer, Device, Question


def answer(device: Device, context: Context) -> Answer:  # noqa: ARG001 - one form for all
    """Not determined: this version carries no list."""
    return undetermined(Question.LISTED, "no government list is loaded")
