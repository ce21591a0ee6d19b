import json
import time

import pytest

from overlanded.rules import library, load
from overlanded.rules.ruleset import from_text


def test_the_shipped_form_is_in_step_with_the_rule_files():
    assert library.in_step(), "run `overlanded rules build`"


def test_building_twice_gives_the_same_bytes():
    assert library.build() == library.build()


def test_the_version_is_the_contents_hash():
    assert load().version == from_text(library.build()).version
    assert load().version != from_text(library.build() + b" ").version


def test_loading_takes_a_blink():
    """A few times what parsing its text takes, however fast the machine is just then."""
    content = library.BUILT.read_bytes()
    from_text(content)
    turns = [(spent(from_text, content), spent(json.loads, content)) for _ in range(10)]
    loading, parsing = map(min, zip(*turns, strict=True))
    assert loading < 10 * parsing


def spent(work, content):
    begin = time.process_time()
    work(content)
    return time.process_time() - begin


def test_the_shipped_form_leaves_out_what_only_people_read():
    data = json.loads(library.BUILT.read_bytes())
    assert not [entry for entry in data["rules"] if "tests" in entry]
    assert set(data) == {"fingerprints", "lists", "needs", "rules"}


def test_a_file_that_is_no_mapping_is_named(tmp_path):
    path = tmp_path / "broken.yml"
    path.write_text("- a\n- b\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"broken\.yml"):
        library.read(path)


def test_no_password_is_in_the_library():
    text = library.BUILT.read_text(encoding="utf-8").casefold()
    for word in ("password:", "admin01", "admin/admin", "passwd"):
        assert word not in text
