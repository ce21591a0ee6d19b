"""Writes the pages that are made from the code; a test holds the files against them.

``python docs/generate.py`` rewrites them. Each page is a function here, so that what it says cannot
drift from what the program does.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
BEGIN, END = "<!-- generated: begin -->", "<!-- generated: end -->"
NOTE = "*Made by `docs/generate.py`; edit the code, then run it.*"


def commands() -> str:
    """Every verb with its help."""
    from overlanded.commands import VERBS

    codes = (
        "Exit codes: 0 done · 1 findings at or above `--fail-on` · 2 bad use · 3 done, but some input "
        "could not be read · 4 evidence does not verify · 70 internal error · 130 interrupted."
    )
    helps = [f"## overlanded {verb}\n\n```\n{run(verb, '--help').rstrip()}\n```" for verb in VERBS]
    parts = ["# Commands", NOTE, codes, *helps]
    return "\n\n".join(parts) + "\n"


def readers() -> str:
    """Every reader's card."""
    from overlanded.readers import READERS

    rows = ["| reader | side | gives | cannot tell |", "|---|---|---|---|"]
    rows += [f"| {c.name} | {c.side} | {c.gives} | {c.cannot_tell} |" for c in READERS]
    return (
        f"# Readers\n\n{NOTE}\n\nA format is known by its content, never by its name.\n\n"
        + "\n".join(rows)
        + "\n"
    )


def tables() -> str:
    """Every table with every column."""
    from overlanded.model.columns import TABLES, TUNNELS

    about = (
        "`overlanded columns` and every audit write these as Parquet; `overlanded sql` asks them. "
        "Addresses are integers; the views of `sql` show them as text."
    )
    parts = ["# Tables", NOTE, about]
    for table in TABLES:
        rows = [
            f"## {table.name}",
            "",
            f"One row is {table.row}.",
            "",
            "| column | type | meaning |",
            "|---|---|---|",
        ]
        rows += [f"| {c.name} | {c.dtype} | {c.about} |" for c in table.columns]
        parts.append("\n".join(rows))
    parts.append(
        "Tunnels: " + ", ".join(f"{n} {name or 'none'}" for n, name in enumerate(TUNNELS)) + "."
    )
    return "\n\n".join(parts) + "\n"


def protocols() -> str:
    """Every protocol that is recognised."""
    from overlanded import data

    rows = ["| protocol | family | what |", "|---|---|---|"]
    known = data.table("protocols")["protocols"]
    rows += [
        f"| {name} | {entry['family']} | {entry['about']} |"
        for name, entry in sorted(known.items())
    ]
    return (
        f"# Protocols\n\n{NOTE}\n\nRecognised by content, on any port where the content is strong enough.\n\n"
        + "\n".join(rows)
        + "\n"
    )


def finding() -> str:
    """The start of what an audit of the example prints, as far as the first device."""
    with tempfile.TemporaryDirectory() as folder:
        case = Path(folder) / "sts-07"
        shutil.copytree(ROOT / "examples" / "sts-07", case)
        # As `make demo` prints it: an empty package stands before the OCR extra, if that is there.
        (Path(folder) / "rapidocr").mkdir()
        (Path(folder) / "rapidocr" / "__init__.py").touch()
        text = run("audit", str(case), first=folder)
    lines = text.splitlines()
    first = next(n for n, line in enumerate(lines) if line.startswith(" DECLINED"))
    last = next(n for n, line in enumerate(lines) if line.startswith("   bridges"))
    shown = [*lines[: lines.index("", 2)], "", *lines[first:last]]
    return "```\n" + "\n".join(shown) + "\n```"


PAGES: dict[str, Callable[[], str]] = {
    "docs/reference/commands.md": commands,
    "docs/reference/readers.md": readers,
    "docs/reference/tables.md": tables,
    "docs/reference/protocols.md": protocols,
}
"""Page → what makes it."""


def readme() -> str:
    """The README with its finding as the program prints it today."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n{finding()}\n{END}{rest.partition(END)[2]}"


def run(*arguments: str, first: str = "") -> str:
    """What the program prints, 100 columns wide; packages in the folder ``first`` go first."""
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, (first, os.environ.get("PYTHONPATH", "")))),
        "COLUMNS": "100",
        "NO_COLOR": "1",
        "SOURCE_DATE_EPOCH": "1764000000",
    }
    done = subprocess.run(
        [sys.executable, "-m", "overlanded", *arguments],
        capture_output=True, text=True, check=True, env=environment,
    )  # fmt: skip
    return done.stdout.replace("python -m overlanded", "overlanded")


def main() -> None:
    """Rewrite every page."""
    for name, make in PAGES.items():
        (ROOT / name).write_text(make(), encoding="utf-8")
    (ROOT / "README.md").write_text(readme(), encoding="utf-8")


if __name__ == "__main__":
    main()
