"""The verbs, one file each, imported when they are called."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from importlib import import_module
from typing import NoReturn

import click

from overlanded import __version__
from overlanded.errors import OverlandedError, UsageError

VERBS = {
    "audit": "the whole job: read a case folder, and write the document and the report",
    "init": "make a commented case folder",
    "explain": "why one device or finding is what it is, with every weight and citation",
    "plan": "what to collect next, by how much it would settle, with a checklist",
    "carve": "the packets or rows behind one device or finding",
    "verify": "re-check the ledger and every sealed file",
    "rules": "list, show and lint the rules",
    "schema": "print the JSON Schema of a result",
    "columns": "captures to Parquet tables, nothing else",
    "sql": "a read-only query over those tables",
    "doctor": "versions, data dates and what is missing here",
}
"""Verb → what it does; the module of the same name holds ``command``."""


class Verbs(click.Group):
    """Loads a verb's module only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs in the order of use."""
        del ctx
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One verb; None when there is no such verb."""
        del ctx
        if cmd_name not in VERBS:
            return None
        command: click.Command = import_module(f"overlanded.commands.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs without importing any of them."""
        del ctx
        with formatter.section("Verbs"):
            formatter.write_dl(list(VERBS.items()))


@click.command(cls=Verbs)
@click.version_option(__version__, prog_name="overlanded")
def entry() -> None:
    """Find the communications equipment that is on a crane but not in its paperwork."""


def main() -> NoReturn:
    """Run, and leave with the exit code.

    At once: to hand back every value one by one before leaving takes a twentieth of the time.
    """
    code = run()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):
            stream.flush()
    os._exit(code)


def run() -> int:
    """The exit code of what the command line asks; every known error is one line on stderr."""
    # One job and out: nothing here makes garbage in circles, and looking for it takes a tenth.
    gc.disable()
    # A walk asks for the interpreter ten times in what others may hold it by default (5 ms).
    sys.setswitchinterval(0.0005)
    # No matrix here is large: the threads that numpy's library keeps ready would spin for nothing.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        code: int = entry(standalone_mode=False) or 0
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        click.echo("interrupted", err=True)
        return 130
    except OverlandedError as error:
        click.echo(f"overlanded: {error}", err=True)
        return error.exit_code
    except BrokenPipeError:
        return 0
    except OSError as error:
        # A full disk, a missing folder: what is handed in is opened by custody, so it is ours.
        where = f"{error.filename}: " if error.filename else ""
        click.echo(f"overlanded: {where}{error.strerror}; make room, or write elsewhere", err=True)
        return UsageError.exit_code
    except Exception as error:
        if os.environ.get("OVERLANDED_TRACEBACK"):
            raise
        click.echo(
            f"overlanded: internal error: {error!r}; OVERLANDED_TRACEBACK=1 shows where", err=True
        )
        return OverlandedError.exit_code
    return code
