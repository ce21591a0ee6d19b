"""Data tables: the same from what an installation makes as from the files themselves."""

import json
import tomllib

import pytest

from overlanded import data
from overlanded.data import oui


def test_every_table_is_the_same_in_both_forms():
    made = [json.loads(text) for _, text in data.tables()]
    written = [
        tomllib.loads(path.read_text(encoding="utf-8"))
        for path in sorted(data.FOLDER.glob("*.toml"))
    ]
    assert len(made) > 20
    assert made == written


@pytest.mark.parametrize(
    ("since", "found"),
    [(b"a = 1\n", {"a": "made"}), (b"a = 2\n", {"a": 2}), (b"a = 1\nb = 2\n", {"a": 1, "b": 2})],
)
def test_what_was_made_stands_only_for_the_file_as_it_was(tmp_path, monkeypatch, since, found):
    monkeypatch.setattr(data, "FOLDER", tmp_path)
    monkeypatch.setattr(data, "MADE", tmp_path)
    (tmp_path / "t.toml").write_bytes(b"a = 1\n")
    ((name, text),) = data.tables()
    (tmp_path / name).write_text(text.replace("1", '"made"'), encoding="utf-8")
    (tmp_path / "t.toml").write_bytes(since)
    assert data.table.__wrapped__("t") == found


def test_a_table_that_nothing_was_made_of_is_read_as_it_is(tmp_path, monkeypatch):
    monkeypatch.setattr(data, "MADE", tmp_path / "nowhere")
    assert data.table.__wrapped__("traffic") == data.table("traffic")


LISTED = b"""# a list
00000C,000142-000144 o="Cisco Systems, Inc"
0055DA
 0 o="Shinko \xe2\x80\x9cTechnos\xe2\x80\x9d"
 A o="Nanoleaf"
70B3D5
 000 o="Shinko \xe2\x80\x9cTechnos\xe2\x80\x9d"
 2CF o="MB connect line"
AABBCC o="Last"
"""
BLOCKS = {
    **dict.fromkeys(("00000C", "000142", "000143", "000144"), "Cisco Systems, Inc"),
    **dict.fromkeys(("0055DA0", "70B3D5000"), "Shinko “Technos”"),
    "0055DAA": "Nanoleaf",
    "70B3D52CF": "MB connect line",
    "AABBCC": "Last",
}


@pytest.fixture
def short_list(tmp_path, monkeypatch):
    """The list above in place of the registry's, and nothing made of it."""
    monkeypatch.setattr(data, "MADE", tmp_path)
    monkeypatch.setattr(oui, "listed", lambda: LISTED)
    monkeypatch.setattr(oui, "blocks", oui.blocks.__wrapped__)
    return tmp_path


@pytest.mark.parametrize("installed", [False, True])
def test_every_listed_block_has_its_holder_and_no_other_has_one(short_list, installed):
    if installed:
        name, text = oui.ready()
        (short_list / name).write_text(text, encoding="utf-8")
    assert {prefix: oui.registered(prefix) for prefix in BLOCKS} == BLOCKS
    others = (
        "000000",
        "00000D",
        "000145",
        "FFFFFF",
        "0055DA",
        "0055DA1",
        "70B3D5001",
        "AABBC",
        "0",
    )
    assert [oui.registered(other) for other in others] == [None] * len(others)


def test_without_the_package_no_block_has_a_holder(short_list, monkeypatch):
    monkeypatch.setattr(oui, "listed", lambda: b"")
    assert oui.registered("00000C") is None


def test_what_an_installation_made_of_the_registry_is_what_it_says():
    kept, whole = oui.blocks(), oui.laid_out(oui.listed())
    assert len(whole["blocks"]["6"][0]) > 30_000 * 6
    assert kept == {**whole, "holders": whole["holders"].split("\n")}
