"""What installing imports is there when it is built: nothing but what the build asks for."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

from overlanded.data import oui

ROOT = Path(__file__).parents[2]
BROUGHT = {"markupsafe", "typing_extensions"}
"""What those bring with them, or take when it is there."""
FOUND = ("python-stdnum",)
"""Read by the installation where it lies, and not imported."""
MADE = """
import sys
from overlanded import data
from overlanded.data import oui
from overlanded.exporters import html
count = len([*data.tables(), oui.ready(), *html.modules()])
held = {name.partition(".")[0] for name, one in sys.modules.items()
        if "site-packages" in (getattr(one, "__file__", None) or "")}
print(count, *sorted(name for name in held if not name.startswith("_")))
"""


def test_what_is_made_at_installation_needs_only_what_the_build_requires():
    build = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["build-system"]
    asked = {re.split(r"[<>=]", one)[0].strip() for one in build["requires"]}
    done = subprocess.run(
        [sys.executable, "-c", MADE], capture_output=True, text=True, check=True, timeout=60
    )
    count, *held = done.stdout.split()
    assert int(count) > 10
    assert set(held) <= asked | BROUGHT
    assert set(FOUND) <= asked
    assert len(oui.listed()) > 1_000_000
