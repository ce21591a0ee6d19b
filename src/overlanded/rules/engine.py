"""Which rules hold for a device, remembering why. Pure: no I/O, no clock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256

from msgspec import Struct
from msgspec.structs import replace

from overlanded.data import table
from overlanded.model.citing import Citation
from overlanded.model.devices import Standing
from overlanded.model.facts import Facts
from overlanded.model.findings import Finding, Proof
from overlanded.model.observing import Gap
from overlanded.rules.conditions import Condition, Outcome, evaluate, leaves, truth
from overlanded.rules.patterns import Pattern, brief, fits
from overlanded.rules.ruleset import Rule, Ruleset

UNDECIDED = "not decided: "
NOT_SO = Outcome(False, Proof("", False))
REFERENCES = ("rule", "namespace")
"""Words of a condition that speak of other rules instead of facts."""


def find(ruleset: Ruleset, facts: Facts) -> tuple[tuple[Finding, ...], tuple[Gap, ...]]:
    """The findings for one device, and a gap for each rule that nobody looked far enough for."""
    findings, undecided = _judge(ruleset, facts, _index(ruleset).candidates(facts))
    return findings, tuple(_gap(rule, _missing(rule, facts)) for rule in undecided)


def find_all(
    ruleset: Ruleset, many: Iterable[Facts]
) -> tuple[tuple[Finding, ...], tuple[Gap, ...]]:
    """``find`` for every device of a case; what was not looked for is one gap of the case.

    Words that somebody looked for on other devices are no gap of the case: that one device was
    out of sight is said by its standing.
    """
    findings: list[Finding] = []
    undecided: dict[str, tuple[Rule, tuple[str, ...]]] = {}
    looked: set[str] = set()
    for facts in many:
        held, rules = _judge(ruleset, facts, _index(ruleset).candidates(facts))
        findings.extend(held)
        looked |= facts.looked
        undecided.update((rule.slug, (rule, _missing(rule, facts))) for rule in rules)
    return tuple(findings), _case_gaps(undecided.values(), looked)


def _case_gaps(
    undecided: Iterable[tuple[Rule, tuple[str, ...]]], looked: set[str]
) -> tuple[Gap, ...]:
    """One gap for each set of words that nobody looked for on any device."""
    by_words: defaultdict[tuple[str, ...], list[Rule]] = defaultdict(list)
    for rule, missing in undecided:
        never = tuple(word for word in missing if word not in looked)
        if never:
            by_words[never].append(rule)
    return tuple(_together(rules, words) for words, rules in sorted(by_words.items(), key=_words))


def _words(item: tuple[tuple[str, ...], list[Rule]]) -> tuple[str, ...]:
    return item[0]


def _together(rules: list[Rule], words: tuple[str, ...]) -> Gap:
    """What nobody looked for, first; the rules that wait for it, second."""
    rules.sort(key=lambda rule: rule.slug)
    count = f"{len(rules)} rule{'s' if len(rules) > 1 else ''}"
    return replace(
        _gap(rules[0], words),
        id=_id("gaps", *words, *(rule.slug for rule in rules)),
        what=f"{_named(words)} ({count} not decided)",
        why=UNDECIDED + "; ".join(rule.advisory.title for rule in rules),
        weakens=tuple(dict.fromkeys(question for rule in rules for question in rule.answers)),
    )


def find_slowly(ruleset: Ruleset, facts: Facts) -> tuple[tuple[Finding, ...], tuple[Gap, ...]]:
    """As ``find`` but trying every rule: what the index is tested against."""
    findings, undecided = _judge(ruleset, facts, _index(ruleset).ordered)
    return findings, tuple(_gap(rule, _missing(rule, facts)) for rule in undecided)


def _judge(
    ruleset: Ruleset, facts: Facts, rules: Iterable[Rule]
) -> tuple[tuple[Finding, ...], tuple[Rule, ...]]:
    """Findings, and the rules that could not be decided.

    Rules that speak of devices are not asked about a record of which nothing was seen.
    """
    outcomes: dict[str, Outcome] = {}
    unseen = Standing.MISSING.value in facts.known.get("standing", {})
    for rule in rules:
        if rule.status != "retired" and (rule.scope == "record" or not unseen):
            outcomes[rule.slug] = _outcome(ruleset, rule, facts, outcomes)
    judged = [(rule, outcomes[rule.slug]) for rule in ruleset.rules if rule.slug in outcomes]
    findings = tuple(_finding(rule, facts, it) for rule, it in judged if it.value)
    return findings, tuple(rule for rule, it in judged if it.value is None)


def _finding(rule: Rule, facts: Facts, outcome: Outcome) -> Finding:
    return Finding(
        id=_id(rule.slug, facts.device),
        advisory=rule.advisory,
        device=facts.device,
        confidence=round(rule.probability * _sure(rule, facts), 4),
        proof=outcome.proof,
        citations=outcome.citations,
    )


def _sure(rule: Rule, facts: Facts) -> float:
    """``facts.confidence`` is that of the standing: it counts for rules that rest on it."""
    return facts.confidence if "standing" in rule.needs else 1.0


def _missing(rule: Rule, facts: Facts) -> tuple[str, ...]:
    return tuple(word for word in rule.needs if word not in facts.looked)


def _gap(rule: Rule, missing: tuple[str, ...]) -> Gap:
    """The same gap for every device: what was not looked for concerns the case."""
    return Gap(
        id=_id("gap", rule.slug, *missing),
        what=UNDECIDED + rule.advisory.title,
        why=f"nobody looked for: {_named(missing)}",
        mend="hand in paperwork or evidence that shows it",
        weakens=rule.answers,
    )


def _named(words: Iterable[str]) -> str:
    about = table("facts")["facts"]
    return "; ".join(brief(about.get(word, {}).get("about", word)) for word in words)


def _id(*parts: str) -> str:
    return sha256("\x1f".join(parts).encode()).hexdigest()[:12]


def _outcome(ruleset: Ruleset, rule: Rule, facts: Facts, done: dict[str, Outcome]) -> Outcome:
    def ask(leaf: Condition) -> tuple[bool | None, tuple[Citation, ...]]:
        if leaf.word in REFERENCES:
            return _referred(ruleset, leaf, done)
        return known(ruleset, leaf, facts)

    # Most rules do not hold for most devices, and why they do not is not told.
    value = truth(rule.when, lambda leaf: ask(leaf)[0])
    return NOT_SO if value is False else evaluate(rule.when, ask)


def known(
    ruleset: Ruleset, leaf: Condition, facts: Facts
) -> tuple[bool | None, tuple[Citation, ...]]:
    """Whether a value of the leaf's word fits, with the citations of all that do."""
    cited: list[Citation] = []
    true = False
    for value, citations in facts.known.get(leaf.word, {}).items():
        if any(_fits(ruleset, pattern, value) for pattern in leaf.patterns):
            true = True
            cited.extend(citations)
    if true:
        return True, tuple(cited)
    return (False, ()) if leaf.word in facts.looked else (None, ())


def _fits(ruleset: Ruleset, pattern: Pattern, value: str) -> bool:
    if pattern.kind == "list":
        return listed(ruleset, pattern.text, value) is not None
    return fits(pattern, value)


def listed(ruleset: Ruleset, name: str, host: str) -> str | None:
    """What a host name belongs to by the list ``name``: itself or a domain above it, or None."""
    entries = ruleset.lists.get(name, {})
    host = host.casefold().rstrip(".")
    if host in entries:
        return entries[host]
    labels = host.split(".")[:32]
    domains = (f"*.{'.'.join(labels[start:])}" for start in range(len(labels)))
    return next((entries[domain] for domain in domains if domain in entries), None)


def _referred(
    ruleset: Ruleset, leaf: Condition, done: dict[str, Outcome]
) -> tuple[bool | None, tuple[Citation, ...]]:
    """A rule that was no candidate is false: its index says it cannot hold."""
    slugs = referred(ruleset.rules, leaf)
    outcomes = [done[slug] for slug in slugs if slug in done]
    true = [outcome for outcome in outcomes if outcome.value]
    if true:
        return True, tuple(citation for outcome in true for citation in outcome.citations)
    return (None, ()) if any(outcome.value is None for outcome in outcomes) else (False, ())


def referred(rules: Iterable[Rule], leaf: Condition) -> list[str]:
    """The slugs that a ``rule`` or ``namespace`` leaf speaks of."""
    wanted = {pattern.text for pattern in leaf.patterns}
    return [
        rule.slug
        for rule in rules
        if (rule.slug if leaf.word == "rule" else rule.namespace) in wanted
    ]


class Index(Struct, frozen=True):
    """Rules by the rarest word without which they cannot hold."""

    ordered: tuple[Rule, ...]
    """A rule after the rules it refers to."""
    by_word: dict[str, frozenset[int]]
    """Word → positions in ``ordered``."""
    always: frozenset[int]
    """Rules that can hold without any fact (a condition under ``not``, or on other rules)."""

    def candidates(self, facts: Facts) -> list[Rule]:
        """The rules that may hold, or that somebody would have had to look for."""
        hit = set(self.always)
        for word, positions in self.by_word.items():
            if facts.known.get(word) or word not in facts.looked:
                hit |= positions
        return [self.ordered[position] for position in sorted(hit)]


@lru_cache(maxsize=8)
def _index(ruleset: Ruleset) -> Index:
    ordered = tuple(in_order(ruleset.rules))
    by_word: defaultdict[str, set[int]] = defaultdict(set)
    always = set()
    for position, rule in enumerate(ordered):
        words = required(rule.when)
        if not words:
            always.add(position)
        for word in words:
            by_word[word].add(position)
    frozen = {word: frozenset(positions) for word, positions in by_word.items()}
    return Index(ordered, frozen, frozenset(always))


def required(condition: Condition) -> frozenset[str]:
    """Words of which at least one must be known for the condition to hold; empty: none must."""
    if condition.op == "leaf":
        return frozenset() if condition.word in REFERENCES else frozenset((condition.word,))
    if condition.op == "not":
        return frozenset()
    choices = [required(part) for part in condition.parts]
    if condition.op == "all":
        return min(filter(None, choices), key=_commonness, default=frozenset())
    return frozenset[str]().union(*choices) if all(choices) else frozenset()


def _commonness(words: frozenset[str]) -> tuple[float, list[str]]:
    """How many devices have one of the words, as a share; ties in a fixed order."""
    facts = table("facts")["facts"]
    return sum(facts.get(word, {}).get("share", 1.0) for word in words), sorted(words)


def in_order(rules: Iterable[Rule]) -> list[Rule]:
    """The rules, each after those it refers to. A circle raises ``ValueError``."""
    rules = sorted(rules, key=lambda rule: rule.slug)
    waiting = {rule.slug: rule for rule in rules}
    before = {
        rule.slug: {
            slug
            for leaf in leaves(rule.when)
            if leaf.word in REFERENCES
            for slug in referred(rules, leaf)
        }
        for rule in rules
    }
    done: list[Rule] = []
    while waiting:
        ready = [slug for slug in waiting if not before[slug] & waiting.keys()]
        if not ready:
            raise ValueError(f"rules refer to each other in a circle: {', '.join(waiting)}")
        done.extend(waiting.pop(slug) for slug in ready)
    return done
