"""Photos for tests: a label drawn with its codes, with or without EXIF."""

from io import BytesIO

import zxingcpp
from PIL import Image, ImageDraw, ImageFont

from overlanded.model.evidence import EvidenceItem, Side

IMEI = "352099001761481"
MAC = "00:1e:42:3a:bc:01"
PAYLOAD = f"SN:1105123456;IMEI:{IMEI};MAC:001E423ABC01"
TAGS = {0x010F: "Example", 0x0110: "Cam 1"}
TAKEN = {0x9003: "2017:08:12 10:22:31"}
GPS = {1: "N", 2: (33.0, 44.0, 6.0), 3: "W", 4: (118.0, 15.0, 36.0)}
GPS_TIME = {7: (17.0, 22.0, 31.0), 29: "2017:08:12"}


def item(path="evidence/IMG_1.jpg", where=""):
    return EvidenceItem("e-1", path, "", 0, "photo", Side.EVIDENCE, 1, collected_where=where)


def code(text, kind="QRCode", scale=5):
    made = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, kind))
    return Image.fromarray(zxingcpp.write_barcode_to_image(made, scale=scale)).convert("L")


def scene(*placed, size=(1000, 700), text=()):
    """A white picture with codes pasted at (left, top) and lines of text written."""
    image = Image.new("L", size, 255)
    for picture, corner in placed:
        image.paste(picture, corner)
    pen = ImageDraw.Draw(image)
    for corner, line in text:
        pen.text(corner, line, fill=0, font=ImageFont.load_default(30))
    return image


def saved(image, form="JPEG", tags=TAGS, exif=(), gps=(), **options):
    held = Image.Exif()
    held.update(tags)
    if exif:
        held.get_ifd(0x8769).update(exif)
    if gps:
        held.get_ifd(0x8825).update(gps)
    out = BytesIO()
    image.save(out, form, exif=held, **options)
    return out.getvalue()
