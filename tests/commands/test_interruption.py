"""An audit killed at any moment leaves the inputs alone, and the next one succeeds."""

import random
import subprocess
import sys
import time

from crane import case
from test_audit import digests, document, handed_in, run

MOMENTS = 50


def test_killed_at_any_moment_the_next_run_succeeds(tmp_path):
    folder = case(tmp_path / "sts-01")
    began = time.monotonic()
    whole = run("audit", folder, SOURCE_DATE_EPOCH="1700000000")
    seconds = time.monotonic() - began
    assert whole.returncode == 0
    expected, inputs = digests(folder), handed_in(folder)
    chance = random.Random(20240307)
    killed = 0
    for _ in range(MOMENTS):
        process = subprocess.Popen(
            [sys.executable, "-m", "overlanded", "audit", folder, "--quiet"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(chance.uniform(0, seconds))
        process.kill()
        killed += process.wait() == -9
        assert handed_in(folder) == inputs
        document(folder)
    assert killed >= MOMENTS // 2
    assert run("audit", folder).returncode == 0
    assert digests(folder) == expected
    assert run("verify", folder).returncode == 0
