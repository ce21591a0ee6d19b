"""Data tables: the same from what an installation makes as from the files themselves."""

import json
import tomllib

import pytest

from overlanded import data


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
