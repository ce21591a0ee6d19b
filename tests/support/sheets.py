"""Inspection sheets as delimited text and as workbooks."""

from io import BytesIO

import xlsxwriter

from overlanded.data import table
from overlanded.model.evidence import EvidenceItem, Side
from overlanded.readers.evidence import inspection

COLUMNS = {column["name"]: column["titles"][0] for column in table("inspection")["column"]}


def row(**cells):
    """The cells of one row, in the order of the columns."""
    assert set(cells) <= set(COLUMNS)
    return [cells.get(name, "") for name in COLUMNS]


def as_csv(*rows):
    lines = [list(COLUMNS.values()), *rows]
    return "\r\n".join(",".join(f'"{cell}"' for cell in line) for line in lines).encode()


def as_xlsx(*rows, headings=None, above=()):
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    page = book.add_worksheet("Inspection")
    for number, line in enumerate([*above, headings or list(COLUMNS.values()), *rows]):
        page.write_row(number, 0, line)
    book.close()
    return out.getvalue()


def item(path="evidence/visit.csv"):
    return EvidenceItem("e-1", path, "0" * 64, 1, "inspection", Side.EVIDENCE, 1)


def read(data, path="evidence/visit.csv"):
    return list(inspection.read(item(path), data))
