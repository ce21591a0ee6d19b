"""``overlanded init``: a commented case folder to fill."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import click

from overlanded.custody.outturn import write_new
from overlanded.errors import UsageError

FOLDERS = {
    "paperwork": "contract lists, option lists, change orders, network plans: .xlsx, .csv",
    "evidence": "captures: .pcap, .pcapng, also .gz and .zst",
}
"""Folder → what goes in; the audit looks at content, not at folders or file names."""


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=".")
def command(folder: Path) -> None:
    """Make FOLDER (default: this one) ready for a crane: crane.toml and two folders.

    Nothing that is there already is changed.
    """
    crane = folder / "crane.toml"
    there = crane.exists()
    try:
        if not there:
            template = files("overlanded.data").joinpath("crane.toml")
            write_new(crane, [template.read_bytes()], force=False)
        for name in FOLDERS:
            (folder / name).mkdir(exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written ({error.strerror})") from error
    click.echo(f"{crane}: {'left as it is' if there else 'say there what is known of the crane'}")
    for name, what in FOLDERS.items():
        click.echo(f"{folder / name}: put there {what}")
    click.echo(f"then: overlanded audit {folder}")
