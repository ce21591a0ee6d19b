from __future__ import annotations

import csv

import openpyxl
import pytest
from lab.errors import LabError
from lab.scenario import parse

from lab import paperwork

pytest.importorskip("xlsxwriter", reason="xlsxwriter writes the lab's workbooks; not installed")


def test_same_scenario_same_bytes(sts07, tmp_path):
    for name in ("a", "b"):
        paperwork.write(sts07, tmp_path / name)
    files = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert files == [
        "change-order-03.csv",
        "change-order-05.csv",
        "contract-list.xlsx",
        "technical-specification.pdf",
    ]
    for name in files:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_the_contract_list_looks_as_people_make_them(sts07, tmp_path):
    paperwork.write(sts07, tmp_path)
    book = openpyxl.load_workbook(tmp_path / "contract-list.xlsx")
    assert book.sheetnames == ["Annex B", "Options"]
    annex, options = book.worksheets
    assert [cell.value for cell in annex[4]][:3] == ["Item", "Description", "Maker"]
    assert "A1:J1" in {str(area) for area in annex.merged_cells.ranges}
    assert [at for at, row in annex.row_dimensions.items() if row.hidden] == [21]
    lines = {row[0].value: [cell.value for cell in row] for row in options.iter_rows()}
    assert lines["14.3"][7] == "Declined"
    assert "4G router" in lines["14.3"][1]


def test_the_change_order_is_a_table(sts07, tmp_path):
    paperwork.write(sts07, tmp_path)
    with (tmp_path / "change-order-03.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    header = next(row for row in rows if row[:2] == ["Pos", "Contract item"])
    assert [dict(zip(header, row, strict=True))["Type"] for row in rows[4:]] == [
        "EDS-510E",
        "Q6055-E",
    ]


def test_an_unknown_kind_of_paper_is_named(small, tmp_path):
    small["paperwork"][0]["file"] = "list.docx"
    with pytest.raises(LabError, match=r"list.docx: paperwork is .* \.xlsx or \.csv or \.pdf"):
        paperwork.write(parse(small), tmp_path)
