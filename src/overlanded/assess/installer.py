"""Installer: by whom it was fitted."""

from __future__ import annotations

from overlanded.assess.context import Context
from overlanded.assess.wording import undetermined
from overlanded.model.devices import Answer, Device, Question


def answer(device: Device, context: Context) -> Answer:  # noqa: ARG001 - one form for all
    """Nobody, unless a record names who fitted it; a line that orders it does not."""
    return undetermined(Question.INSTALLER, "no record supplied names who fitted it")
