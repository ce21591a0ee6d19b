"""What a seed decides: when each visitor comes and how much it asks. Nothing else is drawn here."""

from __future__ import annotations

from random import Random
from typing import Any

from lab.draw import rng
from lab.scenario import Run, Scenario


def sessions(scenario: Scenario, run: Run, draw: Random) -> list[dict[str, Any]]:
    """The visits of a client whose habit is ``sessions``: start in seconds, and requests.

    The recording is cut into equal slots, one a visit, so that visits do not overlap.
    """
    habit = run.options.get("sessions")
    if habit is None:
        return []
    first = habit.get("first", 10)
    slot = (scenario.seconds - first - habit.get("quiet", 15)) / habit["count"]
    low, high = habit["requests"]
    starts = [first + slot * (number + 0.3 * draw.random()) for number in range(habit["count"])]
    return [{"at": round(start, 2), "requests": draw.randint(low, high)} for start in starts]


def plans(scenario: Scenario, seed: int) -> dict[tuple[str, int], list[dict[str, Any]]]:
    """The visits of every client that has such a habit, by device and place among its stacks."""
    found = {}
    for device in scenario.devices:
        for place, run in enumerate(device.runs):
            plan = sessions(scenario, run, rng(seed, device.id, place))
            if plan:
                found[device.id, place] = plan
    return found
