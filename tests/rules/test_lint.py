import shutil

import pytest
import yaml

from overlanded.rules import library
from overlanded.rules.lint import MEANING, SHAPE, lint

RULE = library.FOLDER / "paperwork" / "equipment-declined-but-fitted.yml"
PRINT = library.FOLDER / "fingerprints" / "teltonika.yml"
LIST = library.FOLDER / "lists" / "vendor-cloud.yml"


def test_the_library_has_no_defect():
    assert [str(defect) for defect in lint()] == []


def changed(tmp_path, source, change):
    """The defects of a library of one file with one change."""
    folder = tmp_path / source.parent.name
    folder.mkdir()
    data = yaml.safe_load(source.read_text(encoding="utf-8"))
    change(data)
    (folder / source.name).write_text(yaml.safe_dump(data), encoding="utf-8")
    return lint(tmp_path)


def put(**changes):
    return lambda data: data.update(changes)


def drop(key):
    return lambda data: data.pop(key)


def row(**changes):
    return lambda data: data["rows"][0].update(changes)


DEFECTS = [
    ("slug-is-file-name", RULE, put(rule="another-name")),
    ("keys", RULE, drop("innocent")),
    ("keys", RULE, put(colour="red")),
    ("keys", LIST, drop("source")),
    ("rows", PRINT, row(colour="red")),
    ("rows", PRINT, lambda data: data["rows"][0].pop("when")),
    ("rows", PRINT, put(identifies={"klass": "plc"})),
    ("readable-condition", RULE, put(when={"all": []})),
    ("readable-condition", RULE, put(when={"fronts": "over many"})),
    ("readable-condition", PRINT, row(when={"banner": "re:("})),
    ("choices", RULE, put(severity="enormous")),
    ("choices", RULE, put(status="finished")),
    ("choices", RULE, put(weight="heavy")),
    ("choices", PRINT, row(weight="heavy")),
    ("no-words-of-legal-weight", RULE, put(about="A rogue device.")),
    ("no-words-of-legal-weight", PRINT, row(note="a backdoor")),
    ("title-is-a-noun-phrase", RULE, put(title="The device was declined.")),
    ("known-fact-words", RULE, put(when={"colour": "red"}, needs=["colour"])),
    ("known-fact-words", RULE, put(when={"rule": "no-such-rule"}, needs=[])),
    ("known-fact-words", RULE, put(when={"standing": {"list": "no-such-list"}})),
    ("needs-are-what-is-used", RULE, put(needs=["standing", "role"])),
    ("needs-are-what-is-used", RULE, put(needs=[])),
    ("known-questions", RULE, put(answers=["weather"])),
    ("known-requirements", RULE, put(maps=["33-CFR-1"])),
    ("innocent-explanations", RULE, put(innocent=[])),
    ("known-properties", PRINT, row(when={"http.colour": "red"})),
    ("known-identities", PRINT, put(identifies={"class": "toaster"})),
    ("known-identities", PRINT, put(identifies={"remote": ["pigeon"]})),
    ("sources", PRINT, put(source="")),
    ("stable-has-tests", PRINT, put(tests=[])),
    ("stable-has-tests", RULE, lambda data: data["tests"].pop()),
    ("own-tests-pass", RULE, lambda data: data["tests"][0].update(result="silent")),
    ("own-tests-pass", PRINT, lambda data: data["tests"][0].update({"class": "plc"})),
]


@pytest.mark.parametrize(("name", "source", "change"), DEFECTS)
def test_each_defect_is_caught(tmp_path, name, source, change):
    assert name in {defect.lint.name for defect in changed(tmp_path, source, change)}


def test_every_check_is_tried():
    assert {name for name, *_ in DEFECTS} == {one.name for one in (*SHAPE, *MEANING)}


def test_a_draft_may_lack_tests(tmp_path):
    assert not changed(tmp_path, RULE, put(status="draft", tests=[]))


def test_a_defect_says_where_what_and_what_to_do(tmp_path):
    (defect,) = changed(tmp_path, RULE, put(innocent=[]))
    assert str(defect) == (
        "equipment-declined-but-fitted.yml: innocent-explanations: none is given "
        "(give the ordinary explanations)"
    )


def test_a_copy_of_the_library_is_clean_too(tmp_path):
    shutil.copytree(library.FOLDER, tmp_path / "library")
    assert not lint(tmp_path / "library")
