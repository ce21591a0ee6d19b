"""Filled sheets are those that ``overlanded init`` gives out, and the reader understands them."""

from __future__ import annotations

import io

import openpyxl
import pytest
from lab.errors import LabError
from lab.scenario import Inspection, load
from msgspec.structs import replace

from lab import inspections
from overlanded.exporters.inspection_sheet import workbook
from overlanded.model.evidence import EvidenceItem, Side
from overlanded.model.observing import Coverage, Gap
from overlanded.readers import sniff

pytest.importorskip("xlsxwriter", reason="xlsxwriter writes the lab's workbooks; not installed")
ROW = {"visit": "site", "date": "2020-05-04", "cabinet": "+K1", "state": "opened"}


@pytest.fixture
def written(sts07, tmp_path):
    def write(*rows):
        sheet = Inspection("site/sheet.xlsx", rows)
        inspections.write(replace(sts07, inspections=(sheet,)), tmp_path)
        return tmp_path / "site/sheet.xlsx"

    return write


def test_headings_are_those_of_the_empty_form(written):
    form = openpyxl.load_workbook(io.BytesIO(workbook())).worksheets[0]
    ours = openpyxl.load_workbook(written(ROW)).worksheets[0]
    assert ours.title == form.title
    assert [cell.value for cell in ours[1]] == [cell.value for cell in form[1]]


def test_what_a_label_says_is_filled_in_and_can_be_written_otherwise(written):
    path = written({**ROW, "device": "router-1", "what": "router", "model": "RUT9"})
    filled = [cell.value for cell in openpyxl.load_workbook(path).worksheets[0][2] if cell.value]
    assert filled == [
        *("site", "2020-05-04", "+K1", "opened", "router"),
        *("Teltonika", "RUT9", "00:1E:42:1D:9C:3E"),
    ]


def test_the_reader_takes_it_for_an_inspection(written):
    path = written(ROW, {"cabinet": "+K2", "state": "sealed"})
    card = sniff(path.read_bytes(), path.name)
    assert card is not None
    assert card.name == "inspection"
    item = EvidenceItem("e-1", path.name, "", 0, card.name, Side.EVIDENCE, 1)
    found = list(card.load().read(item, path.read_bytes()))
    assert [(one.seen, one.lost) for one in found if isinstance(one, Coverage)] == [(1, 1)]
    assert [one.what for one in found if isinstance(one, Gap)] == ["cabinet +K2"]


def test_same_rows_same_bytes(written):
    first = written(ROW).read_bytes()
    assert written(ROW).read_bytes() == first


def test_a_device_that_is_not_there_is_named(small, tmp_path):
    import yaml

    small["inspections"] = [{"file": "a.xlsx", "rows": [{"device": "plc-9"}]}]
    path = tmp_path / "small.yml"
    path.write_text(yaml.safe_dump(small))
    with pytest.raises(LabError, match=r"a\.xlsx: plc-9 is not a device"):
        load(path)
