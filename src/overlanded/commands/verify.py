"""``overlanded verify``: the ledger and every sealed file, re-checked."""

from __future__ import annotations

from pathlib import Path

import click

from overlanded.custody.vault import EDITABLE, Vault, open_case
from overlanded.errors import IntegrityError


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=".")
@click.option("--outturn", type=click.Path(path_type=Path), help="Where the ledger lies.")
def command(folder: Path, outturn: Path | None) -> int:
    """Re-check the ledger in FOLDER, and hash every sealed file again.

    Exit code 4 when the ledger or a file does not verify.
    """
    vault = open_case(folder, outturn=outturn)
    if not vault.entries:
        raise IntegrityError(f"{vault.ledger_path}: no ledger; run `overlanded audit` first")
    wrong = list(_wrong(vault))
    for line in wrong:
        click.echo(line)
    files = len(vault.found.files) + len(vault.lost())
    click.echo(f"{len(vault.entries)} ledger entries, head {vault.entries[-1].hash}")
    click.echo(f"{files - len(wrong)} of {files} files are as they were sealed")
    return IntegrityError.exit_code if wrong or vault.lost() else 0


def _wrong(vault: Vault) -> list[str]:
    lines = [f"{gap.what}: {gap.why}; {gap.mend}" for gap in vault.lost()]
    sealed = {entry.path: entry for entry in vault.entries}
    for found in vault.found.files:
        entry = sealed.get(found.path)
        if entry is None:
            lines.append(f"{found.path}: not sealed; run `overlanded audit`")
        elif vault.digest(found) != entry.sha256 and found.path not in EDITABLE:
            lines.append(f"{found.path}: not the file that was sealed at {entry.at}")
    return lines
