"""One page for each rule, and one for all fingerprints, generated from the rule files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from overlanded.data import table
from overlanded.rules import library
from overlanded.rules.conditions import Condition, read
from overlanded.rules.lint import kind

MADE = "<!-- Generated from src/overlanded/rules/library by `overlanded rules docs`. -->\n"


def pages(folder: Path = library.FOLDER) -> dict[str, str]:
    """File name under ``docs/rules`` → its text."""
    entries = [entry for _, entry in library.entries(folder)]
    rules = [entry for entry in entries if kind(entry) == "rules"]
    made = {f"{entry['rule']}.md": rule(entry) for entry in rules}
    made["fingerprints.md"] = fingerprints(
        [entry for entry in entries if kind(entry) == "fingerprints"]
    )
    made["README.md"] = _contents(rules)
    return made


def rule(entry: Mapping[str, Any]) -> str:
    """The page of one rule."""
    return MADE + "\n".join(_rule(entry)) + "\n"


def _rule(entry: Mapping[str, Any]) -> Iterator[str]:
    yield f"# {entry['rule']}\n"
    yield f"**{entry['title'][:1].upper()}{entry['title'][1:]}.**\n"
    yield entry["about"] + "\n"
    yield "| severity | audience | status | answers |\n|---|---|---|---|"
    answers = ", ".join(entry["answers"])
    yield f"| {entry['severity']} | {entry['audience']} | {entry['status']} | {answers} |\n"
    yield "## When it holds\n"
    yield "\n".join(outline(read(entry["when"]))) + "\n"
    facts = table("facts")["facts"]
    yield "Facts it needs; where nobody looked for one of them, the report has a gap instead:\n"
    yield "\n".join(f"- `{word}`: {facts[word]['about']}" for word in entry["needs"]) + "\n"
    yield "## Ordinary explanations\n"
    yield "\n".join(f"- {one}" for one in entry["innocent"]) + "\n"
    yield "## What to do\n"
    yield entry["remedy"] + "\n"
    if entry["maps"]:
        yield "## Requirements it bears on\n"
        known = table("requirements")["requirements"]
        yield (
            "\n".join(f"- {known[name]['name']}: {known[name]['about']}" for name in entry["maps"])
            + "\n"
        )
    yield "## Examples that are tested\n"
    yield "| case | result |\n|---|---|"
    yield "\n".join(f"| {test['name']} | {test['result']} |" for test in entry["tests"])


def outline(condition: Condition, depth: int = 0) -> list[str]:
    """A condition as nested list items."""
    lines = [f"{'  ' * depth}- {condition}"]
    for part in condition.parts:
        lines.extend(outline(part, depth + 1))
    return lines


def fingerprints(entries: list[dict[str, Any]]) -> str:
    """The page of all fingerprints."""
    lines = [MADE + "# Fingerprints\n"]
    lines.append("How a device is recognised. Probabilities of each kind of evidence are in")
    lines.append("`src/overlanded/data/weights.toml`; how they add up is in decision 0030.\n")
    for entry in entries:
        lines.append(f"## {entry['rule']}\n")
        lines.append(f"{entry['title']}. {entry['about']}\n")
        lines.append("| shows | speaks for | weight | source |\n|---|---|---|---|")
        lines.extend(_row(entry, row) for row in entry["rows"])
        lines.append("")
    return "\n".join(lines)


def _row(entry: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    said = entry.get("identifies", {}) | row.get("identifies", {})
    speaks = ", ".join(
        str(part)
        for part in (said.get("class"), said.get("maker"), *said.get("remote", ()))
        if part
    )
    shows = _inline(read(row["when"], "says")).replace("|", "\\|")
    source = f"{row.get('source', entry['source'])}, {row.get('date', entry['date'])}"
    return f"| `{shows}` | {speaks} | {row.get('weight', 'by property')} | {source} |"


def _inline(condition: Condition) -> str:
    if condition.op == "leaf":
        return str(condition)
    return f"{condition} ({'; '.join(_inline(part) for part in condition.parts)})"


def _contents(rules: list[dict[str, Any]]) -> str:
    lines = [MADE + "# Rules\n", "| rule | finds | severity |", "|---|---|---|"]
    for entry in sorted(rules, key=lambda entry: entry["rule"]):
        name = entry["rule"]
        lines.append(f"| [{name}]({name}.md) | {entry['title']} | {entry['severity']} |")
    lines.append("\nHow devices are recognised: [fingerprints](fingerprints.md).")
    lines.append("How to write one: [writing](writing.md).")
    return "\n".join(lines) + "\n"
