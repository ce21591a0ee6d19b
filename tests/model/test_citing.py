"""How a place of proof reads."""

import pytest

from overlanded.model.citing import Citation, Locator


@pytest.mark.parametrize(
    ("path", "locator", "text"),
    [
        ("span.pcapng", Locator("frame", "18204"), "span.pcapng › #18204"),
        ("contract.xlsx", Locator("row", "Options › 31"), "contract.xlsx › Options › 31"),
        ("zeek/conn.log", Locator("line", "1042"), "zeek/conn.log:1042"),
        ("contract.xlsx", Locator("item", ""), "contract.xlsx"),
    ],
)
def test_short_form(path, locator, text):
    assert str(Citation("e1", path, locator)) == text
