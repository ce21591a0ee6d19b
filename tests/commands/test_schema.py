import json

import jsonschema
import pytest
from click.testing import CliRunner

from overlanded.commands.schema import SCHEMAS, command
from overlanded.errors import UsageError


def run(*arguments):
    return CliRunner().invoke(command, arguments)


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema_is_one(name):
    schema = json.loads(run(name).output)
    jsonschema.Draft202012Validator.check_schema(schema)


def test_the_document_is_the_default():
    assert run().output == run("case-document").output


def test_the_list():
    assert run("--list").output.split() == list(SCHEMAS)


def test_another_name_says_which_there_are():
    assert isinstance(run("nothing").exception, UsageError)
    assert "case-document" in str(run("nothing").exception)
