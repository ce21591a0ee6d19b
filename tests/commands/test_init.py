import tomllib
from importlib.resources import files

import pytest
from click.testing import CliRunner

from overlanded.commands.init import command
from overlanded.errors import UsageError
from overlanded.pipeline import Options, audit
from overlanded.readers import scope


def run(*arguments):
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


def test_a_folder_to_fill(tmp_path):
    done = run(tmp_path / "sts-07")
    assert done.exit_code == 0
    made = {
        path.relative_to(tmp_path / "sts-07").as_posix()
        for path in (tmp_path / "sts-07").rglob("*")
    }
    assert made == {
        "crane.toml",
        "paperwork",
        "evidence",
        "outturn",
        "outturn/forms",
        "outturn/forms/inspection.pdf",
        "outturn/forms/inspection.xlsx",
    }
    assert "overlanded audit" in done.output


def test_it_says_nothing_until_it_is_filled_in(tmp_path):
    run(tmp_path)
    assert tomllib.loads((tmp_path / "crane.toml").read_text()) == {}


def test_every_line_that_it_offers_is_understood():
    lines = files("overlanded.data").joinpath("crane.toml").read_text().splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("# crane ="))
    offered = [
        line[2:] if line.startswith(("# [", '# "')) or " = " in line else line
        for line in lines[start:]
    ]
    crane = scope.read("\n".join(offered).encode(), "folder")
    assert crane.scope.crane == "STS-07"
    assert dict(crane.scope.milestones)["site acceptance"] == "2018-02-01"
    assert crane.scope.zones[0].networks == ("10.40.7.0/24",)
    assert crane.notes["evidence/span.pcapng"]["by"] == "A. Engineer"


def test_nothing_that_is_there_is_changed(tmp_path):
    (tmp_path / "crane.toml").write_text('crane = "mine"\n')
    done = run(tmp_path)
    assert done.exit_code == 0
    assert "left as it is" in done.output
    assert (tmp_path / "crane.toml").read_text() == 'crane = "mine"\n'


def test_empty_forms_are_no_evidence(tmp_path):
    run(tmp_path)
    with pytest.raises(UsageError, match=r"holds nothing but crane\.toml"):
        audit(tmp_path, Options(at="2026-11-26T00:00:00Z"))


def test_a_form_that_is_there_is_not_written_over(tmp_path):
    form = tmp_path / "outturn" / "forms" / "inspection.xlsx"
    form.parent.mkdir(parents=True)
    form.write_text("filled")
    assert run(tmp_path).exit_code == 0
    assert form.read_text() == "filled"
    assert form.with_suffix(".pdf").exists()


def test_a_file_in_the_way(tmp_path):
    (tmp_path / "case").write_text("")
    done = run(tmp_path / "case")
    assert isinstance(done.exception, UsageError)
