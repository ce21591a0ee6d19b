"""A label photo from the folder to the device, and its region cut out again."""

from io import BytesIO

import pytest
from click.testing import CliRunner
from PIL import Image

import photos
from overlanded.commands import carve
from overlanded.pipeline import Options, audit
from overlanded.readers import ocr


@pytest.fixture
def case(tmp_path, monkeypatch):
    monkeypatch.setattr(ocr, "available", lambda: False)
    folder = tmp_path / "sts-1"
    (folder / "evidence").mkdir(parents=True)
    picture = photos.scene((photos.code(photos.PAYLOAD), (40, 60)))
    (folder / "evidence" / "IMG_1.jpg").write_bytes(photos.saved(picture, exif=photos.TAKEN))
    note = '[[files]]\npath = "evidence/IMG_1.jpg"\nwhere = "cabinet +K2"\n'
    (folder / "crane.toml").write_text(note)
    return folder, audit(folder, Options(at="2026-11-26T00:00:00Z")).document


def test_a_label_makes_a_device_with_its_numbers_and_place(case):
    _, document = case
    (device,) = document.devices
    assert device.device_class == "cellular-gateway"
    assert {(one.kind, one.value, one.checked) for one in device.cluster.identifiers} == {
        ("mac", photos.MAC, True),
        ("imei", photos.IMEI, True),
        ("serial", "1105123456", True),
    }
    answers = {answer.question.value: answer for answer in device.answers}
    assert answers["place"].value == "cabinet +K2"
    assert answers["installed"].value.startswith("by 2017-08-12")
    assert answers["state"].value == answers["activity"].value == "not determined"


def test_its_region_is_carved(case):
    folder, _ = case
    done = CliRunner().invoke(carve.command, [str(folder), "1"])
    assert done.exit_code == 0
    cut = sorted((folder / "outturn" / "carved").glob("*.png"))
    assert cut
    assert "IMG_1.jpg" in done.output
    assert Image.open(BytesIO(cut[0].read_bytes())).width < 400
