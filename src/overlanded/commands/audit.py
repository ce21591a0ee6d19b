"""``overlanded audit``: the whole job."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from overlanded.commands.progress import Bar, tell_if_interpreted
from overlanded.errors import UsageError
from overlanded.model.findings import Severity

if TYPE_CHECKING:
    from overlanded.model.document import CaseDocument

RANKS = [severity.value for severity in Severity]


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=".")
@click.option(
    "--outturn", type=click.Path(path_type=Path), help="Write there instead of FOLDER/outturn."
)
@click.option("--by", default="not stated", help="Who seals, for the ledger.")
@click.option("--at", help="Date the ledger so (RFC 3339) instead of by the clock.")
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Cores to use.")
@click.option("--fail-on", type=click.Choice(RANKS), help="Exit with 1 on findings this severe.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@click.option("--quiet", is_flag=True, help="No progress, no summary.")
def command(
    folder: Path,
    outturn: Path | None,
    by: str,
    at: str | None,
    jobs: int,
    fail_on: str | None,
    form: str,
    *,
    quiet: bool,
) -> int:
    """Audit the crane in FOLDER, which may also be one capture.

    Exit codes: 0 done · 1 findings at or above --fail-on · 2 bad use · 3 done, but some input
    could not be read · 4 evidence does not verify.
    """
    from overlanded.pipeline import Options, audit

    if not quiet:
        tell_if_interpreted()
    with Bar(shown=not quiet and sys.stderr.isatty()) as bar:
        options = Options(stated(at) if at else now(), by, outturn, jobs, bar.show)
        audited = audit(folder, options)
    if not quiet:
        click.echo(_result(audited.tree, audited.outturn, form), nl=False)
    return exit_code(audited.document, fail_on)


def exit_code(document: CaseDocument, fail_on: str | None) -> int:
    """1 for findings at or above ``fail_on``, else 3 when something was not read, else 0."""
    if fail_on is not None:
        least = RANKS.index(fail_on)
        if any(RANKS.index(finding.advisory.severity) >= least for finding in document.findings):
            return 1
    return 3 if any(gap.unread for gap in document.gaps) else 0


def stated(at: str) -> str:
    """The time that was given, as it was given. Raises ``UsageError`` when it is not RFC 3339."""
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise UsageError(f"--at {at}: not a time with its zone, such as 2026-01-31T08:00:00Z")
    return at


def now() -> str:
    """The time to date entries by: SOURCE_DATE_EPOCH where it is set, else the clock, in UTC."""
    stated = os.environ.get("SOURCE_DATE_EPOCH")
    moment = datetime.fromtimestamp(int(stated), UTC) if stated else datetime.now(UTC)
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _result(tree: dict[str, Any], outturn: Path, form: str) -> str:
    if form == "json":
        from overlanded.exporters import json

        return json.export(tree).decode()
    from overlanded.exporters.terminal import summary

    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    return summary(tree, outturn=outturn, colour=colour)
