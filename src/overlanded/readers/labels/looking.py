"""The confined program that decodes pictures: their codes, print, EXIF and hash, as one JSON line.

``python -m overlanded.readers.labels.looking`` answers one request after the other from its
standard input (``eyes.py``), so that the OCR engine is loaded once for all photos of a case. It can
write no file, and what a picture may take of memory is bounded while it is decoded.
"""

from __future__ import annotations

import os
import resource
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from msgspec import Struct, json

from overlanded.data import table
from overlanded.readers import ocr
from overlanded.readers.labels import codes, images
from overlanded.readers.labels.codes import Code
from overlanded.readers.labels.images import Picture, RefusedError, Taken
from overlanded.readers.labels.marks import said
from overlanded.readers.ocr import Box, Word
from overlanded.readers.paperwork import confined

if TYPE_CHECKING:
    from PIL.Image import Image


class Printed(Struct, frozen=True):
    """One run of printed text."""

    text: str
    box: Box
    score: float
    again: str = ""
    """What a second reading of it gave; asked only where no check digit would tell a slip."""


class Look(Struct, frozen=True):
    """What one picture holds."""

    taken: Taken
    shows: str
    fault: str
    frames: int
    codes: tuple[Code, ...]
    printed: tuple[Printed, ...]


def main() -> None:
    """Answer until the standard input ends."""
    confined.confine(table("labels")["bounds"]["reserved"])
    for line in iter(sys.stdin.buffer.readline, b""):
        asked = json.decode(line)
        data = sys.stdin.buffer.read(asked["size"])
        try:
            answer = ANSWERS[asked["what"]](data, asked)
        except RefusedError as refused:
            answer = {"refused": str(refused)}
        except MemoryError:
            # What is left of the memory is not known: the next picture gets a fresh program.
            os._exit(1)
        confined.say(json.encode(answer) + b"\n")


@contextmanager
def _bounded() -> Iterator[None]:
    """Meanwhile this process holds so much memory at most as a picture may take.

    What comes after decoding is as large as the pixels that were let through, and needs no bound.
    """
    bounds = table("labels")["bounds"]
    untouched = bounds["untouched"] if ocr.engine.cache_info().currsize else 0
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (bounds["memory"] + untouched, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


def look(data: bytes, within: Callable[[], AbstractContextManager[None]] = nullcontext) -> Look:
    """Everything in a picture. Raises ``RefusedError`` when it cannot or must not be decoded.

    ``within`` bounds what is done with bytes that may be hostile.
    """
    with within():
        picture = images.opened(data)
        found = tuple(codes.read(picture.grey))
    return Look(picture.taken, picture.shows, picture.fault, picture.frames, found, _print(picture))


def _print(picture: Picture) -> tuple[Printed, ...]:
    if not ocr.available():
        return ()
    return tuple(_printed(picture.grey, word) for word in ocr.words(picture.grey))


def _printed(grey: Image, word: Word) -> Printed:
    unchecked = table("labels")["numbers"]["unchecked"]
    marks = said(word.text[: table("labels")["bounds"]["text"]]).marks
    doubtful = any(mark.kind in unchecked for mark in marks)
    again = ocr.line(grey, word.box, word.slant) if doubtful else ""
    return Printed(word.text, word.box, word.score, again)


def _look(data: bytes, _asked: Mapping[str, Any]) -> Any:  # noqa: ANN401  what JSON holds
    return look(data, _bounded)


def _crops(data: bytes, asked: Mapping[str, Any]) -> Any:  # noqa: ANN401
    boxes: Sequence[Box] = [tuple(box) for box in asked["boxes"]]
    with _bounded():
        return {"crops": [b64encode(png).decode() for png in images.crops(data, boxes)]}


ANSWERS: Mapping[str, Callable[[bytes, Mapping[str, Any]], Any]] = {"look": _look, "crops": _crops}
"""What is asked → what answers it."""


if __name__ == "__main__":
    main()
