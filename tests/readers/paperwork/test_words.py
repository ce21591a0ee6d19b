import pytest

from overlanded.model.records import RecordStatus
from overlanded.readers.paperwork.words import (
    aside_status,
    heading,
    identifiers_in,
    identifiers_of,
    is_line_number,
    lead_quantity,
    place_of,
    quantity_of,
    status_of,
    title_status,
    vocabulary,
)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("Description", "description"),
        ("设备名称", "description"),
        ("名称 Description", "description"),
        ("Q'ty", "quantity"),
        ("QTY\n(pcs)", "quantity"),
        ("Ｑｔｙ．", "quantity"),
        ("数量", "quantity"),
        ("Unit price (EUR)", "price"),
        ("Price per unit", "price"),
        ("Discription", "description"),
        ("Quantiy", "quantity"),
        ("Manufacter", "maker"),
        ("Decision by the Port", "status"),
        ("Manufacturer / Brand", "maker"),
        ("Mfr P/N", "part-number"),
        ("订货号", "part-number"),
        ("MAC-Address", "mac"),
        ("安装位置", "place"),
        ("Accepted by Buyer", "accept"),
    ],
)
def test_headings_are_known_in_both_languages(text, field):
    assert heading(text).fields[0] == field


@pytest.mark.parametrize("text", ["", "Foo", "Modem", "Ship-to-shore", "x" * 80])
def test_other_texts_are_no_headings(text):
    assert heading(text) is None


@pytest.mark.parametrize(
    ("text", "count", "unit"),
    [
        ("4", 4, ""),
        ("4 pcs", 4, "pcs"),
        ("4x", 4, ""),
        ("x 4", 4, ""),
        ("四台", 4, "台"),
        ("两套", 2, "套"),
        ("2 sets", 2, "sets"),
        ("2+1", 3, ""),
        ("1,200", 1200, ""),
        ("120 m", 120, "m"),
        ("2.5", 3, ""),
        ("1 set (2 pcs)", 1, "set"),
        ("two", 2, ""),
        ("1 per crane", 1, "per crane"),
        ("0", 0, ""),
    ],
)
def test_quantities(text, count, unit):
    found = quantity_of(text)
    assert (found.count, found.unit) == (count, unit)


@pytest.mark.parametrize("text", ["", "as required", "lot", "按需", "-"])
def test_open_quantities_are_told_from_unknown_ones(text):
    assert quantity_of(text).open
    assert quantity_of(text).count is None


@pytest.mark.parametrize("text", ["some", "4 Siemens", "see list", "99999999"])
def test_words_that_are_no_quantity(text):
    assert quantity_of(text).count is None
    assert not quantity_of(text).open


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("accepted", "ordered"),
        ("not accepted", "declined"),
        ("Not included in contract price", "declined"),
        ("optional, not taken", "declined"),
        ("declined by customer", "declined"),
        ("客户不选", "declined"),
        ("不含", "declined"),
        ("选配", "optional"),
        ("已选", "ordered"),
        ("取消", "removed"),
        ("deleted", "removed"),
        ("by others", "optional"),
        ("TBD", "optional"),
    ],
)
def test_status_words(text, status):
    assert status_of(text) is RecordStatus(status)


def test_words_that_are_no_status():
    assert status_of("see letter of 12 May") is None


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("4G router (option)", "optional"),
        ("Optional 4G router", "optional"),
        ("Router - not included", "declined"),
        ("选配，客户不选", "declined"),
        ("Router with optional antenna", None),
        ("Standard router", None),
        ("Router", None),
    ],
)
def test_status_inside_a_description(text, status):
    assert aside_status(text) == status


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Options", "optional"),
        ("Options – not included", "declined"),
        ("选配清单", "optional"),
        ("Accepted options", "ordered"),
        ("Bill of materials incl. options", None),
        ("Included equipment", None),
        ("E-house", None),
    ],
)
def test_status_of_titles(text, status):
    assert title_status(text) == status


def test_places_by_word_and_by_designation():
    assert place_of("E-house") == "E-house"
    assert place_of("司机室") == "司机室"
    assert place_of("=E1+K2-A1") == "=E1+K2-A1"
    assert place_of("4G router") == ""


@pytest.mark.parametrize("text", ["3", "14.3", "OPT-7", "A", "IV", "3.1.2", "12a"])
def test_line_numbers(text):
    assert is_line_number(text)


@pytest.mark.parametrize("text", ["router", "2016-01-01 to 2017", "Total 5", ""])
def test_no_line_numbers(text):
    assert not is_line_number(text)


def test_a_description_can_begin_with_its_quantity():
    assert lead_quantity("4x PTZ camera") == (4, "PTZ camera")
    assert lead_quantity("2 pcs switch") == (2, "switch")
    assert lead_quantity("4G router") == (None, "4G router")
    assert lead_quantity("8 port switch") == (None, "8 port switch")


def test_identifiers_in_text():
    text = "router 00-1E-42-AA-BB-01 at 192.168.1.1/24, S/N: 1109A876, IMEI 356938035643809"
    found = {(one.kind, one.value, one.checked) for one in identifiers_in(text)}
    assert found == {
        ("mac", "00:1e:42:aa:bb:01", True),
        ("ip", "192.168.1.1", True),
        ("serial", "1109A876", True),
        ("imei", "356938035643809", True),
    }


@pytest.mark.parametrize(
    "text", ["version 1.2.3.4", "mask 255.255.255.0", "10.0.0.0/24", "1.2.3.400"]
)
def test_numbers_that_are_no_host_address(text):
    assert identifiers_in(text) == []


def test_a_cell_can_hold_several_identifiers():
    values = [one.value for one in identifiers_of("serial", "A1001; A1002\nA1003")]
    assert values == ["A1001", "A1002", "A1003"]
    assert identifiers_of("serial", "n/a") == []


def test_every_word_list_is_of_known_shape():
    words = vocabulary()
    assert all(isinstance(one, str) for many in words["headings"].values() for one in many)
    fields = set(words["headings"])
    assert all(set(names) <= fields for names in words["ambiguous"].values())
    assert set(words["status"]) == {"declined", "removed", "ordered", "optional"}
