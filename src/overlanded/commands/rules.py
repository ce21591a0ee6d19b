"""``overlanded rules``: list, show and lint the rules, build the shipped form and the pages."""

from __future__ import annotations

import json
from pathlib import Path

import click

from overlanded.errors import UsageError


@click.group()
def command() -> None:
    """List, show and lint the rules."""


@command.command("list")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def list_rules(form: str) -> int:
    """Print every rule: its name, severity and title."""
    from overlanded.rules import load

    ruleset = load()
    rows = [
        {
            "rule": rule.slug,
            "namespace": rule.namespace,
            "status": rule.status,
            "severity": rule.advisory.severity.value,
            "title": rule.advisory.title,
        }
        for rule in ruleset.rules
    ]
    if form == "json":
        click.echo(json.dumps({"version": ruleset.version, "rules": rows}, indent=2))
        return 0
    width = max(len(row["rule"]) for row in rows)
    for row in rows:
        click.echo(f"{row['rule']:{width}}  {row['severity']:8}  {row['title']}")
    click.echo(
        f"{len(rows)} rules, {len(ruleset.fingerprints)} fingerprints "
        f"with {len(ruleset.rows)} rows, version {ruleset.version}"
    )
    return 0


@command.command()
@click.argument("slug")
def show(slug: str) -> int:
    """Print one rule, fingerprint or list as its file says it."""
    from overlanded.rules import library

    for path in library.files():
        if path.stem == slug:
            click.echo(path.read_text(encoding="utf-8"), nl=False)
            return 0
    raise UsageError(f"{slug}: no such rule; `overlanded rules list` names them")


@command.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True), required=False)
def lint(folder: Path | None) -> int:
    """Check every rule file and run the rules' own tests. Exit code 1 when one fails."""
    from overlanded.rules import library
    from overlanded.rules import lint as linter

    defects = [str(one) for one in linter.lint(folder or library.FOLDER)]
    if folder is None and not library.in_step():
        defects.append(
            "library.json: not in step with the rule files; run `overlanded rules build`"
        )
    for line in defects:
        click.echo(line)
    click.echo(f"{len(library.files(folder or library.FOLDER))} files, {len(defects)} defects")
    return 1 if defects else 0


@command.command()
def build() -> int:
    """Write library.json, the form in which the rules are shipped, from the rule files."""
    from overlanded.rules import library

    library.BUILT.write_bytes(library.build())
    click.echo(str(library.BUILT))
    return 0


@command.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True))
def docs(folder: Path) -> int:
    """Write the page of every rule into FOLDER."""
    from overlanded.rules import pages

    made = pages.pages()
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8")
    click.echo(f"{len(made)} pages in {folder}")
    return 0
