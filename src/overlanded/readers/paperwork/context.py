"""What holds for all lines of one table."""

from __future__ import annotations

from dataclasses import dataclass

from overlanded.model.evidence import EvidenceItem
from overlanded.model.records import RecordStatus
from overlanded.readers.paperwork.headings import THINGS, Table
from overlanded.readers.paperwork.notes import Notes
from overlanded.readers.paperwork.sheets import Row, Sheet


@dataclass(frozen=True, slots=True)
class Context:
    """What holds for all lines of one table."""

    item: EvidenceItem
    sheet: Sheet
    table: Table
    notes: Notes
    status: RecordStatus | None
    """What the sheet's name and titles say."""
    change_order: bool
    crosses_say_no: frozenset[str]
    """Tick columns in which a cross stands beside ticks."""
    own_numbers: bool
    """The lines are numbered 1, 2, 3 …: in a change order these are no contract lines."""
    dated: str = ""
    """The day of a change order, as its titles say."""

    def is_struck(self, row: Row) -> bool:
        """Whether what the line is about has a line through it."""
        about = [column for column in row.cells if self.table.columns.get(column) in THINGS]
        return bool(about) and row.struck.issuperset(about)
