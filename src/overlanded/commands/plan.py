"""``overlanded plan``: what to collect next, and a checklist for whoever collects it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from overlanded.exporters.lookup import case_document


@click.command()
@click.argument("case", type=click.Path(path_type=Path), default=".")
@click.option("--outturn", type=click.Path(path_type=Path), help="Where the results lie.")
@click.option("--width", type=click.IntRange(60, 120), help="Columns of the text.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def command(case: Path, outturn: Path | None, width: int | None, form: str) -> None:
    """Rank what to collect next of CASE (default: this folder), with a checklist for each.

    What is open, and how likely each way of collecting more would settle it, is worked out by an
    audit; run that first.
    """
    tree = case_document(case, outturn)
    if form == "json":
        from overlanded.exporters.json import export

        part = {"schema": "overlanded.plan/1", "plan": tree["plan"]}
        click.echo(export(part).decode(), nl=False)
        return
    from overlanded.exporters.planning import planned

    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    click.echo(planned(tree, width=width, colour=colour), nl=False)
