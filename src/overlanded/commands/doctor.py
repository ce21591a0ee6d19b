"""``overlanded doctor``: what this installation is made of, and what is missing."""

from __future__ import annotations

import json
import locale
import os
import platform
import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

import click

from overlanded import __version__


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=".")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def command(folder: Path, form: str) -> int:
    """Say which versions run here, how old the data is, and what is missing.

    Exit code 3 when a library that the audit needs is missing.
    """
    told = {name: ask(folder) for name, ask in CHECKS.items()}
    missing = [name for name in _needed() if _version(name) is None]
    told["missing"] = ", ".join(missing) or "nothing"
    if form == "json":
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        for name, value in told.items():
            click.echo(f"{name:<12} {value}")
    return 3 if missing else 0


def _kernels(_folder: Path) -> str:
    from overlanded.wire.kernels import walk

    if walk.COMPILED:
        return "compiled"
    return "interpreted: right, but some hundred times slower; install a C compiler and reinstall"


def _rules(_folder: Path) -> str:
    from overlanded.rules import load

    rules = load()
    return f"{rules.version}: {len(rules.rules)} rules, {len(rules.fingerprints)} fingerprints"


def _blocks(_folder: Path) -> str:
    return f"IEEE list in python-stdnum {_version('python-stdnum') or '(missing)'}"


def _text(_folder: Path) -> str:
    language = locale.setlocale(locale.LC_CTYPE, None)
    return f"{language}, stdout {sys.stdout.encoding}, file names {sys.getfilesystemencoding()}"


def _writable(folder: Path) -> str:
    target = folder / "outturn" if (folder / "outturn").is_dir() else folder
    if not target.is_dir():
        return f"{folder}: no such folder"
    writable = os.access(target, os.W_OK)
    return f"{target}: {'writable' if writable else 'not writable; use --outturn'}"


def _libraries(_folder: Path) -> str:
    found = ", ".join(f"{name} {_version(name)}" for name in _needed() if _version(name))
    return found or "not asked: the package runs from its source and is not installed"


CHECKS: dict[str, Callable[[Path], str]] = {
    "overlanded": lambda _folder: __version__,
    "python": lambda _folder: f"{platform.python_version()}, {platform.platform()}",
    "kernels": _kernels,
    "rules": _rules,
    "addresses": _blocks,
    "text": _text,
    "outturn": _writable,
    "libraries": _libraries,
}
"""What is told, and who knows it."""


def _needed() -> tuple[str, ...]:
    """The libraries that the package names as needed, extras left out."""
    try:
        named = requires("overlanded") or []
    except PackageNotFoundError:
        return ()
    heads = (line.partition(";") for line in named if "extra ==" not in line)
    return tuple(sorted(_name(head) for head, _, _ in heads))


def _name(requirement: str) -> str:
    end = next((i for i, char in enumerate(requirement) if char in " <>=!~["), len(requirement))
    return requirement[:end]


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
