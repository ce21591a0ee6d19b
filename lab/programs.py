"""Programs that hosts run: what to start, and how a stack's own Python program gets its options."""

from __future__ import annotations

import importlib
import json
import logging
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any

from msgspec import Struct

Options = dict[str, Any]
CLIENTS = ("client", "controller")
"""Roles that begin when servers are up."""


class Host(Struct, frozen=True):
    """A raised host: its id, its namespace, and a folder of its own for settings and logs."""

    id: str
    namespace: str
    folder: Path

    def write(self, name: str, text: str) -> Path:
        """Put a settings file into the host's folder."""
        path = self.folder / name
        path.write_text(text, "utf-8")
        return path


class Program(Struct, frozen=True):
    """A command line to run in a namespace until it is stopped. Clients start after servers.

    ``warm`` ones are ``python -m MODULE ROLE OPTIONS`` and may be forked from a process that has
    imported what they need.
    """

    argv: tuple[str, ...]
    client: bool = False
    warm: bool = False


def python(module: str, role: str, options: Options) -> Program:
    """A role of a stack's own module as a program of its own, options given as JSON."""
    argv = (sys.executable, "-m", module, role, json.dumps(options, sort_keys=True))
    return Program(argv, client=role in CLIENTS, warm=True)


def main(roles: Mapping[str, Callable[[Options], None]]) -> None:
    """Run the role named on the command line with the options given there."""
    logging.disable(logging.CRITICAL)
    roles[sys.argv[1]](json.loads(sys.argv[2]))


def late(module: str) -> Any:  # noqa: ANN401  what it gives is not ours to type
    """A package that only a running stack needs, imported when it runs."""
    return importlib.import_module(module)


def pause(options: Options, rng: Random) -> None:
    """Wait as long as the client's habit says: ``every`` seconds, or a log-normal think time."""
    think = options.get("think_ms")
    if think:
        time.sleep(rng.lognormvariate(0, think["sigma"]) * think["median"] / 1000)
    else:
        time.sleep(options.get("every", 1.0))


def visits(options: Options) -> Iterator[int]:
    """Keep the session plan: wait for each session's start and give its number of requests.

    Without a plan there is one session that does not end, and another if it fails. The log gets a
    line when one that was planned begins and when it is over, in seconds since 1970.
    """
    begun = time.monotonic()
    if "plan" not in options:
        while True:
            yield sys.maxsize
    for session in options["plan"]:
        time.sleep(max(0.0, session["at"] - (time.monotonic() - begun)))
        print(json.dumps({"begins": round(time.time(), 3)}), flush=True)
        yield session["requests"]
        print(json.dumps({"ends": round(time.time(), 3)}), flush=True)
