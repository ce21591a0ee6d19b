"""Writes ``crane.toml``, the note that goes with a case folder."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from lab.scenario import Scenario


def crane_toml(scenario: Scenario, recorded_at: str) -> str:
    """The text of ``crane.toml``. ``recorded_at`` is when the captures began."""
    lines = [_pair(key, value) for key, value in scenario.crane.items()]
    lines += ["", "[milestones]", *(_pair(k, str(v)) for k, v in scenario.milestones.items())]
    for zone in scenario.zones:
        lines += ["", "[[zones]]", *(_pair(key, value) for key, value in zone.items())]
    for note in _files(scenario, recorded_at):
        lines += ["", "[[files]]", *(_pair(key, value) for key, value in note.items())]
    return "\n".join(lines) + "\n"


def _files(scenario: Scenario, recorded_at: str) -> Iterator[Mapping[str, Any]]:
    for paper in scenario.papers:
        yield {"path": f"paperwork/{paper.file}", **paper.notes}
    for sensor in scenario.sensors:
        yield {"path": f"evidence/{sensor.file}", "at": recorded_at, **sensor.notes}


def _pair(key: str, value: object) -> str:
    name = key if key.replace("-", "").replace("_", "").isalnum() else json.dumps(key)
    text = value if isinstance(value, str | list) else str(value)
    return f"{name} = {json.dumps(text, ensure_ascii=False)}"
