"""Codes of every kind that labels carry, turned and soft."""

import pytest
from PIL import Image, ImageFilter

import photos
from overlanded.readers.labels import codes


@pytest.mark.parametrize("kind", ["QRCode", "DataMatrix", "Code128", "Code39", "PDF417", "Aztec"])
@pytest.mark.parametrize("turn", [0, 7, 90])
def test_kinds(kind, turn):
    picture = photos.scene((photos.code("ABC123", kind), (200, 200)), size=(900, 700))
    (found,) = codes.read(picture.rotate(turn, expand=True, fillcolor=255))
    assert found.text == "ABC123"
    assert all(edge >= 0 for edge in found.box)


def test_where_it_stands():
    (found,) = codes.read(photos.scene((photos.code("x"), (300, 400))))
    left, top, width, height = found.box
    assert 300 <= left < left + width <= 500
    assert 400 <= top < top + height <= 600


def test_several_from_the_top_and_none_on_a_bare_picture():
    picture = photos.scene((photos.code("low"), (50, 400)), (photos.code("high"), (500, 30)))
    assert [code.text for code in codes.read(picture)] == ["high", "low"]
    assert codes.read(Image.new("L", (200, 200), 128)) == []


def test_a_soft_one():
    picture = photos.scene((photos.code(photos.PAYLOAD, scale=6), (50, 50)))
    (found,) = codes.read(picture.filter(ImageFilter.GaussianBlur(1.5)))
    assert found.text == photos.PAYLOAD
