"""A sheet as its program shows it: the form in which every reader hands over cells."""

from __future__ import annotations

from hashlib import blake2b

from msgspec import Struct, field

from overlanded.model.citing import Citation, Locator
from overlanded.model.evidence import EvidenceItem

EXCERPT = 160
"""Characters of a row that a citation shows."""


class Row(Struct, frozen=True):
    """One row with content. Columns count from 0; empty cells are left out."""

    number: int
    """As the program shows it, from 1."""
    cells: dict[int, str]
    hidden: bool = False
    struck: frozenset[int] = frozenset()
    """Columns whose text has a line through it."""
    part_struck: bool = False
    """Some cell has a line through part of its text; that part is left out."""
    comments: str = ""
    """Notes that hang on the row's cells."""
    place: str = ""
    """Where the row stands when its number does not say it: ``page 3 › line 14``, ``/rows/2``."""
    box: str = ""
    """Left, top, right and bottom on the page, in points from its upper left corner."""

    @property
    def text(self) -> str:
        """The row for people, short."""
        seen = " | ".join(" ".join(text.split()) for text in self.cells.values())
        return seen if len(seen) <= EXCERPT else f"{seen[: EXCERPT - 1]}…"


class Sheet(Struct, frozen=True):
    """One sheet; ``name`` is empty for formats that have no sheets."""

    name: str
    rows: tuple[Row, ...]
    hidden: bool = False
    hidden_columns: frozenset[int] = frozenset()
    across: dict[tuple[int, int], int] = field(default_factory=dict)
    """(row number, column) of a cell merged over columns → its last column."""
    down: dict[tuple[int, int], int] = field(default_factory=dict)
    """(row number, column) of every row of a cell merged over rows → how many rows it covers."""
    dates: frozenset[tuple[int, int]] = frozenset()
    """(row number, column) of cells that hold a date."""
    uncomputed: tuple[str, ...] = ()
    """Cells with a formula and no stored result."""
    errors: tuple[str, ...] = ()
    """Cells that show an error."""
    cut: str = ""
    """Why the rest of the sheet was not read; empty when it was read whole."""
    locator: str = "row"
    """Kind of the locators of its rows."""
    titles: tuple[str, ...] = ()
    """Titles of the whole paper that it is part of."""

    def place(self, row: Row) -> str:
        """The locator's place of a row: ``Options › 31``."""
        if self.locator == "item":
            return ""
        if row.place:
            return f"{row.place} › {row.box}" if row.box else row.place
        return f"{self.name} › {row.number}" if self.name else str(row.number)


def cite(item: EvidenceItem, sheet: Sheet, row: Row) -> Citation:
    """The citation of a row; says when the row is hidden."""
    excerpt = f"hidden row: {row.text}" if row.hidden else row.text
    return Citation(item.id, item.path, Locator(sheet.locator, sheet.place(row)), excerpt)


def key(kind: str, *parts: str) -> str:
    """A short id derived from its parts: the same input gives the same id."""
    digest = blake2b("\x1f".join(parts).encode("utf-8", "replace"), digest_size=8)
    return f"{kind}-{digest.hexdigest()}"


def column_name(index: int) -> str:
    """The letters over a column: 0 → ``A``, 26 → ``AA``."""
    letters = ""
    index += 1
    while index:
        index, letter = divmod(index - 1, 26)
        letters = chr(65 + letter) + letters
    return letters
