"""The tests that a rule carries: make what they describe and hold the rule against it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from overlanded.model.citing import Citation, Locator
from overlanded.model.devices import Cluster
from overlanded.model.facts import Facts
from overlanded.model.observing import Observation, Subject
from overlanded.rules.engine import find
from overlanded.rules.identify import identify
from overlanded.rules.ruleset import Ruleset

FIRES, SILENT, GAP = "fires", "silent", "gap"
RESULTS = (FIRES, SILENT, GAP)
NOWHERE = Citation("trial", "trial", Locator("item", ""))
"""Invented evidence is cited as such."""


def cluster(seen: Mapping[str, Any]) -> Cluster:
    """The cluster that a fingerprint's test describes: property → value or list of values."""
    mac = seen.get("mac")
    subject = Subject("mac", mac) if mac else Subject("ip", "192.0.2.1")
    return Cluster((subject,), (), tuple(_observations(subject, seen)))


def _observations(subject: Subject, seen: Mapping[str, Any]) -> Iterator[Observation]:
    detail = tuple((word, ",".join(_listed(seen[word]))) for word in ("functions",) if word in seen)
    for word, values in seen.items():
        if word in ("mac", "functions"):
            continue
        for value in _listed(values):
            yield Observation(subject, word, value, NOWHERE, detail=detail)


def _listed(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def facts(known: Mapping[str, Any], looked: list[str]) -> Facts:
    """The facts that a rule's test describes; a known word was looked for."""
    values = {word: dict.fromkeys(_listed(given), (NOWHERE,)) for word, given in known.items()}
    return Facts("trial", values, frozenset(looked) | frozenset(known))


def of_fingerprint(ruleset: Ruleset, entry: Mapping[str, Any]) -> Iterator[str]:
    """What goes otherwise than the tests of a fingerprint say."""
    for test in entry.get("tests", ()):
        identity = identify(cluster(test["seen"]), ruleset)
        got = {
            "class": identity.device_class,
            "maker": identity.maker,
            "model": identity.model,
            "remote": list(identity.remote),
        }
        for key, value in got.items():
            if key in test and test[key] != value:
                yield f"{test['name']}: {key} is {value}, not {test[key]}"


def of_rule(ruleset: Ruleset, entry: Mapping[str, Any]) -> Iterator[str]:
    """What goes otherwise than the tests of a rule say."""
    for test in entry.get("tests", ()):
        got = result(ruleset, entry["rule"], facts(test.get("known", {}), test.get("looked", [])))
        if got != test["result"]:
            yield f"{test['name']}: {got}, not {test['result']}"


def result(ruleset: Ruleset, slug: str, known: Facts) -> str:
    """``fires``, ``silent`` or ``gap``: what a rule makes of facts."""
    findings, gaps = find(ruleset, known)
    if any(finding.advisory.rule == slug for finding in findings):
        return FIRES
    title = next(rule.advisory.title for rule in ruleset.rules if rule.slug == slug)
    return GAP if any(gap.what.endswith(title) for gap in gaps) else SILENT
