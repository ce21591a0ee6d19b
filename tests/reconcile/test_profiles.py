"""Folding of makers, models and names."""

import pytest

from overlanded.model import identifiers
from overlanded.reconcile.profiles import by_kind, maker_name, plain, spaced, tokens


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Moxa Inc.", "moxa"),
        ("SIEMENS AG", "siemens"),
        ("Teltonika Networks UAB", "teltonika"),
        ("Co., Ltd.", "co ltd"),
        ("", ""),
    ],
)
def test_maker(text, name):
    assert maker_name(text) == name


def test_text():
    assert plain("S7-1500, CPU/DP") == "s7 1500 cpu dp"
    assert spaced("hoist-drive01") == "hoist drive 01"
    assert list(tokens("CPU 315-2 RUT955")) == ["315", "rut955"]


def test_only_checked_identifiers_are_compared():
    known = [identifiers.imei("490154203237518"), identifiers.imei("490154203237519")]
    assert by_kind(known) == {"imei": frozenset({"490154203237518"})}
