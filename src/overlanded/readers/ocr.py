"""Text in pictures, by the optional OCR extra: words with their boxes, never a network access.

The extra (``pip install 'overlanded[ocr]'``) is rapidocr with onnxruntime; its wheel carries the
models. Everything is imported on the first picture, because that takes seconds.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from math import atan2, degrees
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

Box = tuple[int, int, int, int]
"""Left, top, width, height in pixels of the picture given, from its upper left corner."""

SIDE = 1600
"""Pixels of the longer side that are looked at: the engine's own bound, and its memory's."""
EXTRA = "rapidocr"
RUNTIME = "onnxruntime"
MEND = "install the OCR extra (pip install 'overlanded[ocr]') and audit again"
MODELS = {
    "Det.model_path": "PP-OCRv6_det_small.onnx",
    "Cls.model_path": "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
    "Rec.model_path": "PP-OCRv6_rec_small.onnx",
}
"""Setting → file in the wheel. Named outright: with no path the engine would ask the network."""


@dataclass(frozen=True, slots=True)
class Word:
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
    import numpy as np

    if not available():
        raise RuntimeError(MEND)
    scale = max(1.0, max(image.size) / SIDE)
    size = (max(1, round(image.width / scale)), max(1, round(image.height / scale)))
    smaller = (image if scale == 1 else image.resize(size)).convert("RGB")
    # The engine takes pixels as OpenCV keeps them: blue first.
    pixels = np.ascontiguousarray(np.asarray(smaller)[:, :, ::-1])
    found = _engine()(pixels)
    if found.txts is None:
        return []
    return [
        _word(text, corners * scale, score)
        for text, corners, score in zip(found.txts, found.boxes, found.scores, strict=True)
        if text.strip()
    ]


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
def _engine() -> Callable[..., Any]:
    rapidocr = import_module(EXTRA)
    # It talks on stderr about its models; a failure raises all the same.
    logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)
    engine: Callable[..., Any] = rapidocr.RapidOCR(
        params={"Global.log_level": "critical", **_models()}
    )
    return engine


def _models() -> Mapping[str, str]:
    """Setting → path of each model; empty when the package or one of them is missing."""
    package = find_spec(EXTRA)
    if package is None or package.origin is None:
        return {}
    folder = Path(package.origin).with_name("models")
    paths = {setting: folder / name for setting, name in MODELS.items()}
    whole = all(path.is_file() for path in paths.values())
    return {setting: str(path) for setting, path in paths.items()} if whole else {}
