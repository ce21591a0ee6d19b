"""Runs ordinary client programs (curl, snmpget, getent …) again and again, at a client's pace."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from random import Random

from lab.programs import Options, Program, main, pause, python, visits

PACE = ("every", "think_ms", "plan", "seed")
PATIENCE = 10.0
"""Seconds after which a client program that hangs is given up."""


def repeat(commands: Iterable[Iterable[str]], options: Options) -> Program:
    """A client that runs the commands one after the other at the pace of its options."""
    kept = {key: value for key, value in options.items() if key in PACE}
    return python(__name__, "client", kept | {"commands": [list(c) for c in commands]})


def _repeat(options: Options) -> None:
    rng = Random(options["seed"])
    for requests in visits(options):
        for number in range(requests):
            _run(options["commands"][number % len(options["commands"])])
            pause(options, rng)


def _run(command: list[str]) -> None:
    try:
        subprocess.run(command, timeout=PATIENCE, check=False, capture_output=True)
    except subprocess.TimeoutExpired:
        return


if __name__ == "__main__":
    main({"client": _repeat})
