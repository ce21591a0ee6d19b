import pytest
from hypothesis import given
from hypothesis import strategies as st

from overlanded.exporters.layout import beside, pad, paint, span, wrap


@pytest.mark.parametrize(
    ("text", "width"), [("abc", 3), ("远程", 4), ("é", 1), ("e\u0301", 1), ("", 0)]
)
def test_span(text, width):
    assert span(text) == width


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("one two three", 7, ["one two", "three"]),
        ("", 5, [""]),
        ("abcdefgh ij", 4, ["abcd", "efgh", "ij"]),
        ("远程诊断", 4, ["远程", "诊断"]),
        ("a\u00a0b c", 3, ["a\u00a0b", "c"]),
        ("abc\u00a0def g", 5, ["abc", "def g"]),
    ],
)
def test_wrap(text, width, lines):
    assert wrap(text, width) == lines


def bare(text):
    return text.replace(" ", "").replace("\u00a0", "")


@given(st.text(), st.integers(2, 40))
def test_no_line_is_too_wide_and_nothing_is_lost(text, width):
    lines = wrap(text, width)
    assert all(span(line) <= width for line in lines)
    assert bare("".join(lines)) == bare(text)


def test_beside_keeps_the_columns():
    rows = beside("a long sentence that needs two lines", "proof one and proof two", 40)
    assert rows == [
        ("a long sentence that    ", "proof one and"),
        ("needs two lines         ", "proof two"),
    ]


def test_alone_a_text_takes_the_whole_width():
    assert beside("a long sentence that needs one", "", 40) == [
        ("a long sentence that needs one", "")
    ]


def test_pad_counts_wide_glyphs():
    assert pad("远", 4) == "远  "


def test_colour_only_when_asked():
    assert paint("x", "red", colour=False) == "x"
    assert paint("x", "", colour=True) == "x"
    assert paint("x", "red", colour=True) == "\x1b[1;31mx\x1b[0m"
