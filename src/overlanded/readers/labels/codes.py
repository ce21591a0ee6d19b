"""QR, DataMatrix and bar codes in a picture, by zxing-cpp; turned, small and inverted ones too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from overlanded.readers.labels.regions import around
from overlanded.readers.ocr import Box

if TYPE_CHECKING:
    import zxingcpp
    from PIL.Image import Image

KINDS = (
    *("QRCode", "MicroQRCode", "RMQRCode", "DataMatrix", "Aztec", "PDF417", "MaxiCode"),
    *("Code128", "Code39", "Code93", "EAN13", "EAN8", "UPCA", "UPCE", "DataBar"),
)
"""What labels carry. ITF and Codabar are left out: patterns of stripes pass for them."""


class Code(Struct, frozen=True):
    """One code: its text, where it stands, its symbology by name."""

    text: str
    box: Box
    symbology: str
    gs1: bool = False


def read(grey: Image) -> list[Code]:
    """Every code in a picture of mode ``L``, from the top.

    When none is found, the picture is looked at once more, softened and in two tones: halftones
    and sharpened copies keep the finder's edges from being seen.
    """
    import zxingcpp
    from PIL import ImageFilter

    kinds = zxingcpp.BarcodeFormat
    formats = zxingcpp.BarcodeFormats([getattr(kinds, name) for name in KINDS])
    found = zxingcpp.read_barcodes(grey, formats=formats)
    if not found:
        soft = grey.filter(ImageFilter.GaussianBlur(1))
        two_tones = zxingcpp.Binarizer.GlobalHistogram
        found = zxingcpp.read_barcodes(soft, formats=formats, binarizer=two_tones)
    codes = [_code(one) for one in found if one.text]
    return sorted(codes, key=lambda code: (code.box[1], code.box[0], code.text))


def _code(one: zxingcpp.Barcode) -> Code:
    at = one.position
    corners = (at.top_left, at.top_right, at.bottom_left, at.bottom_right)
    box = around((corner.x, corner.y, 1, 1) for corner in corners)
    return Code(one.text, box, str(one.format), one.content_type.name == "GS1")
