"""Findings: what is true of this case, on the advisory that is true of every such case."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from overlanded.model.citing import Citation


class Severity(StrEnum):
    """Harm if true, in rising order."""

    NOTE = "note"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class Advisory:
    """What the rule says of every such case."""

    rule: str
    title: str
    about: str
    severity: Severity
    audience: str
    innocent: tuple[str, ...] = ()
    remedy: str = ""
    requirements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """A rule's result that remembers why: a tree of conditions with what made each true."""

    condition: str
    true: bool
    citations: tuple[Citation, ...] = ()
    children: tuple[Proof, ...] = ()

    def __bool__(self) -> bool:
        """The truth value."""
        return self.true


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that holds for one device."""

    id: str
    advisory: Advisory
    device: str
    confidence: float
    proof: Proof
    citations: tuple[Citation, ...]
    status: str = "open"
