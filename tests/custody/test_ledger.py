import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overlanded.custody import ledger
from overlanded.errors import IntegrityError

NAMES = st.text(st.characters(codec="utf-8"), max_size=20)


def chain(names):
    entries = ()
    for number, name in enumerate(names):
        entries = ledger.append(
            entries, at="2026-01-01T00:00:00Z", by=name, action="sealed", item=f"e-{number}",
            path=name, sha256="ab" * 32, size=number,
        )  # fmt: skip
    return entries


@given(st.lists(NAMES, max_size=8))
def test_what_is_appended_verifies_and_survives_the_disk(tmp_path_factory, names):
    path = tmp_path_factory.mktemp("ledger") / "custody.jsonl"
    entries = chain(names)
    ledger.save(path, entries)
    assert ledger.load(path) == entries
    assert [entry.seq for entry in entries] == list(range(1, len(names) + 1))


@given(st.lists(NAMES, min_size=2, max_size=5), st.data())
def test_any_change_to_any_field_of_any_entry_is_seen(names, data):
    entries = list(chain(names))
    index = data.draw(st.integers(0, len(entries) - 1))
    field = data.draw(st.sampled_from(["at", "by", "action", "item", "path", "sha256", "previous"]))
    values = {name: getattr(entries[index], name) for name in entries[index].__struct_fields__}
    values[field] += "x"
    entries[index] = type(entries[index])(**values)
    with pytest.raises(IntegrityError, match="does not verify"):
        ledger.verify(tuple(entries))


@given(st.lists(NAMES, min_size=3, max_size=6), st.data())
def test_a_lost_or_moved_entry_is_seen(names, data):
    entries = list(chain(names))
    index = data.draw(st.integers(0, len(entries) - 2))
    with pytest.raises(IntegrityError):
        ledger.verify(tuple(entries[:index] + entries[index + 1 :]))
    entries[index], entries[index + 1] = entries[index + 1], entries[index]
    with pytest.raises(IntegrityError):
        ledger.verify(tuple(entries))


@pytest.mark.parametrize("line", ["", "{}", "not json", '{"seq": 1}', "[1, 2]"])
def test_a_line_that_is_no_entry_is_named(tmp_path, line):
    path = tmp_path / "custody.jsonl"
    ledger.save(path, chain(["a"]))
    path.write_text(path.read_text() + line + "\n")
    with pytest.raises(IntegrityError, match="line 2 is not a ledger entry"):
        ledger.load(path)


def test_lines_are_canonical_json(tmp_path):
    path = tmp_path / "custody.jsonl"
    ledger.save(path, chain(["a"]))
    (line,) = path.read_text().splitlines()
    keys = list(json.loads(line))
    assert keys == sorted(keys)
    assert ": " not in line
