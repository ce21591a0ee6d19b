"""Conditions: all, any, not, n-of over fact words, and whether they hold.

Three values: true, false, and *nobody looked* (None). They combine as in Kleene's strong logic:
one false part decides an ``all`` and one true part an ``any``, whatever else nobody looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import Struct

from overlanded.model.citing import Citation
from overlanded.model.findings import Proof
from overlanded.rules.patterns import Pattern, parse

CITED = 5
"""Citations kept for one leaf; the rest is in the observations."""


class Condition(Struct, frozen=True):
    """A leaf (``op`` is ``leaf``: ``word`` looks like one of ``patterns``) or a joint of parts."""

    op: str
    parts: tuple[Condition, ...] = ()
    least: int = 0
    word: str = ""
    patterns: tuple[Pattern, ...] = ()

    def __str__(self) -> str:
        """As a proof names it: ``standing is DECLINED``."""
        if self.op == "leaf":
            return f"{self.word} {' or '.join(str(pattern) for pattern in self.patterns)}"
        return f"at least {self.least} of" if self.op == "n-of" else self.op


class Outcome(Struct, frozen=True):
    """True, false or None (nobody looked), with the tree of reasons."""

    value: bool | None
    proof: Proof

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The citations of everything that made it true, without repeats, in order."""
        return tuple(dict.fromkeys(_cited(self.proof)))


Ask = Callable[[Condition], tuple[bool | None, tuple[Citation, ...]]]
"""Answers one leaf."""


def read(data: object, plain: str = "is") -> Condition:
    """The condition written in a rule file; ``plain`` is the meaning of a text without marks.

    A mapping of several words means all of them, a list means all its members.
    Raises ``ValueError`` naming what is not understood.
    """
    if isinstance(data, list):
        return _joint("all", data, plain)
    if not isinstance(data, dict) or not data:
        raise ValueError(f"a condition is a mapping of words, not {data!r}")
    parts = [_member(str(key), value, plain) for key, value in data.items()]
    return parts[0] if len(parts) == 1 else Condition("all", tuple(parts))


def _member(key: str, value: object, plain: str) -> Condition:
    if key in ("all", "any"):
        return _joint(key, value, plain)
    if key == "not":
        return Condition("not", (read(value, plain),))
    count, _, of = key.partition("-")
    if of == "of" and count.isdigit():
        return _joint("n-of", value, plain, int(count))
    return Condition("leaf", word=key, patterns=_patterns(value, plain))


def _joint(op: str, value: object, plain: str, least: int = 0) -> Condition:
    if not isinstance(value, list) or not value:
        raise ValueError(f"{op} wants a list of conditions, not {value!r}")
    return Condition(op, tuple(read(part, plain) for part in value), least)


def _patterns(value: object, plain: str) -> tuple[Pattern, ...]:
    if isinstance(value, dict):
        ((kind, inner),) = value.items()
        kinds = {"domains": "domain", "list": "list"}
        if kind not in kinds:
            raise ValueError(f"{kind} is none of {', '.join(kinds)}")
        return _patterns(inner, kinds[kind])
    values = value if isinstance(value, list) else [value]
    return tuple(parse(one, plain) for one in values)


def leaves(condition: Condition) -> Iterator[Condition]:
    """Every leaf, in order."""
    if condition.op == "leaf":
        yield condition
    for part in condition.parts:
        yield from leaves(part)


def affirmed(condition: Condition) -> Iterator[Condition]:
    """The leaves that are not denied, in order."""
    if condition.op == "leaf":
        yield condition
    for part in condition.parts if condition.op != "not" else ():
        yield from affirmed(part)


def evaluate(condition: Condition, ask: Ask) -> Outcome:
    """Whether the condition holds, and why."""
    if condition.op == "leaf":
        value, citations = ask(condition)
        text = f"{condition} (nobody looked)" if value is None else str(condition)
        return Outcome(value, Proof(text, bool(value), citations[:CITED]))
    outcomes = [evaluate(part, ask) for part in condition.parts]
    value = JOINTS[condition.op]([outcome.value for outcome in outcomes], condition.least)
    proof = Proof(str(condition), bool(value), (), tuple(outcome.proof for outcome in outcomes))
    return Outcome(value, proof)


def truth(condition: Condition, ask: Callable[[Condition], bool | None]) -> bool | None:
    """As ``evaluate`` without the reasons: for conditions that are tried on every device."""
    if condition.op == "leaf":
        return ask(condition)
    return JOINTS[condition.op]([truth(part, ask) for part in condition.parts], condition.least)


def _all(values: list[bool | None], _least: int) -> bool | None:
    return _at_least(values, len(values))


def _any(values: list[bool | None], _least: int) -> bool | None:
    return _at_least(values, 1)


def _not(values: list[bool | None], _least: int) -> bool | None:
    return None if values[0] is None else not values[0]


def _at_least(values: list[bool | None], least: int) -> bool | None:
    sure = values.count(True)
    if sure >= least:
        return True
    return None if sure + values.count(None) >= least else False


JOINTS = {"all": _all, "any": _any, "not": _not, "n-of": _at_least}


def _cited(proof: Proof) -> Iterator[Citation]:
    if proof.true and proof.condition != "not":
        yield from proof.citations
        for child in proof.children:
            yield from _cited(child)
