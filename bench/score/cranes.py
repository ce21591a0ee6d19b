"""Cranes to be audited: drawn from seeds and built, several at a time."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from msgspec import Struct

ROOT = Path(__file__).parents[2]


class Wanted(Struct, frozen=True):
    """One crane to be built: a scenario file, the seed that draws it, and where it goes."""

    scenario: Path
    seed: int
    folder: Path

    @property
    def ready(self) -> bool:
        """Whether it was built before; ``recorded.json`` is written last."""
        return (self.folder / "recorded.json").exists()


def wanted(scenarios: Sequence[Path], count: int, first: int, data: Path) -> list[Wanted]:
    """So many cranes, taking the scenarios in turn and a new seed for each.

    A scenario that leaves nothing to chance is built once.
    """
    drawn = [path for path in sorted(scenarios) if "\ndraw:" in path.read_text("utf-8")]
    fixed = [path for path in sorted(scenarios) if path not in drawn]
    seeds = range(first, first + count - len(fixed))
    turns = [(drawn[number % len(drawn)], seed) for number, seed in enumerate(seeds) if drawn]
    chosen = [*((path, first) for path in fixed), *turns]
    return [Wanted(path, seed, data / f"{path.stem}-{seed}") for path, seed in chosen]


def built(cranes: Sequence[Wanted], python: str, jobs: int) -> Iterator[tuple[Wanted, str]]:
    """Build those that are not there; each crane as it is ready, with what went wrong or nothing.

    A crane takes the time that its recording takes, most of it spent waiting.
    """
    with ThreadPoolExecutor(jobs) as pool:
        waiting = {pool.submit(_build, one, python): one for one in cranes}
        for number, done in enumerate(as_completed(waiting), 1):
            print(f"\r{number} of {len(cranes)} cranes", end="", file=sys.stderr, flush=True)
            yield waiting[done], done.result()
    print(file=sys.stderr)


def _build(crane: Wanted, python: str) -> str:
    if crane.ready:
        return ""
    shutil.rmtree(crane.folder, ignore_errors=True)
    argv = (python, "-m", "lab", "build", str(crane.scenario), "--seed", str(crane.seed))
    done = subprocess.run(
        (*argv, "--out", str(crane.folder)), cwd=ROOT, capture_output=True, text=True, check=False
    )
    if crane.ready:
        shutil.rmtree(crane.folder / "hosts", ignore_errors=True)
        return ""
    return (done.stderr.strip().splitlines() or ["ended without a word"])[-1]


def read(folder: Path, name: str) -> dict[str, Any]:
    """``truth.json`` or ``recorded.json`` of a crane."""
    found: dict[str, Any] = json.loads((folder / name).read_text("utf-8"))
    return found
