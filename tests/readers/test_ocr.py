"""The OCR extra: silent, offline, and absent without harm."""

import pytest

import photos
from overlanded.readers import ocr

needs = pytest.mark.skipif(not ocr.available(), reason="the OCR extra is not installed")


def test_without_it_the_mend_is_said(monkeypatch):
    monkeypatch.setattr(ocr, "find_spec", lambda _name: None)
    assert not ocr.available()
    with pytest.raises(RuntimeError, match="ocr"):
        ocr.words(photos.scene())


@needs
def test_print_is_found_with_its_box(capfd):
    picture = photos.scene(text=[((100, 200), "S/N: 1105123456")], size=(600, 400))
    (word,) = ocr.words(picture)
    left, top, width, height = word.box
    assert word.text.replace(" ", "") == "S/N:1105123456"
    assert 80 <= left <= 110
    assert 180 <= top <= 215
    assert width > 4 * height
    assert word.score > 0.8
    assert capfd.readouterr() == ("", "")


@needs
def test_a_large_picture_is_looked_at_smaller_and_boxes_fit_it():
    picture = photos.scene(text=[((100, 200), "S/N: 1105123456")], size=(600, 400)).resize(
        (2400, 1600)
    )
    (word,) = ocr.words(picture)
    assert 320 <= word.box[0] <= 440
    assert 720 <= word.box[1] <= 860


@needs
def test_a_bare_picture_has_no_words():
    assert ocr.words(photos.scene(size=(300, 200))) == []
