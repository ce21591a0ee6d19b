"""What is known of one device, in the words that rules are written in."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from overlanded.model.citing import Citation


class Facts(Struct, frozen=True):
    """Fact words with their values and proofs, and which words somebody looked for.

    ``known`` maps a word of ``data/facts.toml`` to its values, each with its citations.
    A word outside ``looked`` was not looked for: a rule that needs it yields a gap, not silence.
    """

    device: str
    known: Mapping[str, Mapping[str, tuple[Citation, ...]]]
    looked: frozenset[str]
    confidence: float = 1.0
