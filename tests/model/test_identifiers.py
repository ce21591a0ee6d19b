"""Identifiers: parsed, checked, normalised; never raising, never losing what was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overlanded.model import identifiers
from overlanded.model.identifiers import PARSERS, ip_halves, ip_text, luhn, mac_text


def check_digit(digits):
    """The one digit that makes the number pass: found by trying."""
    return next(str(d) for d in range(10) if luhn(f"{digits}{d}"))


DIGITS = st.text("0123456789", min_size=14, max_size=14)


@given(DIGITS)
def test_every_number_has_exactly_one_check_digit(digits):
    assert sum(luhn(f"{digits}{d}") for d in range(10)) == 1


@given(DIGITS, st.integers(0, 14), st.integers(1, 9))
def test_a_changed_digit_is_always_noticed(digits, place, change):
    right = digits + check_digit(digits)
    wrong = str((int(right[place]) + change) % 10)
    assert not luhn(right[:place] + wrong + right[place + 1 :])


@given(DIGITS, st.integers(0, 13))
def test_swapped_neighbours_are_noticed_except_0_and_9(digits, place):
    right = digits + check_digit(digits)
    one, two = right[place], right[place + 1]
    swapped = right[:place] + two + one + right[place + 2 :]
    assert luhn(swapped) == (one == two or {one, two} == {"0", "9"})


def test_luhn_of_nothing_fails():
    assert not luhn("")


@given(DIGITS)
def test_imei_in_any_writing(digits):
    right = digits + check_digit(digits)
    written = f"{right[:2]}-{right[2:8]} {right[8:14]}/{right[14]}"
    assert identifiers.imei(written) == identifiers.Identifier("imei", right)


@pytest.mark.parametrize(
    ("kind", "text", "value", "checked"),
    [
        ("imei", "490154203237518", "490154203237518", True),
        ("imei", "490154203237519", "490154203237519", False),
        ("imei", "49015420323751", "49015420323751", False),
        ("iccid", "8944 1000 3010 0000 0019F", "89441000301000000019", None),
        ("iccid", "1234", "1234", False),
        ("imeisv", "49-015420-323751-02", "4901542032375102", True),
        ("imeisv", "490154203237518", "490154203237518", False),
        ("meid", "A0-000000-123456", "A0000000123456", True),
        ("meid", "AF 01 23 45 0A BC DE C", "AF0123450ABCDE", True),  # an example in wide use
        ("meid", "AF0123450ABCDED", "AF0123450ABCDED", False),
        ("meid", "35123456789012", "35123456789012", False),
        ("imsi", "310 150 123456789", "310150123456789", True),
        ("imsi", "110150123456789", "110150123456789", False),
        ("imsi", "3101501234", "3101501234", False),
        ("eid", "89049032123451234512345678901235", "89049032123451234512345678901235", True),
        ("eid", "89049032123451234512345678901234", "89049032123451234512345678901234", False),
        ("fcc-id", "XMR 201903EG25G", "XMR201903EG25G", True),
        ("fcc-id", "2AC7Z-ESP32WROOM", "2AC7Z-ESP32WROOM", True),
        ("fcc-id", "XM", "XM", False),
        ("cmiit-id", "CMIIT", "CMIIT", False),
        ("cmiit-id", "2019 CP 1234", "2019CP1234", True),
        ("mac", "00-1E-42-AB-CD-EF", "00:1e:42:ab:cd:ef", True),
        ("mac", "001e.42ab.cdef", "00:1e:42:ab:cd:ef", True),
        ("mac", "01:00:5e:00:00:01", "01:00:5e:00:00:01", False),
        ("mac", "00:00:00:00:00:00", "00:00:00:00:00:00", False),
        ("mac", "00:1e:42", "00:1e:42", False),
        ("ip", " 192.168.1.1 ", "192.168.1.1", True),
        ("ip", "2001:DB8::0:1", "2001:db8::1", True),
        ("ip", "224.0.0.1", "224.0.0.1", False),
        ("ip", "0.0.0.0", "0.0.0.0", False),  # noqa: S104
        ("ip", "192.168.1", "192.168.1", False),
        ("hostname", "PLC-1.example.", "plc-1.example", True),
        ("hostname", " . ", "", False),
        ("serial", " sv p 12 ", "SVP12", True),
        ("part-number", "6ES7 315-2AH14.0AB0", "6ES73152AH140AB0", True),
    ],
)
def test_values(kind, text, value, checked):
    found = PARSERS[kind](text)
    assert (found.kind, found.value) == (kind, value)
    assert checked is None or found.checked is checked
    assert found.checked or found.note or kind == "hostname"


@given(st.text("0123456789", min_size=28, max_size=28), st.integers(0, 29), st.integers(1, 9))
def test_a_changed_digit_of_an_eid_is_always_noticed(digits, place, change):
    stem = "89" + digits
    right = f"{stem}{(98 - int(stem) * 100 % 97) % 97:02d}"
    wrong = str((int(right[place]) + change) % 10)
    assert identifiers.eid(right).checked
    assert not identifiers.eid(right[:place] + wrong + right[place + 1 :]).checked


def test_a_locally_administered_mac_says_so():
    assert identifiers.mac("02:00:00:00:00:01").note == "locally administered"


@given(st.sampled_from(sorted(PARSERS)), st.text())
def test_parsers_never_raise_and_settle(kind, text):
    once = PARSERS[kind](text)
    again = PARSERS[kind](once.value)
    assert again.checked == once.checked or not once.checked
    if once.checked:
        assert again.value == once.value


@given(st.integers(0, 2**48 - 1))
def test_mac_numbers(number):
    assert int(mac_text(number).replace(":", ""), 16) == number


@given(st.ip_addresses())
def test_addresses_go_to_halves_and_back(address):
    high, low = ip_halves(str(address))
    assert 0 <= high < 2**64
    assert 0 <= low < 2**64
    mapped = address.version == 6 and address.ipv4_mapped
    assert ip_text(high, low) == str(mapped or address)


def test_for_people():
    assert str(identifiers.ip("10.0.0.1")) == "ip 10.0.0.1"
