"""Whole-process runs: wall and CPU seconds and peak memory, as the operating system counts them."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict


class Command(Struct, frozen=True):
    """One contestant: a name, how to call it, and what to clear before each run."""

    name: str
    argv: tuple[str, ...]
    scratch: Path | None = None
    cores: str = "0"
    """Processors it may use, as taskset writes them."""
    limit: int = 0
    """Seconds after which it is stopped; 0 for none."""


class Run(Struct, frozen=True):
    """One run of one command. Times in seconds, memory in MiB."""

    name: str
    wall: float
    cpu: float
    peak: float
    status: int
    stopped: bool = False
    """It took longer than it was given: its times are the least that it takes."""


class FailedError(Exception):
    """A contestant ended badly."""

    def __init__(self, command: Command, code: int) -> None:
        super().__init__(f"{command.name} ended with {code}: {command.argv}")
        self.command = command


STOPPED = 124
"""Exit code of ``timeout`` (coreutils) when time was up."""
FINE = {0, 3}
"""Exit codes of a run that did its work; 3 says that a part of the capture was not decoded."""

Pair = dict[str, dict[str, Any]]
"""Ours and theirs: the fields of two runs."""


def run(command: Command) -> Run:
    """Run once and wait; the children's use is counted with it."""
    if command.scratch is not None:
        shutil.rmtree(command.scratch, ignore_errors=True)
        command.scratch.mkdir(parents=True)
    began = time.perf_counter()
    bound = ("timeout", str(command.limit)) if command.limit else ()
    process = subprocess.Popen(
        ("taskset", "-c", command.cores, *bound, *command.argv),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    stopped = bool(command.limit) and process.returncode == STOPPED
    if process.returncode not in FINE and not stopped:
        raise FailedError(command, process.returncode)
    cpu = usage.ru_utime + usage.ru_stime
    return Run(command.name, wall, cpu, usage.ru_maxrss / 1024, process.returncode, stopped)


def paired(ours: Command, theirs: Command, times: int, say: Callable[[str], None]) -> list[Pair]:
    """Run the two in turn, A B A B; what runs more than once is first run uncounted."""
    if times > 1:
        run(ours), run(theirs)
    rows = []
    for number in range(times):
        pair = (run(ours), run(theirs))
        rows.append({"ours": asdict(pair[0]), "theirs": asdict(pair[1])})
        say(f"  {number + 1}/{times} {pair[0].wall:.2f} s against {pair[1].wall:.2f} s")
    return rows


def ratios(rows: Sequence[Pair], what: str = "wall") -> dict[str, float]:
    """How many times faster ours is: theirs ÷ ours, pair by pair; least, median and most."""
    values = sorted(row["theirs"][what] / row["ours"][what] for row in rows)
    return {"least": values[0], "median": statistics.median(values), "most": values[-1]}


def missing(command: Command) -> bool:
    """True when the program is not on this machine."""
    return shutil.which(command.argv[0]) is None
