import json

import pytest
from click.testing import CliRunner

from overlanded.commands.rules import command
from overlanded.errors import UsageError


def run(*arguments):
    return CliRunner().invoke(command, arguments, standalone_mode=False)


def test_list_counts_what_there_is():
    out = run("list").output
    assert "equipment-declined-but-fitted" in out
    assert "fingerprints with" in out.splitlines()[-1]


def test_list_as_json():
    told = json.loads(run("list", "--format", "json").output)
    assert {"rule", "namespace", "status", "severity", "title"} == set(told["rules"][0])


def test_show_prints_the_file():
    assert run("show", "teltonika").output.startswith("rule: teltonika\n")


def test_show_names_what_does_not_exist():
    with pytest.raises(UsageError, match="no-such-rule"):
        raise run("show", "no-such-rule").exception


def test_lint_is_clean():
    result = run("lint")
    assert result.return_value == 0
    assert result.output.endswith(" 0 defects\n")


def test_lint_of_a_folder_with_a_defect(tmp_path):
    folder = tmp_path / "paperwork"
    folder.mkdir()
    (folder / "x.yml").write_text("rule: y\n", encoding="utf-8")
    result = run("lint", str(tmp_path))
    assert result.return_value == 1
    assert "slug-is-file-name" in result.output


def test_docs_are_written(tmp_path):
    assert run("docs", str(tmp_path)).return_value == 0
    assert (tmp_path / "equipment-declined-but-fitted.md").exists()
