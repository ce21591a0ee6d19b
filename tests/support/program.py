"""The program run as a person runs it, and what it left."""

import hashlib
import json
import os
import subprocess
import sys


def run(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "overlanded", *map(str, arguments)],
        capture_output=True, text=True, check=False, env={**os.environ, **environment},
    )  # fmt: skip


def document(folder):
    return json.loads((folder / "outturn" / "case-document.json").read_bytes())


def digests(folder):
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def handed_in(folder):
    return {
        name: digest for name, digest in digests(folder).items() if not name.startswith("outturn/")
    }
