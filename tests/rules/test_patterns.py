import pytest
from hypothesis import given
from hypothesis import strategies as st

from overlanded.rules import patterns

CASES = [
    ("any", "x", True),
    ("any", "", False),
    ("RUT", "the RUTX11", True),
    ("rut", "a TRUTH", False),
    ("RUT", "a truth about RUT", True),
    ("^Moxa", "MoxaHttp/2.2", True),
    ("^Moxa", "the Moxa", False),
    ("/tcp/9191$", "http/tcp/9191", True),
    ("/tcp/9191$", "http/tcp/91911", False),
    ("^OpenWrt$", "openwrt", True),
    ("^OpenWrt$", "openwrt2", False),
    (r"re:S7-\d00", "S7-300", True),
    (r"re:S7-\d00", "S7-x00", False),
    ("over 50", "80.2", True),
    ("over 50", "50", False),
    ("under 5", "4", True),
    ("over 50", "fast", False),
    ("under 5", "slow", False),
]


@pytest.mark.parametrize(("written", "value", "expected"), CASES)
def test_fits(written, value, expected):
    assert patterns.fits(patterns.parse(written), value) is expected


def test_a_fact_is_compared_whole():
    pattern = patterns.parse("plc", "is")
    assert patterns.fits(pattern, "PLC")
    assert not patterns.fits(pattern, "safety-plc")


@pytest.mark.parametrize(
    ("pattern", "host", "expected"),
    [
        ("*.talk2m.com", "eu2.m2web.talk2m.com", True),
        ("*.talk2m.com", "talk2m.com", True),
        ("*.talk2m.com", "nottalk2m.com", False),
        ("*.talk2m.com", "talk2m.com.example.org", False),
        ("na.airvantage.net", "na.airvantage.net", True),
        ("na.airvantage.net", "x.na.airvantage.net", False),
    ],
)
def test_domains(pattern, host, expected):
    assert patterns.domain(pattern, host) is expected


def test_an_expression_catches_the_model():
    pattern = patterns.parse(r"re:\b(?P<model>RUT[XM]?\d+)")
    assert patterns.captured(pattern, "Teltonika RUTX11") == "RUTX11"
    assert patterns.captured(pattern, "nothing") == ""
    assert patterns.captured(patterns.parse("RUT"), "RUT955") == ""


@given(st.sampled_from([case[0] for case in CASES]), st.text())
def test_no_value_makes_it_raise(written, value):
    patterns.fits(patterns.parse(written), value)


@given(st.text())
def test_says_is_contains_at_the_start_of_a_word(value):
    expected = any(
        value.casefold().startswith("ab", at)
        and (at == 0 or not value.casefold()[at - 1].isalnum())
        for at in range(len(value.casefold()))
    )
    assert patterns.fits(patterns.parse("ab"), value) is expected
