"""``overlanded explain``: why one device or finding is what it is."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from overlanded.errors import UsageError
from overlanded.exporters.lookup import Chosen, case_document, choose
from overlanded.exporters.tree import Tree


@click.command()
@click.argument("case_and_id", nargs=-1, required=True, metavar="[CASE] ID")
@click.option("--outturn", type=click.Path(path_type=Path), help="Where the results lie.")
@click.option("--width", type=click.IntRange(60, 120), help="Columns of the text.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def command(
    case_and_id: tuple[str, ...], outturn: Path | None, width: int | None, form: str
) -> None:
    """Explain a device or finding of CASE (default: this folder).

    ID is a device's number, id or name, a finding's id, or a rule.
    """
    folder, wanted = case_and_wanted(case_and_id)
    case = case_document(folder, outturn)
    chosen = choose(case, wanted)
    if form == "json":
        click.echo(_json(case, chosen), nl=False)
        return
    from overlanded.exporters.explaining import explanation

    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    click.echo(explanation(case, chosen, width=width, colour=colour), nl=False)


def case_and_wanted(given: tuple[str, ...]) -> tuple[Path, str]:
    """The case folder and the id of ``[CASE] ID``."""
    if len(given) > 2:
        raise UsageError("give a case folder and one id, as in `overlanded explain sts-07 1`")
    *folder, wanted = given
    return Path(folder[0] if folder else "."), wanted


def _json(case: Tree, chosen: Chosen) -> str:
    from overlanded.exporters.json import export

    records = {id_ for device in chosen.devices for id_ in device["records"]}
    searches = {id_ for device in chosen.devices for id_ in device["searches"]}
    part = {
        "schema": "overlanded.explanation/1",
        "devices": list(chosen.devices),
        "findings": list(chosen.findings),
        "records": [record for record in case["records"] if record["id"] in records],
        "searches": [search for search in case["searches"] if search["id"] in searches],
    }
    return export(part).decode()
