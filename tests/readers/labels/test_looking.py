"""What the confined program sees in a picture, asked as the program is and as a function."""

import pytest

import photos
from overlanded.readers import ocr
from overlanded.readers.labels import looking
from overlanded.readers.labels.images import RefusedError
from overlanded.readers.ocr import Word

LINE = Word("Contains FCC ID: XMR201903EG25G", (10, 50, 500, 30), 0.9)


@pytest.fixture
def printed(monkeypatch):
    """Words that the engine finds; and what it says of a line that it is shown again."""
    words, again = [], []
    monkeypatch.setattr(ocr, "available", lambda: True)
    monkeypatch.setattr(ocr, "words", lambda _image: list(words))
    monkeypatch.setattr(ocr, "line", lambda *_of: again.append(_of[1:]) or LINE.text)
    return words, again


def test_it_sees_codes_time_and_what_is_shown(monkeypatch):
    monkeypatch.setattr(ocr, "available", lambda: False)
    scene = photos.scene((photos.code(photos.PAYLOAD), (40, 40)))
    seen = looking.look(photos.saved(scene, exif=photos.TAKEN))
    assert [code.text for code in seen.codes] == [photos.PAYLOAD]
    assert seen.taken.text == "2017-08-12T10:22:31"
    assert (seen.fault, seen.frames, seen.printed) == ("", 1, ())
    assert int(seen.shows, 16)


@pytest.mark.parametrize(
    ("text", "times"),
    [(LINE.text, 1), ("FCC ID: XMR201903EG25G", 1), ("IMEI: 352099001761481", 0), ("hello", 0)],
)
def test_only_what_no_check_digit_guards_is_read_again(printed, text, times):
    words, again = printed
    words.append(Word(text, LINE.box, LINE.score, 3))
    (seen,) = looking.look(photos.saved(photos.scene())).printed
    assert again == [(LINE.box, 3)] * times
    assert bool(seen.again) == bool(times)


def test_what_is_no_picture_is_refused():
    with pytest.raises(RefusedError):
        looking.look(b"\xff\xd8\xff\xe0rubbish")
