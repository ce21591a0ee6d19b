"""What parties said, and how each claim stands against the evidence."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from overlanded.model.citing import Citation
from overlanded.model.devices import Question


class Verdict(StrEnum):
    """How a claim stands against what was handed in."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    UNTESTED = "untested"
    """Nothing handed in speaks for it or against it."""


class Claim(Struct, frozen=True):
    """One thing that a statement says of equipment: a kind of ``data/statements.toml``."""

    kind: str
    value: str
    """Text or a day as stated; ``yes`` or ``no`` for what is so or is not so."""


class Bearing(Struct, frozen=True):
    """What one claim means for one device: the question it bears on, and how it stands."""

    device: str
    question: Question
    claim: str
    """In words, as it follows the speaker: ``it was never connected to the outside``."""
    verdict: Verdict
    words: str
    """What speaks for or against it, or why nothing does."""
    citations: tuple[Citation, ...] = ()


class Statement(Struct, frozen=True):
    """Who said what, when, about which equipment."""

    id: str
    speaker: str
    role: str
    """maker, port, operator, embassy … as written; empty when it is not said."""
    date: str
    """ISO day; empty when it is not said."""
    text: str
    """The words as quoted, in their own language."""
    about: tuple[str, ...]
    """Names, identifiers, places, lines of papers or classes of the equipment it is about."""
    claims: tuple[Claim, ...]
    citation: Citation
    bears_on: tuple[Bearing, ...] = ()

    @property
    def by(self) -> str:
        """The party as a sentence names it: ``the maker``, or the speaker without a role."""
        return f"the {self.role}" if self.role else self.speaker
