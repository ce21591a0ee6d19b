"""The confined program that reads scanned pages of a PDF with the optional extra ``ocr``.

``python -m overlanded.readers.paperwork.pdf_scan 3 4`` reads the file from its standard input and
prints pages 3 and 4 (``leaf.py``). A page is rendered once, turned upright, set straight and read
once; ruled lines are long rows of dark pixels.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pypdfium2  # type: ignore[import-untyped]
from PIL import Image

from overlanded.readers.paperwork import confined, pdf_read
from overlanded.readers.paperwork.layout import Box, Word
from overlanded.readers.paperwork.leaf import Leaf, dumped, leaf_of
from overlanded.readers.paperwork.words import vocabulary

Pixels = npt.NDArray[np.bool_]

DPI = 190
"""A letter of 8 points is as high then as the engine wants it."""
PIXELS = 6_000_000
"""Pixels of a page at most, whatever size it claims."""
DARK = 140
"""Grey value below which a pixel is ink."""
STEEPEST = 3.0
"""Degrees by which a sheet may lie askew on the glass."""
FLAT, UPRIGHT = 30.0, 24.0
"""Points from which a dark row or column of pixels is a ruled line and no letter."""
SOLID = 0.9
"""Share of dark pixels in a ruled line: scans have specks."""
THICK = 3.0


def main() -> None:
    """Print the pages named on the command line."""
    confined.confine(vocabulary()["limits"]["scan_bytes_of_memory"])
    data = sys.stdin.buffer.read()
    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        confined.fail(error)
    for number in map(int, sys.argv[1:]):
        try:
            leaf = _leaf(pdf[number - 1], number)
        except MemoryError as error:
            confined.fail(error)
        except Exception:  # noqa: BLE001  two libraries raise what they like; other pages go on
            leaf = Leaf(number, notes=("scan", "page"))
        confined.say(dumped(leaf))


def _leaf(page: pypdfium2.PdfPage, number: int) -> Leaf:
    width, height = page.get_size()
    scale = min(DPI / 72, (PIXELS / max(width * height, 1)) ** 0.5)
    picture = page.render(scale=scale, grayscale=True).to_pil().convert("L")
    picture = _straight(picture.rotate(pdf_read.upright(picture), expand=True))
    points = 1 / scale
    words, lines = _scaled(_words(picture), _lines(picture, scale), points)
    return leaf_of(number, picture.height * points, words, lines, "scan")


def _scaled(
    words: Iterable[Word], lines: Iterable[Box], points: float
) -> tuple[list[Word], list[Box]]:
    def scaled(box: Box) -> Box:
        left, top, right, bottom = (edge * points for edge in box)
        return left, top, right, bottom

    rules = [scaled(line) for line in lines]
    placed = (Word(word.text, scaled(word.box)) for word in words)
    return [part for word in placed for part in _cut(word, rules)], rules


# ---- straight ------------------------------------------------------------------------------------


def _straight(picture: Image.Image) -> Image.Image:
    """The picture turned by the few degrees that make its lines level."""
    small = picture.resize((picture.width // 3, picture.height // 3)).point(
        lambda grey: 255 if grey < DARK else 0
    )

    def level(angle: float) -> float:
        ink = np.asarray(small.rotate(angle, fillcolor=0), dtype=np.float32)
        return float(np.var(ink.mean(axis=1)))

    best = max(np.arange(-STEEPEST, STEEPEST + 0.1, 0.5), key=level)
    best = max(np.arange(best - 0.4, best + 0.45, 0.1), key=level)
    turned = abs(best) >= 0.1
    return (
        picture.rotate(float(best), Image.Resampling.BILINEAR, fillcolor=255) if turned else picture
    )


# ---- words and lines ----------------------------------------------------------------------------


def _words(picture: Image.Image) -> Iterator[Word]:
    for word in pdf_read.words(picture):
        left, top, width, height = word.box
        yield Word(word.text, (left, top, left + width, top + height))


def _lines(picture: Image.Image, scale: float) -> list[Box]:
    """The ruled lines in pixels."""
    dark = np.asarray(picture) < DARK
    thick = THICK * scale
    flat = _long(dark, int(FLAT * scale), thick)
    upright = _long(dark.T, int(UPRIGHT * scale), thick)
    return [*flat, *((top, left, bottom, right) for left, top, right, bottom in upright)]


def _long(dark: Pixels, length: int, thick: float) -> Iterator[Box]:
    """Level lines of at least ``length`` pixels, as boxes."""
    if dark.shape[1] <= length:
        return
    sums = np.cumsum(dark, axis=1, dtype=np.int32)
    full = (sums[:, length:] - sums[:, :-length]) >= SOLID * length
    for top, bottom in _runs(np.atleast_1d(full.any(axis=1))):
        if bottom - top > thick:
            continue
        for left, right in _runs(np.atleast_1d(full[top:bottom].any(axis=0))):
            middle = (top + bottom) / 2
            yield float(left), middle - 0.5, float(right + length), middle + 0.5


def _runs(marks: npt.NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], marks.astype(np.int8), [0]))))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)


def _cut(word: Word, rules: Iterable[Box]) -> Iterator[Word]:
    """A run of text cut where an upright line goes through it, at the nearest blank."""
    left, top, right, bottom = word.box
    height = bottom - top
    crossed = [
        (rule[0] + rule[2]) / 2
        for rule in rules
        if rule[3] - rule[1] > THICK >= rule[2] - rule[0]
        and rule[1] <= top + height / 2 <= rule[3]
        and left + height / 2 < rule[0] < right - height / 2
    ]
    edges = [left, *sorted(crossed), right]
    ends = [_blank(word.text, (edge - left) / ((right - left) or 1)) for edge in edges]
    for (start, end), (first, last) in zip(pairwise(edges), pairwise(ends), strict=True):
        text = word.text[first:last].strip()
        if text:
            yield Word(text, (start, top, end, bottom))


def _blank(text: str, share: float) -> int:
    """The place in a text nearest to a share of its length, at a blank if one is near."""
    at = round(share * len(text))
    near = (i for i, char in enumerate(text) if char == " " and abs(i - at) <= 3)
    return min(near, key=lambda i: abs(i - at), default=at) if 0 < share < 1 else at


if __name__ == "__main__":
    main()
