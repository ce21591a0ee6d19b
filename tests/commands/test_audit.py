import json
import os
import subprocess
import sys
import zipfile

import pytest
from crane import CONTRACT, capture, case
from program import digests, document, handed_in, run

from overlanded.commands.audit import now


def test_the_router_of_a_declined_option_is_named_with_its_proof(tmp_path):
    folder = case(tmp_path / "sts-01")
    before = handed_in(folder)
    done = run("audit", folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert "DECLINED" in done.stdout
    assert "contract.csv › 5" in done.stdout
    (declined,) = [
        device for device in document(folder)["devices"] if device["standing"] == "DECLINED"
    ]
    assert ("mac", "00:1e:42:00:00:01") in {
        (one["kind"], one["value"]) for one in declined["identifiers"]
    }
    assert declined["class"] == "cellular-gateway"
    reach = declined["answers"]["reach"]
    assert "PLC-1" in reach["value"]
    assert "3 sessions" in reach["words"] or "3 sessions" in reach["value"]
    assert handed_in(folder) == before
    others = {device["standing"] for device in document(folder)["devices"]} - {"DECLINED"}
    assert others == {"DOCUMENTED"}


def test_without_papers_everything_is_unknown_and_said_so(tmp_path):
    folder = case(tmp_path / "sts-01", papers=False)
    done = run("audit", folder)
    assert done.returncode == 0
    assert {device["standing"] for device in document(folder)["devices"]} == {"UNKNOWN"}
    assert "papers" in done.stdout


def test_twice_gives_the_same_bytes(tmp_path):
    folder = case(tmp_path / "sts-01")
    run("audit", folder)
    first = digests(folder)
    run("audit", folder)
    assert digests(folder) == first


def test_two_copies_give_the_same_bytes_under_one_clock(tmp_path):
    folders = [case(tmp_path / side / "sts-01") for side in "ab"]
    for folder in folders:
        run("audit", folder, SOURCE_DATE_EPOCH="1700000000")
    assert digests(folders[0]) == digests(folders[1])


def test_the_clock_can_be_set(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert now() == "2023-11-14T22:13:20Z"


def test_changed_evidence_ends_with_4(tmp_path):
    folder = case(tmp_path / "sts-01")
    run("audit", folder)
    (folder / "evidence" / "span.pcap").write_bytes(capture(router=False))
    done = run("audit", folder)
    assert done.returncode == 4
    assert done.stderr.startswith("overlanded: evidence/span.pcap: not the file that was sealed")
    assert run("verify", folder).returncode == 4


def test_fail_on_ends_with_1(tmp_path):
    folder = case(tmp_path / "sts-01")
    assert run("audit", folder, "--fail-on", "note").returncode == 1


def encrypted():
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(504)
        + "EncryptedPackage".encode("utf-16-le")
        + bytes(4000)
    )


def bomb(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (300 << 20))


BAD = {
    "notes.pcap": (lambda path: path.write_text("these are notes\n"), "named like a capture"),
    "empty.pcap": (lambda path: path.write_bytes(b""), "empty file"),
    "locked.xlsx": (lambda path: path.write_bytes(encrypted()), "encrypted"),
    "bomb.xlsx": (bomb, "bomb.xlsx"),
    "cut.pcap": (lambda path: path.write_bytes(capture()[:-7]), "byte"),
    "picture.jpg": (lambda path: path.write_bytes(b"\xff\xd8\xff\xe0" + bytes(99)), "header cannot be read"),
    "round": (lambda path: path.symlink_to(path.parent, target_is_directory=True), "a link"),
    "away.pcap": (lambda path: path.symlink_to("/etc/hostname"), "a link"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_clear_gap_and_the_rest_is_read(tmp_path, name):
    folder = case(tmp_path / "sts-01")
    make, says = BAD[name]
    make(folder / "evidence" / name)
    done = run("audit", folder)
    assert done.returncode == 3, done.stderr
    gaps = [gap for gap in document(folder)["gaps"] if gap["unread"]]
    (gap,) = gaps
    assert name in gap["what"]
    line = f"{gap['what']}: {gap['why']}; {gap['mend']}"
    assert says in line
    assert "\n" not in line
    assert name in done.stdout
    assert any(device["standing"] == "DECLINED" for device in document(folder)["devices"])


def test_an_unreadable_file_is_one_clear_gap(tmp_path):
    drop = ["setpriv", "--reuid=65534", "--clear-groups"] if os.geteuid() == 0 else []
    folder = case(tmp_path / "sts-01")
    locked = folder / "evidence" / "locked.pcap"
    locked.write_bytes(capture())
    locked.chmod(0)
    outturn = tmp_path / "out"
    outturn.mkdir()
    outturn.chmod(0o777)
    for parent in (tmp_path, *tmp_path.parents):
        if parent.stat().st_uid == os.geteuid() and parent != parent.parent:
            parent.chmod(parent.stat().st_mode | 0o055)
    done = subprocess.run(
        [*drop, sys.executable, "-m", "overlanded", "audit", folder, "--outturn", outturn],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 3, done.stderr
    gaps = json.loads((outturn / "case-document.json").read_bytes())["gaps"]
    (gap,) = [gap for gap in gaps if gap["unread"]]
    assert "locked.pcap" in gap["what"]
    assert "permission" in gap["why"].lower()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [(["missing"], "no such folder"), (["empty"], "the folder is empty")],
)
def test_nothing_to_audit_ends_with_2_and_one_line(tmp_path, arguments, says):
    (tmp_path / "empty").mkdir()
    done = run("audit", tmp_path / arguments[0])
    assert done.returncode == 2
    assert says in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "empty" / "outturn").exists()


def test_a_second_audit_of_an_emptied_paper_keeps_its_status(tmp_path):
    folder = case(tmp_path / "sts-01")
    (folder / "paperwork" / "contract.csv").write_text(CONTRACT.replace("declined", "ordered"))
    run("audit", folder)
    assert {device["standing"] for device in document(folder)["devices"]} == {"DOCUMENTED"}


def test_version_is_quick():
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "overlanded", "--version"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.startswith("overlanded, version ")
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert not loaded & {"numpy", "overlanded.pipeline", "duckdb", "yaml", "jinja2"}
