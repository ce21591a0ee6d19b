"""Pictures, opened within bounds: grey pixels the right way up, EXIF, and a hash of what they show.

Only what cameras and scanners write is decoded, by Pillow, from bytes in memory; a picture of more
pixels than ``PIXELS`` is refused by its header, before anything is decoded.
"""

from __future__ import annotations

import struct
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    from PIL.Image import Exif, Image

FORMATS = ("JPEG", "PNG", "TIFF", "WEBP")
PIXELS = 64_000_000
"""At most so many are decoded: by calculation 450 MB for a progressive JPEG."""
HASH = 16
"""Rows and columns of the perceptual hash: 256 bits."""
STEP = 3
"""Levels of grey that two cells must differ by: less is noise."""
SAME = 0.2
"""Up to this share the hashes of one picture may differ after being saved again or scaled.

Measured on 30 rendered labels (bench/labels.py): 60 copies of half the size, saved again as JPEG of
quality 50 and 80, differ by at most 0.11; the 435 pairs of different labels by at least 0.31.
"""
_EXIF, _GPS = 0x8769, 0x8825
_DAMAGE = (
    *(OSError, ValueError, TypeError, KeyError, IndexError, SyntaxError, struct.error),
    *(ZeroDivisionError, OverflowError, EOFError, AttributeError),
)
"""What Pillow raises for pictures and tags that are not what they say."""


class RefusedError(Exception):
    """A picture that is not decoded; the message says why."""


class Taken(Struct, frozen=True):
    """What the camera wrote of the moment and the place; empty where it wrote nothing."""

    at: int | None = None
    """Nanoseconds since 1970-01-01 UTC; where no zone is stated, as if the clock showed UTC."""
    text: str = ""
    """The time as written, ISO with its zone if it has one."""
    clock: str = ""
    """``satellites``, ``camera`` or ``camera, zone not stated``."""
    where: str = ""
    """Latitude and longitude in degrees, north and east positive, 5 decimals."""
    camera: str = ""
    software: str = ""


class Picture(Struct, frozen=True):
    """One picture as it is looked at."""

    grey: Image
    """Mode ``L``, upright."""
    taken: Taken
    shows: str
    """The perceptual hash, hexadecimal; empty for a picture of nothing (one tone)."""
    fault: str = ""
    """Why part of it could not be decoded."""
    frames: int = 1


def opened(data: bytes) -> Picture:
    """Decode a picture; raises ``RefusedError`` when it cannot or must not be."""
    image, fault = _decoded(data, "L")
    taken, turn, frames = _told(image)
    grey = _upright(_grey(image), turn)
    return Picture(grey, taken, shown(grey), fault, frames)


def crops(data: bytes, boxes: Iterable[tuple[int, int, int, int]]) -> Iterator[bytes]:
    """Regions (left, top, width, height) of the upright picture, each as PNG.

    Raises ``RefusedError`` as ``opened`` does.
    """
    image, _ = _decoded(data, "RGB")
    _, turn, _ = _told(image)
    upright = _upright(image.convert("RGB"), turn)
    for left, top, width, height in boxes:
        out = BytesIO()
        upright.crop((left, top, left + width, top + height)).save(out, "PNG")
        yield out.getvalue()


def shown(grey: Image) -> str:
    """A hash of what a picture shows: whether each of 16 x 16 cells is lighter than the next."""
    from PIL.Image import Resampling

    small = grey.resize((HASH + 1, HASH), Resampling.BOX).tobytes()
    rows = [small[row * (HASH + 1) : (row + 1) * (HASH + 1)] for row in range(HASH)]
    bits = "".join("1" if row[i] > row[i + 1] + STEP else "0" for row in rows for i in range(HASH))
    return f"{int(bits, 2):0{HASH * HASH // 4}x}" if "1" in bits else ""


def apart(one: str, other: str) -> float:
    """Share of the bits set in either of two perceptual hashes that only one of them has."""
    first, second = int(one, 16), int(other, 16)
    return (first ^ second).bit_count() / max((first | second).bit_count(), 1)


def _header(data: bytes) -> Image:
    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            image = Image.open(BytesIO(data), formats=FORMATS)
        except Image.DecompressionBombError as error:
            raise RefusedError(f"it has more than {PIXELS // 10**6} million pixels") from error
        except _DAMAGE as error:
            raise RefusedError("its header cannot be read") from error
    if image.width * image.height > PIXELS:
        raise RefusedError(
            f"it has {image.width} x {image.height} pixels, more than {PIXELS // 10**6} million"
        )
    return image


def _decoded(data: bytes, mode: str) -> tuple[Image, str]:
    """The picture with its pixels, and why some of them are missing (else empty).

    A cut file is decoded a second time, as far as it goes. Raises ``RefusedError``.
    """
    for patient in (False, True):
        image = _header(data)
        image.draft(mode, image.size)
        try:
            with _quiet(patient=patient):
                image.load()
        except _DAMAGE:
            continue
        return image, "the file is damaged or ends before the picture does" if patient else ""
    raise RefusedError("its pixels cannot be decoded")


@contextmanager
def _quiet(*, patient: bool) -> Iterator[None]:
    """Let Pillow give the part of a cut picture that is there if asked, and say nothing."""
    from PIL import ImageFile

    before = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = patient
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def _grey(image: Image) -> Image:
    """Grey on white, whatever the mode; what is see-through is white."""
    from PIL import Image as Images

    if image.mode == "P" and "transparency" in image.info:
        image = image.convert("RGBA")
    if image.mode.startswith("I;16"):
        return image.point(lambda value: value / 256).convert("L")
    if image.mode not in ("RGBA", "LA", "PA"):
        return image.convert("L")
    paper = Images.new("L", image.size, 255)
    paper.paste(image.convert("L"), mask=image.getchannel("A"))
    return paper


def _upright(image: Image, turn: int) -> Image:
    from PIL.Image import Transpose

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    return image.transpose(turns[turn]) if turn in turns else image


def _told(image: Image) -> tuple[Taken, int, int]:
    """What the tags tell, the orientation (EXIF 1 to 8), and the number of pictures in the file."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tags: Exif = image.getexif()
            parts = [dict(one.items()) for one in (tags, tags.get_ifd(_EXIF), tags.get_ifd(_GPS))]
        except _DAMAGE:
            return Taken(), 1, 1
    main, exif, gps = parts
    turn = main.get(0x0112, 1)
    frames = getattr(image, "n_frames", 1) if image.format == "TIFF" else 1
    camera = " ".join(_text(main.get(tag)) for tag in (0x010F, 0x0110)).strip()
    at, text, clock = _satellites(gps) or _camera(exif, main) or (None, "", "")
    software = _text(main.get(0x0131))
    return Taken(at, text, clock, _where(gps), camera, software), turn, frames


def _text(value: object) -> str:
    text = value if isinstance(value, str) else ""
    return "".join(char for char in text if char.isprintable()).strip()[:80]


def _camera(exif: Mapping[int, Any], main: Mapping[int, Any]) -> tuple[int, str, str] | None:
    """The time of the camera's clock: of taking, else of digitising, else of the last change."""
    for value, zone in (
        (exif.get(0x9003), exif.get(0x9011)),
        (exif.get(0x9004), exif.get(0x9012)),
        (main.get(0x0132), exif.get(0x9010)),
    ):
        try:
            naive = datetime.strptime(_text(value)[:19], "%Y:%m:%d %H:%M:%S")
            offset = datetime.strptime(_text(zone), "%z").tzinfo if _text(zone) else None
        except ValueError:
            continue
        at = naive.replace(tzinfo=offset or UTC)
        clock = "camera" if offset else "camera, zone not stated"
        return _nanoseconds(at), at.isoformat() if offset else naive.isoformat(), clock
    return None


def _satellites(gps: Mapping[int, Any]) -> tuple[int, str, str] | None:
    """The time that a positioning receiver gave: UTC, and not set by hand (EXIF 2.3 tag 7, 29)."""
    try:
        day = datetime.strptime(_text(gps.get(29)), "%Y:%m:%d").replace(tzinfo=UTC)
        hour, minute, second = (float(part) for part in gps[7])
        at = day + timedelta(hours=hour, minutes=minute, seconds=second)
        return _nanoseconds(at), at.strftime("%Y-%m-%dT%H:%M:%SZ"), "satellites"
    except _DAMAGE:
        return None


def _where(gps: Mapping[int, Any]) -> str:
    try:
        north, east = (_degrees(gps[tag + 1], _text(gps[tag])) for tag in (1, 3))
    except _DAMAGE:
        return ""
    if abs(north) > 90 or abs(east) > 180 or not (north or east):
        return ""
    return f"{north:.5f}, {east:.5f}"


def _degrees(parts: Iterable[float], side: str) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    return -value if side in ("S", "W") else value


def _nanoseconds(at: datetime) -> int:
    return int(at.timestamp()) * 10**9
