"""Rendered labels: their codes can be read whichever way the camera was held."""

from __future__ import annotations

import pytest
from lab.scenario import Photo
from msgspec.structs import replace

from lab import photos
from overlanded.readers.labels import codes, images

TEXT = "SN:1105206817;IMEI:861601042187354"


def taken(turn=0.0, **kinds):
    return Photo(
        "site/IMG_1.jpg",
        "2020-05-04T10:11:12+08:00",
        ("Example", "Cam 1"),
        ("MAKER", "Model: X1"),
        kinds or {"QRCode": TEXT},
        turn,
    )


@pytest.fixture
def saved(sts07, tmp_path):
    def save(photo):
        photos.write(replace(sts07, photos=(photo,)), tmp_path)
        return (tmp_path / photo.file).read_bytes()

    return save


@pytest.mark.parametrize("turn", [0, 8, 94, 180, 271])
@pytest.mark.parametrize("kind", ["QRCode", "DataMatrix", "Code128"])
def test_codes_are_read_at_every_turn(saved, kind, turn):
    picture = images.opened(saved(taken(turn, **{kind: TEXT[3:13]})))
    assert [code.text for code in codes.read(picture.grey)] == [TEXT[3:13]]


def test_square_codes_and_bars_stand_on_one_label(saved):
    picture = images.opened(saved(taken(QRCode=TEXT, Code128="861601042187354")))
    assert {code.text for code in codes.read(picture.grey)} == {TEXT, "861601042187354"}


def test_the_camera_wrote_its_clock_with_its_zone(saved):
    told = images.opened(saved(taken())).taken
    assert (told.text, told.clock) == ("2020-05-04T10:11:12+08:00", "camera")
    assert told.camera == "Example Cam 1"


def test_same_photo_same_bytes_and_another_turn_another_picture(saved):
    upright = saved(taken())
    assert saved(taken()) == upright
    shown = [images.opened(data).shows for data in (upright, saved(taken(94)))]
    assert images.apart(*shown) > images.SAME
