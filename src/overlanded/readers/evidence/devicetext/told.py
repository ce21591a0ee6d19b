"""What a text tells, before it is known whom its device is called."""

from __future__ import annotations

from msgspec import Struct

from overlanded.model.observing import Subject


class Told(Struct, frozen=True):
    """One thing that a line tells: of another device, or (``subject`` None) of the unit itself."""

    property: str
    value: str
    line: int
    """From 1."""
    excerpt: str
    subject: Subject | None = None
    detail: tuple[tuple[str, str], ...] = ()
    member: str = ""
    """The file inside an archive that the line stands in."""
