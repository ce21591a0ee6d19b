"""Writes ``crane.toml`` and ``statements.toml``, the notes that go with a case folder."""

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


def statements_toml(scenario: Scenario) -> str:
    """The text of ``statements.toml``; empty when nobody said anything."""
    entries = [
        "\n".join(["[[statements]]", *(_pair(key, value) for key, value in said.items())])
        for said in scenario.statements
    ]
    return "\n\n".join(entries) + "\n" if entries else ""


def _files(scenario: Scenario, recorded_at: str) -> Iterator[Mapping[str, Any]]:
    for paper in scenario.papers:
        yield {"path": f"paperwork/{paper.file}", **paper.notes}
    for sheet in scenario.inspections:
        yield {"path": f"evidence/{sheet.file}", **sheet.notes}
    for photo in scenario.photos:
        yield {"path": f"evidence/{photo.file}", **photo.notes}
    for sensor in scenario.sensors:
        yield {"path": f"evidence/{sensor.file}", "at": recorded_at, **sensor.notes}


def _pair(key: str, value: object) -> str:
    name = key if key.replace("-", "").replace("_", "").isalnum() else json.dumps(key)
    return f"{name} = {_value(value)}"


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return f"{{ {', '.join(_pair(key, part) for key, part in value.items())} }}"
    plain = value if isinstance(value, str | list | bool) else str(value)
    return json.dumps(plain, ensure_ascii=False)
