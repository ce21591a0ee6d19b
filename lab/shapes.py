"""How long a line keeps a packet: the shapes of ``shapes.toml``, drawn from a seed."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from msgspec import Struct, field

SHAPES = Path(__file__).with_name("shapes.toml")
ORDINARY = "cellular"
"""The shape of a line that names none."""
MOST_RETRIES = 6


@cache
def known() -> dict[str, dict[str, Any]]:
    """The named shapes."""
    return tomllib.loads(SHAPES.read_text("utf-8"))


class Shape(Struct, frozen=True):
    """The values of a shape; ``shapes.toml`` says what each is."""

    floor_ms: float = 0.0
    median_ms: float = 0.0
    sigma: float = 0.0
    hold_share: float = 0.0
    hold_ms: float = 0.0
    retry_share: float = 0.0
    retry_ms: float = 0.0
    tick_ms: float = 0.0
    work_ms: float = 0.0
    delack_ms: float = 0.0
    loss: float = 0.0


VALUES = Shape.__struct_fields__


def problems(settings: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a line's settings."""
    name = settings.get("shape", ORDINARY)
    if name not in known():
        yield f"there is no shape {name}"
    for key, value in settings.items():
        if key not in (*VALUES, "shape", "ms"):
            yield f"a line has no {key}"
        elif key != "shape" and not isinstance(value, int | float):
            yield f"{key} is not a number"


def shape(settings: Mapping[str, Any]) -> Shape:
    """The shape that a scenario describes: a named one, with values of its own."""
    named = known()[settings.get("shape", ORDINARY)]
    values = {key: named[key] for key in VALUES if key in named}
    values |= {key: settings[key] for key in VALUES if key in settings}
    if "ms" in settings:
        values[named["ms"]] = settings["ms"]
    return Shape(**values)


class Way(Struct):
    """One direction of a line. ``leaving``: away from the host whose slowness the shape is."""

    shape: Shape
    rng: Random
    leaving: bool = False
    phase: float = 0.0
    """Seconds by which beacons and ticks are off the clock; both directions share it."""
    latest: float = field(default=0.0)

    def due(self, now: float) -> float | None:
        """When a packet that came now goes on; None when it is lost. Never before an earlier one.

        All times are seconds of the monotonic clock.
        """
        shape, draw = self.shape, self.rng.random
        if shape.loss and draw() < shape.loss:
            return None
        late = shape.floor_ms
        if shape.median_ms > shape.floor_ms:
            body = self.rng.lognormvariate(0, shape.sigma) if shape.sigma else 1.0
            late += (shape.median_ms - shape.floor_ms) * body
        if shape.retry_share:
            for again in range(1, MOST_RETRIES):
                if draw() >= shape.retry_share:
                    break
                late += again * shape.retry_ms * draw()
        at = now + late / 1000
        if shape.hold_share and not self.leaving and draw() < shape.hold_share:
            at = self._next(at, shape.hold_ms / 1000)
        if shape.tick_ms:
            at = self._tick(at, shape.tick_ms / 1000)
        self.latest = max(self.latest, at)
        return self.latest

    def _next(self, at: float, every: float) -> float:
        return math.ceil((at - self.phase) / every) * every + self.phase

    def _tick(self, at: float, every: float) -> float:
        """A host that looks at its network every so often also sends while it is at it."""
        if self.leaving and (at - self.phase) % every < self.shape.work_ms / 1000:
            return at
        return self._next(at, every)


def ways(settings: Mapping[str, Any], seed: str, *, attachment: bool = False) -> tuple[Way, Way]:
    """Both directions of a line; of an attachment, the first leads away from its host."""
    made = shape(settings)
    phase = Random(f"{seed}/phase").random()
    first, second = (Way(made, Random(f"{seed}/{side}"), phase=phase) for side in (0, 1))
    first.leaving = attachment
    return first, second
