"""Classes concluded on real captures whose names say what is in them."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

CORPUS = os.environ.get("OVERLANDED_CORPUS")
ICS = "ics-iti/pcaps"
CASES = [
    (f"{ICS}/s7/wincc_s300_setup-alarm-read_2.pcapng", {"hmi": 1, "plc": 1}),
    (f"{ICS}/s7/step7_s300_stop.pcapng", {"engineering-station": 1, "plc": 1}),
    (f"{ICS}/s7/tia_s300_downloadOb1.pcapng", {"engineering-station": 1, "plc": 1}),
    (f"{ICS}/s7/S7-1511_db2_var1_HMI.pcap", {"hmi": 1, "plc": 1}),
    (f"{ICS}/EthernetIP/cip_stop_plc.pcap", {"engineering-station": 1, "plc": 1}),
    (f"{ICS}/modicon/modicon_test.pcap", {"engineering-station": 1, "plc": 1}),
    (f"{ICS}/beckoff/addroute.pcapng", {"hmi": 1, "plc": 1}),
    ("ics-icsnpp/testing/traces/omron_fins_tcp_commands_responses.pcap", {"plc": 1}),
]


@pytest.mark.skipif(not CORPUS, reason="OVERLANDED_CORPUS names no corpus of captures")
@pytest.mark.parametrize(("name", "expected"), CASES, ids=[Path(name).name for name, _ in CASES])
def test_classes(name, expected, tmp_path):
    from overlanded.commands.audit import command

    capture = Path(CORPUS or "") / name
    if not capture.exists():
        pytest.skip(f"the corpus has no {name}")
    CliRunner().invoke(
        command, [str(capture), "--outturn", str(tmp_path), "--quiet"], catch_exceptions=False
    )
    document = json.loads((tmp_path / "case-document.json").read_text(encoding="utf-8"))
    classes = [device["class"] for device in document["devices"]]
    assert {name: classes.count(name) for name in expected} == expected
