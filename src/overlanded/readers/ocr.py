"""Text in pictures, by the optional OCR extra: words with their boxes, never a network access.

The extra (``pip install 'overlanded[ocr]'``) is rapidocr with onnxruntime; its wheel carries the
models. Everything is imported on the first picture, because that takes seconds.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from math import atan2, cos, degrees, radians, sin
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

Box = tuple[int, int, int, int]
"""Left, top, width, height in pixels of the picture given, from its upper left corner."""

SIDE = 1600
"""Pixels of the longer side of what is read: the engine's own bound."""
PHOTO = (
    # Lines are looked for on a smaller picture, and read from the one given.
    ("Det.limit_type", "max"),
    ("Det.limit_side_len", 1280),
    # Memory is reserved for every thread, and the machine is at other work too.
    ("EngineConfig.onnxruntime.intra_op_num_threads", 1),
)
"""How the engine is set for photos."""
EXTRA = "rapidocr"
RUNTIME = "onnxruntime"
MEND = "install the OCR extra (pip install 'overlanded[ocr]') and audit again"
MODELS = {
    "Det.model_path": "PP-OCRv6_det_small.onnx",
    "Cls.model_path": "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
    "Rec.model_path": "PP-OCRv6_rec_small.onnx",
}
"""Setting → file in the wheel. Named outright: with no path the engine would ask the network."""


class Word(Struct, frozen=True):
    """One run of text as the engine found it, mostly a printed line. Blanks may be missing."""

    text: str
    box: Box
    score: float
    """0 to 1, the engine's own; two decimals, so that processors agree on it."""
    slant: int = 0
    """Degrees by which the line runs down to the right; a quarter turn more is not told."""


def available() -> bool:
    """Whether the extra is installed with its models; nothing is imported to tell."""
    return find_spec(RUNTIME) is not None and bool(_models())


def words(image: Image) -> list[Word]:
    """Every run of text in a picture, in the engine's order (from the top).

    ``image`` is upright, of any mode. Raises ``RuntimeError`` when the extra is not installed.
    """
    if not available():
        raise RuntimeError(MEND)
    shown, scale = smaller(image, SIDE)
    # What is run is said each time: the engine goes on as it was asked last.
    found = engine(PHOTO)(pixels(shown), use_det=True, use_cls=True, use_rec=True)
    return words_of(found, scale)


def smaller(image: Image, side: int) -> tuple[Image, float]:
    """(the picture with no side above ``side`` pixels, how many pixels of it one of these was)."""
    scale = max(1.0, max(image.size) / side)
    size = (max(1, round(image.width / scale)), max(1, round(image.height / scale)))
    return (image if scale == 1 else image.resize(size)), scale


def pixels(image: Image) -> NDArray[np.uint8]:
    """The picture as the engine takes it, which is as OpenCV keeps pixels: blue first."""
    import numpy as np

    return np.ascontiguousarray(np.asarray(image.convert("RGB"))[:, :, ::-1])


def words_of(found: Any, scale: float) -> list[Word]:  # noqa: ANN401  the library's own
    """What the engine found, its boxes made larger by ``scale``."""
    if found.txts is None:
        return []
    return [
        _word(text, corners * scale, score)
        for text, corners, score in zip(found.txts, found.boxes, found.scores, strict=True)
        if text.strip()
    ]


def line(image: Image, box: Box, slant: int) -> str:
    """One printed line of a picture, read once more: cut out in full size and set level.

    ``box`` and ``slant`` are those of its word. No lines are looked for: it takes a tenth of the
    time of ``words``.
    """
    from PIL.Image import Resampling, Transpose

    left, top, width, height = box
    slant -= 90 * round(slant / 90)
    cut = image.crop((left, top, left + width, top + height)).convert("RGB")
    along, across = sides(width, height, slant)
    level = cut.rotate(slant, Resampling.BICUBIC, expand=True, fillcolor=(128, 128, 128))
    middle, centre = level.width / 2, level.height / 2
    lying = level.crop(
        (
            round(middle - along / 2),
            round(centre - across / 2),
            round(middle + along / 2),
            round(centre + across / 2),
        )
    )
    if lying.height > lying.width:
        lying = lying.transpose(Transpose.ROTATE_90)
    found = engine(PHOTO)(pixels(lying), use_det=False, use_cls=True, use_rec=True)
    return " ".join(found.txts or ())


def sides(width: int, height: int, slant: int) -> tuple[float, float]:
    """Width and height of a slanted rectangle, from those of the upright box around it."""
    c, s = cos(radians(slant)), abs(sin(radians(slant)))
    spread = c * c - s * s
    if spread < LEAST_SPREAD:
        return width, height
    return max((width * c - height * s) / spread, 1), max((height * c - width * s) / spread, 1)


LEAST_SPREAD = 0.2
"""Below it (a slant near 45 degrees) the box does not tell the sides of what is in it."""


def _word(text: str, corners: NDArray[np.float64], score: float) -> Word:
    """``corners`` begin at the text's own upper left and go round clockwise."""
    (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
    along = corners[1] - corners[0]
    return Word(
        text.strip(),
        (round(left), round(top), round(right - left), round(bottom - top)),
        round(float(score), 2),
        round(degrees(atan2(float(along[1]), float(along[0])))),
    )


@cache
def engine(settings: tuple[tuple[str, Any], ...] = ()) -> Callable[..., Any]:
    """The engine under some settings, loaded once. Raises ``RuntimeError`` without the extra."""
    if not available():
        raise RuntimeError(MEND)
    rapidocr = import_module(EXTRA)
    # It talks on stderr about its models; a failure raises all the same.
    logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)
    made: Callable[..., Any] = rapidocr.RapidOCR(
        params={"Global.log_level": "critical", **_models(), **dict(settings)}
    )
    return made


def _models() -> Mapping[str, str]:
    """Setting → path of each model; empty when the package or one of them is missing."""
    package = find_spec(EXTRA)
    if package is None or package.origin is None:
        return {}
    folder = Path(package.origin).with_name("models")
    paths = {setting: folder / name for setting, name in MODELS.items()}
    whole = all(path.is_file() for path in paths.values())
    return {setting: str(path) for setting, path in paths.items()} if whole else {}
