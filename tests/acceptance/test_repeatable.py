"""The same case gives the same bytes, however it is read, and reading it asks nobody."""

import hashlib
import os
import random
import shutil
import subprocess
import sys
from types import SimpleNamespace

import pytest
from crane import BASE_NS, case, pcap, s7_session
from program import run

from overlanded.custody import inventory
from overlanded.pipeline import Options, audit

AT = "2026-01-01T00:00:00Z"
PLC, HMI = "001b1b000001", "001b1b000002"


def written(folder):
    """Path → digest of all results, tables included."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((folder / "outturn").rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def folder(tmp_path):
    made = case(tmp_path / "sts-01")
    sessions = (s7_session(HMI, PLC, 41000 + n, BASE_NS + n * 10**8, 30_000) for n in range(400))
    (made / "evidence" / "later.pcap").write_bytes(pcap([f for one in sessions for f in one]))
    return made


def results(folder, *arguments, **environment):
    shutil.rmtree(folder / "outturn", ignore_errors=True)
    done = run("audit", folder, "--at", AT, *arguments, **environment)
    assert done.returncode == 0, done.stderr
    return written(folder) | {"stdout": done.stdout}


def test_neither_seed_nor_cores_nor_zone_change_a_byte(folder):
    first = results(folder, PYTHONHASHSEED="1")
    assert {"outturn/case-document.json", "outturn/report.html"} < first.keys()
    assert results(folder, PYTHONHASHSEED="2", TZ="Asia/Shanghai") == first
    assert results(folder, "--jobs", "2", PYTHONHASHSEED="3", LC_ALL="C") == first


def test_the_order_of_the_folder_changes_nothing(folder, monkeypatch):
    audit(folder, Options(AT))
    first = written(folder)
    shutil.rmtree(folder / "outturn")
    listed = os.scandir

    def shuffled(path):
        with listed(path) as entries:
            mixed = list(entries)
        random.Random(7).shuffle(mixed)
        return mixed

    monkeypatch.setattr(inventory, "os", SimpleNamespace(**{**vars(os), "scandir": shuffled}))
    audit(folder, Options(AT))
    assert written(folder) == first


GUARD = """
import sys
def hook(event, args):
    if event.startswith(("socket.", "urllib.", "http.", "ftplib.", "smtplib.")):
        sys.stderr.write(f"network: {event} {args}\\n"); sys.exit(99)
sys.addaudithook(hook)
from overlanded.commands import main
main()
"""


@pytest.mark.parametrize(
    "verb", [("audit", "{}"), ("explain", "{}", "1"), ("carve", "{}", "1"), ("verify", "{}"),
             ("sql", "{}/outturn/columns", "select 1"), ("doctor", "{}")],
    ids=lambda verb: verb[0],
)  # fmt: skip
def test_no_verb_opens_a_socket(audited, verb):
    words = [word.replace("{}", str(audited)) for word in verb]
    done = subprocess.run(
        [sys.executable, "-c", GUARD, *words], capture_output=True, text=True, check=False
    )
    assert (done.returncode, "network:" in done.stderr) == (0, False), done.stderr


@pytest.fixture(scope="module")
def audited(tmp_path_factory):
    made = case(tmp_path_factory.mktemp("still") / "sts-01")
    assert run("audit", made).returncode == 0
    return made


def test_the_system_sees_no_socket(audited):
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed: system calls cannot be watched")
    done = subprocess.run(
        [strace, "-f", "-qq", "-e", "trace=network", sys.executable, "-m", "overlanded", "audit",
         str(audited), "--quiet"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if "ptrace" in done.stderr and done.returncode:
        pytest.skip("this system does not let strace watch")
    calls = [line for line in done.stderr.splitlines() if "(" in line and "AF_UNIX" not in line]
    assert (done.returncode, calls) == (0, [])
