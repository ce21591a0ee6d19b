"""The lab is not part of the installed package; tests find it at the root of the repository."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))


@pytest.fixture(scope="session")
def sts07():
    from lab.scenario import load

    return load(ROOT / "lab/scenarios/sts-07.yml")


@pytest.fixture
def small():
    """The smallest scenario that holds together, as plain data to break."""
    return {
        "scenario": "small",
        "seconds": 60,
        "crane": {"crane": "C1"},
        "networks": {"lan": {"captured": True}, "far": {"delay": {"floor_ms": 1}}},
        "sensors": [{"file": "lan.pcapng", "network": "lan"}],
        "devices": [
            {
                "id": "plc-1",
                "class": "plc",
                "nics": [{"network": "lan", "address": "10.0.0.1/24", "mac": "00:1b:1b:00:00:01"}],
            },
            {
                "id": "gate",
                "class": "cellular-gateway",
                "nics": [
                    {"network": "lan", "address": "10.0.0.9/24", "mac": "00:1e:42:00:00:01"},
                    {"network": "far", "address": "10.9.0.2/30"},
                ],
            },
            {
                "id": "away",
                "class": "pc",
                "on_crane": False,
                "gateway": "10.9.0.2",
                "nics": [{"network": "far", "address": "10.9.0.1/30"}],
                "runs": [
                    {
                        "stack": "s7.client",
                        "to": "plc-1",
                        "reads": [[1, 0, 8]],
                        "sessions": {"count": 3, "requests": [5, 9], "first": 5, "quiet": 5},
                    }
                ],
            },
        ],
        "paperwork": [
            {
                "file": "list.csv",
                "sheets": [
                    {
                        "columns": ["Item", "Description"],
                        "rows": [
                            {"cells": ["1", "PLC"], "devices": ["plc-1"]},
                            {"cells": ["2", "4G"], "devices": ["gate"], "status": "declined"},
                        ],
                    }
                ],
            }
        ],
    }
