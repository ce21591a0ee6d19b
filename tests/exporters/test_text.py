import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overlanded.exporters import text


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        ("plain", "plain"),
        ("a\tb\nc\r", "a b c "),
        ("\x1b[31mred", "<U+001B>[31mred"),
        ("abc‮cba", "abc<U+202E>cba"),
        ("bell\x07 nul\x00 c1\x9b", "bell<U+0007> nul<U+0000> c1<U+009B>"),
        ("远程诊断 é שלום", "远程诊断 é שלום"),
        ("zero​width", "zero<U+200B>width"),
        ("x" * 3000, "x" * 1999 + "…"),
        ("\udcff", "<U+DCFF>"),
    ],
)
def test_hidden_characters_become_visible(given_text, shown):
    assert text.safe(given_text) == shown


@given(st.text())
def test_nothing_hidden_is_left(anything):
    shown = text.safe(anything)
    assert not any(unicodedata.category(char) in text.HIDDEN for char in shown)
    assert text.safe(shown) == shown


@pytest.mark.parametrize(
    ("made", "shown"),
    [
        (text.count(4812), "4\u00a0812"),
        (text.count(0), "0"),
        (text.many(1, "capture"), "1 capture"),
        (text.many(2, "capture"), "2 captures"),
        (text.many(2, "box", "boxes"), "2 boxes"),
        (text.chance(None), ""),
        (text.chance(0.981), "0.98"),
        (text.chance(0.9999), "> 0.99"),
        (text.chance(0.0001), "< 0.01"),
        (text.size(0), "0 B"),
        (text.size(1023), "1023 B"),
        (text.size(61_402), "60.0 KiB"),
        (text.size(5 << 40), "5.0 TiB"),
        (text.hours(8), "8 s"),
        (text.hours(0.25), "0.25 s"),
        (text.hours(720), "12 min"),
        (text.hours(41 * 3600), "41 h"),
        (text.hours(86400 * 3), "3.0 days"),
    ],
)
def test_numbers_as_people_read_them(made, shown):
    assert made == shown


def cited(path, kind, place, excerpt=""):
    return {
        "item": path,
        "path": path,
        "locator": {"kind": kind, "place": place},
        "excerpt": excerpt,
    }


def test_a_place_stands_once_with_what_is_read_there():
    bare, told, other = (
        cited("a", "frame", "4"),
        cited("a", "frame", "4", "arp"),
        cited("a", "frame", "5"),
    )
    assert text.once([bare, other, told, bare]) == [told, other]


@pytest.mark.parametrize(
    ("given_text", "shown"), [("a device", "A device"), ("", ""), ("éa", "Éa")]
)
def test_a_sentence_begins_with_a_capital(given_text, shown):
    assert text.sentence(given_text) == shown


SPAN = "evidence/span.pcapng"


@pytest.mark.parametrize(
    ("citations", "shown"),
    [
        ([cited(SPAN, "frame", "18")], "span.pcapng #18"),
        ([cited(SPAN, "frame", "18"), cited(SPAN, "frame", "204")], "span.pcapng #18 #204"),
        ([cited("c.xlsx", "row", "Options › 31")], "c.xlsx › Options › 31"),
        (
            [cited("c.xlsx", "row", "A › 1"), cited(SPAN, "item", "")],
            "c.xlsx › A › 1 · span.pcapng",
        ),
        ([cited("c.xlsx", "row", "1"), cited("c.xlsx", "row", "2")], "c.xlsx › 1 2"),
        ([cited("s.pdf", "box", "page 2 › line 5 › 57,148,534,166")], "s.pdf › page 2 › line 5"),
        ([cited("s.pdf", "box", "page 2 › line 5")], "s.pdf › page 2 › line 5"),
        ([cited("a.jpg", "region", "1,2 3x4"), cited("a.jpg", "region", "9,9 3x4")], "a.jpg"),
        ([cited(SPAN, "frame", str(n)) for n in range(5)], "span.pcapng #0 #1 #2 and 2 more"),
        ([cited(SPAN, "frame", "4"), cited(SPAN, "frame", "4", "arp")], "span.pcapng #4"),
        (
            [cited("z/conn.log", "line", "18"), cited("z/conn.log", "line", "204")],
            "z/conn.log:18 :204",
        ),
        ([], ""),
        ([cited("\x1b.pcap", "frame", "1\n")], "<U+001B>.pcap #1"),
    ],
)
def test_places(citations, shown):
    made = text.places(citations, {SPAN: "span.pcapng"})
    assert made.replace("\u00a0", " ").strip() == shown


def test_a_file_name_alone_only_where_it_is_the_only_one():
    names = text.short_names(["a/x.csv", "b/x.csv", "b/y.csv"])
    assert names == {"a/x.csv": "a/x.csv", "b/x.csv": "b/x.csv", "b/y.csv": "y.csv"}
