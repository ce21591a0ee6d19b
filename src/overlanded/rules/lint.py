"""The linter of the rule library: named checks, each with what to do, over the rule files."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from overlanded.data import table
from overlanded.model.devices import Question
from overlanded.model.findings import Severity
from overlanded.rules import library, trials
from overlanded.rules.conditions import Condition, leaves, read
from overlanded.rules.matching import OWN, properties
from overlanded.rules.patterns import expression
from overlanded.rules.ruleset import Ruleset, from_data

Entry = Mapping[str, Any]
Check = Callable[[Path, Entry, Ruleset], Iterable[str]]

BANNED = tuple(table("banned-words")["words"])
"""Stems with legal weight: reports state facts and leave conclusions to people."""
STATUSES = ("draft", "stable", "retired")
SCOPES = ("device", "record")
AUDIENCES = ("port", "investigator", "auditor")
REQUIRED = {
    "rules": (
        *("rule", "title", "about", "scope", "status", "severity", "audience", "answers", "needs"),
        *("maps", "innocent", "when", "weight", "remedy", "tests"),
    ),
    "fingerprints": ("rule", "title", "about", "status", "source", "date", "rows", "tests"),
    "lists": ("list", "title", "about", "source", "date", "rows"),
}
OPTIONAL = {"rules": {"namespace"}, "fingerprints": {"namespace", "identifies"}, "lists": set()}
ROW_KEYS = {"when", "weight", "source", "date", "note", "identifies", "counts-as"}
IDENTIFIES = {"class", "maker", "model", "remote"}
WAYS = {"cellular", "satellite", "vpn", "cloud", "radio", "wifi", "serial"}


class Lint(Struct, frozen=True):
    """One named check."""

    name: str
    recommendation: str
    kinds: tuple[str, ...]
    check: Check


class Defect(Struct, frozen=True):
    """What one check found in one file."""

    path: Path
    lint: Lint
    detail: str

    def __str__(self) -> str:
        """One line: file, check, what is wrong, what to do."""
        return f"{self.path.name}: {self.lint.name}: {self.detail} ({self.lint.recommendation})"


def kind(entry: Entry) -> str:
    """``fingerprints``, ``lists`` or ``rules``, by the folder."""
    namespace = entry.get("namespace", "")
    return namespace if namespace in ("fingerprints", "lists") else "rules"


def lint(folder: Path = library.FOLDER) -> list[Defect]:
    """Every defect of the rule files in a folder, in their order. The rules' own tests run too."""
    entries = list(library.entries(folder))
    found = [one for path, entry in entries for one in _shape(path, entry)]
    if found:
        return found
    ruleset = from_data(library.gathered(entry for _, entry in entries))
    return [one for path, entry in entries for one in _checked(path, entry, ruleset, MEANING)]


def _shape(path: Path, entry: Entry) -> Iterator[Defect]:
    """Checks without which the library cannot be built."""
    yield from _checked(path, entry, Ruleset((), (), {}, ""), SHAPE)


def _checked(
    path: Path, entry: Entry, ruleset: Ruleset, checks: Iterable[Lint]
) -> Iterator[Defect]:
    for one in checks:
        if kind(entry) in one.kinds:
            yield from (Defect(path, one, detail) for detail in one.check(path, entry, ruleset))


def _slug(path: Path, entry: Entry, _rules: Ruleset) -> Iterator[str]:
    slug = entry.get("rule") or entry.get("list") or ""
    if slug != path.stem:
        yield f"{slug!r} in {path.name}"
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", path.stem):
        yield f"{path.stem!r} is not words joined by dashes"


def _keys(_path: Path, entry: Entry, _rules: Ruleset) -> Iterator[str]:
    wanted = REQUIRED[kind(entry)]
    yield from (f"{key} is missing" for key in wanted if key not in entry)
    known = {*wanted, *OPTIONAL[kind(entry)], "namespace"}
    yield from (f"{key} is not a key" for key in entry if key not in known)


def _rows(_path: Path, entry: Entry, _rules: Ruleset) -> Iterator[str]:
    for row in entry.get("rows", ()):
        yield from (f"{key} is not a key of a row" for key in row if key not in ROW_KEYS)
        if "when" not in row:
            yield "a row without when"
    for identifies in (entry.get("identifies", {}), *_identified(entry)):
        yield from (f"identifies.{key} is not a key" for key in identifies if key not in IDENTIFIES)


def _identified(entry: Entry) -> Iterator[Entry]:
    yield from (row.get("identifies", {}) for row in entry.get("rows", ()))


def _conditions(entry: Entry) -> Iterator[Condition]:
    for holder in (entry, *entry.get("rows", ())):
        if "when" in holder:
            yield read(holder["when"], "is" if kind(entry) == "rules" else "says")


def _readable(_path: Path, entry: Entry, _rules: Ruleset) -> Iterator[str]:
    try:
        for condition in _conditions(entry):
            for leaf in leaves(condition):
                for pattern in leaf.patterns:
                    if pattern.kind == "matches":
                        expression(pattern.text)
                    elif pattern.kind in ("over", "under"):
                        float(pattern.text)
    except (ValueError, re.error) as error:
        yield str(error)


def _choices(_path: Path, entry: Entry, _rules: Ruleset) -> Iterator[str]:
    weights = table("weights")
    choices: dict[str, Iterable[str]] = {"status": STATUSES}
    if kind(entry) == "rules":
        choices |= {
            "scope": SCOPES,
            "severity": tuple(Severity),
            "audience": AUDIENCES,
            "weight": weights["finding"],
        }
    for key, allowed in choices.items():
        if str(entry.get(key)) not in allowed:
            yield f"{key} is {entry.get(key)!r}, none of {', '.join(allowed)}"
    for row in entry.get("rows", ()):
        if row.get("weight", "hint") not in weights["identification"]:
            yield f"weight {row['weight']!r} is not in weights.toml"


SHAPE = (
    Lint(
        "slug-is-file-name",
        "name the file after the rule",
        ("rules", "fingerprints", "lists"),
        _slug,
    ),
    Lint("keys", "use the keys of the reference", ("rules", "fingerprints", "lists"), _keys),
    Lint("rows", "use the keys of the reference", ("fingerprints",), _rows),
    Lint("readable-condition", "mend the condition", ("rules", "fingerprints"), _readable),
    Lint("choices", "take one of the listed words", ("rules", "fingerprints"), _choices),
)
"""Checks of form; the others run when no file fails these."""


def _words(_path: Path, entry: Entry, _rules: Ruleset) -> Iterator[str]:
    text = str({key: value for key, value in entry.items() if key != "rows"}).casefold()
    if kind(entry) != "lists":
        text += str(entry.get("rows", "")).casefold()
    yield from (f"the word {word!r}" for word in BANNED if re.search(rf"\b{word}", text))


def _title(_path: Path, entry: Entry, _rules: Ruleset) -> Iterator[str]:
    title = entry["title"]
    if title.endswith(".") or not title[:1].islower() or title.split()[0] in ("the", "has", "is"):
        yield repr(title)


def _known_words(_path: Path, entry: Entry, ruleset: Ruleset) -> Iterator[str]:
    facts = table("facts")["facts"]
    named = {
        "rule": {rule.slug for rule in ruleset.rules},
        "namespace": {rule.namespace for rule in ruleset.rules},
    }
    for leaf in _leaves(entry):
        texts = {pattern.text for pattern in leaf.patterns}
        if leaf.word in named:
            yield from (f"no {leaf.word} {text}" for text in sorted(texts - named[leaf.word]))
        elif leaf.word not in facts:
            yield f"{leaf.word} is no fact word"
        lists = {pattern.text for pattern in leaf.patterns if pattern.kind == "list"}
        yield from (f"no list {name}" for name in sorted(lists - set(ruleset.lists)))


def _leaves(entry: Entry) -> Iterator[Condition]:
    for condition in _conditions(entry):
        yield from leaves(condition)


def _needs(_path: Path, entry: Entry, ruleset: Ruleset) -> Iterator[str]:
    by_slug = {rule.slug: rule for rule in ruleset.rules}
    used = set(_used(by_slug[entry["rule"]].when, ruleset))
    needs = set(entry["needs"])
    yield from (f"{word} is used and not in needs" for word in sorted(used - needs))
    yield from (f"{word} is in needs and not used" for word in sorted(needs - used))


def _used(condition: Condition, ruleset: Ruleset) -> Iterator[str]:
    for leaf in leaves(condition):
        if leaf.word not in ("rule", "namespace"):
            yield leaf.word
            continue
        texts = {pattern.text for pattern in leaf.patterns}
        for rule in ruleset.rules:
            if (rule.slug if leaf.word == "rule" else rule.namespace) in texts:
                yield from _used(rule.when, ruleset)


def _answers(_path: Path, entry: Entry, _rules: Ruleset) -> Iterator[str]:
    known = {question.value for question in Question}
    yield from (f"{name} is no question" for name in entry["answers"] if name not in known)


def _maps(_path: Path, entry: Entry, _rules: Ruleset) -> Iterator[str]:
    known = table("requirements")["requirements"]
    yield from (
        f"{name} is not in requirements.toml" for name in entry["maps"] if name not in known
    )


def _innocent(_path: Path, entry: Entry, _rules: Ruleset) -> Iterator[str]:
    if not entry["innocent"]:
        yield "none is given"


def _properties(_path: Path, entry: Entry, _rules: Ruleset) -> Iterator[str]:
    known = {*table("properties")["properties"], *OWN}
    words = dict.fromkeys(name for leaf in _leaves(entry) for name in properties(leaf.word))
    yield from (f"{name} is no property" for name in words if name not in known)


def _identities(_path: Path, entry: Entry, _rules: Ruleset) -> Iterator[str]:
    classes = table("device-classes")["classes"]
    common = entry.get("identifies", {})
    for identifies in _identified(entry):
        merged = common | identifies
        if not merged:
            yield "a row that says nothing"
        if merged.get("class", "") not in {"", *classes}:
            yield f"{merged['class']} is no device class"
        yield from (
            f"{way} is no way to talk outside"
            for way in merged.get("remote", ())
            if way not in WAYS
        )


def _sources(_path: Path, entry: Entry, _rules: Ruleset) -> Iterator[str]:
    for holder in (entry, *entry["rows"]):
        if not holder.get("source", entry.get("source")):
            yield "a row without source"


def _stable(_path: Path, entry: Entry, _rules: Ruleset) -> Iterator[str]:
    tests = entry.get("tests") or []
    if entry["status"] != "stable":
        return
    if kind(entry) == "fingerprints":
        if not tests:
            yield "no test"
        return
    results = {test.get("result") for test in tests}
    yield from (f"no test that is {result}" for result in trials.RESULTS if result not in results)


def _passes(_path: Path, entry: Entry, ruleset: Ruleset) -> Iterator[str]:
    run = trials.of_fingerprint if kind(entry) == "fingerprints" else trials.of_rule
    yield from run(ruleset, entry)


BOTH = ("rules", "fingerprints")
MEANING = (
    Lint("no-words-of-legal-weight", "state the fact in plain words", (*BOTH, "lists"), _words),
    Lint("title-is-a-noun-phrase", "start small, end without a full stop", ("rules",), _title),
    Lint(
        "known-fact-words", "use data/facts.toml, or add the word there", ("rules",), _known_words
    ),
    Lint("needs-are-what-is-used", "list the fact words of the condition", ("rules",), _needs),
    Lint("known-questions", "use the questions of the probe", ("rules",), _answers),
    Lint("known-requirements", "add it to data/requirements.toml", ("rules",), _maps),
    Lint("innocent-explanations", "give the ordinary explanations", ("rules",), _innocent),
    Lint("known-properties", "use data/properties.toml", ("fingerprints",), _properties),
    Lint("known-identities", "use the closed lists", ("fingerprints",), _identities),
    Lint("sources", "say where it is known from", ("fingerprints", "lists"), _sources),
    Lint("stable-has-tests", "add the test or make it a draft", BOTH, _stable),
    Lint("own-tests-pass", "mend the rule or its test", BOTH, _passes),
)
"""Checks of meaning."""
