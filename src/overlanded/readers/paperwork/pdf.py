"""PDF contracts, specifications and lists (ISO 32000): their tables, and clauses in sentences.

The file is taken apart by a program of its own with bounded memory and time (``pdf_text.py``);
nothing in it is run and nothing outside it is fetched. Pages that are pictures are read by the
optional extra ``ocr`` (``pdf_scan.py``) and trusted less; without it they are told as unread.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from msgspec import Struct, field
from msgspec.structs import replace

from overlanded.model.evidence import EvidenceItem
from overlanded.model.observing import Gap
from overlanded.model.records import Record
from overlanded.readers import ocr
from overlanded.readers.paperwork import clauses, confined, leaf, papers, table
from overlanded.readers.paperwork.clauses import Paragraph
from overlanded.readers.paperwork.headings import is_heading
from overlanded.readers.paperwork.leaf import Leaf, PageBlock, PageRow
from overlanded.readers.paperwork.lines import BULLETS
from overlanded.readers.paperwork.notes import Notes, unread
from overlanded.readers.paperwork.sheets import Row, Sheet
from overlanded.readers.paperwork.words import title_status, vocabulary

MAGIC = b"%PDF-"
ACTIVE = (b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/RichMedia", b"/XFA")
"""Names of what a PDF can hold beside pages (ISO 32000-1, 12.6.4, 7.11.4, 12.7.8)."""
TITLES = 4
"""Lines above a table that may be its title."""
TITLE_CHARACTERS = 120
SAME_EDGES = 6.0
"""Points by which the columns of a table may differ from one page to the next."""
MARGIN = 0.12
"""Share of a page's height, above and below, where running titles stand."""
LOOSE = 0.7
"""Heights of a line from which a blank above it begins a paragraph."""


def sniff(head: bytes, name: str) -> bool:  # noqa: ARG001
    """Whether the first bytes begin a PDF; readers allow some bytes before (Annex H)."""
    return MAGIC in head[:1024]


def read(item: EvidenceItem, data: bytes) -> Iterator[Record | Gap]:
    """The records and gaps of one PDF."""
    limits = vocabulary()["limits"]
    answer = confined.run("pdf_text", data, seconds=limits["pdf_seconds"])
    leaves = list(leaf.loaded(answer.printed))
    if answer.stopped and not leaves:
        yield unread(item, *_refusal(answer.stopped))
        return
    if not leaves:
        yield unread(item, "no page was found in it", "Supply it again, printed to a new PDF.")
        return
    notes = Notes(item, Sheet("", ()))
    leaves = list(_with_scans(data, leaves, notes))
    titles = _titles(leaves)
    for sheet in sheets(leaves):
        yield from table.records(item, replace(sheet, titles=titles))
    yield from clauses.records(item, _paragraphs(leaves), "box", titles)
    yield from clauses.form(item, _lines(leaves), "box", titles)
    _note(notes, data, leaves, answer.stopped)
    yield from notes.gaps()


def _refusal(why: str) -> tuple[str, str]:
    """(why, mend) for a file of which nothing could be read."""
    if "password" in why.lower() or "encrypt" in why.lower():
        return "it is encrypted", "Supply it without a password."
    if why.startswith("reading it takes"):
        return why, "Print the pages that matter to a new PDF."
    return f"the file is damaged ({why})", "Supply the file again."


def _with_scans(data: bytes, leaves: Sequence[Leaf], notes: Notes) -> Iterator[Leaf]:
    """The pages, those that are pictures read by character recognition where that is here."""
    scans = [str(one.number) for one in leaves if "scan" in one.notes]
    seen: dict[int, Leaf] = {}
    if scans and ocr.available():
        limit = vocabulary()["limits"]["scan_seconds"]
        answer = confined.run("pdf_scan", data, seconds=limit * len(scans), words=tuple(scans))
        seen = {one.number: one for one in leaf.loaded(answer.printed)}
        if answer.stopped:
            notes.detail("cut", answer.stopped)
    for one in leaves:
        if "scan" in one.notes:
            notes.detail(_told(seen.get(one.number)), f"page {one.number}")
        yield seen.get(one.number, one)


def _told(found: Leaf | None) -> str:
    """What came of a scanned page: a kind of ``[gaps]``."""
    if found is None:
        return "scan_left" if ocr.available() else "scan"
    if "page" in found.notes:
        return "page"
    return "scan_read" if found.blocks else "scan_bare"


def _note(notes: Notes, data: bytes, leaves: Iterable[Leaf], stopped: str) -> None:
    for one in leaves:
        for kind in one.notes:
            if kind != "scan":
                notes.detail(kind, f"page {one.number}")
    if stopped:
        notes.detail("cut", stopped)
    if any(name in data for name in ACTIVE):
        notes.detail("active")


# ---- tables -------------------------------------------------------------------------------------


class _Open(Struct):
    """A table that the next page may go on with."""

    edges: tuple[float, ...]
    page: int
    rows: list[Row] = field(default_factory=list)
    across: dict[tuple[int, int], int] = field(default_factory=dict)
    down: dict[tuple[int, int], int] = field(default_factory=dict)
    heads: tuple[str, ...] = ()

    def goes_on(self, page: int, block: PageBlock) -> bool:
        """Whether a block of the next page has the same columns or the same headings."""
        if page > self.page + 1 or len(block.edges) != len(self.edges):
            return False
        near = (abs(a - b) <= SAME_EDGES for a, b in zip(self.edges, block.edges, strict=True))
        return all(near) or tuple(block.rows[0].cells.values()) == self.heads

    def take(self, page: int, rows: Iterable[PageRow]) -> None:
        """Take in rows, the text of cells merged over rows filled in downwards."""
        self.page = page
        filled: dict[int, tuple[str, int, int]] = {}
        for one in rows:
            number = len(self.rows) + 1
            cells = dict(one.cells)
            for column, (text, over, left) in tuple(filled.items()):
                cells.setdefault(column, text)
                self.down[number, column] = over
                filled[column] = (text, over, left - 1)
                if left == 1:
                    del filled[column]
            for column, over in one.down.items():
                if over > 1:
                    self.down[number, column] = over
                    filled[column] = (cells[column], over, over - 1)
            self.across |= {(number, column): last for column, last in one.across.items()}
            self.rows.append(_row(number, page, one, dict(sorted(cells.items()))))
            if not self.heads and is_heading(self.rows[-1]):
                self.heads = tuple(one.cells.values())

    def sheet(self, number: int) -> Sheet:
        """The table as a sheet."""
        return Sheet(
            f"table {number}",
            tuple(self.rows),
            across=self.across,
            down=self.down,
            locator="box",
        )


def _row(number: int, page: int, row: PageRow, cells: dict[int, str]) -> Row:
    box = ",".join(f"{edge:.0f}" for edge in row.box)
    place = f"page {page} › line {row.line}"
    return Row(number, cells, struck=frozenset(row.struck), place=place, box=box)


def sheets(leaves: Iterable[Leaf]) -> Iterator[Sheet]:
    """The tables of a paper, each with its titles, those that run over pages as one."""
    number = 0
    table_now: _Open | None = None
    titles: list[tuple[int, PageRow]] = []
    for page in _without_running_titles(leaves):
        for block in page.blocks:
            if not block.edges:
                titles += [(page.number, row) for row in _title_lines(page.number, block.rows)]
                continue
            goes_on = table_now is not None and table_now.goes_on(page.number, block)
            if table_now is None or not goes_on or _titled(titles, block):
                if table_now:
                    number += 1
                    yield table_now.sheet(number)
                table_now = _Open(block.edges, page.number)
                for at, row in titles[-TITLES:]:
                    if len(_text(row)) <= TITLE_CHARACTERS:
                        table_now.take(at, [replace(row, cells={0: _text(row)})])
            table_now.take(page.number, block.rows)
            titles = []
    if table_now:
        yield table_now.sheet(number + 1)


def _titled(titles: Iterable[tuple[int, PageRow]], block: PageBlock) -> bool:
    """Whether a block begins with headings of its own, under titles that say what it is."""
    texts = [_text(row) for _, row in titles]
    told = any(map(title_status, texts)) or papers.titled(texts)
    return bool(told) and is_heading(Row(1, dict(block.rows[0].cells)))


def _titles(leaves: Iterable[Leaf]) -> tuple[str, ...]:
    """The first lines of a paper, where its title stands."""
    first = (row for page in leaves for block in page.blocks for row in block.rows)
    texts = map(_text, islice(first, TITLES))
    return tuple(text for text in texts if len(text) <= TITLE_CHARACTERS)


def _text(row: PageRow) -> str:
    return " ".join(row.cells.values())


# ---- text ---------------------------------------------------------------------------------------


def _without_running_titles(leaves: Iterable[Leaf]) -> list[Leaf]:
    """The pages without the lines that stand above or below on most of them."""
    leaves = list(leaves)

    def running(page: Leaf, row: PageRow) -> str:
        edge = MARGIN * page.height
        outer = row.box[3] < edge or row.box[1] > page.height - edge
        return re.sub(r"\d+", "#", _text(row)) if outer else ""

    counts = Counter(
        text
        for page in leaves
        for text in {running(page, row) for block in page.blocks for row in block.rows}
        if text
    )
    often = {text for text, count in counts.items() if count > max(1, len(leaves) // 2)}

    def kept(page: Leaf, block: PageBlock) -> PageBlock:
        if block.edges:
            return block
        return replace(
            block, rows=tuple(row for row in block.rows if running(page, row) not in often)
        )

    return [
        replace(page, blocks=tuple(kept(page, block) for block in page.blocks)) for page in leaves
    ]


def _paragraphs(leaves: Iterable[Leaf]) -> Iterator[Paragraph]:
    """The text outside tables, paragraph by paragraph."""
    for page in _without_running_titles(leaves):
        for block in page.blocks:
            if not block.edges:
                yield from _of_block(page.number, block.rows)


def _lines(leaves: Iterable[Leaf]) -> Iterator[Paragraph]:
    """The same text line by line."""
    for page in leaves:
        for row in (row for block in page.blocks if not block.edges for row in block.rows):
            yield _paragraph(page.number, [row])


def _of_block(page: int, rows: Sequence[PageRow]) -> Iterator[Paragraph]:
    return (_paragraph(page, lines) for lines in _by_paragraph(rows))


def _title_lines(page: int, rows: Sequence[PageRow]) -> Iterator[PageRow]:
    """The lines that may say what a table below them is: all but those of sentences."""
    for lines in _by_paragraph(rows):
        if not clauses.is_sentence(_paragraph(page, lines)):
            yield from lines


def _by_paragraph(rows: Sequence[PageRow]) -> Iterator[list[PageRow]]:
    begun: list[PageRow] = []
    for row in rows:
        if begun and _begins(begun, row):
            yield begun
            begun = []
        begun.append(row)
    if begun:
        yield begun


def _begins(begun: Sequence[PageRow], row: PageRow) -> bool:
    above, text = begun[-1], _text(row)
    height = min(above.box[3] - above.box[1], row.box[3] - row.box[1])
    listed = clauses.NUMBER.match(text) or text[:1] in BULLETS
    return bool(listed) or row.box[1] - above.box[3] > LOOSE * height


def _paragraph(page: int, rows: Sequence[PageRow]) -> Paragraph:
    text = _text(rows[0])
    for row in rows[1:]:
        more = _text(row)
        tight = text[-1:] > "\u2e80" and more[:1] > "\u2e80"
        text += more if tight else f" {more}"
    made = _row(1, page, rows[0], {})
    struck = all(row.struck for row in rows)
    return Paragraph(text, made.place, made.box, struck=struck)
