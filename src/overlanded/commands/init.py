"""``overlanded init``: a commented case folder to fill, and sheets for an inspection."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import click

from overlanded.custody.inventory import OUTTURN
from overlanded.custody.outturn import write_new
from overlanded.errors import UsageError

FOLDERS = {
    "paperwork": "contracts, option lists, change and work orders, inventories: "
    ".pdf, .docx, .xlsx, .csv, CycloneDX, NetBox",
    "evidence": "captures (.pcap, .pcapng, also .gz and .zst), Zeek logs, text of switches and "
    "routers, photos, filled inspection sheets",
}
"""Folder → what goes in; the audit looks at content, not at folders or file names."""
FORMS = f"{OUTTURN}/forms"
"""Where empty forms go: nothing there is taken for evidence."""


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=".")
def command(folder: Path) -> None:
    """Make FOLDER (default: this one) ready for a crane: crane.toml, two folders, and forms.

    The forms are an inspection sheet for printing (PDF) and the same as a workbook (XLSX), in
    outturn/forms. Nothing that is there already is changed.
    """
    crane = folder / "crane.toml"
    there = crane.exists()
    try:
        _write(crane, lambda: files("overlanded.data").joinpath("crane.toml").read_bytes())
        for name in FOLDERS:
            (folder / name).mkdir(exist_ok=True)
        (folder / FORMS).mkdir(parents=True, exist_ok=True)
        _write(folder / FORMS / "inspection.pdf", _printed)
        _write(folder / FORMS / "inspection.xlsx", _workbook)
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written ({error.strerror})") from error
    click.echo(f"{crane}: {'left as it is' if there else 'say there what is known of the crane'}")
    for name, what in FOLDERS.items():
        click.echo(f"{folder / name}: put there {what}")
    click.echo(
        f"{folder / FORMS}: inspection sheets; put a filled copy of the workbook in evidence"
    )
    click.echo(f"then: overlanded audit {folder}")


def _write(path: Path, content: Callable[[], bytes]) -> None:
    if not path.exists():
        write_new(path, [content()], force=False)


def _printed() -> bytes:
    from overlanded.exporters import inspection_sheet

    return inspection_sheet.printed()


def _workbook() -> bytes:
    from overlanded.exporters import inspection_sheet

    return inspection_sheet.workbook()
