"""The rules as the engine uses them: findings, fingerprints, lists of names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
from msgspec import Struct, field

from overlanded.data import table
from overlanded.model.certainty import weight
from overlanded.model.findings import Advisory, Severity
from overlanded.rules.conditions import Condition, leaves, read


class Rule(Struct, frozen=True):
    """One finding as data: the advisory, when it holds, and what it weighs."""

    slug: str
    namespace: str
    scope: str
    """``device``: something seen; ``record``: a line of paper of which nothing was seen."""
    status: str
    advisory: Advisory
    answers: tuple[str, ...]
    needs: tuple[str, ...]
    when: Condition
    probability: float


class Row(Struct, frozen=True):
    """One piece of knowledge of a fingerprint: when it shows, what it speaks for, how strongly."""

    fingerprint: str
    when: Condition
    device_class: str
    maker: str
    model: str
    remote: tuple[str, ...]
    weight: float
    """Natural log of the odds ratio against the prior of a class."""
    source: str
    """What the piece counts to when the row says so; else the source of the property matched."""
    note: str


class Ruleset(Struct, frozen=True, eq=False, dict=True):
    """Everything that ``load`` read; compared by identity, shared by all devices."""

    rules: tuple[Rule, ...]
    rows: tuple[Row, ...]
    lists: Mapping[str, Mapping[str, str]]
    """List name → domain (``*.example.com``) or host → what it belongs to."""
    version: str
    needs: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Regular expression → texts of which a value must hold one to fit it."""

    @cached_property
    def fingerprints(self) -> tuple[str, ...]:
        """The slugs of all fingerprints."""
        return tuple(sorted({row.fingerprint for row in self.rows}))


@cache
def load() -> Ruleset:
    """The library that comes with the program."""
    return from_text(Path(__file__).with_name("library.json").read_bytes())


def from_text(content: bytes) -> Ruleset:
    """The rules in the JSON form of ``library.build``; the version is the content's hash."""
    return from_data(orjson.loads(content), sha256(content).hexdigest()[:16])


def from_data(data: Mapping[str, Any], version: str = "") -> Ruleset:
    """The rules in already parsed form."""
    return Ruleset(
        tuple(_rule(entry) for entry in data.get("rules", ())),
        tuple(row for entry in data.get("fingerprints", ()) for row in _rows(entry)),
        data.get("lists", {}),
        version,
        data.get("needs", {}),
    )


def _rule(entry: Mapping[str, Any]) -> Rule:
    advisory = Advisory(
        rule=entry["rule"],
        title=entry["title"],
        about=entry["about"],
        severity=Severity(entry["severity"]),
        audience=entry["audience"],
        innocent=tuple(entry.get("innocent", ())),
        remedy=entry.get("remedy", ""),
        requirements=tuple(entry.get("maps", ())),
    )
    return Rule(
        slug=entry["rule"],
        namespace=entry.get("namespace", ""),
        scope=entry["scope"],
        status=entry["status"],
        advisory=advisory,
        answers=tuple(entry.get("answers", ())),
        needs=tuple(entry.get("needs", ())),
        when=read(entry["when"]),
        probability=table("weights")["finding"][entry["weight"]]["probability"],
    )


def _rows(entry: Mapping[str, Any]) -> list[Row]:
    common = entry.get("identifies", {})
    return [_row(entry["rule"], row, common | row.get("identifies", {})) for row in entry["rows"]]


def _row(slug: str, row: Mapping[str, Any], identifies: Mapping[str, Any]) -> Row:
    when = read(row["when"], plain="says")
    return Row(
        fingerprint=slug,
        when=when,
        device_class=identifies.get("class", ""),
        maker=identifies.get("maker", ""),
        model=identifies.get("model", ""),
        remote=tuple(identifies.get("remote", ())),
        weight=odds(row.get("weight") or default_weight(when)),
        source=row.get("counts-as", ""),
        note=row.get("note", ""),
    )


@cache
def odds(name: str) -> float:
    """Weight of a kind of evidence: log odds of its probability less those of the prior."""
    weights = table("weights")
    chance = weights["identification"][name]["probability"]
    return weight(chance) - weight(weights["prior"]["class"]["probability"])


def default_weight(when: Condition) -> str:
    """The weight's name for a row that gives none: by the first property it looks at."""
    defaults = table("weights")["default"]
    first = next(leaves(when)).word
    named: str = defaults.get(first, defaults["*"])
    return named
