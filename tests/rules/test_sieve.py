import pytest
from hypothesis import given
from hypothesis import strategies as st

from overlanded.rules.patterns import domain, fits, parse
from overlanded.rules.sieve import sieve

WRITTEN = [
    "RUT",
    "ab",
    "x",
    "^Moxa",
    "/tcp/9191$",
    "any",
    r"re:S7-\d00",
    r"re:(?P<model>ICR-\d+)",
    "^NPort$",
    "^ẞx",
]
SAMPLES = ["S7-300", "a RUT955", "ICR-3241", "xab", "NPORT", "NPort 5110", "Moxa NPort", "ssx"]
PATTERNS = [parse(written) for written in WRITTEN]
NEEDS = {r"S7-\d00": ["s7-"]}
"""Of one expression it is known, of the other it is not."""
DOMAINS = [parse(written, "domain") for written in ("*.example.com", "host.example.org")]


@given(st.one_of(st.text(max_size=30), st.sampled_from(SAMPLES)))
def test_it_lets_through_what_fits_and_nothing_else(value):
    through = {number for number, _ in sieve(list(enumerate(PATTERNS)), NEEDS).fitting(value)}
    assert through == {n for n, pattern in enumerate(PATTERNS) if fits(pattern, value)}


@pytest.mark.parametrize(
    "host",
    ["example.com", "a.b.example.com", "notexample.com", "host.example.org", "HOST.example.org."],
)
def test_hosts_by_their_domains(host):
    through = {number for number, _ in sieve(list(enumerate(DOMAINS)), {}).fitting(host)}
    plain = host.casefold().rstrip(".")
    assert through == {n for n, pattern in enumerate(DOMAINS) if domain(pattern.text, plain)}


def test_the_model_comes_with_the_number():
    assert (7, "ICR-3241") in list(
        sieve(list(enumerate(PATTERNS)), NEEDS).fitting("an ICR-3241 v2")
    )
