import json
from importlib.resources import files

import jsonschema
import pytest
from click.testing import CliRunner
from referencing import Registry, Resource

from overlanded.commands.explain import command
from overlanded.errors import UsageError


def run(*arguments):
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


def test_text(folder):
    done = run(folder, 1, "--width", 100)
    assert done.exit_code == 0
    assert done.output.startswith(" DECLINED     cellular router 1, Teltonika RUT955")
    assert "\x1b" not in done.output


def test_the_folder_is_the_one_we_stand_in(folder, monkeypatch):
    monkeypatch.chdir(folder)
    assert run(1).output == run(folder, 1).output


def test_json(folder):
    told = json.loads(run(folder, 1, "--format", "json").output)
    assert told["schema"] == "overlanded.explanation/1"
    assert [device["number"] for device in told["devices"]] == [1]
    assert [record["id"] for record in told["records"]] == ["record-14.3"]
    assert [search["id"] for search in told["searches"]] == ["search-1"]
    assert len(told["findings"]) == 2
    case, explanation = (
        json.loads(files("overlanded.schemas").joinpath(f"{name}-1.json").read_text())
        for name in ("case-document", "explanation")
    )
    registry = Registry().with_resource(case["$id"], Resource.from_contents(case))
    jsonschema.Draft202012Validator(explanation, registry=registry).validate(told)


def test_another_outturn(folder, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    (folder / "outturn").rename(elsewhere)
    assert run(folder, 1, "--outturn", elsewhere).exit_code == 0


@pytest.mark.parametrize("arguments", [("a", "b", "c"), ("nowhere", "1"), (".", "99")])
def test_bad_use_is_one_line(folder, monkeypatch, arguments):
    monkeypatch.chdir(folder)
    done = run(*arguments)
    assert isinstance(done.exception, UsageError)
    assert "\n" not in str(done.exception)


def test_no_id():
    assert run().exit_code == 2
