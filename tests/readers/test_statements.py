"""Statements: what is read of an entry, and one clear line for what is not."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overlanded.data import table
from overlanded.model.devices import Question
from overlanded.model.evidence import EvidenceItem, Side
from overlanded.model.observing import Gap
from overlanded.model.statements import Claim, Statement
from overlanded.readers.statements import NAME, read

ITEM = EvidenceItem("e-1", NAME, "0" * 64, 1, NAME, Side.STATEMENT, 1)
WHOLE = """# Who said what.

[[statements]]
speaker = "Service manager, Example Crane Works"
role = "Maker"
date = 2024-03-01
text = '''
The router is for diagnostics.
It was never connected.'''
about = ["14.3", " +K2 ", "14.3"]
claims = { purpose = "diagnostics", connected = false, removed = 2023-05-01 }

[[statements]]
speaker = "Embassy"
text = "No comment."
"""
WRONG = tomllib.loads((Path(__file__).parent / "statements-wrong.toml").read_text("utf-8"))["case"]


def statements(text):
    return list(read(ITEM, text.encode()))


def test_everything_that_an_entry_says():
    first, second = statements(WHOLE)
    assert (first.speaker, first.role) == ("Service manager, Example Crane Works", "maker")
    assert first.by == "the maker"
    assert first.date == "2024-03-01"
    assert first.text == "The router is for diagnostics. It was never connected."
    assert first.about == ("14.3", "+K2")
    assert first.claims == (
        Claim("purpose", "diagnostics"),
        Claim("connected", "no"),
        Claim("removed", "2023-05-01"),
    )
    assert (second.by, second.date, second.about, second.claims) == ("Embassy", "", (), ())


def test_a_secret_that_somebody_told_is_kept_nowhere():
    text = WHOLE.replace("No comment.", "The password is hunter2x.").replace(
        '"diagnostics"', '"diagnostics, PIN: 0909"'
    )
    told = str(statements(text))
    assert "hunter2x" not in told
    assert "0909" not in told


def test_each_entry_cites_its_line():
    assert [str(one.citation) for one in statements(WHOLE)] == [f"{NAME}:3", f"{NAME}:13"]
    assert statements(WHOLE)[0].citation.excerpt.startswith("The router")


def test_a_heading_inside_a_text_takes_no_line_of_another_entry():
    text = WHOLE.replace("The router is", "[[statements]]\nThe router is")
    assert [one.citation.locator.kind for one in statements(text)] == ["item", "item"]


@pytest.mark.parametrize("case", WRONG, ids=[case["why"] for case in WRONG])
def test_what_is_wrong_is_one_line_and_the_rest_is_read(case):
    given = statements(case["text"])
    gaps = [one for one in given if isinstance(one, Gap)]
    assert [case["why"] in one.why for one in gaps] == [True]
    assert gaps[0].what.startswith(NAME)
    assert gaps[0].unread
    assert "\n" not in f"{gaps[0].what}{gaps[0].why}{gaps[0].mend}"
    assert gaps[0].mend
    assert len(given) - 1 == case.get("others", 0)


def test_bounds_hold():
    limits = table("statements")["limits"]
    entry = '[[statements]]\nspeaker = "x"\ntext = "y"\n'
    assert "more than" in statements(entry * (limits["entries"] + 1))[0].why
    assert "larger than" in statements("#" * (limits["bytes"] + 1))[0].why
    long = statements(f'[[statements]]\nspeaker = "x"\ntext = "{"y" * 9000}"\n')
    assert len(long[0].text) == limits["text"]


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_bytes_break_it(data):
    assert all(isinstance(one, Statement | Gap) for one in read(ITEM, data))


def test_every_claim_bears_on_a_question():
    for kind, claim in table("statements")["claim"].items():
        assert Question(claim["question"]), kind
        assert claim["shape"] in ("text", "day", "yes-no", "day-or-yes-no")
        assert ("denies" in claim) == claim["shape"].endswith("yes-no")
