"""Writes the inspection sheets of a scenario: the columns of ``overlanded init``, filled in."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lab.paperwork import MADE
from lab.programs import late
from lab.scenario import Device, Inspection, Scenario

FORM = Path(__file__).parent.parent / "src/overlanded/data/inspection.toml"


def write(scenario: Scenario, folder: Path) -> None:
    """Write every filled sheet of the scenario into ``folder``."""
    form = tomllib.loads(FORM.read_text("utf-8"))
    for one in scenario.inspections:
        path = folder / one.file
        path.parent.mkdir(parents=True, exist_ok=True)
        _workbook(form, list(_rows(scenario, one)), path)


def _rows(scenario: Scenario, sheet: Inspection) -> Iterator[Mapping[str, str]]:
    """Column → text; what a device's label says is filled in unless the row says otherwise."""
    for row in sheet.rows:
        label = _label(scenario.device(row["device"])) if "device" in row else {}
        yield label | {name: str(text) for name, text in row.items() if name != "device"}


def _label(device: Device) -> dict[str, str]:
    mac = next((nic.mac for nic in device.nics if nic.mac), "")
    return {"maker": device.maker, "model": device.model, "mac": mac.upper()}


def _workbook(form: Mapping[str, Any], rows: list[Mapping[str, str]], path: Path) -> None:
    """One sheet: headings in the first row, everything as text. The same rows, the same bytes."""
    xlsxwriter = late("xlsxwriter")
    book = xlsxwriter.Workbook(path)
    book.set_properties({"title": form["sheet"]["title"], "created": MADE})
    head = book.add_format({"bold": True, "bottom": 2, "text_wrap": True, "valign": "top"})
    cell = book.add_format({"num_format": "@", "border": 1, "text_wrap": True, "valign": "top"})
    page = book.add_worksheet(form["sheet"]["name"])
    for at, column in enumerate(form["column"]):
        page.set_column(at, at, column["width"])
        page.write_string(0, at, column["titles"][0], head)
        for number, row in enumerate(rows, 1):
            page.write_string(number, at, row.get(column["name"], ""), cell)
    book.close()
