"""What holds for all lines of one table."""

from __future__ import annotations

from msgspec import Struct

from overlanded.model.evidence import EvidenceItem
from overlanded.model.records import PaperKind, RecordStatus
from overlanded.readers.paperwork.headings import THINGS, Table
from overlanded.readers.paperwork.notes import Notes
from overlanded.readers.paperwork.sheets import Row, Sheet

CHANGING = (PaperKind.CHANGE_ORDER, PaperKind.WORK_ORDER, PaperKind.SERVICE_REPORT)


class Context(Struct, frozen=True):
    """What holds for all lines of one table."""

    item: EvidenceItem
    sheet: Sheet
    table: Table
    notes: Notes
    status: RecordStatus | None
    """What the sheet's name and titles say."""
    paper: PaperKind
    crosses_say_no: frozenset[str]
    """Tick columns in which a cross stands beside ticks."""
    own_numbers: bool
    """The lines are numbered 1, 2, 3 …: in a change order these are no contract lines."""
    dated: str = ""
    """The day of the paper, as its titles say, where it bounds anything."""

    @property
    def changes(self) -> bool:
        """Whether lines say what is added, removed or replaced."""
        return self.paper in CHANGING

    def is_struck(self, row: Row) -> bool:
        """Whether what the line is about has a line through it."""
        about = [column for column in row.cells if self.table.columns.get(column) in THINGS]
        return bool(about) and row.struck.issuperset(about)
