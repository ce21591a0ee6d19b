"""Writes the list of permits of a scenario: who may come through which equipment, and when."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from pathlib import Path

from lab.scenario import Scenario

FILE = "permits.csv"
COLUMNS = ("Permit no.", "Issued to", "Valid from", "Valid until", "Equipment", "Purpose")


def write(scenario: Scenario, folder: Path, began: str) -> None:
    """Write ``permits.csv`` into ``folder``; nothing when nothing that was planted has a permit.

    A permit's times are seconds of the recording, which began at ``began`` (ISO).
    """
    permits = [one["permit"] for one in scenario.planted if "permit" in one]
    if not permits:
        return
    start = datetime.fromisoformat(began)
    with (folder / FILE).open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out)
        table.writerow(COLUMNS)
        for number, one in enumerate(permits, 1):
            times = (start + timedelta(seconds=one[end]) for end in ("from", "until"))
            written = [time.isoformat(" ") for time in times]
            row = [f"RA-{number:03}", "Example Crane Works, service", *written]
            table.writerow([*row, one["through"], "remote support"])
