"""The parts of an XLSX package (ECMA-376 part 1, section 18): shared strings, styles, sheets.

Each part is read as a stream of XML events: nothing is kept but what is asked for. A document type
declaration ends the reading, so that no entity is ever expanded and nothing outside is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import IO
from xml.parsers import expat

from msgspec import Struct, field

CHUNK = 65536
BUILT_IN_DATES = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
"""ECMA-376 part 1, section 18.8.30: number format ids that show a date or a time."""
BUILT_IN = {1: "0", 2: "0.00"}
LAST_DAY = 2958465
"""31 December 9999 as a serial day."""
ROWS, COLUMNS = 1048576, 16384

Attributes = Mapping[str, str]


class NotAllowedError(ValueError):
    """The XML declares a document type, has too many elements, or lacks a part of itself."""


def walk(
    stream: IO[bytes],
    start: Callable[[str, Attributes], None],
    end: Callable[[str, str], None],
    limits: Mapping[str, int],
) -> None:
    """Call ``start(tag, attributes)`` and ``end(tag, text)``; tags come without their prefix.

    ``text`` is the text since the last start tag, at most ``cell_characters`` of it. More than
    ``elements`` elements end the reading with ``NotAllowedError``.
    """
    text: list[str] = []
    size = seen = 0
    longest = limits["cell_characters"]

    def on_start(tag: str, attributes: Attributes) -> None:
        nonlocal size, seen
        text.clear()
        size, seen = 0, seen + 1
        if seen > limits["elements"]:
            raise NotAllowedError(f"it has more than {limits['elements']} elements")
        start(tag.rpartition(":")[2], attributes)

    def on_text(piece: str) -> None:
        nonlocal size
        if size < longest:
            text.append(piece[: longest - size])
            size += len(piece)

    def on_end(tag: str) -> None:
        end(tag.rpartition(":")[2], "".join(text))
        text.clear()

    def on_doctype(*_: object) -> None:
        raise NotAllowedError("it declares a document type")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = on_start
    parser.EndElementHandler = on_end
    parser.CharacterDataHandler = on_text
    parser.StartDoctypeDeclHandler = on_doctype
    try:
        while chunk := stream.read(CHUNK):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except NotAllowedError:
        raise
    except (LookupError, ValueError) as error:
        # An encoding that this parser does not know, or that is none.
        raise NotAllowedError(f"its XML is not read: {error}") from None


def on(attributes: Attributes, name: str, *, absent: bool = False) -> bool:
    """A Boolean attribute."""
    return attributes.get(name, "1" if absent else "0").lower() in {"1", "true", "on"}


class Text(Struct, frozen=True):
    """A cell's text, and whether a line goes through all or part of it."""

    text: str
    struck: bool = False
    part_struck: bool = False


class Runs(Struct):
    """Pieces of rich text (section 18.4.8), each with or without a line through it."""

    pieces: list[tuple[str, bool]] = field(default_factory=list)
    struck: bool = False
    phonetic: bool = False

    def start(self, tag: str, attributes: Attributes) -> None:
        """Follow the start of a run, of its strike property, or of a reading aid."""
        if tag == "r":
            self.struck = False
        elif tag == "strike":
            self.struck = on(attributes, "val", absent=True)
        elif tag == "rPh":
            self.phonetic = True

    def end(self, tag: str, text: str) -> None:
        """Take in the text of a run."""
        if tag == "t" and not self.phonetic and text:
            self.pieces.append((text, self.struck))
        elif tag == "rPh":
            self.phonetic = False

    def take(self) -> Text:
        """The text so far; struck pieces are left out when others remain."""
        kept = "".join(text for text, struck in self.pieces if not struck)
        whole = "".join(text for text, _ in self.pieces)
        struck = any(struck for _, struck in self.pieces)
        self.pieces, self.struck = [], False
        if struck and kept.strip():
            return Text(kept, part_struck=True)
        return Text(whole, struck=struck)


def shared_strings(stream: IO[bytes], limits: Mapping[str, int]) -> list[Text]:
    """The shared strings in order (section 18.4.9)."""
    found: list[Text] = []
    runs = Runs()

    def end(tag: str, text: str) -> None:
        runs.end(tag, text)
        if tag == "si":
            found.append(runs.take())
            if len(found) > 2 * limits["cells"]:
                raise NotAllowedError("it has too many strings")

    walk(stream, runs.start, end, limits)
    return found


class Style(Struct, frozen=True):
    """What matters of a cell format: a line through the text, and how numbers show."""

    struck: bool = False
    code: str = ""
    """Number format code; ``date`` for any format of a date or time."""


PLAIN = Style()


def styles(stream: IO[bytes], limits: Mapping[str, int]) -> list[Style]:
    """The cell formats in order (``cellXfs``, section 18.8.10)."""
    fonts: list[bool] = []
    codes: dict[int, str] = dict(BUILT_IN) | dict.fromkeys(BUILT_IN_DATES, "date")
    found: list[Style] = []
    inside = ""

    def start(tag: str, attributes: Attributes) -> None:
        nonlocal inside
        if tag in {"fonts", "cellXfs", "cellStyleXfs", "dxfs"}:
            inside = tag
        elif tag == "font" and inside == "fonts":
            fonts.append(False)
        elif tag == "strike" and inside == "fonts" and fonts:
            fonts[-1] = on(attributes, "val", absent=True)
        elif tag == "numFmt" and inside != "dxfs":
            codes[_int(attributes.get("numFmtId"))] = _code(attributes.get("formatCode", ""))
        elif tag == "xf" and inside == "cellXfs":
            font = _int(attributes.get("fontId"))
            struck = fonts[font] if font < len(fonts) else False
            found.append(Style(struck, codes.get(_int(attributes.get("numFmtId")), "")))

    walk(stream, start, lambda _tag, _text: None, limits)
    return found


def _code(code: str) -> str:
    plain = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.', "", code)
    return "date" if re.search(r"[ymdhs]", plain, re.IGNORECASE) and "General" not in code else code


def _int(text: str | None) -> int:
    return int(text) if text and text.isdigit() and len(text) < 10 else 0


class Grid(Struct):
    """The cells of one sheet while they are read."""

    strings: list[Text]
    styles: list[Style]
    days_offset: int
    most: int
    """Cells that are read at most."""
    columns: int
    rows: dict[int, dict[int, Text]] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    """(first row, first column, last row, last column)."""
    dates: set[tuple[int, int]] = field(default_factory=set)
    uncomputed: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    comments: dict[tuple[int, int], str] = field(default_factory=dict)
    cells: int = 0
    _row: int = 0
    _column: int = -1
    _type: str = ""
    _style: Style = PLAIN
    _value: str | None = None
    _formula: bool = False
    _runs: Runs = field(default_factory=Runs)

    def start(self, tag: str, attributes: Attributes) -> None:
        """Take in a start tag of a worksheet part (section 18.3.1)."""
        if tag == "c":
            self._start_cell(attributes)
        elif tag == "row":
            self._start_row(attributes)
        elif tag == "f":
            self._formula = True
        elif tag == "col" and (on(attributes, "hidden") or attributes.get("width") == "0"):
            last = min(_int(attributes.get("max")), self.columns)
            self.hidden_columns.update(range(max(_int(attributes.get("min")) - 1, 0), last))
        elif tag == "mergeCell":
            self._merge(attributes.get("ref", ""))
        elif self._type == "inlineStr":
            self._runs.start(tag, attributes)

    def end(self, tag: str, text: str) -> None:
        """Take in an end tag with the text before it."""
        if tag == "v":
            self._value = text
        elif tag == "c":
            self._end_cell()
        elif self._type == "inlineStr":
            self._runs.end(tag, text)

    def _start_row(self, attributes: Attributes) -> None:
        self._row = _int(attributes.get("r")) or self._row + 1
        self._column = -1
        if on(attributes, "hidden") or attributes.get("ht") == "0":
            self.hidden_rows.add(self._row)

    def _start_cell(self, attributes: Attributes) -> None:
        place = reference(attributes.get("r", ""))
        self._row, self._column = place or (self._row, self._column + 1)
        self._type = attributes.get("t", "n")
        index = _int(attributes.get("s"))
        self._style = self.styles[index] if index < len(self.styles) else Style()
        self._value, self._formula, self._runs = None, False, Runs()

    def _end_cell(self) -> None:
        found = self._content()
        self._type = ""
        if found is None or not found.text.strip() or self._column >= self.columns:
            return
        self.cells += 1
        if self.cells > self.most:
            raise OverflowError(self._row)
        struck = found.struck or (self._style.struck and not found.part_struck)
        self.rows.setdefault(self._row, {})[self._column] = Text(
            found.text, struck, found.part_struck
        )

    def _content(self) -> Text | None:
        value = self._value
        if self._type == "inlineStr":
            return self._runs.take()
        if not value:
            if self._formula and self._type != "str":
                self.uncomputed.append(self._name)
            return None
        if self._type == "s":
            index = _int(value.strip())
            if index >= len(self.strings):
                raise NotAllowedError(f"the text of {self._name} is missing")
            return self.strings[index]
        if self._type == "e":
            self.errors.append(self._name)
            return None
        return Text(self._shown(value))

    def _shown(self, value: str) -> str:
        if self._type == "b":
            return "TRUE" if value.strip() == "1" else "FALSE"
        if self._type not in {"n", ""}:
            return value
        if self._style.code == "date":
            self.dates.add((self._row, self._column))
        return number_text(value, self._style.code, self.days_offset)

    @property
    def _name(self) -> str:
        return cell_name(self._row, self._column)

    def _merge(self, text: str) -> None:
        first, _, last = text.partition(":")
        start, end = reference(first), reference(last)
        if start and end:
            self.merges.append((*start, *end))


def comments(stream: IO[bytes], limits: Mapping[str, int]) -> dict[tuple[int, int], str]:
    """(row, column) → the note that hangs on the cell (section 18.7.3)."""
    found: dict[tuple[int, int], str] = {}
    pieces: list[str] = []
    at: tuple[int, int] | None = None

    def start(tag: str, attributes: Attributes) -> None:
        nonlocal at
        if tag in {"comment", "threadedComment"}:
            at = reference(attributes.get("ref", ""))
            pieces.clear()

    def end(tag: str, text: str) -> None:
        if tag in {"t", "text"} and text.strip():
            pieces.append(text.strip())
        if tag in {"comment", "threadedComment"} and at and len(found) < limits["cells"]:
            found[at] = " ".join(pieces)[: limits["cell_characters"]]

    walk(stream, start, end, limits)
    return found


def reference(text: str) -> tuple[int, int] | None:
    """(row from 1, column from 0) of a reference such as ``AB12``; None when it is none."""
    match = re.fullmatch(r"\$?([A-Z]{1,3})\$?([1-9]\d{0,6})", text)
    if not match:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    row = int(match[2])
    return (row, column - 1) if row <= ROWS and column <= COLUMNS else None


def cell_name(row: int, column: int) -> str:
    """The reference of a cell: (12, 27) → ``AB12``."""
    letters, column = "", column + 1
    while column > 0:
        column, letter = divmod(column - 1, 26)
        letters = chr(65 + letter) + letters
    return f"{letters}{row}"


def number_text(value: str, code: str = "", days_offset: int = 0) -> str:
    """A stored number as people typed it: ``1.0`` is ``1``, ``1.1`` shown as ``1.10`` stays so."""
    try:
        number = Decimal(value.strip())
    except InvalidOperation:
        return value
    if not number.is_finite() or abs(number.adjusted()) > 30:
        return value
    if code == "date":
        return _date(float(number) + days_offset)
    fixed = re.fullmatch(r"0(?:\.(0{1,6}))?", code)
    if fixed and fixed[1]:
        return f"{number:.{len(fixed[1])}f}"
    padded = re.fullmatch(r"0{2,20}", code)
    whole = number == number.to_integral_value()
    text = f"{int(number)}" if whole else f"{Decimal(f'{float(number):.15g}').normalize():f}"
    return text.zfill(len(code)) if padded and whole else text


def _date(days: float) -> str:
    if not 0 <= days <= LAST_DAY:
        return f"{days:g}"
    moment = datetime(1899, 12, 30) + timedelta(seconds=round(days * 86_400))
    if days < 1:
        return moment.time().isoformat("minutes")
    return moment.isoformat(" ", "minutes") if days % 1 else moment.date().isoformat()
