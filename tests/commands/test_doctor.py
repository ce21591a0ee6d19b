import json

from click.testing import CliRunner

from overlanded import __version__
from overlanded.commands import doctor
from overlanded.commands.doctor import command


def run(*arguments):
    return CliRunner().invoke(
        command, [str(argument) for argument in arguments], standalone_mode=False
    )


def test_what_it_tells(tmp_path):
    told = json.loads(run(tmp_path, "--format", "json").output)
    assert told["overlanded"] == __version__
    assert told["kernels"].startswith(("compiled", "interpreted"))
    assert "rules" in told["rules"]
    assert "python-stdnum" in told["addresses"]
    assert told["outturn"] == f"{tmp_path}: writable"


def test_the_same_as_text(tmp_path):
    lines = run(tmp_path).output.splitlines()
    assert [line.split()[0] for line in lines] == [*doctor.CHECKS, "missing"]


def test_what_is_missing_is_named(monkeypatch):
    monkeypatch.setattr(doctor, "_needed", lambda: ("click", "no-such-library"))
    done = run("--format", "json")
    assert done.return_value == 3
    assert json.loads(done.output)["missing"] == "no-such-library"


def test_a_folder_that_is_not_there(tmp_path):
    told = json.loads(run(tmp_path / "nowhere", "--format", "json").output)
    assert told["outturn"].endswith("no such folder")
