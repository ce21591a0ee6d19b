"""Regions: what stands together is one label."""

import pytest

from overlanded.readers.labels.marks import said
from overlanded.readers.labels.regions import Line, around, gap, labels


def line(text, left, top, width=300, height=30, how="text"):
    return Line(said(text), (left, top, width, height), how)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((0, 0, 10, 10), (5, 5, 10, 10), 0),
        ((0, 0, 10, 10), (13, 0, 10, 10), 3),
        ((0, 0, 10, 10), (13, 14, 10, 10), 5),
    ],
)
def test_gap(one, other, expected):
    assert gap(one, other) == gap(other, one) == expected


def test_around():
    assert around([(5, 5, 10, 10), (0, 20, 4, 4)]) == (0, 5, 15, 19)


def test_far_apart_are_two_and_near_are_one():
    found = labels([line("S/N: 11111", 0, 0), line("Model: X1", 0, 50), line("S/N: 22222", 0, 900)])
    assert [[mark.value for mark, _ in label.marks()] for label in found] == [
        ["11111", "X1"],
        ["22222"],
    ]
    assert [label.box for label in found] == [(0, 0, 300, 80), (0, 900, 300, 30)]


def test_the_same_number_joins_what_is_apart():
    found = labels([line("S/N: 11111", 0, 0), line("SN:11111;", 0, 2000, how="QR Code")])
    assert len(found) == 1


def test_a_word_in_a_column_of_its_own_takes_the_nearest_value():
    (label,) = labels(
        [
            line("S/N", 0, 0, 60), line("1105123456", 100, 0),
            line("IMEI", 0, 40, 60), line("352099001761481", 100, 40),
        ]
    )  # fmt: skip
    assert {(mark.kind, mark.value) for mark, _ in label.marks()} == {
        ("serial", "1105123456"),
        ("imei", "352099001761481"),
    }
