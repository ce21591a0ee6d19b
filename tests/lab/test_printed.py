"""Papers as PDF: their tables are read back line by line."""

from __future__ import annotations

import pytest
from lab.scenario import parse

from lab import paperwork
from overlanded.model.evidence import EvidenceItem, Side
from overlanded.model.records import Record
from overlanded.readers.paperwork import pdf


@pytest.fixture
def printed(small, tmp_path):
    (sheet,) = small["paperwork"][0]["sheets"]
    sheet |= {"title": ["Options <A & B>"], "columns": ["Option", "Description", "Qty", "Decision"]}
    sheet["rows"] = [
        {"cells": ["14.1", "Video recorder (NVR)", 1, "Accepted"]},
        {"cells": ["14.2", "4G router with antenna", 2, "Declined"]},
    ]
    sheet["notes"] = ["Options not accepted are not part of the supply."]
    small["paperwork"][0]["file"] = "options.pdf"
    paperwork.write(parse(small), tmp_path)
    return tmp_path / "options.pdf"


def test_its_lines_are_read_back(printed):
    item = EvidenceItem("p-1", "options.pdf", "", 0, "pdf", Side.PAPERWORK, 1)
    found = [one for one in pdf.read(item, printed.read_bytes()) if isinstance(one, Record)]
    assert [(one.line, one.description, one.quantity, one.status.value) for one in found] == [
        ("14.1", "Video recorder (NVR)", 1, "ordered"),
        ("14.2", "4G router with antenna", 2, "declined"),
    ]


def test_same_paper_same_bytes(printed, small, tmp_path):
    paperwork.write(parse(small), tmp_path / "again")
    assert (tmp_path / "again/options.pdf").read_bytes() == printed.read_bytes()
