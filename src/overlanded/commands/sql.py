"""``overlanded sql``: a read-only query over the tables that ``columns`` wrote."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from overlanded.errors import UsageError
from overlanded.exporters.cells import delimited
from overlanded.model.columns import TABLES, Table

Rows = list[tuple[Any, ...]]

MACROS = """
create macro mac_text(m) as
  regexp_replace(
    lpad(lower(to_hex(m)), 12, '0'),
    '(..)(..)(..)(..)(..)(..)', '\\1:\\2:\\3:\\4:\\5:\\6');
create macro ip_text(hi, lo) as case
  when hi = 0 and lo >> 32 = 65535 then
    concat_ws('.', lo >> 24 & 255, lo >> 16 & 255, lo >> 8 & 255, lo & 255)
  else regexp_replace(
    lpad(lower(to_hex(hi)), 16, '0') || lpad(lower(to_hex(lo)), 16, '0'),
    '(....)(....)(....)(....)(....)(....)(....)(....)', '\\1:\\2:\\3:\\4:\\5:\\6:\\7:\\8') end;
create macro time_text(ns) as
  case when ns = 0 then null else make_timestamp_ns(ns) end;
"""
"""IPv6 is written out in full, all 32 digits: one address has one spelling, so it can be joined."""


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("query")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "jsonl", "csv"]),
    default="text",
    show_default=True,
)
def command(folder: Path, query: str, form: str) -> int:
    """Run QUERY over the tables in FOLDER, the one that `overlanded columns` wrote.

    Tables: flows, sightings, services, with every address also readable (a_mac_text, a_ip …)
    and mac_text(), ip_text() and time_text() for use in the query. Nothing can be written.
    """
    names, rows = run(folder, query)
    click.echo(WRITERS[form](names, rows), nl=False)
    return 0


def run(folder: Path, query: str) -> tuple[list[str], Rows]:
    """The query's column names and rows. Raises ``UsageError`` for anything but one query."""
    import duckdb

    connection = duckdb.connect(
        config={"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    )
    connection.execute(MACROS)
    for table in TABLES:
        _view(connection, folder, table)
    connection.execute(
        "set allowed_directories = [$1]".replace("$1", _quoted(str(folder.resolve())))
    )
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    try:
        statements = duckdb.extract_statements(query)
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise UsageError("one SELECT at a time; the tables are read-only")
        found = connection.execute(statements[0])
        return [column[0] for column in found.description], found.fetchall()
    except duckdb.Error as error:
        raise UsageError(f"the query does not run: {str(error).splitlines()[0]}") from error


def _view(connection: Any, folder: Path, table: Table) -> None:  # noqa: ANN401 - duckdb has no stubs
    files = folder.resolve() / table.name
    if not any(files.glob("*.parquet")):
        raise UsageError(f"{folder}: no table {table.name}; run `overlanded columns` first")
    names = [column.name for column in table.columns]
    extra = [f"mac_text({name}) as {name}_text" for name in names if name.endswith("mac")]
    for name in names:
        if name.endswith("ip_hi"):
            stem = name.removesuffix("_hi")
            extra.append(f"ip_text({name}, {stem}_lo) as {stem}")
    source = _quoted(f"{files}/*.parquet")
    connection.execute(
        f"create view {table.name} as select *, {', '.join(extra)} from read_parquet({source})"  # noqa: S608
    )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _text(names: list[str], rows: Rows) -> str:
    cells = [names, *([("" if value is None else str(value)) for value in row] for row in rows)]
    widths = [max(len(line[place]) for line in cells) for place in range(len(names))]
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        for line in cells
    )
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _json(names: list[str], rows: Rows) -> str:
    return (
        json.dumps([dict(zip(names, row, strict=True)) for row in rows], default=str, indent=1)
        + "\n"
    )


def _jsonl(names: list[str], rows: Rows) -> str:
    return "".join(
        json.dumps(dict(zip(names, row, strict=True)), default=str) + "\n" for row in rows
    )


WRITERS: dict[str, Callable[[list[str], Rows], str]] = {
    "text": _text,
    "json": _json,
    "jsonl": _jsonl,
    "csv": delimited,
}
