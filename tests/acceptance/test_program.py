"""The program as a person uses it: every verb, wrong calls, pipes, and custody over time."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pytest
from crane import CONTRACT, case
from program import digests, document, run
from proofs import citations, frames
from referencing import Registry, Resource


@pytest.fixture(scope="module")
def audited(tmp_path_factory):
    folder = case(tmp_path_factory.mktemp("user") / "sts-01")
    assert run("audit", folder).returncode == 0
    return folder


@pytest.fixture
def own(audited, tmp_path):
    return Path(shutil.copytree(audited, tmp_path / "sts-01"))


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("explain", "{}", "1"), 0, ""),
        (("explain", "{}", "plc-1"), 0, ""),
        (("explain", "{}", "equipment-declined-but-fitted"), 0, ""),
        (("explain", "{}", "99"), 2, "names no device, finding or rule"),
        (("explain", "a", "b", "c"), 2, "give a case folder and one id"),
        (("carve", "{}", "nobody"), 2, "names no device"),
        (("carve", "{}", "1", "-o", "{}/evidence/x.pcap"), 2, "lies in the case"),
        (("carve", "{}", "1", "-o", "{}-none/x.pcap"), 2, "no such folder"),
        (("verify", "{}"), 0, ""),
        (("audit", "{}", "--quiet"), 0, ""),
        (("audit", "{}", "--fail-on", "critical"), 1, ""),
        (("audit", "{}", "--fail-on", "worst"), 2, "Invalid value"),
        (("audit", "{}", "--at", "yesterday"), 2, "not a time with its zone"),
        (("audit", "{}", "--at", "2026-01-31T08:00:00"), 2, "not a time with its zone"),
        (("sql", "{}/outturn/columns", "drop table flows"), 2, "one SELECT at a time"),
        (("sql", "{}/outturn/columns", "select * from read_csv('/etc/passwd')"), 2, "does not run"),
        (("sql", "{}", "select 1"), 2, "run `overlanded columns` first"),
        (("columns", "{}/paperwork", "-o", "{}-c"), 3, "no capture there"),
        (("columns", "{}/evidence", "-o", "/proc/x"), 2, "/proc"),
        (("schema", "nope"), 2, "no such schema"),
        (("rules", "show", "nope"), 2, "no such rule"),
        (("doctor", "{}"), 0, ""),
        (("nonsense",), 2, "No such command"),
    ],
    ids=str,
)
def test_exit_codes_and_one_clear_line(audited, arguments, code, says):
    done = run(*(word.replace("{}", str(audited)) for word in arguments))
    assert done.returncode == code, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert not any("internal error" in line for line in done.stderr.splitlines())


@pytest.mark.parametrize("verb", [("explain", "1"), ("carve", "1"), ("verify",)], ids=str)
def test_before_the_first_audit_the_verbs_say_so(tmp_path, verb):
    folder = case(tmp_path / "sts-01")
    done = run(verb[0], folder, *verb[1:])
    assert done.returncode in (2, 4)
    assert "run `overlanded audit" in done.stderr
    assert not (folder / "outturn").exists()


def test_an_empty_case_folder_is_a_clear_line(tmp_path):
    assert run("init", tmp_path / "sts").returncode == 0
    assert run("init", tmp_path / "sts").returncode == 0
    before = sorted((tmp_path / "sts").rglob("*"))
    done = run("audit", tmp_path / "sts")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "holds nothing but crane.toml" in done.stderr
    assert sorted((tmp_path / "sts").rglob("*")) == before


def test_json_is_the_document_and_fits_its_schema(audited):
    told = json.loads(run("audit", audited, "--format", "json").stdout)
    assert told == document(audited)
    schema = json.loads(run("schema").stdout)
    jsonschema.Draft202012Validator(schema).validate(told)
    explained = json.loads(run("explain", audited, "1", "--format", "json").stdout)
    known = Registry().with_resource(schema["$id"], Resource.from_contents(schema))
    outer = json.loads(run("schema", "explanation").stdout)
    jsonschema.Draft202012Validator(outer, registry=known).validate(explained)


@pytest.mark.parametrize(
    ("form", "read"),
    [
        ("json", lambda text: json.loads(text)[0]["n"]),
        ("jsonl", lambda text: json.loads(text.splitlines()[0])["n"]),
        ("csv", lambda text: int(text.splitlines()[1])),
        ("text", lambda text: int(text.splitlines()[1])),
    ],
)
def test_sql_over_what_audit_and_columns_wrote(audited, tmp_path, form, read):
    assert run("columns", audited / "evidence", "-o", tmp_path / "c").returncode == 0
    query = "select count(*) as n from flows where b_port = 102"
    for tables in (audited / "outturn" / "columns", tmp_path / "c"):
        assert read(run("sql", tables, query, "--format", form).stdout) == 8


def test_carve_gives_exactly_the_cited_frames(audited, tmp_path):
    out = tmp_path / "x.pcap"
    assert run("carve", audited, "1", "-o", out).returncode == 0
    case_document = document(audited)
    (device,) = [one for one in case_document["devices"] if one["number"] == 1]
    about = [one for one in case_document["findings"] if one["device"] == device["id"]]
    cited = {
        int(one["locator"]["place"])
        for one in citations([device, about])
        if one["locator"]["kind"] == "frame"
    }
    source = frames(audited / "evidence" / "span.pcap")
    data = out.read_bytes()
    assert len(cited) > 1
    assert all(source[number] in data for number in cited)
    if shutil.which("tshark"):
        shown = subprocess.run(["tshark", "-r", out], capture_output=True, text=True, check=True)
        assert len(shown.stdout.splitlines()) == len(cited)
    again = run("carve", audited, "2", "-o", out)
    assert again.returncode == 2
    assert "exists already" in again.stderr
    assert run("carve", audited, "2", "-o", out, "--force").returncode == 0


def test_custody_over_time(own):
    paper = own / "paperwork" / "contract.csv"
    assert "2 of 2 files are as they were sealed" in run("verify", own).stdout
    paper.write_text(CONTRACT + "9,more,,,1,,\n")
    for verb in (("verify",), ("audit",), ("carve", "1")):
        done = run(verb[0], own, *verb[1:])
        assert done.returncode == 4, verb
        assert "not the file that was sealed" in done.stdout + done.stderr
    paper.unlink()
    done = run("verify", own)
    assert done.returncode == 4
    assert "1 of 2 files are as they were sealed" in done.stdout
    assert run("audit", own).returncode == 3
    paper.write_text(CONTRACT)
    assert run("verify", own).returncode == 0
    ledger = own / "outturn" / "custody.jsonl"
    for damage in (lambda text: text.replace('"seq":1', '"seq":2'), lambda _: "[[[\n"):
        kept = ledger.read_text()
        ledger.write_text(damage(kept))
        done = run("verify", own)
        assert done.returncode == 4
        assert "restore the ledger from a copy" in done.stderr
        ledger.write_text(kept)


def test_a_reader_that_goes_away_is_no_error(audited):
    command = f"{sys.executable} -m overlanded explain {audited} 1 | head -1"
    done = subprocess.run(
        ["bash", "-c", f'{command}; echo "${{PIPESTATUS[0]}}"'],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "0"
    assert done.stderr == ""


def interruptible():
    """Programs of a shell's background are started with this signal ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_an_interrupted_audit_ends_with_130(tmp_path):
    folder = case(tmp_path / "sts-01")
    code = (
        "import sys, overlanded.pipeline as p, time; p.audit = lambda *a: (print('on', flush=True),"
        " time.sleep(30)); from overlanded.commands import main; main()"
    )
    running = subprocess.Popen(
        [sys.executable, "-c", code, "audit", str(folder)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=interruptible,
    )  # fmt: skip
    assert running.stdout.readline() == "on\n"
    time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    _, told = running.communicate(timeout=10)
    assert (running.returncode, told.strip()) == (130, "interrupted")


def without_rights(*arguments):
    drop = ["setpriv", "--reuid=65534", "--clear-groups"] if os.geteuid() == 0 else []
    return subprocess.run(
        [*drop, sys.executable, "-m", "overlanded", *map(str, arguments)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_folder_that_cannot_be_written(tmp_path):
    folder, elsewhere = case(tmp_path / "sts-01"), tmp_path / "out"
    elsewhere.mkdir()
    elsewhere.chmod(0o777)
    folder.chmod(0o555)
    for parent in (tmp_path, *tmp_path.parents):
        if parent.stat().st_uid == os.geteuid() and parent != parent.parent:
            parent.chmod(parent.stat().st_mode | 0o055)
    before = digests(folder)
    done = without_rights("audit", folder)
    assert done.returncode == 2
    assert "cannot be written (Permission denied); name another place with --outturn" in done.stderr
    assert without_rights("audit", folder, "--outturn", elsewhere).returncode == 0
    assert without_rights("explain", folder, "1", "--outturn", elsewhere).returncode == 0
    assert digests(folder) == before


def test_a_full_disk_is_a_clear_line(audited):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "overlanded", "explain", str(audited), "1"],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == "overlanded: No space left on device; make room, or write elsewhere\n"
