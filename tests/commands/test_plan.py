import json
from importlib.resources import files

import jsonschema
from click.testing import CliRunner

from overlanded.commands.plan import command


def run(*arguments):
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


def test_text_names_the_crane_and_says_how_it_is_ranked(folder):
    done = run(folder, "--width", 100)
    assert done.exit_code == 0
    assert done.output.startswith("What to collect next of STS-07\n")
    assert "one whole open question counts 1" in done.output
    assert "\x1b" not in done.output


def test_the_folder_is_the_one_we_stand_in(folder, monkeypatch):
    monkeypatch.chdir(folder)
    assert run().output == run(folder).output


def test_json_holds_the_steps_of_the_document(folder):
    told = json.loads(run(folder, "--format", "json").output)
    whole = json.loads((folder / "outturn/case-document.json").read_text("utf-8"))
    assert told == {"schema": "overlanded.plan/1", "plan": whole["plan"]}


def test_the_steps_are_as_the_schema_says(folder):
    schema = json.loads(files("overlanded.schemas").joinpath("case-document-1.json").read_text())
    whole = json.loads((folder / "outturn/case-document.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(whole)


def test_without_an_audit_it_says_what_to_do(tmp_path):
    done = run(tmp_path)
    assert done.exit_code != 0
    assert "audit" in str(done.exception or done.output)
