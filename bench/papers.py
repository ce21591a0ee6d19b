"""Papers with known lines, and how many of the lines the readers find.

``python -m bench.papers`` makes packs from seeds (tables with and without rules, clauses, Word
files, pages turned on end, scans at 150 to 300 dpi; lists of equipment and options, drawing lists,
work orders, customs and approved lists, inventories; English and Chinese), reads each as an audit
would, and prints precision and recall. A line counts when its words, its quantity, its status and
the kind of its paper are all right; of a scan, words may differ in a letter or two.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from lab.equipment import catalogue
from msgspec import Struct
from msgspec.structs import replace

from overlanded.model.evidence import EvidenceItem, Side
from overlanded.model.records import PaperKind, Record
from overlanded.model.words import fold
from overlanded.readers import HEAD, ocr, sniff

PACKS = 60
FIRST = 7000
"""The seeds below were read while the readers were made."""
SCANS = ("scan",)
ALIKE = 85.0
"""How alike, of 100, the words of a scanned line must be to those that were printed."""
FONT = Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc")
"""A font that can be put into a PDF; without it scans are in English only."""
HEADS = {
    "en": ("Item", "Description", "Qty", "Maker", "Type", "Location"),
    "zh": ("序号", "设备名称", "数量", "厂家", "型号", "安装位置"),
    "both": (
        "Item 序号",
        "Description 名称",
        "Qty 数量",
        "Maker 厂家",
        "Type 型号",
        "Location 位置",
    ),
}
TITLES = {
    "en": ("Equipment list", "Option list", "Status"),
    "zh": ("设备清单", "选配清单", "状态"),
    "both": ("Equipment list 设备清单", "Option list 选配清单", "Status 状态"),
}
PLACES = {
    "en": ("E-house", "Trolley", "Operator cabin", "Machinery house"),
    "zh": ("电气房", "小车", "司机室", "机器房"),
}
DECISIONS = {
    "en": {"ordered": "accepted", "declined": "not included", "optional": "TBD"},
    "zh": {"ordered": "选用", "declined": "不含", "optional": "待定"},
}
KINDS: dict[PaperKind, dict[str, Any]] = {
    PaperKind.DRAWING_LIST: {
        "columns": ("drawing", "words", "revision", "sheets"),
        "en": ("Drawing list", ("Drawing No.", "Title", "Rev.", "Sheets")),
        "zh": ("图纸目录", ("图号", "图名", "版本", "张数")),
    },
    PaperKind.WORK_ORDER: {
        "columns": ("words", "count", "maker", "type", "place"),
        "en": ("Work order WO-114", ("Description", "Qty", "Maker", "Type", "Location")),
        "zh": ("工作单 WO-114", ("设备名称", "数量", "厂家", "型号", "安装位置")),
    },
    PaperKind.CUSTOMS_LIST: {
        "columns": ("number", "tariff", "words", "count", "origin", "weight"),
        "en": (
            "Customs declaration",
            ("Item", "HS code", "Description of goods", "Qty", "Country of origin", "Net weight"),
        ),
        "zh": ("报关单", ("序号", "HS编码", "货物名称", "数量", "原产国", "净重")),
    },
    PaperKind.APPROVED_LIST: {
        "columns": ("words", "maker", "type", "date"),
        "en": ("", ("Approved hardware", "Manufacturer", "Model", "Approval date")),
        "zh": ("批准清单", ("设备名称", "厂家", "型号", "批准日期")),
    },
    PaperKind.INVENTORY: {
        "columns": ("words", "count", "maker", "type", "version", "interface", "place"),
        "en": (
            "Inventory of computer based systems",
            ("Hardware name", "Qty", "Brand", "Model", "Software version", "Interface", "Location"),
        ),
        "zh": ("", ("硬件名称", "数量", "品牌", "型号", "软件版本", "物理接口", "安装位置")),
    },
}  # fmt: skip
"""Kind of paper → what its columns hold, and its title and headings; some have no title."""
UNCOUNTED = (PaperKind.DRAWING_LIST, PaperKind.APPROVED_LIST)
WIDTHS = {
    "number": 34, "words": 165, "count": 36, "maker": 75, "type": 95, "place": 75, "drawing": 60,
    "revision": 40, "sheets": 45, "tariff": 60, "origin": 60, "weight": 50, "date": 70,
    "version": 55, "interface": 60,
}  # fmt: skip
"""Points; what a column may hold → how wide it is."""
CLAUSES = {
    "en": {
        "ordered": "{n} {words}, {maker} {type}, quantity {count}",
        "taken": "{n} {words}, {maker} {type}, quantity {count}, accepted",
        "declined": "{n} {words} ({maker} {type}) is not included, quantity {count}.",
        "optional": "{n} {words} ({maker} {type}) by others, quantity {count}",
    },
    "zh": {
        "ordered": "{n} {words}，{maker} {type}，数量 {count}",
        "taken": "{n} {words}，{maker} {type}，数量 {count}，已选用",
        "declined": "{n} {words}（{maker} {type}），数量 {count}，不含在供货范围内。",
        "optional": "{n} {words}（{maker} {type}），数量 {count}，由他人提供",
    },
}  # fmt: skip
PROSE = {
    "en": "All equipment shall suit a marine environment and comply with standards in force.",
    "zh": "所有货物应适用于海洋环境，并符合现行标准的规定。",
}


class Line(Struct, frozen=True, dict=True):
    """One line of a paper as it was meant."""

    number: str
    words: str
    maker: str
    type: str
    count: int
    place: str
    status: str = "ordered"
    paper: PaperKind = PaperKind.UNSTATED

    def cells(self, tongue: str, *, decided: bool) -> list[str]:
        """The cells of a table's row."""
        last = DECISIONS[tongue][self.status] if decided else self.place
        return [self.number, self.words, str(self.count), self.maker, self.type, last]


class Pack(Struct, frozen=True, dict=True):
    """One paper and its lines."""

    name: str
    data: bytes
    truth: tuple[Line, ...]
    form: str


class Drawn(Struct, frozen=True, dict=True):
    """What a paper says, before it has a form."""

    tongue: str
    heads: tuple[str, ...]
    titles: tuple[str, ...]
    listed: tuple[Line, ...]
    offered: tuple[Line, ...]
    draw: Random
    kind: PaperKind = PaperKind.EQUIPMENT_LIST

    @property
    def tables(self) -> list[tuple[str, list[list[str]]]]:
        """(title, rows from the headings on) of each table."""
        if self.kind in KINDS:
            title, heads = KINDS[self.kind][self.tongue]
            columns = KINDS[self.kind]["columns"]
            return [(title, [list(heads), *(_cells(one, columns) for one in self.listed)])]
        return list(zip(self.titles, _rows(self), strict=False))

    @property
    def truth(self) -> tuple[Line, ...]:
        """All lines."""
        return (*self.listed, *self.offered)


class Figures(Struct, frozen=True, dict=True):
    """Lines right, lines read, lines there are."""

    right: int = 0
    read: int = 0
    true: int = 0

    @property
    def precision(self) -> float:
        """Share of the lines read that are right."""
        return self.right / self.read if self.read else 0.0

    @property
    def recall(self) -> float:
        """Share of the true lines that were read right."""
        return self.right / self.true if self.true else 0.0

    def __add__(self, other: Figures) -> Figures:
        """Both together."""
        return Figures(self.right + other.right, self.read + other.read, self.true + other.true)


# ---- what papers say ----------------------------------------------------------------------------


def drawn(seed: int, kind: PaperKind = PaperKind.EQUIPMENT_LIST) -> Drawn:
    """A list of equipment and one of options, or one list of another kind, always the same."""
    draw = Random(seed)
    heading = ("en", "zh", "both")[seed % 3]
    tongue = "zh" if heading == "zh" else "en"
    names = sorted(catalogue())
    many = draw.randint(5, 45 if seed % 5 == 0 else 14)
    listed = [_line(draw, names, str(at), tongue, "ordered") for at in range(1, many + 1)]
    offered = [
        _line(draw, names, str(at), tongue, draw.choice(("ordered", "declined", "optional")))
        for at in range(1, draw.randint(3, 7))
    ]
    if kind in KINDS:
        listed, offered = [_of_kind(one, kind) for one in listed], []
    else:
        listed = [replace(one, paper=kind) for one in listed]
        offered = [replace(one, paper=PaperKind.OPTION_LIST) for one in offered]
    return Drawn(tongue, HEADS[heading], TITLES[heading], tuple(listed), tuple(offered), draw, kind)


def _of_kind(line: Line, kind: PaperKind) -> Line:
    if "type" not in KINDS[kind]["columns"]:
        line = replace(line, type="")
    if kind in UNCOUNTED:
        line = replace(line, count=0, status="optional")
    return replace(line, paper=kind)


def _cells(line: Line, columns: Sequence[str]) -> list[str]:
    """The cells of a line in a list of its kind; what no reader needs follows from its number."""
    number = int(line.number)
    held = {
        "number": line.number, "words": line.words, "count": str(line.count), "maker": line.maker,
        "type": line.type, "place": line.place, "drawing": f"E-{100 + number}",
        "revision": "AB"[number % 2], "sheets": str(1 + number % 3), "tariff": "8517.62.00",
        "origin": ("CN", "DE", "TW")[number % 3], "weight": f"{number}.4 kg",
        "date": f"2024-03-{1 + number % 28:02}", "version": f"7.{number}", "interface": "RJ45",
    }  # fmt: skip
    return [held[column] for column in columns]


def _line(draw: Random, names: Sequence[str], number: str, tongue: str, status: str) -> Line:
    entry = catalogue()[draw.choice(names)]
    paper = entry["paper"]
    count = draw.choice((1, 1, 1, 2, 3, 4, 6, 12))
    place = draw.choice(PLACES[tongue])
    return Line(number, paper[tongue], entry["maker"], paper["type"], count, place, status)


# ---- forms --------------------------------------------------------------------------------------


def _font() -> str:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.ttfonts import TTFont

    made = TTFont("Papers", FONT) if FONT.exists() else UnicodeCIDFont("STSong-Light")
    if made.fontName not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(made)
    return str(made.fontName)


def _rows(said: Drawn) -> tuple[list[list[str]], list[list[str]]]:
    heads, offers = list(said.heads), [*said.heads[:5], said.titles[2]]
    return (
        [heads, *(line.cells(said.tongue, decided=False) for line in said.listed)],
        [offers, *(line.cells(said.tongue, decided=True) for line in said.offered)],
    )


def _pdf(said: Drawn, *, ruled: bool = True, turned: bool = False) -> bytes:
    """Both lists as tables; long ones run over pages, with or without their heading again."""
    from reportlab.lib import colors
    from reportlab.lib.pagesizes import A4, landscape
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

    size = said.draw.choice((8, 9, 10))
    cell = ParagraphStyle("cell", fontName=_font(), fontSize=size, leading=size * 1.2)
    title = ParagraphStyle("title", cell, fontSize=14, leading=22)
    widths = [34, 190, 40, 80, 100, 80] if size < 10 or turned else [36, 165, 42, 85, 110, 88]
    if said.kind in KINDS:
        widths = [WIDTHS[column] for column in KINDS[said.kind]["columns"]]
    again = said.draw.randint(0, 1)
    look: list[Any] = [
        ("VALIGN", (0, 0), (-1, -1), said.draw.choice(("TOP", "MIDDLE")) if ruled else "TOP")
    ]
    if ruled:
        look.append(("GRID", (0, 0), (-1, -1), 0.6, colors.black))
    if said.draw.random() < 0.4:
        look.append(("BACKGROUND", (0, 0), (-1, 0), colors.Color(0.85, 0.88, 0.94)))
    story: list[Any] = []
    for name, rows in said.tables:
        made = [[Paragraph(text, cell) for text in row] for row in rows]
        spans = list(_spans(rows, said)) if ruled and said.draw.random() < 0.5 else []
        story += [
            Paragraph(name, title),
            Table(made, widths, repeatRows=again, style=[*look, *spans]),
            Spacer(1, 24),
        ]
    out = io.BytesIO()
    page = landscape(A4) if turned else A4
    SimpleDocTemplate(out, pagesize=page, leftMargin=30, rightMargin=30, invariant=1).build(story)
    return out.getvalue()


def _spans(rows: Sequence[Sequence[str]], said: Drawn) -> Iterable[tuple[Any, ...]]:
    """Equal places that follow each other, merged to one cell."""
    if said.kind in KINDS:
        return
    at = 1
    while at < len(rows):
        end = at
        while end + 1 < len(rows) and rows[end + 1][5] == rows[at][5] and end - at < 3:
            end += 1
        if end > at and said.draw.random() < 0.8:
            yield ("SPAN", (5, at), (5, end))
        at = end + 1


def _turned(said: Drawn) -> bytes:
    """A broad page: shown turned by the file's own word, or drawn on end."""
    import pypdfium2  # type: ignore[import-untyped]

    pdf = pypdfium2.PdfDocument(_pdf(said, turned=True))
    if said.draw.random() < 0.5:
        for page in pdf:
            page.set_rotation(said.draw.choice((90, 270)))
    else:
        for page in pdf:
            width, height = page.get_size()
            page.set_mediabox(0, 0, height, width)
            matrix = pypdfium2.PdfMatrix().rotate(90).translate(0, width)
            for thing in page.get_objects(max_depth=1):
                thing.transform(matrix)
            page.gen_content()
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def _clauses(said: Drawn) -> list[str]:
    """Both lists as numbered clauses under headings, with sentences between."""
    forms = CLAUSES[said.tongue]
    lines = [PROSE[said.tongue]]
    for chapter, (name, listed) in enumerate(
        zip(said.titles, (said.listed, said.offered), strict=False), 1
    ):
        # Under the heading of options, what is left open says nothing and what is taken says so.
        plain = {"optional": "ordered", "ordered": "taken"} if chapter > 1 else {}
        lines.append(f"{chapter} {name}")
        for line in listed:
            form = forms[plain.get(line.status, line.status)]
            lines.append(
                form.format(
                    n=f"{chapter}.{line.number}",
                    words=line.words,
                    maker=line.maker,
                    type=line.type,
                    count=line.count,
                )
            )
    return [*lines, PROSE[said.tongue]]


def _clause_pdf(said: Drawn) -> bytes:
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph, SimpleDocTemplate

    style = ParagraphStyle(
        "text",
        fontName=_font(),
        fontSize=10,
        leading=13,
        spaceAfter=5,
        wordWrap="CJK" if said.tongue == "zh" else None,
    )
    out = io.BytesIO()
    SimpleDocTemplate(out, invariant=1).build([Paragraph(text, style) for text in _clauses(said)])
    return out.getvalue()


def _docx(said: Drawn) -> bytes:
    import docx

    made = docx.Document()
    for name, rows in said.tables:
        made.add_paragraph(name)
        table = made.add_table(len(rows), len(rows[0]))
        for row, texts in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
        for _, (column, top), (_, low) in _spans(rows, said):
            for at in range(top + 1, low + 1):
                table.cell(at, column).text = ""
            table.cell(top, column).merge(table.cell(low, column))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _clause_docx(said: Drawn) -> bytes:
    import docx

    made = docx.Document()
    for text in _clauses(said):
        made.add_paragraph(text)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _scan(said: Drawn) -> bytes:
    """A printed list laid on a scanner: specks, a few degrees askew, perhaps on end."""
    import numpy as np
    import pypdfium2
    from PIL import Image, ImageFilter

    draw = said.draw
    dpi, askew = draw.choice((150, 200, 300)), draw.uniform(-1.5, 1.5)
    end = draw.choice((0, 0, 90, 180, 270))
    noise = np.random.default_rng(draw.randrange(1 << 30))
    pages = []
    for page in pypdfium2.PdfDocument(_pdf(said)):
        sheet = page.render(scale=dpi / 72, grayscale=True).to_pil().convert("L")
        sheet = sheet.filter(ImageFilter.GaussianBlur(dpi / 400))
        sheet = sheet.rotate(askew, Image.Resampling.BICUBIC, fillcolor=255).rotate(
            end, expand=True
        )
        grey = np.asarray(sheet, dtype=np.float32) * 0.92 + noise.normal(8, 9, sheet.size[::-1])
        pages.append(Image.fromarray(grey.clip(0, 255).astype(np.uint8)))
    out = io.BytesIO()
    pages[0].save(out, "PDF", resolution=dpi, save_all=True, append_images=pages[1:], quality=75)
    return out.getvalue()


FORMS: dict[str, Callable[[Drawn], bytes]] = {
    "ruled": _pdf,
    "plain": lambda said: _pdf(said, ruled=False),
    "turned": _turned,
    "clauses": _clause_pdf,
    "docx": _docx,
    "clauses-docx": _clause_docx,
    "scan": _scan,
}
LISTS = PaperKind.EQUIPMENT_LIST
ORDER = (
    ("ruled", LISTS),
    ("plain", LISTS),
    ("scan", LISTS),
    ("turned", LISTS),
    ("ruled", PaperKind.DRAWING_LIST),
    ("clauses", LISTS),
    ("docx", PaperKind.WORK_ORDER),
    ("scan", PaperKind.CUSTOMS_LIST),
    ("plain", PaperKind.APPROVED_LIST),
    ("docx", LISTS),
    ("turned", PaperKind.INVENTORY),
    ("clauses-docx", LISTS),
    ("scan", LISTS),
    ("plain", PaperKind.CUSTOMS_LIST),
    ("docx", PaperKind.APPROVED_LIST),
    ("scan", PaperKind.INVENTORY),
    ("ruled", PaperKind.WORK_ORDER),
    ("plain", PaperKind.INVENTORY),
    ("scan", PaperKind.DRAWING_LIST),
    ("ruled", LISTS),
)
"""Form and kind of each pack, by turns: a quarter are scans."""


def pack(seed: int) -> Pack:
    """The paper of a seed; the same seed gives the same lines in the same form."""
    form, kind = ORDER[seed % len(ORDER)]
    said = drawn(seed, kind)
    if form == "scan":
        said = replace(said, listed=said.listed[:14])
    data = FORMS[form](said)
    return Pack(f"{seed:02}-{form}-{kind}-{said.tongue}", data, said.truth, form)


# ---- how many lines are found -------------------------------------------------------------------


def read(made: Pack) -> list[Record]:
    """The lines that an audit reads from a paper."""
    card = sniff(made.data[:HEAD], made.name)
    if card is None:
        return []
    item = EvidenceItem(made.name, made.name, "", len(made.data), card.name, Side.PAPERWORK, 1)
    return [one for one in card.load().read(item, made.data) if isinstance(one, Record)]


def figures(made: Pack) -> Figures:
    """How many lines of a paper were read right."""
    left = read(made)
    count, right = len(left), 0
    for line in made.truth:
        found = next((one for one in left if _same(one, line, made.form)), None)
        if found is not None:
            left.remove(found)
            right += 1
    return Figures(right, count, len(made.truth))


def _same(one: Record, line: Line, form: str) -> bool:
    if (one.quantity, one.status.value) != (line.count, line.status):
        return False
    ours, theirs = _plain(one.description), _plain(line.words)
    if form.startswith("clauses"):
        # Which of its headings a paper of sentences goes by is not told.
        return theirs in ours and _plain(line.type) in ours
    if one.paper is not line.paper:
        return False
    if form in SCANS:
        return _alike(ours, theirs)
    # A type may lose the name of a series in front, where that is a maker's name too.
    return ours == theirs and (not line.type or _plain(line.type).endswith(_plain(one.model)))


@cache
def _plain(text: str) -> str:
    return fold(text).replace(" ", "")


def _alike(ours: str, theirs: str) -> bool:
    from rapidfuzz import fuzz

    return fuzz.ratio(ours, theirs) >= ALIKE


def score(packs: int = PACKS, first: int = FIRST) -> dict[str, Figures]:
    """The figures of text papers and of scans (those only where the extra ``ocr`` is)."""
    total = {"text": Figures()}
    if ocr.available():
        total["scans"] = Figures()
    for seed in range(first, first + packs):
        kind = "scans" if ORDER[seed % len(ORDER)][0] in SCANS else "text"
        if kind in total:
            made = pack(seed)
            total[kind] += figures(made)
    return total


def main() -> None:
    """Print the figures."""
    for kind, found in score().items():
        print(
            f"{kind:6} precision {found.precision:.3f} ({found.right} of {found.read})"
            f"  recall {found.recall:.3f} ({found.right} of {found.true})"
        )


if __name__ == "__main__":
    main()
