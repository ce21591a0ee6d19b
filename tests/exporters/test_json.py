import json
from importlib.resources import files
from pathlib import Path

import documents
import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from snapshots import same

from overlanded.errors import InputError
from overlanded.exporters.json import export, load
from overlanded.exporters.tree import plain, rfc3339, tree
from overlanded.model.devices import Question

SNAPSHOTS = Path(__file__).parent / "snapshots"
SCHEMA = json.loads(files("overlanded.schemas").joinpath("case-document-1.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def small():
    document = documents.sts07()
    devices = document.devices[:3]
    records = tuple(r for r in document.records if any(r.id in d.records for d in devices))
    return replace(document, devices=devices, records=records)


def test_the_document_as_written():
    same(SNAPSHOTS / "case-document.json", export(small()).decode())


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    "document",
    [documents.sts07(), documents.without_papers(), documents.hostile("\x1b[2J‮<b>")],
    ids=["whole", "without papers", "hostile"],
)
def test_documents_fit_the_schema(document):
    errors = [
        f"{e.json_path}: {e.message}" for e in VALIDATOR.iter_errors(json.loads(export(document)))
    ]
    assert errors == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("devices", 0, "standing"), "LOST"),
        (("devices", 0, "class"), "submarine"),
        (("devices", 0, "probability"), 1.5),
        (("devices", 0, "answers", "identity", "citations", 0, "role"), "maybe"),
        (("evidence", 0, "sha256"), "abc"),
        (("extra",), 1),
    ],
)
def test_the_schema_refuses(path, value):
    written = json.loads(export(documents.sts07()))
    place = written
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    assert not VALIDATOR.is_valid(written)


def test_the_names_that_others_rely_on():
    written = json.loads(export(documents.sts07()))
    assert set(written) >= {
        "schema", "crane", "evidence", "records", "devices", "findings", "searches", "coverage",
        "gaps", "ledger", "produced",
    }  # fmt: skip
    assert set(written["evidence"][0]) >= {"id", "path", "sha256", "size", "kind", "collected"}
    device = written["devices"][0]
    assert set(device) >= {"id", "name", "class", "identifiers", "standing", "answers", "records"}
    assert set(device["identifiers"][0]) >= {"kind", "value", "checked"}
    assert set(device["answers"]["reach"]) >= {
        "value",
        "words",
        "probability",
        "citations",
        "counter",
    }
    assert set(written["findings"][0]) >= {
        "rule", "title", "device", "severity", "confidence", "status", "citations", "requirements",
    }  # fmt: skip
    assert written["ledger"].keys() == {"head", "entries"}
    assert written["produced"].keys() == {"version", "rules_version", "at"}


def test_answers_stand_in_the_order_of_the_questions():
    document = documents.sts07()
    router = document.devices[0]
    mixed = replace(router, answers=tuple(reversed(router.answers)))
    written = tree(replace(document, devices=(mixed,)))
    assert list(written["devices"][0]["answers"]) == [str(question) for question in Question]


def test_the_same_document_gives_the_same_bytes():
    assert export(documents.sts07()) == export(documents.sts07())


def test_what_is_written_is_what_is_read():
    data = export(documents.sts07())
    assert data.endswith(b"}\n")
    assert load(data) == tree(documents.sts07())
    assert export(load(data)) == data


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b'{"schema": "other/1"}',
        b'{"schema": "overlanded.case-document/1", "devices": []}',
        b"[" * 100_000,
        b"\xff",
    ],
)
def test_what_is_no_document_is_refused_in_one_line(data):
    with pytest.raises(InputError) as refused:
        load(data)
    assert "\n" not in str(refused.value)


def test_a_file_name_that_is_no_text_survives():
    document = documents.hostile("a\udcffb")
    assert load(export(document))["evidence"][0]["path"] == "a\udcffb"


@pytest.mark.parametrize(
    ("ns", "text"),
    [
        (None, None),
        (0, "1970-01-01T00:00:00.000000Z"),
        (1_748_700_000_123_456_789, "2025-05-31T14:00:00.123456Z"),
        (-1, "1969-12-31T23:59:59.999999Z"),
        (10**30, None),
    ],
)
def test_times(ns, text):
    assert rfc3339(ns) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
@settings(max_examples=50)
def test_numbers_are_rounded_to_six_places(number):
    written = json.loads(json.dumps(plain(number)))
    assert written == round(number, 6)
    assert str(written) != "-0.0"


def test_what_has_no_form_is_named():
    with pytest.raises(TypeError, match="complex"):
        plain(1j)


def test_size_grows_in_proportion_to_devices():
    one, two = (len(export(documents.many(number))) for number in (300, 600))
    assert two < 2.2 * one
