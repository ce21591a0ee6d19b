"""The body of a DOCX package (ECMA-376 part 1, section 17): paragraphs and tables, in order."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from overlanded.readers.paperwork.ooxml import Attributes, NotAllowedError, Text, on

BREAKS = {"tab": " ", "br": " ", "cr": " ", "noBreakHyphen": "-"}
"""Elements that stand for a character (section 17.3.3)."""
REPEATED = frozenset(("Fallback",))
"""What says again, for older programs, what stands beside it (part 3, 9.3)."""


class Cell(Struct):
    """One cell of a table."""

    text: Text
    wide: int = 1
    """Columns of the grid that it covers."""
    goes_on: bool = False
    """It is the lower part of a cell merged over rows."""


class TableRow(Struct):
    """One row; ``before`` are grid columns left empty on its left."""

    cells: list[Cell] = field(default_factory=list)
    before: int = 0
    deleted: bool = False
    hidden: bool = False


class Written(Struct):
    """A paragraph outside tables."""

    text: Text
    number: int
    """From 1, tables not counted."""
    style: str = ""


class Body(Struct):
    """Takes in the events of ``ooxml.walk`` and gathers paragraphs and tables."""

    most: int
    """Cells and paragraphs that are read at most."""
    found: list[Written | list[TableRow]] = field(default_factory=list)
    tracked: bool = False
    """Somebody's changes are marked in it and not yet taken over."""
    _tables: list[list[TableRow]] = field(default_factory=list)
    _begun: list[list[TableRow]] = field(default_factory=list)
    """The outermost table under way and those inside it, in order."""
    _texts: list[list[tuple[str, bool]]] = field(default_factory=lambda: [[]])
    """Pieces of text with whether they are struck, one list a paragraph or cell under way."""
    _style: str = ""
    _struck: bool = False
    _vanished: bool = False
    _deleted: int = 0
    _skipped: int = 0
    _paragraphs: int = 0
    _inside: list[str] = field(default_factory=list)
    count: int = 0

    def start(self, tag: str, attributes: Attributes) -> None:
        """Take in a start tag."""
        self._inside.append(tag)
        self._skipped += tag in REPEATED
        if self._skipped:
            return
        opened = getattr(self, f"_open_{tag}", None)
        if opened:
            opened({name.rpartition(":")[2]: value for name, value in attributes.items()})
        elif tag in BREAKS:
            self._texts[-1].append((BREAKS[tag], self._struck))

    def end(self, tag: str, text: str) -> None:
        """Take in an end tag with the text before it."""
        self._inside.pop()
        self._skipped -= tag in REPEATED
        closed = None if self._skipped else getattr(self, f"_close_{tag}", None)
        if closed:
            closed(text)

    def _counted(self) -> None:
        self.count += 1
        if self.count > self.most:
            raise NotAllowedError(f"it has more than {self.most} cells and paragraphs")

    # ---- tables -----------------------------------------------------------------------------

    def _open_tbl(self, _: Mapping[str, str]) -> None:
        self._tables.append([])
        self._begun.append(self._tables[-1])

    def _close_tbl(self, _: str) -> None:
        """One inside another comes after it: what stands above is over the outer one."""
        self._tables.pop()
        if not self._tables:
            self.found.extend(self._begun)
            self._begun = []

    def _open_tr(self, _: Mapping[str, str]) -> None:
        if self._tables:
            self._tables[-1].append(TableRow())

    def _open_gridBefore(self, attributes: Mapping[str, str]) -> None:  # noqa: N802
        if self._tables and self._tables[-1]:
            self._tables[-1][-1].before = _number(attributes)

    def _open_hidden(self, _: Mapping[str, str]) -> None:
        if "trPr" in self._inside and self._tables and self._tables[-1]:
            self._tables[-1][-1].hidden = True

    def _open_tc(self, _: Mapping[str, str]) -> None:
        self._counted()
        if self._tables and self._tables[-1]:
            self._tables[-1][-1].cells.append(Cell(Text("")))
            self._texts.append([])

    def _close_tc(self, _: str) -> None:
        if self._tables and self._tables[-1]:
            self._cell.text = self._taken()
            self._texts.pop()

    def _open_gridSpan(self, attributes: Mapping[str, str]) -> None:  # noqa: N802
        if self._cell_open:
            self._cell.wide = max(1, _number(attributes))

    def _open_vMerge(self, attributes: Mapping[str, str]) -> None:  # noqa: N802
        if self._cell_open:
            self._cell.goes_on = attributes.get("val", "continue") == "continue"

    @property
    def _cell_open(self) -> bool:
        return bool(self._tables and self._tables[-1] and self._tables[-1][-1].cells)

    @property
    def _cell(self) -> Cell:
        return self._tables[-1][-1].cells[-1]

    # ---- text -------------------------------------------------------------------------------

    def _open_p(self, _: Mapping[str, str]) -> None:
        self._style = ""
        if self._tables:
            self._texts[-1].append((" ", False))

    def _close_p(self, _: str) -> None:
        if self._tables:
            return
        self._counted()
        self._paragraphs += 1
        text = self._taken()
        if text.text.strip():
            self.found.append(Written(text, self._paragraphs, self._style))

    def _open_pStyle(self, attributes: Mapping[str, str]) -> None:  # noqa: N802
        self._style = attributes.get("val", "")

    def _open_r(self, _: Mapping[str, str]) -> None:
        self._struck = self._vanished = False

    def _open_strike(self, attributes: Mapping[str, str]) -> None:
        if "rPr" in self._inside and "r" in self._inside:
            self._struck = on(attributes, "val", absent=True)

    _open_dstrike = _open_strike

    def _open_vanish(self, attributes: Mapping[str, str]) -> None:
        if "r" in self._inside:
            self._vanished = on(attributes, "val", absent=True)

    def _open_ins(self, _: Mapping[str, str]) -> None:
        self.tracked = True

    def _open_del(self, _: Mapping[str, str]) -> None:
        self.tracked = True
        if "trPr" in self._inside and self._tables and self._tables[-1]:
            self._tables[-1][-1].deleted = True

    def _close_t(self, text: str) -> None:
        self._texts[-1].append((text, self._struck))

    def _close_delText(self, text: str) -> None:  # noqa: N802
        self._texts[-1].append((text, True))

    def _taken(self) -> Text:
        """The text under way; struck pieces are left out when others remain."""
        pieces = self._texts[-1]
        kept = "".join(text for text, struck in pieces if not struck)
        whole = "".join(text for text, _ in pieces)
        struck = any(struck and text.strip() for text, struck in pieces)
        self._texts[-1] = []
        if struck and kept.strip():
            return Text(" ".join(kept.split()), part_struck=True)
        return Text(" ".join(whole.split()), struck=struck)


def _number(attributes: Mapping[str, str]) -> int:
    text = attributes.get("val", "")
    return min(int(text), 400) if text.isdigit() and len(text) < 6 else 0
