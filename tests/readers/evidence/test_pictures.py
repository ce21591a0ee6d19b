import pytest

from overlanded.model.citing import Citation, Locator
from overlanded.model.observing import Observation, Subject
from overlanded.readers.evidence.pictures import linked

SHEET = "evidence/factory/sheet.xlsx"
PHOTOS = [
    "evidence/factory/IMG_0417.jpg",
    "evidence/factory/IMG_0418.jpg",
    "evidence/site/IMG_0417.jpg",
    "evidence/site/DSC02231.JPG",
    "evidence/site/DSC02240.JPG",
    "evidence/site/IMG_2240.heic",
    "evidence/site/cabinet.jpg",
]


def named(written, prop="inspected", path=SHEET):
    cited = Citation("e-1", path, Locator("row", "5"))
    detail = (("visit", "factory"), ("photos", written))
    return Observation(Subject("label", "row 5"), prop, "2017-06-08", cited, detail=detail)


@pytest.mark.parametrize(
    ("written", "files", "lost"),
    [
        ("IMG_0417", ["evidence/factory/IMG_0417.jpg"], []),
        ("img 417.JPG", ["evidence/factory/IMG_0417.jpg"], []),
        ("417", ["evidence/factory/IMG_0417.jpg"], []),
        ("0417-18", ["evidence/factory/IMG_0417.jpg", "evidence/factory/IMG_0418.jpg"], []),
        ("IMG_0417–IMG_0418", PHOTOS[:2], []),
        ("417, 418", PHOTOS[:2], []),
        ("417 418", PHOTOS[:2], []),
        ("照片 417、418", PHOTOS[:2], []),
        ("Foto 418", PHOTOS[1:2], []),
        ("Photos 417 and 419", PHOTOS[:1], ["419"]),
        ("DSC02231", ["evidence/site/DSC02231.JPG"], []),
        ("DSC02240", ["evidence/site/DSC02240.JPG"], []),
        ("IMG_2240", ["evidence/site/IMG_2240.heic"], []),
        ("P-2231", ["evidence/site/DSC02231.JPG"], []),
        ("IMG_2231", [], ["IMG_2231"]),
        ("0500–0501", [], ["0500", "0501"]),
        ("see phone", [], []),
        ("no" * 50_000 + "!", [], []),
        ("3 photos", [], []),
        ("—", [], []),
    ],
)
def test_what_is_written_finds_its_files_or_is_a_gap(written, files, lost):
    (one,), gaps = linked([named(written)], PHOTOS)
    shown = dict(one.detail)["photos"]
    assert shown == (f"{written} ({', '.join(files)})" if files else written)
    assert [gap.what for gap in gaps] == (
        [f"{SHEET}: the photos {', '.join(lost)}"] if lost else []
    )


def test_a_number_that_several_pictures_elsewhere_have_is_left_as_it_is():
    written = named("417", path="evidence/sheet.xlsx")
    assert linked([written], PHOTOS) == ([written], [])


def test_one_gap_a_sheet_names_what_is_missing_once():
    told, (gap,) = linked([named("501"), named("501, 502", "opened"), named("417")], PHOTOS)
    assert gap.what.endswith("the photos 501, 502")
    assert gap.citation == told[0].citation


def test_a_range_by_a_slip_of_the_pen_is_bounded():
    _, (gap,) = linked([named("1-999999")], [])
    assert gap.what.endswith(" and 189 more")


def test_other_observations_are_left_alone():
    assert linked([named("501", "place")], []) == ([named("501", "place")], [])
