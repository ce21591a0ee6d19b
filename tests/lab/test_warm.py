"""Roles that are forked from one process that has imported what they need."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from lab.errors import LabError
from lab.programs import Program, python
from lab.warm import Warm

from lab import hosts


def ended(child, within=10):
    until = time.monotonic() + within
    while child.poll() is None and time.monotonic() < until:
        time.sleep(0.05)
    return child.poll()


def test_a_role_runs_in_its_namespace_under_its_own_name(wire):
    wire.up({"box": "10.0.0.1/24", "pc": {"address": "10.0.0.2/24", "resolver": "10.0.0.1"}})
    page = wire.run("box", "web.server", title="Box", server="S")
    assert wire.until(lambda: "Box" in wire.inside("pc", "curl", "-s", "http://10.0.0.1/"))
    assert os.getpgid(page.pid) == page.pid
    assert Path("/proc", str(page.pid), "comm").read_text() == "web.server\n"
    assert page.poll() is None


def test_a_role_that_fails_says_why_in_its_log(wire, tmp_path):
    wire.up({"box": "10.0.0.1/24"})
    wire.run("box", "web.server", title="Box", server="S")
    assert wire.until(lambda: "Box" in wire.inside("box", "curl", "-s", "http://10.0.0.1/"))
    again = wire.run("box", "web.server", title="Box", server="S")
    assert ended(again) == 1
    logs = [path.read_text() for path in (wire.ground.folder / "box").glob("2-*.log")]
    assert "Address already in use" in logs[0]


def test_roles_know_nothing_of_the_machines_name(wire):
    wire.up({"box": "10.0.0.1/24"})
    log = wire.ground.folder / "name.log"
    started = wire.ground.start(wire.hosts["box"].namespace, Program(("uname", "-n")), log)
    assert ended(started) == 0
    assert log.read_text() == "box\n"


def test_when_the_process_is_gone_its_roles_count_as_failed(tmp_path):
    warm = Warm(hosts.ROOT)
    assert warm.ask({"poll": 1}) == {"status": None}
    warm.process.kill()
    warm.process.wait()
    assert warm.ask({"poll": 1}) == {"status": 1}
    with pytest.raises(LabError, match="could not be started"):
        warm.start("none", python("lab.stacks.web", "server", {}), tmp_path / "log")
    warm.close()


def test_a_stack_that_cannot_be_imported_spoils_no_other(wire):
    wire.up({"box": "10.0.0.1/24"})
    log = wire.ground.folder / "nothing.log"
    space = wire.hosts["box"].namespace
    assert ended(wire.ground.start(space, python("lab.stacks.nothing", "server", {}), log)) == 1
    assert "nothing" in log.read_text()
    wire.run("box", "web.server", title="Box", server="S")
    assert wire.until(lambda: "Box" in wire.inside("box", "curl", "-s", "http://10.0.0.1/"))


def test_a_warm_program_is_also_a_command_line():
    program = python("lab.stacks.web", "server", {"title": "T"})
    assert program.warm
    assert program.argv[1:] == ("-m", "lab.stacks.web", "server", '{"title": "T"}')
    assert not program.client
    assert python("lab.stacks.dcp", "controller", {}).client
