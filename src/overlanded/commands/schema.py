"""``overlanded schema``: the JSON Schemas of what is written."""

from __future__ import annotations

from importlib.resources import files

import click

from overlanded.errors import UsageError

SCHEMAS = {"case-document": "case-document-1.json", "explanation": "explanation-1.json"}
"""Name → file in ``overlanded.schemas``."""


@click.command()
@click.argument("name", default="case-document")
@click.option("--list", "only_list", is_flag=True, help="Print the names alone.")
def command(name: str, *, only_list: bool) -> None:
    """Print the JSON Schema of NAME (default: case-document)."""
    if only_list:
        click.echo("\n".join(SCHEMAS))
        return
    if name not in SCHEMAS:
        raise UsageError(f"{name}: no such schema; there is {', '.join(SCHEMAS)}")
    path = files("overlanded.schemas").joinpath(SCHEMAS[name])
    click.echo(path.read_text(encoding="utf-8"), nl=False)
