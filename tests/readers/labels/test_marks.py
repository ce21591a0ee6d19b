"""Marks: by the word before them and by their check digits; repairs are proposed only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overlanded.model.identifiers import PARSERS, luhn
from overlanded.readers.labels.marks import MASK, agreed, said

GOOD = "352099001761481"


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("S/N:1105123456", "serial", "1105123456"),
        ("Serial No. VPN-12345", "serial", "VPN-12345"),
        ("SN 1105123456", "serial", "1105123456"),
        (f"IMEI:{GOOD}", "imei", GOOD),
        ("IMEI 35-209900-176148-1", "imei", GOOD),
        ("IMEI: 352099001761481/02", "imei", GOOD),
        ("IMEISV:4901542032375102", "imeisv", "4901542032375102"),
        ("LAN MAC 001E423ABC01S/N", "mac", "001E423ABC01"),
        ("MAC: 00-1E-42-3A-BC-01", "mac", "00-1E-42-3A-BC-01"),
        ("ICCID 8944100030100000001 8", "iccid", "89441000301000000018"),
        ("ContainsFCCID:XMR201903EG25GIC:10224A-2019", "contains", "XMR201903EG25G"),
        ("FCC ID: 2AET4RUT955", "fcc-id", "2AET4RUT955"),
        ("CMIIT ID:2019CP1234Made in China", "cmiit-id", "2019CP1234"),
        ("Model:RUT955 Input:9-30V", "model", "RUT955"),
        ("P/N: 6ES7 315-2AH14-0AB0", "order-number", "6ES7 315-2AH14-0AB0"),
        ("生产日期：2017年06月", "date-code", "2017年06"),
        ("D/C 1723", "date-code", "1723"),
        ("DC:1723", "date-code", "1723"),
        ("DATE CODE: 2017-W23", "date-code", "2017-W23"),
        ("MFG 17W23 Made in China", "date-code", "17W23"),
        ("出厂日期:1723", "date-code", "1723"),
        ("Mfg date: 201723", "date-code", "201723"),
        ("序列号：AB12345", "serial", "AB12345"),
        ("Manufacturer: Example Networks", "maker", "Example Networks"),
    ],
)
def test_a_value_after_its_word(text, kind, value):
    found = [mark for mark in said(text).marks if mark.kind == kind]
    assert [(mark.value, mark.proposed) for mark in found] == [(value, False)]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("IMEI: 35209900176148I", "imei", GOOD),
        ("IMEI: 3S2O99OO1761481", "imei", GOOD),
        ("MAC:OO1E423ABC01", "mac", "001E423ABC01"),
    ],
)
def test_a_repair_is_proposed_and_never_sure(text, kind, value):
    (mark,) = said(text).marks
    assert (mark.kind, mark.value, mark.proposed, mark.sure) == (kind, value, True, False)
    assert mark.read != value


@pytest.mark.parametrize(
    "text",
    [
        "DC 12-24V 2A",
        "DC 1224V",
        "DC: 9-36 V",
        "DC12V",
        "DC 1200 mA",
        "DC 10-30",
        "MFG: Hirschmann",
    ],
)
def test_direct_current_and_makers_are_no_date_codes(text):
    assert said(text).marks == ()


@pytest.mark.parametrize("text", ["IMEI:352099001761482", "IMEI:3520990017614", "EID:8904903212"])
def test_a_number_that_fails_its_check_is_kept_and_not_sure(text):
    (mark,) = said(text).marks
    assert mark.value == text.split(":")[1]
    assert not mark.sure


@given(st.text("0123456789OISBZG -", min_size=8, max_size=20))
def test_whatever_is_read_a_sure_number_passes_its_check(text):
    for mark in said(f"IMEI: {text}").marks:
        if mark.kind == "imei" and mark.sure:
            assert luhn(mark.value)


@given(st.text(max_size=60))
def test_no_text_breaks_it(text):
    for mark in said(text).marks:
        assert mark.kind not in PARSERS or PARSERS[mark.kind](mark.value).value


@pytest.mark.parametrize(
    "text",
    [
        *("Password: hunter2x", "Defaultpassword:hunter2x", "PIN 1 hunter2x", "密码：hunter2x"),
        *("WiFi PW: hunter2x", "WPA2: hunter2x", "Login: admin / hunter2x"),
    ],
)
def test_secrets_are_masked(text):
    assert "hunter2x" not in said(text).text
    assert MASK in said(text).text


@pytest.mark.parametrize(("text", "kind"), [("IMEI:", "imei"), ("S/N", "serial"), ("RUT955", "")])
def test_a_word_alone_asks_for_its_value(text, kind):
    assert said(text).open == kind


FCC = "Contains FCC ID: XMR201903EG25G"


@pytest.mark.parametrize(
    ("first", "second", "sure"),
    [
        (FCC, FCC, True),
        (FCC, "ContainsFCC ID:XMR20 1903EG25G", True),
        (FCC, "x Contains FCC ID: XMR201903EG25G", True),
        (FCC, "Contains FCC ID: XMR201903EG256", False),
        (FCC, "Contains FCC ID: XMR2019", False),
        (FCC, "", False),
        # A blank may have cut it short, whatever the second reading says.
        ("Contains FCC ID: RI7LE9 10NAV2", "Contains FCC ID: RI7LE9 10NAV2", False),
        # A check digit needs no second reading.
        ("IMEI: 352099001761481", "", True),
        ("S/N: 1105123456", "", True),
    ],
)
def test_what_no_check_digit_guards_needs_two_readings(first, second, sure):
    (mark,) = agreed(said(first), said(second)).marks
    assert mark.sure is sure
    assert mark.proposed is not sure
