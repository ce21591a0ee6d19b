"""Payloads of codes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overlanded.readers.labels.payloads import bare, carried

GOOD = "352099001761481"


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        (
            f"SN:1105123456;I:{GOOD};M:001E423ABC01;U:admin;B:012",
            [("serial", "1105123456"), ("imei", GOOD), ("mac", "001E423ABC01")],
        ),
        (f'{{"imei":"{GOOD}","sn":"AB12345","n":1}}', [("imei", GOOD), ("serial", "AB12345")]),
        (
            f"https://x.example/d?sn=AB123456&imei={GOOD}",
            [("serial", "AB123456"), ("imei", GOOD)],
        ),
        (
            "[)>\x1e06\x1d1P6ES7315\x1dSVPN123456\x1e\x04",
            [("order-number", "6ES7315"), ("serial", "VPN123456")],
        ),
        (GOOD, [("imei", GOOD)]),
        ("490154203237518", []),
        ("00:1E:C9:47:D4:9B", [("mac", "00:1E:C9:47:D4:9B")]),
        ("SVPL1234567", [("serial", "VPL1234567")]),
        ("S/N: 1234567", [("serial", "1234567")]),
        ("hello", []),
        ("{not json", []),
        ("[1, 2]", []),
        ("WIFI:S:net;T:WPA;P:hunter2x;;", []),
    ],
)
def test_what_a_payload_says(text, marks):
    assert [(mark.kind, mark.value) for mark in carried(text).marks] == marks


def test_gs1_identifiers():
    found = carried(f"(01)04012345678901(21)ABC123(8002){GOOD}", gs1=True)
    assert [(mark.kind, mark.value) for mark in found.marks] == [
        ("serial", "ABC123"),
        ("imei", GOOD),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "WIFI:S:net;T:WPA;P:hunter2x;;",
        "SN:123456;PW:hunter2x",
        '{"sn":"1","password":"hunter2x"}',
        "SN:1107623451;WP:hunter2x",
        "SN=1107623451,ADMINPW=hunter2x",
        "SN:1107623451;K:hunter2x",
        '{"sn":"1107623451","wifi":{"ssid":"x","keys":["hunter2x"]}}',
        "1107623451,admin,hunter2x",
        "https://maker.example/r?sn=1107623451&x=hunter2x",
    ],
)
def test_secrets_are_masked(text):
    assert "hunter2x" not in carried(text).text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f'{{"device":{{"imei":"{GOOD}"}}}}', GOOD),
        ("AA:BB:CC:00:11:22", "AA:BB:CC:00:11:22"),
        ("https://maker.example/p/RUT955", "p/RUT955"),
        ("SN:1107623451;B:051", "B:051"),
        ("ID:1;SN:1107623451", "SN:1107623451"),
    ],
)
def test_what_is_no_secret_is_shown(text, shown):
    assert shown in carried(text).text


def test_twelve_hexadecimal_digits_alone_are_only_proposed():
    (mark,) = bare("001EC947D49B", code=True)
    assert (mark.kind, mark.proposed) == ("mac", True)
    assert not list(bare("001EC947D49B", code=False))


@given(st.text(), st.booleans())
def test_no_payload_breaks_it(text, gs1):
    assert isinstance(carried(text, gs1=gs1).text, str)
