"""``python -m bench``: build the captures, run everything in pairs, keep the raw runs.

Peers that are not on the machine are named and left out. Sources of the mix: the folder that
``OVERLANDED_CORPUS`` names.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import devices, floor, regular
from bench.measure import Command, FailedError, missing, paired, ratios

HERE = Path(__file__).parent
DATA = Path(os.environ.get("OVERLANDED_BENCH_DATA", HERE / "data"))
OURS = (sys.executable, "-m", "overlanded")
GOALS = {
    "columns : nfpcapd": 2.0,
    "columns : record headers": 0.4,
    "columns : record headers mapped": 0.4,
    "audit : ndpiReader": 1.6,
    "audit : nfstream": 15.0,
    "audit : tshark": 25.0,
    "audit-small : ndpiReader-small": 1.0,
    "columns-small : ndpiReader-small": 1.0,
    "columns-pcapng : columns": 0.8,
    "columns-two-cores : columns": 1.7,
    "audit-folder-two-cores : audit-folder": 1.7,
    "audit-10000 : audit-1000": 0.1,
    "regular : ordering": 0.25,
}
"""Wall-time ratios the project holds itself to: the second contestant's time ÷ the first's."""
DEVICES = (1000, 10_000)
"""Devices of the captures that show how the cost of an audit grows with them."""
PIECES = 8
"""Captures of the folder that is audited."""
MEAN_RECORD = 128
"""Bytes of a record of the crane's mix, its header included."""
PATIENCE = 300
"""Seconds given to a peer that may take a quarter of an hour; its ratio is then the least."""
SLOW = {"nfstream": 2, "tshark": 1, "audit-1000": 3}
"""Pairs run with a peer, or of a contest, that takes minutes."""


def main() -> None:
    """Run the contests named on the command line, or all."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("contests", nargs="*", help="names of contests to run (all)")
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--bytes", type=float, default=1.07e9)
    options = parser.parse_args()
    captures = places(int(options.bytes))
    contestants = {one.name: one for one in commands(captures)}
    chosen = {
        name: tuple(contestants[part] for part in name.split(" : "))
        for name in GOALS
        if not options.contests or name in options.contests
    }
    build(captures, int(options.bytes), [one for pair in chosen.values() for one in pair])
    result: dict[str, Any] = {
        "machine": machine(),
        "captures": describe(captures),
        "contests": {},
    }
    for name, (ours, theirs) in chosen.items():
        absent = [one.name for one in (ours, theirs) if missing(one)]
        if absent:
            say(f"{name}: left out, {', '.join(absent)} is not here")
            continue
        say(f"{name} (goal {GOALS[name]:g})")
        times = min(options.times, SLOW.get(theirs.name, options.times))
        try:
            rows = paired(ours, theirs, times, say)
        except FailedError as failed:
            if failed.command == ours:
                raise
            say(f"{name}: left out, {failed}")
            continue
        result["contests"][name] = {
            "goal": GOALS[name],
            "wall": ratios(rows),
            "cpu": ratios(rows, "cpu"),
            "at_least": any(row["theirs"]["stopped"] for row in rows),
            "peak_mib": max(row["ours"]["peak"] for row in rows),
            "runs": rows,
        }
    keep(result)


def places(size: int) -> dict[str, Path]:
    """Where each capture of about ``size`` bytes lies or will lie."""
    found = {name: DATA / f"{name}-{size}.pcap" for name in ("many", "crane", "small")}
    return found | {
        "pcapng": found["many"].with_suffix(".pcapng"),
        "folder": DATA / f"folder-{size}",
        **{f"{count}": DATA / f"devices-{count}.pcap" for count in DEVICES},
    }


def build(captures: dict[str, Path], size: int, wanted: list[Command]) -> None:
    """Build the captures that the wanted commands name and that are not there yet."""
    DATA.mkdir(parents=True, exist_ok=True)
    named = " ".join(part for command in wanted for part in command.argv)
    if str(regular.TABLES) in named:
        regular.tables(regular.TABLES)
    for count in DEVICES:
        path = captures[str(count)]
        if str(path) in named and not path.exists():
            devices.write(path, count)
    many, pcapng, folder = captures["many"], captures["pcapng"], captures["folder"]
    for name, hosts, want in (
        ("many", "many", size),
        ("crane", "crane", size),
        ("small", "crane", size // 10),
    ):
        path = captures[name]
        needed = str(path) in named or (path == many and str(pcapng) in named)
        needed |= name == "crane" and str(folder) in named
        if needed and not path.exists():
            say(f"building {path.name}")
            mix = (
                sys.executable,
                "-m",
                "bench.mix",
                "--bytes",
                str(want),
                "--hosts",
                hosts,
                str(path),
            )
            subprocess.run(mix, check=True, cwd=HERE.parent)
    if str(pcapng) in named and not pcapng.exists():
        subprocess.run(["editcap", "-F", "pcapng", many, pcapng], check=True)
    if str(folder) in named and not folder.exists():
        folder.mkdir()
        cut(captures["crane"], folder, PIECES)


def cut(capture: Path, folder: Path, pieces: int) -> None:
    """Cut a pcap into as many captures of about one size, as a recorder with a ring would."""
    frames = 1 + capture.stat().st_size // (pieces * MEAN_RECORD)
    split = ("editcap", "-F", "pcap", "-c", str(frames), capture, folder / "part.pcap")
    subprocess.run(split, check=True)


def commands(captures: dict[str, Path]) -> list[Command]:
    """Every contestant."""
    out = DATA / "out"
    many, crane, small, pcapng, folder = (
        str(captures[key]) for key in ("many", "crane", "small", "pcapng", "folder")
    )

    def columns(name: str, capture: str, *more: str, cores: str = "0") -> Command:
        argv = (*OURS, "columns", capture, "-o", str(out / name), "--force", "--quiet", *more)
        return Command(name, argv, out / name, cores)

    def audit(name: str, capture: str, *more: str, cores: str = "0") -> Command:
        argv = (*OURS, "audit", capture, "--outturn", str(out / name), "--quiet", *more)
        return Command(name, argv, out / name, cores)

    meter = (
        "from nfstream import NFStreamer\n"
        f"print(sum(1 for _ in NFStreamer(source={crane!r}, n_meters=1)))"
    )
    nfstream = os.environ.get("OVERLANDED_BENCH_NFSTREAM", sys.executable)
    return [
        columns("columns", many),
        columns("columns-pcapng", pcapng),
        columns("columns-two-cores", many, "--jobs", "2", cores="0,1"),
        columns("columns-small", small),
        audit("audit", crane),
        audit("audit-small", small),
        audit("audit-folder", folder),
        audit("audit-folder-two-cores", folder, "--jobs", "2", cores="0,1"),
        *(audit(f"audit-{count}", str(captures[str(count)])) for count in DEVICES),
        Command("record headers", (str(floor.build(DATA, "headers", floor.READ)), many)),
        Command("record headers mapped", (str(floor.build(DATA, "mapped", floor.MAPPED)), many)),
        Command("cat", ("cat", many)),
        Command(
            "nfpcapd", ("nfpcapd", "-r", many, "-w", str(out / "nf"), "-t", "86400"), out / "nf"
        ),
        Command("ndpiReader", ("ndpiReader", "-i", crane, "-q")),
        Command("ndpiReader-small", ("ndpiReader", "-i", small, "-q")),
        Command(
            "argus", ("argus", "-X", "-r", crane, "-w", str(out / "argus" / "a")), out / "argus"
        ),
        Command("tshark", ("tshark", "-n", "-q", "-z", "io,phs", "-r", crane), limit=PATIENCE),
        Command("nfstream", (nfstream, "-c", meter)),
        *regular.commands(regular.TABLES),
    ]


def describe(captures: dict[str, Path]) -> dict[str, dict[str, Any]]:
    """Size and name of each capture."""
    return {
        key: {"name": path.name, "bytes": weight(path)}
        for key, path in captures.items()
        if path.exists()
    }


def weight(path: Path) -> int:
    """Bytes of a capture, or of all in a folder."""
    inside = path.iterdir() if path.is_dir() else [path]
    return sum(one.stat().st_size for one in inside)


def machine() -> dict[str, str]:
    """What the runs ran on."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.processor(),
    )
    return {
        "cpu": model,
        "cores": str(os.cpu_count()),
        "python": f"{platform.python_version()} ({platform.python_build()[1]}, "
        f"{platform.python_compiler()})",
        "system": platform.platform(),
    }


def keep(result: dict[str, Any]) -> None:
    """Write the raw runs, and print the table of ratios."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    path = HERE / "runs" / f"{stamp}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(result, indent=1) + "\n")
    say(f"{'contest':40} {'goal':>6} {'median':>8} {'least':>7} {'cpu':>7} {'peak MiB':>9}")
    for name, contest in result["contests"].items():
        wall, cpu = contest["wall"], contest["cpu"]
        figures = (
            f"{contest['goal']:6g} {wall['median']:8.2f} {wall['least']:7.2f} {cpu['median']:7.2f}"
        )
        stopped = "  (at least: it was stopped)" if contest["at_least"] else ""
        say(f"{name:40} {figures} {contest['peak_mib']:9.0f}{stopped}")
    say(f"raw runs: {path}")


def say(text: str) -> None:
    """One line of progress."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
