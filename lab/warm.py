"""One process that has imported what the Python stacks need, and forks a child for every role.

A stack such as asyncua takes a second of processor time to import; a crane has dozens of roles.
The process reads one JSON object a line on its socket and answers each with one: ``start`` gives
the child's ``pid``, ``poll`` its exit ``status`` or null. When the socket closes it ends.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import IO, Any

from lab import netns
from lab.errors import LabError
from lab.programs import Program

Request = dict[str, Any]
PATIENCE = 2.0
"""Seconds that the process has to end."""


class Child:
    """A role that runs: what Ground wants to know of it, as subprocess.Popen would say it."""

    def __init__(self, warm: Warm, pid: int) -> None:
        self.warm = warm
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """The exit status, or None while it runs."""
        if self.returncode is None:
            self.returncode = self.warm.ask({"poll": self.pid}).get("status")
        return self.returncode


class Warm:
    """The build's side of the process."""

    def __init__(self, folder: Path) -> None:
        ours, theirs = socket.socketpair()
        argv = (sys.executable, "-m", __name__, str(theirs.fileno()))
        self.process = subprocess.Popen(
            argv, cwd=folder, pass_fds=(theirs.fileno(),), start_new_session=True
        )
        theirs.close()
        self.line = ours.makefile("rw", encoding="utf-8", newline="\n")
        ours.close()

    def ask(self, request: Request) -> Request:
        """Send a request and wait for its answer. An empty one says that the process is gone."""
        try:
            self.line.write(json.dumps(request) + "\n")
            self.line.flush()
            answer: Request = json.loads(self.line.readline() or '{"status": 1}')
        except OSError:
            return {"status": 1}
        return answer

    def start(self, namespace: str, program: Program, log: Path) -> Child:
        """Fork a child that runs a role of a stack's own module in a namespace."""
        request = {"start": list(program.argv[2:]), "namespace": namespace, "log": str(log)}
        answer = self.ask(request)
        if "pid" not in answer:
            raise LabError(f"{program.argv[2]} could not be started: the process to fork is gone")
        return Child(self, answer["pid"])

    def close(self) -> None:
        """End the process; its children are stopped by whoever started them."""
        with contextlib.suppress(OSError):
            self.line.close()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def serve(line: IO[str]) -> None:
    """Answer requests until the other side goes away."""
    warmed: set[str] = set()
    ended: dict[int, int] = {}
    for text in line:
        request = json.loads(text)
        if "start" in request:
            _warm_up(request["start"][0], warmed)
            answer: Request = {"pid": _fork(request)}
        else:
            _reap(ended)
            answer = {"status": ended.get(request["poll"])}
        line.write(json.dumps(answer) + "\n")
        line.flush()


def _warm_up(module: str, warmed: set[str]) -> None:
    """Import a stack's module and what it says it will need, once.

    What cannot be imported is for the child to say, which has a log.
    """
    if module in warmed:
        return
    warmed.add(module)
    with contextlib.suppress(Exception):
        for name in ("subprocess", *getattr(importlib.import_module(module), "WARM", ())):
            importlib.import_module(name)
    gc.collect()
    gc.freeze()


def _reap(ended: dict[int, int]) -> None:
    try:
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            ended[pid] = os.waitstatus_to_exitcode(status)
    except ChildProcessError:
        return


def _fork(request: Request) -> int:
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        os.setsid()
        _become(request)
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001  the child says what ails it and never returns
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _become(request: Request) -> None:
    """Take on the role: output to its log, the namespace as its network, its own command line."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    out = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for file, number in ((nothing, 0), (out, 1), (out, 2)):
        os.dup2(file, number)
    os.closerange(3, 256)
    netns.enter(request["namespace"])
    netns.own_files(request["namespace"])
    netns.named(request["namespace"].partition("-")[2])
    module, *arguments = request["start"]
    name = f"{module.rpartition('.')[2]}.{arguments[0]}"
    Path("/proc/self/comm").write_text(name[:15], "utf-8")
    sys.modules.pop(module, None)
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def main() -> None:
    """Serve on the socket whose number is given."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(fileno=int(sys.argv[1])) as ours:
        line = ours.makefile("rw", encoding="utf-8", newline="\n")
    serve(line)


if __name__ == "__main__":
    main()
