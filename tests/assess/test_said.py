"""By which words a statement is about a device."""

import pytest
from msgspec.structs import replace

from overlanded.assess.said import claims, statements
from overlanded.model.citing import Citation, Locator
from overlanded.model.statements import Claim, Statement

HERE = Citation("s1", "statements.toml", Locator("line", "3"))


def about(*names):
    claim = Claim("connected", "no")
    return Statement("st-1", "A. Person", "maker", "", "As quoted.", names, (claim,), HERE)


@pytest.mark.parametrize(
    ("name", "met"),
    [
        ("cellular-gateway 1", True),
        ("Cellular-Gateway  1", True),
        ("cellular-gateway", True),
        ("00-1E-42-00-00-01", True),
        ("001e.4200.0001", True),
        ("10.0.0.1", True),
        ("14.3", True),
        ("line 14.3", True),
        ("+k2", True),
        ("cabinet +K2", True),
        ("14.4", False),
        ("plc", False),
        ("+K1", False),
        ("line ", False),
        ("", False),
    ],
)
def test_words_that_name_a_device(world, name, met):
    device = world.declined(world.saw(world.mac(1), "place", "E-house +K2"))
    context = replace(world.context(device), statements=(about("nobody", name),))
    assert bool(statements(device, context)) is met


def test_only_the_kinds_that_are_asked_for(world):
    device = world.declined()
    said = about("14.3")
    context = replace(world.context(device), statements=(said,))
    assert claims(device, context, "purpose") == ()
    assert (
        claims(device, context, "connected") == claims(device, context) == ((said, said.claims[0]),)
    )
