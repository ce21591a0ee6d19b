"""Programs that read what may be hostile run apart, with bounded memory and time.

They get the file on their standard input and answer on their standard output. What they have
answered when a bound stops them is kept.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import NoReturn

from msgspec import Struct

FAILED = 3
"""Exit code of a program that says itself, on its standard error, why it cannot go on."""
LEAN = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}
"""Environment in which numerical libraries do not reserve memory for threads they never start."""
LONGEST = 200
"""Characters of a library's message that are passed on."""


class Answer(Struct, frozen=True):
    """What a confined program printed, and why it stopped before the end (else empty)."""

    printed: bytes
    stopped: str = ""


def run(module: str, data: bytes, *, seconds: float, words: tuple[str, ...] = ()) -> Answer:
    """Run ``module`` of this package on a file's content."""
    command = (sys.executable, "-P", "-m", f"{__package__}.{module}", *words)
    try:
        done = subprocess.run(  # noqa: S603  our own program; no word of it comes from a file
            command,
            input=data,
            capture_output=True,
            timeout=seconds,
            check=False,
            env={**os.environ, **LEAN},
        )
    except subprocess.TimeoutExpired as late:
        return Answer(late.stdout or b"", f"reading it takes more than {seconds:g} seconds")
    if done.returncode == FAILED:
        return Answer(done.stdout, done.stderr.decode("utf-8", "replace").strip())
    if done.returncode:
        return Answer(done.stdout, "reading it takes more memory than a paper may")
    return Answer(done.stdout)


def confine(memory: int) -> None:
    """Bound the memory of this process, and let it write no file (called by the program run)."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def say(line: bytes) -> None:
    """Print a line of the answer at once."""
    sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()


def fail(error: Exception) -> NoReturn:
    """End the program, saying why."""
    if isinstance(error, MemoryError):
        sys.exit(1)
    words = " ".join(str(error).split()) or type(error).__name__
    sys.stderr.write(words[:LONGEST])
    sys.exit(FAILED)
