"""Which of what is regular deserves a look first: two parts beside the score, shown apart from it.

A clock that asks for the time is as regular as anything, and the score says so. Its protocol tells
why, and a server that everybody uses is rather the plant's own. Neither makes a contact innocent:
both only say what to look at later, and they change no score.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from overlanded import data

if TYPE_CHECKING:
    from numpy.typing import NDArray

PARTS = ("habit", "common")


def features(habit: NDArray[Any], clients: NDArray[Any]) -> dict[str, NDArray[np.float64]]:
    """What is weighed, by the names of ``PARTS``.

    ``habit``: whether the protocol is regular by itself; ``clients``: how many use the server.
    """
    return {
        "habit": np.asarray(habit, np.float64),
        "common": np.log(np.maximum(np.asarray(clients, np.float64), 1.0)),
    }


def parts(
    habit: NDArray[Any], clients: NDArray[Any], weights: Mapping[str, float] | None = None
) -> dict[str, NDArray[np.float64]]:
    """What each part adds, nats."""
    used = weights or data.table("traffic")["regularity"]["notable"]
    return {name: used[name] * value for name, value in features(habit, clients).items()}


def regular_by_itself(protocol: str) -> bool:
    """Whether a protocol is regular whoever uses it: a habit, or control traffic that polls."""
    known = data.table("protocols")["protocols"].get(protocol, {})
    return protocol in data.table("traffic")["regularity"]["habits"] or (
        known.get("family") == "control"
    )
