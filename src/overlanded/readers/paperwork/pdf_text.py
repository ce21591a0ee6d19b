"""The confined program that takes words and ruled lines out of a PDF (ISO 32000).

``python -m overlanded.readers.paperwork.pdf_text`` reads the file from its standard input and
prints the pages (``leaf.py``). It runs under the limits that ``confined.py`` sets: nothing in a
file that was handed in can take more memory or time than these, nor reach anything else.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from overlanded.readers.paperwork import confined
from overlanded.readers.paperwork.layout import NEAR, Box, Word
from overlanded.readers.paperwork.leaf import Leaf, dumped, leaf_of
from overlanded.readers.paperwork.words import vocabulary

FEW = 12
"""Characters of text on a page up to which a picture over the page is what it shows."""
MOST_OF_A_PAGE = 0.5
"""Share of a page that a picture covers for the page to be a scan."""
THROUGH = (0.3, 0.7)
"""Where in the height of a word a line goes through it and is no underline."""
TWICE = 0.5
"""Points within which one letter printed over another is the same, made bold; of two in a word
("ll") the second stands a stroke further."""
BLANK = 0.2
"""Heights of a character from which a blank parts two words."""


def main() -> None:
    """Print every page of the file on standard input."""
    limits = vocabulary()["limits"]
    confined.confine(limits["pdf_bytes_of_memory"])
    import pdfplumber

    data = sys.stdin.buffer.read()
    try:
        pdf = pdfplumber.open(io.BytesIO(data))
        pages = pdf.pages
    except Exception as error:  # noqa: BLE001  the library raises whatever its parser meets
        confined.fail(error)
    left = limits["characters"]
    before: Leaf | None = None
    for page in pages[: limits["pages"]]:
        try:
            left -= len(page.chars)
            leaf = _leaf(page, before) if left >= 0 else Leaf(page.page_number, notes=("long",))
        except Exception:  # noqa: BLE001  as above: one bad page leaves the others
            leaf = Leaf(page.page_number, notes=("page",))
        confined.say(dumped(leaf))
        before = leaf
        page.close()
        if left < 0:
            return
    if len(pages) > limits["pages"]:
        confined.say(dumped(Leaf(limits["pages"] + 1, notes=("long",))))


def _leaf(whole: Any, before: Leaf | None) -> Leaf:  # noqa: ANN401  the library is untyped
    if not _near(whole.width, whole.height):
        raise ValueError("a page of no size")
    page = whole.filter(lambda one: _near(one["x0"], one["top"], one["x1"], one["bottom"]))
    turned = _turned(page.chars)
    width, height = float(page.width), float(page.height)
    single = page.dedupe_chars(tolerance=TWICE).chars
    chars = [_char(char, turned, width, height) for char in single]
    lines = [_turn(line, turned, width, height) for line in _lines(page)]
    words = [_struck(word, lines) for word in _words(chars)]
    scan = len(chars) <= FEW and _pictured(page) >= MOST_OF_A_PAGE
    astray = len(page.chars) + len(page.edges) < len(whole.chars) + len(whole.edges)
    notes = (*(("scan",) if scan else ()), *(("astray",) if astray else ()))
    broad = width if turned in (1, 3) else height
    return leaf_of(page.page_number, broad, words, lines, *notes, before=before)


def _near(*places: float) -> bool:
    """False for what stands nowhere: infinity, not a number, or far beyond every page."""
    farthest = vocabulary()["limits"]["pdf_farthest"]
    return all(-farthest <= place <= farthest for place in places)


def _turned(chars: Iterable[dict[str, Any]]) -> int:
    """Quarter turns, against the clock, by which most of the text stands on the page."""
    counts = [0, 0, 0, 0]
    for char in chars:
        a, b = char["matrix"][:2]
        quarter = (0 if a > 0 else 2) if abs(a) >= abs(b) else (1 if b > 0 else 3)
        counts[quarter] += 1
    return counts.index(max(counts))


def _turn(box: Box, turned: int, width: float, height: float) -> Box:
    """A box on the page turned back so that its text reads from left to right."""
    left, top, right, bottom = box
    if turned == 1:
        return height - bottom, left, height - top, right
    if turned == 2:
        return width - right, height - bottom, width - left, height - top
    if turned == 3:
        return top, width - right, bottom, width - left
    return box


def _char(char: dict[str, Any], turned: int, width: float, height: float) -> dict[str, Any]:
    box = char["x0"], char["top"], char["x1"], char["bottom"]
    left, top, right, bottom = _turn(box, turned, width, height)
    return char | {
        "x0": left, "top": top, "x1": right, "bottom": bottom, "doctop": top, "upright": True,
        "width": right - left, "height": bottom - top,
    }  # fmt: skip


def _words(chars: list[dict[str, Any]]) -> Iterator[Word]:
    from pdfplumber.utils.text import WordExtractor

    size = max((char["height"] for char in chars), default=0.0)
    extractor = WordExtractor(x_tolerance_ratio=BLANK, y_tolerance=max(1.0, size * 0.2))
    for word in extractor.extract_words(chars):
        yield Word(_whole(word["text"]), (word["x0"], word["top"], word["x1"], word["bottom"]))


def _whole(text: str) -> str:
    """Halves of a character put together where both stand there, and marked where one does.

    A font may say of a glyph that it is half of a pair (UTF-16), which no text can hold alone.
    """
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _lines(page: Any) -> Iterator[Box]:  # noqa: ANN401
    """The ruled lines, and the sides of rectangles, as thin boxes."""
    for edge in page.edges:
        yield edge["x0"], edge["top"], edge["x1"], edge["bottom"]


def _struck(word: Word, lines: Iterable[Box]) -> Word:
    left, top, right, bottom = word.box
    high, low = (top + share * (bottom - top) for share in THROUGH)
    through = any(
        line[3] - line[1] <= NEAR and high <= line[1] and line[3] <= low
        and line[0] <= left + NEAR and right - NEAR <= line[2]
        for line in lines
    )  # fmt: skip
    return Word(word.text, word.box, through)


def _pictured(page: Any) -> float:  # noqa: ANN401
    """The share of the page that its largest picture covers."""
    sizes = (
        max(0.0, min(picture["x1"], page.width) - max(picture["x0"], 0))
        * max(0.0, min(picture["bottom"], page.height) - max(picture["top"], 0))
        for picture in page.images
    )
    return float(max(sizes, default=0.0) / ((page.width * page.height) or 1))


if __name__ == "__main__":
    main()
