"""Secrets in papers: masked in cells, columns and pairs of cells; equipment stays as written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lists import grid, read_grid

from overlanded.data import table
from overlanded.readers.paperwork import concealed

SECRETS = [
    "password: {}", "Password is {}", "default password {}", "user admin, password: {}, SIM Telekom",
    "SIM PIN: {}; PUK {}", "密码：{}", "密码为{}", "Pre-shared key = {}", "WiFi key {}", "WPA2 key: {}",
    "rtsp://admin:{}@10.0.0.1/live", "SNMP community: {}", "Passwort: {}", "口令:{}", 'password "{}"',
    "pw: {}; user admin", "APN m2m user crane pass {}", "web login admin/{}",
    "Access code {} at the gate", "PIN {}.", "password (default): {}", "PSK={}",
]  # fmt: skip
PLAIN = [
    "8-pin connector, 12 pcs", "Key switch, 3-position", "password protection required by the port",
    "Password-protected HMI, 12 inch", "community antenna, 4 pcs", "PIN diode module",
    "Passwords are handed over at site acceptance.", "Cipher lock", "simple I/O module",
    "token ring adapter", "admin/operator levels of access", "PASS/FAIL test", "4G router for remote diagnostics", "https://example.com/list",
]  # fmt: skip
SECRET = st.text(
    "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMN0123456789!#%&*+?_~", min_size=4, max_size=20
)


@given(st.sampled_from(SECRETS), SECRET)
def test_a_secret_behind_its_word_is_masked(text, secret):
    secret = f"q{secret}Q7"
    shown = concealed.mask(text.replace("{}", secret))
    assert secret not in shown
    assert concealed.mark() in shown


@pytest.mark.parametrize("text", [*SECRETS, "PW", "Community", "Credentials", "passwd", "Kennwort"])
def test_what_names_a_secret_holds_a_hint(text):
    hints = table("secrets")["papers"]["hints"]
    assert any(hint in text.casefold() for hint in hints)


@pytest.mark.parametrize("text", PLAIN)
def test_equipment_stays_as_it_is_written(text):
    assert concealed.mask(text) == text


def cells(text):
    return [list(row.cells.values()) for row in concealed.masked(grid(text)).rows]


@pytest.mark.parametrize(
    "word", ["Password", "Admin password", "密码", "PIN", "SNMP community", "PW"]
)
def test_a_column_of_secrets_is_masked_below_its_heading(word):
    made = cells(f"Device | {word} | Remark\nRouter | x9 | new\nSwitch | y8 | old")
    assert made == [
        ["Device", word, "Remark"],
        ["Router", concealed.mark(), "new"],
        ["Switch", concealed.mark(), "old"],
    ]


def test_a_secret_in_the_cell_beside_its_word_is_masked():
    mark = concealed.mark()
    assert cells("Password | x9\nUser | root\nPIN: | 4711 | Site: | Pier 4") == [
        ["Password", mark],
        ["User", "root"],
        ["PIN:", mark, "Site:", "Pier 4"],
    ]


def test_a_line_that_speaks_of_passwords_hides_no_column():
    records, _ = read_grid(
        "Item | Description | Qty\n1 | HMI with password | 2\n2 | 4G router, password: x9 | 1\n3 | PLC | 1"
    )
    assert [one.description for one in records] == [
        "HMI with password",
        f"4G router, password: {concealed.mark()}",
        "PLC",
    ]
    assert "x9" not in repr(records)
