"""Permits for remote access: who was allowed to connect, from when to when."""

from __future__ import annotations

from msgspec import Struct

from overlanded.model.citing import Citation


class Session(Struct, frozen=True):
    """A remote session that was held against a permit."""

    device: str
    """``Device.id``"""
    allowed: str
    """``inside``, ``outside`` or ``untold``."""
    words: str
    """``went on 2 h after the end of permit P-17``."""
    first: int | None
    """Begin, ns since 1970; None when the source carries no time."""
    last: int | None
    citation: Citation


class Permit(Struct, frozen=True):
    """One permit or work order, as its paper gives it. Empty text means the paper does not say."""

    id: str
    number: str
    party: str
    """Who was allowed to connect."""
    first: int
    """Begin of the permit, ns since 1970."""
    last: int
    """Its end, ns since 1970; one that ends on a day ends with that day."""
    about: tuple[str, ...]
    """Names, identifiers, places or lines of papers of the equipment; none: the whole crane."""
    purpose: str
    by: str
    """Who gave it."""
    citation: Citation
    sessions: tuple[Session, ...] = ()
    """Those in its time, and those outside every permit to which it is the nearest."""

    @property
    def name(self) -> str:
        """``permit P-17``, or whose it is when it has no number."""
        return f"permit {self.number}" if self.number else f"the permit of {self.party}"
