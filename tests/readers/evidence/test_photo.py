"""Photos: what their labels say, when and where, and what of them was not read."""

import pytest

import photos
from overlanded.model.observing import Coverage, Gap, Observation, Subject
from overlanded.readers import ocr
from overlanded.readers.evidence import photo
from overlanded.readers.labels import eyes, looking
from overlanded.readers.ocr import Word


@pytest.fixture(autouse=True)
def printed(monkeypatch):
    """No OCR unless a test says what it reads."""
    words = []
    monkeypatch.setattr(ocr, "available", lambda: bool(words))
    monkeypatch.setattr(ocr, "words", lambda _image: list(words))
    monkeypatch.setattr(
        ocr, "line", lambda _image, box, _slant: next(w.text for w in words if w.box == box)
    )
    monkeypatch.setattr(eyes, "look", looking.look)
    return words


def read(data, **how):
    found = list(photo.read(photos.item(**how), data))
    return (
        [one for one in found if isinstance(one, Observation)],
        [one for one in found if isinstance(one, Coverage)],
        [one for one in found if isinstance(one, Gap)],
    )


def told(observations):
    return {(one.property, one.value) for one in observations}


QR = photos.scene((photos.code(photos.PAYLOAD), (40, 40)))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_formats_are_known_by_their_content(form):
    data = photos.saved(QR, form)
    assert photo.sniff(data[:64], "anything")
    assert ("imei", photos.IMEI) in told(read(data)[0])


@pytest.mark.parametrize(
    "head", [b"", b"a,b,c\n", b"%PDF-1.7", b"PK\3\4", b"\xd4\xc3\xb2\xa1", b"RIFF\0\0\0\0AVI "]
)
def test_others_are_left_alone(head):
    assert not photo.sniff(head, "photo.jpg")


def test_a_code_names_the_piece():
    seen, (cover,), gaps = read(photos.saved(QR), where="cabinet +K2")
    assert told(seen) == {
        ("serial", "1105123456"),
        ("imei", photos.IMEI),
        ("mac-address", photos.MAC),
        ("place", "cabinet +K2"),
    }
    assert {one.subject for one in seen} == {Subject("label", "evidence/IMG_1.jpg 1")}
    assert {one.citation.locator.kind for one in seen} == {"region"}
    assert dict(seen[0].detail) == {"read": "QR Code"}
    assert (cover.what, cover.where, cover.seen) == ("photo", "cabinet +K2", 1)
    (gap,) = gaps
    assert (gap.what, gap.unread) == ("printed text on labels, beside their codes", False)
    assert "ocr" in gap.mend


def test_a_photo_of_which_nothing_was_read_is_unread():
    _, _, gaps = read(photos.saved(photos.scene()))
    assert [(gap.what, gap.unread) for gap in gaps] == [
        ("evidence/IMG_1.jpg: label text not read", True)
    ]


def test_the_camera_says_when_and_where():
    data = photos.saved(QR, exif=photos.TAKEN, gps={**photos.GPS, **photos.GPS_TIME})
    seen, (cover,), gaps = read(data)
    assert ("photographed", "2017-08-12T17:22:31Z") in told(seen)
    assert ("location", "33.73500, -118.26000") in told(seen)
    assert {one.first for one in seen} == {1502558551 * 10**9}
    assert dict(cover.detail)["clock"] == "satellites"
    assert not any("clock" in gap.what for gap in gaps)


def test_a_camera_clock_is_a_caveat():
    seen, _, gaps = read(photos.saved(QR, exif=photos.TAKEN))
    (when,) = (one for one in seen if one.property == "photographed")
    assert dict(when.detail) == {"clock": "camera, zone not stated", "camera": "Example Cam 1"}
    assert "g-camera-clock" in {gap.id for gap in gaps}


def test_two_labels_are_two_subjects(printed):
    printed += [
        Word("S/N: AAAA1111", (10, 10, 300, 30), 0.99),
        Word("S/N: BBBB2222", (10, 600, 300, 30), 0.9),
    ]
    seen, _, _ = read(photos.saved(photos.scene()))
    assert {(one.subject.value[-1], one.value) for one in seen} == {
        ("1", "AAAA1111"),
        ("2", "BBBB2222"),
    }
    assert dict(seen[0].detail) == {"read": "print", "score": "0.99"}


def test_a_module_inside_is_a_piece_of_its_own(printed):
    printed += [
        Word("Teltonika RUT955", (10, 10, 300, 30), 1.0),
        Word("Contains FCC ID: XMR201903EG25G", (10, 50, 500, 30), 1.0),
    ]
    seen, _, _ = read(photos.saved(photos.scene()))
    host, inside = (
        Subject("label", "evidence/IMG_1.jpg 1"),
        Subject("label", "evidence/IMG_1.jpg 1 inside"),
    )
    assert {(one.subject, one.property, one.object) for one in seen} == {
        (host, "contains", None),
        (host, "label.text", None),
        (inside, "fcc-id", None),
        (inside, "inside", host),
    }


def test_a_repair_is_proposed(printed):
    printed += [Word("IMEI: 35209900176148I", (10, 10, 300, 30), 0.8)]
    (seen,) = read(photos.saved(photos.scene()))[0]
    assert (seen.property, seen.value) == ("proposed", f"imei {photos.IMEI}")
    assert seen.citation.excerpt == "IMEI: 35209900176148I"


@pytest.mark.parametrize(
    "again", ["Contains FCC ID: XMR201903EC25G", "", "Contains FCC ID: XMR2019 03EG"]
)
def test_an_fcc_id_that_two_readings_give_differently_is_proposed(printed, monkeypatch, again):
    printed += [Word("Contains FCC ID: XMR201903EG25G", (10, 50, 500, 30), 1.0)]
    monkeypatch.setattr(ocr, "line", lambda *_of: again)
    (seen,) = read(photos.saved(photos.scene()))[0]
    assert (seen.property, seen.value) == ("proposed", "fcc-id XMR201903EG25G")


def test_an_fcc_id_that_a_code_holds_is_asserted_by_the_code():
    picture = photos.scene((photos.code("SN:1105123456;FCCID:XMR201903EG25G"), (40, 40)))
    assert ("fcc-id", "XMR201903EG25G") in told(read(photos.saved(picture))[0])


@pytest.mark.parametrize("text", ["S/N: 1105123466", "S/N: 11051234.56", "S/N: 110512345"])
def test_a_printed_number_that_a_code_holds_better_is_left_to_the_code(printed, text):
    printed += [Word(text, (40, 260, 300, 30), 0.8)]
    seen, _, _ = read(photos.saved(QR))
    assert [one.value for one in seen if one.property == "serial"] == ["1105123456"]


def test_two_serial_numbers_side_by_side_are_asked_about(printed):
    printed += [
        Word("S/N: AAAA1111", (10, 10, 300, 30), 1.0),
        Word("S/N: BBBB2222", (10, 50, 300, 30), 1.0),
    ]
    gaps = read(photos.saved(photos.scene()))[2]
    assert any("which of 2 serial numbers" in gap.what for gap in gaps)


def test_no_secret_is_told(printed):
    printed += [
        Word("S/N: AAAA1111 Password: hunter2x", (10, 10, 500, 30), 1.0),
        Word("WiFi password hunter2x", (10, 50, 500, 30), 1.0),
    ]
    found = read(
        photos.saved(photos.scene((photos.code("WIFI:S:n;T:WPA;P:hunter2x;;"), (40, 120))))
    )
    assert found[0]
    assert "hunter2x" not in repr(found)


def test_a_photo_without_labels_covers_its_place_and_names_nobody():
    seen, (cover,), _ = read(photos.saved(photos.scene()), where="+K3")
    assert seen == []
    assert dict(cover.detail)["labels"] == "0"


def test_heic_is_told_with_its_mend():
    data = b"\0\0\0\x18ftypheic" + b"\0" * 40
    assert photo.sniff(data, "")
    _, _, (gap,) = read(data)
    assert gap.unread
    assert "JPEG" in gap.mend


@pytest.mark.parametrize("data", [b"\xff\xd8\xff\xe0rubbish", photos.saved(QR)[:40]])
def test_what_cannot_be_decoded_is_one_gap(data):
    seen, cover, (gap,) = read(data)
    assert not seen
    assert not cover
    assert gap.unread
    assert "\n" not in gap.why


def test_a_cut_photo_gives_what_is_there_and_a_gap():
    whole = photos.saved(photos.scene((photos.code(photos.PAYLOAD), (40, 40)), size=(1000, 3000)))
    seen, _, gaps = read(whole[: len(whole) * 3 // 4])
    assert ("imei", photos.IMEI) in told(seen)
    assert any("part of the picture" in gap.what and gap.unread for gap in gaps)


def test_the_same_photo_twice_is_known():
    one = read(photos.saved(QR, exif=photos.TAKEN))[1][0]
    copy = photos.saved(QR.resize((500, 350)), exif={0x9003: "2018:01:01 00:00:00"}, quality=60)
    other = next(
        x for x in photo.read(photos.item("evidence/IMG_2.jpg"), copy) if isinstance(x, Coverage)
    )
    (gap,) = photo.repeated([one, other])
    assert gap.what == "evidence/IMG_2.jpg"
    assert "their times differ" in gap.why
    unlike = photos.saved(photos.scene((photos.code("else"), (600, 400))))
    third = next(x for x in photo.read(photos.item(), unlike) if isinstance(x, Coverage))
    assert list(photo.repeated([one, third])) == []
