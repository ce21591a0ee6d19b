"""Small parts of sentences."""

import pytest

from overlanded.assess.wording import counted, listed, moment, watched
from overlanded.model.observing import Coverage


@pytest.mark.parametrize(
    ("number", "thing", "text"),
    [(1, "session", "1 session"), (4812, "read", "4 812 reads"), (0, "address", "0 addresses")],
)
def test_counted(number, thing, text):
    assert counted(number, thing) == text


def test_listed():
    assert listed([]) == ""
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed([str(n) for n in range(9)]) == "0, 1, 2, 3, 4, 5 and 3 more"


def test_moment():
    assert moment(1_700_000_000_999_999_999) == "2023-11-14T22:13:20Z"


@pytest.mark.parametrize(
    ("seconds", "text"), [(259200, "3.0 days"), (7200, "2.0 h"), (600, "10 min"), (4, "4.0 s")]
)
def test_watched(seconds, text):
    first = 10**18
    one = Coverage("e", "a", "capture", "", first, first + seconds * 10**9, 1, 0)
    assert watched([one]) == f"by these sensors in these {text}"
    assert watched([]) == "by these sensors"
