"""Words on a page that is a picture, by the optional extra ``ocr``: each line looked at once.

Lines are looked for on a small picture of the page and read from the full one, so that neither
time nor memory grows with the resolution of a scan.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from overlanded.readers import ocr
from overlanded.readers.ocr import Word

if TYPE_CHECKING:
    from PIL.Image import Image

SIDE = 1120
"""Pixels of the longer side on which lines are looked for: 96 dpi of a page of A4."""
GLANCE = 960
"""The same to tell which way up a page lies; only its larger print is needed."""
ASKED = 16
"""The longest lines, which are asked which way up they stand."""
CLEARLY = 1.5
"""Height by width from which a run of text stands on end: a letter or two are nearly square."""
SETTINGS = (
    ("Det.limit_type", "max"),
    ("Det.limit_side_len", SIDE),
    # A digit alone in its cell is a faint find on the small picture; what is no text is not read.
    ("Det.box_thresh", 0.3),
    # The page is handed over in full size, and its lines are cut out of that.
    ("Global.max_side_len", 1 << 16),
    # Lines are padded to the widest of their batch, but not to 320 pixels: a cell may be a digit.
    ("Rec.rec_img_shape", (3, 48, 48)),
    ("Rec.rec_batch_num", 4),
    # Of a machine that is at other work too, a page takes no more.
    ("EngineConfig.onnxruntime.intra_op_num_threads", 1),
)


def words(page: Image) -> list[Word]:
    """Every run of text on a page that is upright and level."""
    read = ocr.engine(SETTINGS)(ocr.pixels(page), use_det=True, use_cls=False, use_rec=True)
    return ocr.words_of(read, 1)


def upright(page: Image) -> int:
    """Degrees against the clock (0, 90, 180, 270) by which a page is turned to be read.

    No text is read for it: the shapes of its lines tell whether they stand on end, and a look at
    the longest which way up.
    """
    boxes = sorted(_lines(page), key=lambda box: min(box[0] - box[2], box[1] - box[3]))
    sides = [(right - left, bottom - top) for left, top, right, bottom in boxes]
    on_end = sum(high > CLEARLY * wide for wide, high in sides)
    quarter = 90 if on_end > sum(wide > CLEARLY * high for wide, high in sides) else 0
    lines = (page.crop(box).rotate(quarter, expand=True) for box in boxes[:ASKED])
    return quarter + (180 if sum(map(_upside_down, lines)) > 0 else 0)


def _lines(page: Image) -> list[tuple[int, int, int, int]]:
    """Where lines of text are."""
    shown, scale = ocr.smaller(page, GLANCE)
    engine = ocr.engine(SETTINGS)
    found = engine(ocr.pixels(shown), use_det=True, use_cls=False, use_rec=False).boxes
    corners = [] if found is None else found * scale
    ends = ((one.min(axis=0), one.max(axis=0)) for one in corners)
    return [(int(low[0]), int(low[1]), int(high[0]), int(high[1])) for low, high in ends]


def _upside_down(line: Image) -> float:
    """How sure the engine is, 0 to 1, that a line stands on its head; below 0 if it does not."""
    engine = ocr.engine(SETTINGS)
    ((told, score),) = engine(ocr.pixels(line), use_det=False, use_cls=True, use_rec=False).cls_res
    return float(score if told == "180" else -score)
