from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest
import yaml
from lab.build import build, lacking, rewrite
from lab.casefile import crane_toml
from lab.errors import LabError
from lab.hosts import ROOT, sweep
from lab.scenario import parse


@pytest.fixture
def web(small):
    """The small scenario with web pages in place of S7, so that no Python stack is needed."""
    small["seconds"] = 4
    small["networks"]["far"] = {"delay": {"floor_ms": 40, "median_ms": 50, "sigma": 0.3}}
    plc, gate, away = small["devices"]
    plc["runs"] = [{"stack": "web.server", "title": "PLC", "server": "S"}]
    gate["masquerade"] = ["lan"]
    visit = {"stack": "web.client", "to": ["plc-1"], "urls": ["http://{to}/"], "agent": "A"}
    away["runs"] = [{**visit, "every": 0.1}]
    lacks = list(lacking(parse(small)))
    if lacks:
        pytest.skip("a build needs " + "; ".join(lacks))
    return small


def namespaces():
    done = subprocess.run(["ip", "netns", "list"], capture_output=True, text=True, check=True)
    return {line.split()[0] for line in done.stdout.splitlines()}


def test_what_is_missing_is_said_in_one_line(small, monkeypatch, tmp_path):
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LabError) as caught:
        build(parse(small), 1, tmp_path / "out")
    assert "root" in str(caught.value)
    assert "the program dumpcap" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_a_build_leaves_a_case_the_truth_and_nothing_else(web, tmp_path):
    build(parse(web), 1, tmp_path)
    assert not [name for name in namespaces() if name.startswith(f"lab{os.getpid()}-")]
    assert sorted(path.name for path in (tmp_path / "case").iterdir()) == [
        "crane.toml",
        "evidence",
        "paperwork",
    ]
    assert json.loads((tmp_path / "truth.json").read_text())["scenario"] == "small"
    if shutil.which("tshark") is None:
        pytest.skip("tshark, which looks into the capture, is not installed")
    fields = ["-e", "ip.ttl", "-e", "ip.src"]
    capture = str(tmp_path / "case/evidence/lan.pcapng")
    opened = ["tshark", "-r", capture, "-Y", "tcp.flags == 0x002", "-T", "fields", *fields]
    seen = subprocess.run(opened, capture_output=True, text=True, check=True).stdout.split()
    assert len(seen) >= 4
    assert set(seen) == {"63", "10.0.0.9"}


def test_a_case_is_never_written_over(web, tmp_path):
    (tmp_path / "case").mkdir()
    with pytest.raises(LabError, match="is there already"):
        build(parse(web), 1, tmp_path)


def test_a_case_is_written_again_around_its_captures(sts07, tmp_path):
    case = tmp_path / "case"
    (case / "evidence").mkdir(parents=True)
    capture = case / "evidence/mirror-sw1.pcapng"
    capture.write_bytes(b"frames")
    began = "2020-01-01T00:00:00+00:00"
    (case / "crane.toml").write_text(crane_toml(sts07, began))
    rewrite(sts07, case)
    assert capture.read_bytes() == b"frames"
    assert (case / "crane.toml").read_text() == crane_toml(sts07, began)
    assert (case / "evidence/site/inspection-site.xlsx").stat().st_size


@pytest.mark.parametrize(
    ("note", "says"), [(None, "no case folder that was built"), ("", "names no capture")]
)
def test_a_folder_without_a_build_is_not_written_into(sts07, tmp_path, note, says):
    if note is not None:
        (tmp_path / "crane.toml").write_text(note)
    with pytest.raises(LabError, match=says):
        rewrite(sts07, tmp_path)
    assert not (tmp_path / "paperwork").exists()


def test_a_program_that_fails_fails_the_build(web, tmp_path):
    web["seconds"] = 1
    web["devices"][0]["runs"].append({"stack": "web.server", "title": "again", "server": "S"})
    with pytest.raises(LabError, match=r"failed: .*plc-1/\d-web.server.log$"):
        build(parse(web), 1, tmp_path)
    assert not (tmp_path / "case/crane.toml").exists()


@pytest.fixture
def running(web, tmp_path):
    """A build in a process of its own whose hosts are up, and the prefix of their namespaces."""
    web["seconds"] = 60
    (tmp_path / "s.yml").write_text(yaml.safe_dump(web))
    argv = [sys.executable, "-m", "lab", "build", str(tmp_path / "s.yml")]
    process = subprocess.Popen(
        [*argv, "--out", str(tmp_path / "out")],
        cwd=ROOT,
        # Programs of a shell's background are started with this signal ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    prefix = f"lab{process.pid}-"
    until = time.monotonic() + 20
    while sum(name.startswith(prefix) for name in namespaces()) < 4:
        assert time.monotonic() < until
        time.sleep(0.1)
    time.sleep(1)
    return process, prefix


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_build_takes_everything_down(running, sent):
    process, prefix = running
    process.send_signal(sent)
    assert process.wait(timeout=20) in (130, 143)
    assert not any(name.startswith(prefix) for name in namespaces())


def test_what_a_killed_build_left_is_swept(running):
    process, prefix = running
    process.kill()
    process.wait(timeout=20)
    assert any(name.startswith(prefix) for name in namespaces())
    sweep()
    assert not any(name.startswith(prefix) for name in namespaces())
