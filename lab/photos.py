"""Renders the photos of a scenario: one label with its codes, as a camera in a cabinet sees it.

What a camera does to it follows from the photo's name: shade, blur, grain. The same scenario gives
the same picture.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from random import Random

import zxingcpp
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from lab.scenario import Photo, Scenario

PAPER, INK = 236, 24
LETTER, LINE = 26, 40
"""Pixels: the size of a letter, the distance between two lines."""
MARGIN = 28
BARS = (480, 84)
"""Pixels of a bar code; square codes are drawn 5 pixels a module."""
SQUARE = ("QRCode", "DataMatrix")
_EXIF = 0x8769


def write(scenario: Scenario, folder: Path) -> None:
    """Write every photo of the scenario into ``folder``."""
    for photo in scenario.photos:
        path = folder / photo.file
        path.parent.mkdir(parents=True, exist_ok=True)
        scene = _photographed(_label(photo), photo.turn, Random(photo.file))
        scene.save(path, "JPEG", quality=80, exif=_exif(photo))


def _label(photo: Photo) -> Image.Image:
    """The lines of print on the left, square codes beside them, bar codes underneath."""
    codes = [(kind, _code(kind, text)) for kind, text in photo.codes.items()]
    bars = [code for kind, code in codes if kind not in SQUARE]
    squares = [code for kind, code in codes if kind in SQUARE]
    side = max((code.width for code in squares), default=0)
    printed = 2 * MARGIN + max(LINE * len(photo.lines), side)
    image = Image.new("L", (620 + side, printed + (BARS[1] + MARGIN) * len(bars)), PAPER)
    pen = ImageDraw.Draw(image)
    font = ImageFont.load_default(LETTER)
    for row, line in enumerate(photo.lines):
        pen.text((MARGIN, MARGIN + LINE * row), line, fill=INK, font=font)
    for code in squares:
        image.paste(code, (image.width - side - MARGIN, MARGIN))
    for row, code in enumerate(bars):
        image.paste(code.resize(BARS), (MARGIN, printed + (BARS[1] + MARGIN) * row))
    return image


def _code(kind: str, text: str) -> Image.Image:
    made = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, kind))
    pixels = Image.fromarray(zxingcpp.write_barcode_to_image(made, scale=5))
    return pixels.convert("L").point(lambda value: INK if value < 128 else PAPER)


def _photographed(label: Image.Image, turn: float, draw: Random) -> Image.Image:
    """On a grey door, turned, lit from one side, a little blurred, with the grain of a sensor."""
    scene = Image.new("L", (label.width + 260, label.height + 220), draw.randint(96, 150))
    scene.paste(label, (130, 110))
    turn += draw.uniform(-4, 4)
    scene = scene.rotate(turn, Image.Resampling.BICUBIC, expand=True, fillcolor=110)
    light = Image.linear_gradient("L").rotate(draw.choice((0, 90, 180, 270))).resize(scene.size)
    scene = Image.blend(scene, light, draw.uniform(0.08, 0.2))
    scene = scene.filter(ImageFilter.GaussianBlur(draw.uniform(0.5, 1.0)))
    grain = Image.frombytes("L", scene.size, draw.randbytes(scene.width * scene.height))
    return Image.blend(scene, grain, 0.04)


def _exif(photo: Photo) -> Image.Exif:
    """The camera, and its clock as it stood: local time with its zone."""
    at = datetime.fromisoformat(photo.taken)
    tags = Image.Exif()
    tags[0x010F], tags[0x0110] = photo.camera
    own = tags.get_ifd(_EXIF)
    own[0x9003] = at.strftime("%Y:%m:%d %H:%M:%S")
    own[0x9011] = at.isoformat()[-6:]
    return tags
