"""CSV contract lists: text with a delimiter, as spreadsheet programs write it (RFC 4180)."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator

from overlanded.model.evidence import EvidenceItem
from overlanded.model.observing import Gap
from overlanded.model.records import Record
from overlanded.model.words import LONGEST
from overlanded.readers.paperwork import table
from overlanded.readers.paperwork.headings import is_heading
from overlanded.readers.paperwork.notes import unread
from overlanded.readers.paperwork.sheets import Row, Sheet
from overlanded.readers.paperwork.words import equipment, vocabulary

DELIMITERS = ",;\t|"
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
NOT_LISTS = re.compile(
    r"\A\s*(?:[\[{<!]|(?:hostname|version|interface)\s)|^#(?:separator|fields|path)\s", re.MULTILINE
)
"""How JSON, XML and device configurations begin, and what every Zeek log has."""
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a]")
SHARE_OF_CONTROLS = 0.01
"""Control characters that a text may have: cells pasted from other programs bring a few along."""
SAMPLE = 65536
SHARE_OF_LINES = 0.6
"""Share of the lines that must have at least two columns."""
SEVERAL, SHARE_OF_FEW = 4, 0.25
"""Or: columns that a smaller share of the lines must have, all the same number."""


def sniff(head: bytes, name: str) -> bool:  # noqa: ARG001
    """Whether the first bytes are a list in columns. The name plays no part.

    Many texts have commas: a list has a row of headings, or else lines that name equipment.
    """
    text = _decode(head[:SAMPLE])
    if NOT_LISTS.search(text) or len(CONTROL.findall(text)) > SHARE_OF_CONTROLS * len(text):
        return False
    lines = text.splitlines(keepends=True)[: vocabulary()["limits"]["sniff_lines"]]
    whole = "".join(lines if len(lines) < 3 or lines[-1].endswith("\n") else lines[:-1])
    delimiter = delimiter_of(whole)
    if delimiter is None:
        return False
    rows = _split(whole, delimiter)
    if any(is_heading(_row(1, row, LONGEST)) for row in rows):
        return True
    named = sum(equipment().names_equipment(" ".join(row)) for row in rows)
    return named >= SHARE_OF_LINES * len(rows) and len({len(row) for row in rows}) == 1


def read(item: EvidenceItem, data: bytes) -> Iterator[Record | Gap]:
    """The records and gaps of one CSV file. Row numbers are those a spreadsheet program shows."""
    encoding = encoding_of(data)
    text = data[:SAMPLE].decode(encoding, "replace")
    delimiter = delimiter_of(text)
    if delimiter is None:
        yield unread(item, "it is no text in columns", "Supply the list as CSV or XLSX.")
        return
    yield from table.records(item, sheet_of(data, encoding, delimiter))


def encoding_of(data: bytes) -> str:
    """The encoding, by mark, by validity, then by how Chinese text uses byte pairs (GB 18030)."""
    for mark, name in MARKS:
        if data.startswith(mark):
            return name
    sample = data[:SAMPLE]
    if b"\0" in sample:
        odd, even = sample[1::2].count(0), sample[::2].count(0)
        return "utf-16-le" if odd > even else "utf-16-be"
    if _valid(data, "utf-8"):
        return "utf-8"
    pairs = re.findall(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]", sample)
    high = sum(pair[0] > 0xA0 and pair[1] > 0xA0 for pair in pairs)
    chinese = bool(pairs) and high >= 0.8 * len(pairs) and _valid(data, "gb18030")
    return "gb18030" if chinese else "cp1252"


def _valid(data: bytes, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for at in range(0, len(data), SAMPLE):
            decoder.decode(data[at : at + SAMPLE])
    except UnicodeDecodeError:
        return False
    return True


def _decode(head: bytes) -> str:
    """The text of the first bytes, without a character that the end of the sample cuts."""
    return codecs.getincrementaldecoder(encoding_of(head))("replace").decode(head)


def delimiter_of(text: str) -> str | None:
    """The delimiter that cuts the lines most evenly; None when no delimiter makes columns."""
    named = re.match(r"sep=(.)\r?\n", text)
    if named:
        return named[1]
    scores = {delimiter: _evenness(text, delimiter) for delimiter in DELIMITERS}
    best = max(scores, key=lambda delimiter: scores[delimiter])
    return best if scores[best] > 0 else None


def _evenness(text: str, delimiter: str) -> float:
    """How evenly a delimiter cuts the lines (share of the commonest width, then its width).

    0 when too few lines have columns: most lines must, or some must have several, because titles
    and notes stand around short lists.
    """
    rows = _split(text, delimiter)
    widths = Counter(len(row) for row in rows if len(row) > 1)
    width, count = max(widths.items(), key=lambda pair: (pair[1], pair[0]), default=(1, 0))
    most = sum(widths.values()) >= max(2, SHARE_OF_LINES * len(rows))
    several = width >= SEVERAL and count >= max(2, SHARE_OF_FEW * len(rows))
    return count / len(rows) + min(width, 20) / 20 if most or several else 0.0


def _split(text: str, delimiter: str) -> list[list[str]]:
    """The rows with content; none when the text cannot be split."""
    try:
        return [r for r in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if r]
    except csv.Error:
        return []


def sheet_of(data: bytes, encoding: str, delimiter: str) -> Sheet:
    """The rows, cut at the delimiter."""
    limits = vocabulary()["limits"]
    stream = io.TextIOWrapper(io.BytesIO(data), encoding, "replace", newline="")
    rows: list[Row] = []
    cells, cut = 0, ""
    named = data[:40].decode(encoding, "replace").lstrip("\ufeff").startswith("sep=")
    first = 0 if named else 1
    reader = csv.reader(_lines(stream, limits["line_characters"]), delimiter=delimiter)
    try:
        for number, fields in enumerate(reader, first):
            row = _row(number, fields[: limits["columns"]], limits["cell_characters"])
            cells += len(row.cells)
            if cells > limits["cells"]:
                cut = f"it has more than {limits['cells']} cells; read up to row {number - 1}"
                break
            if row.cells and number:
                rows.append(row)
    except csv.Error as error:
        cut = f"line {reader.line_num} cannot be split into columns ({error})"
    return Sheet("", tuple(rows), cut=cut)


def _lines(stream: io.TextIOWrapper, longest: int) -> Iterator[str]:
    while line := stream.readline(longest):
        if len(line) == longest:
            raise csv.Error(f"longer than {longest} characters")
        yield line


def _row(number: int, fields: list[str], longest: int) -> Row:
    texts = (
        (column, text[:longest].strip(" \t\ufeff\u00a0\0")) for column, text in enumerate(fields)
    )
    return Row(number, {column: text for column, text in texts if text.strip()})
