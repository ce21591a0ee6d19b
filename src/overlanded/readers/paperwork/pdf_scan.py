"""The confined program that reads scanned pages of a PDF with the optional extra ``ocr``.

``python -m overlanded.readers.paperwork.pdf_scan 3 4`` reads the file from its standard input and
prints pages 3 and 4 (``leaf.py``). A page is turned upright, set straight, and cut into bands that
the engine sees in full; ruled lines are long rows of dark pixels.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pypdfium2  # type: ignore[import-untyped]
from PIL import Image

from overlanded.readers import ocr
from overlanded.readers.paperwork import clauses, confined
from overlanded.readers.paperwork.headings import is_heading
from overlanded.readers.paperwork.layout import Box, Word
from overlanded.readers.paperwork.leaf import Leaf, dumped, leaf_of
from overlanded.readers.paperwork.sheets import Row
from overlanded.readers.paperwork.words import vocabulary

Pixels = npt.NDArray[np.bool_]

DPI = 190
"""A page of A4 is as wide as the engine's own bound then: nothing is made smaller."""
PIXELS = 6_000_000
"""Pixels of a page at most, whatever size it claims."""
BAND = 1200
"""Pixels of height that are read at once."""
DARK = 140
"""Grey value below which a pixel is ink."""
SPECKS = 0.0005
"""Share of dark pixels that dust makes."""
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
        except (pypdfium2.PdfiumError, ValueError, RuntimeError):
            leaf = Leaf(number, notes=("scan", "page"))
        confined.say(dumped(leaf))


def _leaf(page: pypdfium2.PdfPage, number: int) -> Leaf:
    width, height = page.get_size()
    scale = min(DPI / 72, (PIXELS / max(width * height, 1)) ** 0.5)
    picture = _straight(page.render(scale=scale, grayscale=True).to_pil().convert("L"))
    found = list(_words(picture))
    if _sideways(found):
        picture = _straight(picture.transpose(Image.Transpose.ROTATE_90))
        found = list(_words(picture))
    points = 1 / scale
    points = 1 / scale

    def leaf(words: Sequence[Word], lines: Sequence[Box]) -> Leaf:
        return leaf_of(number, picture.height * points, *_scaled(words, lines, points), "scan")

    lines = _lines(picture, scale)
    made = leaf(found, lines)
    if _sense(leaf(*_upside_down(found, lines, picture.size))) > _sense(made):
        # The engine reads words either way up, but takes a 6 for a 9: so they are read again.
        picture = picture.transpose(Image.Transpose.ROTATE_180)
        made = leaf(list(_words(picture)), _lines(picture, scale))
    return made


def _scaled(
    words: Iterable[Word], lines: Iterable[Box], points: float
) -> tuple[list[Word], list[Box]]:
    def scaled(box: Box) -> Box:
        left, top, right, bottom = (edge * points for edge in box)
        return left, top, right, bottom

    rules = [scaled(line) for line in lines]
    placed = (Word(word.text, scaled(word.box)) for word in words)
    return [part for word in placed for part in _cut(word, rules)], rules


def _upside_down(
    words: Iterable[Word], lines: Iterable[Box], size: tuple[int, int]
) -> tuple[list[Word], list[Box]]:
    width, height = size

    def turned(box: Box) -> Box:
        return width - box[2], height - box[3], width - box[0], height - box[1]

    return [Word(one.text, turned(one.box)) for one in words], list(map(turned, lines))


def _sense(leaf: Leaf) -> int:
    """How much of a page reads as pages do: rows below headings, lines that begin with numbers."""
    sense = 0
    for block in leaf.blocks:
        below = False
        for row in block.rows:
            cells = Row(1, dict(row.cells))
            below = below or is_heading(cells)
            sense += below + bool(clauses.NUMBER.match(" ".join(row.cells.values())))
    return sense


# ---- upright and straight -----------------------------------------------------------------------


def _sideways(words: Sequence[Word]) -> bool:
    """Whether most runs of text stand on end."""
    long = [word.box for word in words if len(word.text) > 2]
    tall = sum(right - left < bottom - top for left, top, right, bottom in long)
    return 2 * tall > len(long)


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
    for top, bottom in pairwise(_bands(picture)):
        if not _inked(picture, top, bottom):
            continue
        for word in ocr.words(picture.crop((0, top, picture.width, bottom))):
            left, above, width, height = word.box
            yield Word(word.text, (left, top + above, left + width, top + above + height))


def _bands(picture: Image.Image) -> list[int]:
    """Where the page is cut: on the emptiest row near every ``BAND`` pixels."""
    ink = (np.asarray(picture) < DARK).sum(axis=1)
    edges = [0]
    while picture.height - edges[-1] > BAND:
        near = edges[-1] + BAND * 3 // 4
        edges.append(near + int(np.argmin(ink[near : edges[-1] + BAND])))
    return [*edges, picture.height]


def _inked(picture: Image.Image, top: int, bottom: int) -> bool:
    """Whether there is more on a band than specks."""
    return bool((np.asarray(picture)[top:bottom] < DARK).mean() > SPECKS)


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
