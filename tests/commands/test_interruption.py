"""An audit killed at any moment leaves the inputs alone, and the next one succeeds."""

import json
import os
import random
import shutil
import subprocess
import sys
import time

from crane import case
from program import digests, handed_in, run

MOMENTS = 50
CLOCK = {"SOURCE_DATE_EPOCH": "1700000000"}


def killed_after(folder, seconds):
    process = subprocess.Popen(
        [sys.executable, "-m", "overlanded", "audit", folder, "--quiet"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, **CLOCK},
    )  # fmt: skip
    time.sleep(seconds)
    process.kill()
    return process.wait() == -9


def timed(folder):
    began = time.monotonic()
    assert run("audit", folder, "--quiet", **CLOCK).returncode == 0
    return time.monotonic() - began


def test_killed_at_any_moment_the_next_run_succeeds(tmp_path):
    folder = case(tmp_path / "sts-01")
    seconds = min(timed(folder), timed(folder))
    expected, inputs = digests(folder), handed_in(folder)
    chance = random.Random(20240307)
    moments = [chance.uniform(0, seconds) for _ in range(4 * MOMENTS)]
    killed = 0
    for number, moment in enumerate(moments):
        if killed == MOMENTS:
            break
        if number % 3 == 0:
            shutil.rmtree(folder / "outturn", ignore_errors=True)
        killed += killed_after(folder, moment)
        assert handed_in(folder) == inputs
        result = folder / "outturn" / "case-document.json"
        assert not result.exists() or json.loads(result.read_bytes())["devices"]
    assert killed == MOMENTS
    assert run("audit", folder, **CLOCK).returncode == 0
    assert digests(folder) == expected
    assert run("verify", folder).returncode == 0
