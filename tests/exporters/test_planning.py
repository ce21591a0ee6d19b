import pytest

from overlanded.exporters.planning import planned

STEP = {
    "option": "cabinets",
    "what": "open every cabinet",
    "why": "a unit that sleeps is in no capture",
    "effort": 6.0,
    "settles": 1.25,
    "parts": [{"name": f"question {n}", "settles": 0.25} for n in range(7)],
    "checklist": ["E-house +K1: seen, not opened or sealed"],
}
CASE = {
    "evidence": [],
    "crane": {"name": "STS-07"},
    "plan": [STEP, STEP | {"what": "ask", "parts": []}],
}


@pytest.mark.parametrize(
    "words",
    [
        "1. Open every cabinet (settles 1.25)",
        "2. Ask (settles 1.25)",
        "about 6 h on the crane",
        "0.25  question 0",
        "and 2 more",
        "[ ] E-house +K1: seen, not opened or sealed",
    ],
)
def test_a_step_says(words):
    assert words in "\n " + planned(CASE, width=100)


def test_no_more_parts_than_fit_are_named():
    text = planned(CASE, width=100)
    assert "question 4" in text
    assert "question 5" not in text


def test_nothing_is_wider_than_asked():
    assert max(map(len, planned(CASE, width=60).splitlines())) <= 60
