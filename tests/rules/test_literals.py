"""What a text must hold to fit an expression."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from overlanded import rules
from overlanded.rules.literals import needed

NEEDS = rules.load().needs


@pytest.mark.parametrize(
    ("expression", "texts"),
    [
        (r"SCALANCE M-?8[012]", ["scalance m"]),
        (r"^6AV7", ["6av7"]),
        (r"\b(?P<model>(?:IBR|AER)\d{3})\b", ["aer", "ibr"]),
        (r"(?:3onedata|Kyland).*(?:4G|LTE)", ["3onedata", "kyland"]),
        (r"(?:ab)+cd", ["ab"]),
        (r"(?:MP70E?|LX[46]0)", ["lx", "mp70"]),
        (r"x?\d+", []),
        (r"(?:long|\d)", []),
        (r"a(?=bc)", []),
    ],
)
def test_the_plainest_part_is_found(expression, texts):
    assert needed(expression) == texts


def test_the_library_says_it_of_nearly_all_its_expressions():
    assert len(NEEDS) > 200
    assert sum(map(bool, NEEDS.values())) > 0.95 * len(NEEDS)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_what_fits_holds_what_is_needed(data):
    expression = data.draw(st.sampled_from(sorted(NEEDS)))
    pattern = re.compile(expression, re.IGNORECASE)
    value = data.draw(st.from_regex(pattern, alphabet=st.characters(codec="ascii")))
    folded = value.casefold()
    assert not NEEDS[expression] or any(text in folded for text in NEEDS[expression])
