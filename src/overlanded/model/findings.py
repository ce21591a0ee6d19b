"""Findings: what is true of this case, on the advisory that is true of every such case."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from overlanded.model.citing import Citation


class Severity(StrEnum):
    """Harm if true, in rising order."""

    NOTE = "note"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Advisory(Struct, frozen=True):
    """What the rule says of every such case."""

    rule: str
    title: str
    about: str
    severity: Severity
    audience: str
    innocent: tuple[str, ...] = ()
    remedy: str = ""
    requirements: tuple[str, ...] = ()


class Proof(Struct, frozen=True):
    """A rule's result that remembers why: a tree of conditions with what made each true."""

    condition: str
    true: bool
    citations: tuple[Citation, ...] = ()
    children: tuple[Proof, ...] = ()

    def __bool__(self) -> bool:
        """The truth value."""
        return self.true


class Finding(Struct, frozen=True):
    """One rule that holds for one device."""

    id: str
    advisory: Advisory
    device: str
    confidence: float
    proof: Proof
    citations: tuple[Citation, ...]
    status: str = "open"
