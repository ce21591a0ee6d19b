"""What a case of a dissector test is, and how it is checked."""

from __future__ import annotations

from msgspec import Struct

from overlanded.wire.dissect import recognise
from overlanded.wire.facts import Fact, Sample


class Case(Struct, frozen=True):
    """A sample, what it is, and facts (about, property, value[, object]) that it must give."""

    name: str
    sample: Sample
    protocol: str
    facts: tuple[tuple[str, ...], ...] = ()
    opener: str = ""

    def __str__(self) -> str:
        return self.name


def check(case: Case) -> None:
    found = recognise(case.sample)
    assert found is not None
    assert (found.protocol, found.opener) == (case.protocol, case.opener)
    assert found.facts == tuple(Fact(*fact) for fact in case.facts)
