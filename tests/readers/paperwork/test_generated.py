"""Quality on lists with known truth: which rows are lines, and what they say."""

import csv as standard_csv
import io

from lists import ITEM, pack, split, workbook
from msgspec.structs import replace

from overlanded.readers.paperwork import csv, xlsx

PACKS = 80


def _measured(read):
    """(precision, recall, share of right statuses, quantities, classes) over all packs."""
    right = found_lines = true_lines = 0
    fields = [0, 0, 0]
    for seed in range(PACKS):
        for truth, records in read(seed):
            found = {record.citation.locator.place: record for record in records}
            both = found.keys() & truth.keys()
            right, found_lines, true_lines = (
                right + len(both),
                found_lines + len(found),
                true_lines + len(truth),
            )
            for place in both:
                told = (found[place].status.value, found[place].quantity, found[place].device_class)
                fields = [n + (a == b) for n, a, b in zip(fields, told, truth[place], strict=True)]
    return (right / found_lines, right / true_lines, *(n / right for n in fields))


def _xlsx(seed):
    made = pack(seed)
    records, _ = split(xlsx.read(ITEM, workbook(made.sheets)))
    yield {f"{name} › {row}": told for (name, row), told in made.truth.items()}, records


def _csv(seed):
    made = pack(seed)
    for name, rows in made.sheets.items():
        out = io.StringIO()
        standard_csv.writer(out, delimiter=";,\t"[seed % 3]).writerows(rows)
        item = replace(ITEM, path=f"{name}.csv")
        encoding = ("utf-8-sig", "utf-16", "gb18030")[seed % 3]
        records, _ = split(csv.read(item, out.getvalue().encode(encoding, "replace")))
        yield (
            {str(row): told for (sheet, row), told in made.truth.items() if sheet == name},
            records,
        )


def test_lines_of_workbooks_are_found_and_nothing_else():
    figures = _measured(_xlsx)
    assert min(figures) >= 0.97, figures


def test_lines_of_csv_files_are_found_and_nothing_else():
    figures = _measured(_csv)
    # Without the option sheet's name, a line whose status is not stated has no default.
    assert min(figures[:2]) >= 0.97, figures
    assert min(figures[2:]) >= 0.95, figures
