"""``python -m lab``: build a scenario, write its papers again, check it, or print its truth."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from lab.build import build, rewrite
from lab.errors import LabError
from lab.scenario import load
from lab.truth import truth


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="lab", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    for verb, about in (
        ("build", "raise the hosts, record them, write OUT/case and OUT/truth.json"),
        ("rewrite", "write the case folder OUT again around the captures that are in it"),
        ("check", "say whether a scenario file holds together"),
        ("truth", "print what an audit ought to find"),
    ):
        one = verbs.add_parser(verb, help=about)
        one.add_argument("scenario", type=Path)
        one.add_argument("--seed", type=int, default=7)
    for verb in ("build", "rewrite"):
        verbs.choices[verb].add_argument("--out", type=Path, required=True)
    return parser.parse_args()


def main() -> int:
    """Run the verb and give the exit code."""
    given = arguments()
    try:
        scenario = load(given.scenario, given.seed)
        if given.verb == "build":
            build(scenario, given.seed, given.out)
            print(given.out / "case")
        if given.verb == "rewrite":
            rewrite(scenario, given.out)
        if given.verb == "truth":
            print(json.dumps(truth(scenario, given.seed), indent=1, ensure_ascii=False))
    except LabError as error:
        print(f"lab: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
