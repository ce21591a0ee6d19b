"""The example crane in the repository is what its scenario says."""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import tomllib
from collections import defaultdict

import openpyxl
import pytest
from lab.casefile import crane_toml, statements_toml
from lab.hosts import ROOT
from lab.truth import truth

from lab import paperwork

CASE = ROOT / "examples/sts-07"
SEED = 7
LIMIT = 6_000_000
FIELDS = ("eth.src", "ip.src", "ip.dst", "ip.ttl", "tcp.stream", "tcp.flags", "frame.time_epoch")
LOCAL = ("10.70.7.", "10.200.20.10", "255.255.255.255", "0.0.0.0")  # noqa: S104
ROUTER = "10.70.7.250"
PLC = "10.70.7.10"


def test_the_case_is_small_and_complete():
    files = [path for path in CASE.rglob("*") if path.is_file()]
    assert sorted(str(path.relative_to(CASE)) for path in files) == [
        "crane.toml",
        "evidence/mirror-sw1.pcapng",
        "paperwork/change-order-03.csv",
        "paperwork/contract-list.xlsx",
        "statements.toml",
    ]
    assert sum(path.stat().st_size for path in files) <= LIMIT


def test_truth_and_note_are_those_of_the_scenario(sts07):
    kept = json.loads((ROOT / "examples/sts-07.truth.json").read_text("utf-8"))
    assert kept == truth(sts07, SEED)
    note = (CASE / "crane.toml").read_text("utf-8")
    recorded = tomllib.loads(note)["files"][-1]["at"]
    assert note == crane_toml(sts07, recorded)
    assert (CASE / "statements.toml").read_text("utf-8") == statements_toml(sts07)


def test_paperwork_is_that_of_the_scenario(sts07, tmp_path):
    pytest.importorskip("xlsxwriter", reason="xlsxwriter writes the lab's workbooks; not installed")
    paperwork.write(sts07, tmp_path)
    order = "change-order-03.csv"
    assert (CASE / "paperwork" / order).read_bytes() == (tmp_path / order).read_bytes()
    kept, made = (
        openpyxl.load_workbook(folder / "contract-list.xlsx")
        for folder in (CASE / "paperwork", tmp_path)
    )
    for ours, theirs in zip(kept, made, strict=True):
        assert list(ours.values) == list(theirs.values)


@pytest.fixture(scope="module")
def frames():
    if shutil.which("tshark") is None:
        pytest.skip("tshark, the other reader of the capture, is not installed")
    argv = ["tshark", "-r", str(CASE / "evidence/mirror-sw1.pcapng"), "-T", "fields"]
    argv += [word for field in FIELDS for word in ("-e", field)] + ["-E", "occurrence=f"]
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    return [dict(zip(FIELDS, line.split("\t"), strict=True)) for line in done.stdout.splitlines()]


def test_every_device_that_is_on_is_seen_and_nobody_else(sts07, frames):
    present = {
        nic.mac
        for device in sts07.devices
        if device.on_crane and device.present
        for nic in device.nics
        if nic.network == "crane"
    }
    assert {frame["eth.src"] for frame in frames} == present


def test_nothing_of_the_routers_uplink_is_on_the_wire(frames):
    seen = {frame[field] for frame in frames for field in ("ip.src", "ip.dst")} - {""}
    assert [address for address in seen if not address.startswith(LOCAL)] == []


def handshakes(frames):
    """Seconds from the PLC's SYN-ACK to the client's ACK, by client."""
    streams = defaultdict(list)
    for frame in frames:
        if frame["tcp.stream"]:
            streams[frame["tcp.stream"]].append(frame)
    found = defaultdict(list)
    for opening in (frames[:3] for frames in streams.values() if len(frames) > 2):
        flags = [int(frame["tcp.flags"], 16) for frame in opening]
        if flags == [0x02, 0x12, 0x10] and opening[0]["ip.dst"] == PLC:
            late = float(opening[2]["frame.time_epoch"]) - float(opening[1]["frame.time_epoch"])
            found[opening[0]["ip.src"]].append((late, opening[0]["ip.ttl"]))
    return found


def test_sessions_through_the_router_are_late_and_local_ones_are_not(frames):
    found = handshakes(frames)
    assert set(found) == {ROUTER, "10.70.7.50", "10.70.7.51", "10.70.7.65"}
    far = [late for late, _ in found[ROUTER]]
    assert len(far) == 14
    assert min(far) >= 0.060
    assert statistics.median(far) < 0.300
    assert {ttl for _, ttl in found[ROUTER]} == {"63"}
    near = [late for client, those in found.items() if client != ROUTER for late, _ in those]
    assert max(near) < 0.010


@pytest.fixture(scope="module")
def audited(tmp_path_factory):
    """The case document of an audit of a copy of the example."""
    copy = tmp_path_factory.mktemp("audit") / "sts-07"
    shutil.copytree(CASE, copy)
    argv = [sys.executable, "-m", "overlanded", "audit", str(copy)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return json.loads((copy / "outturn/case-document.json").read_text("utf-8"))


def macs(device):
    return {one["value"] for one in device["identifiers"] if one["kind"] == "mac"}


def test_an_audit_finds_the_truth(sts07, audited):
    """Every device by its MAC, or by its class when it was not seen: class and standing."""
    found = {
        next(iter(macs(device)), device["class"]): (device["class"], device["standing"])
        for device in audited["devices"]
    }
    assert found == {
        next(iter(device["macs"]), device["class"]): (device["class"], device["standing"])
        for device in truth(sts07, SEED)["devices"]
    }


def test_an_audit_tells_what_the_router_reached(audited):
    router = next(device for device in audited["devices"] if device["standing"] == "DECLINED")
    reach = router["answers"]["reach"]
    assert "PLC-1" in reach["words"]
    assert "14 sessions" in reach["words"]
    assert "write" not in reach["words"]


def test_an_audit_holds_what_was_said_against_the_capture(audited):
    router = next(device for device in audited["devices"] if device["standing"] == "DECLINED")
    found = [
        (statement["role"], bearing["question"], bearing["verdict"])
        for statement in audited["statements"]
        for bearing in statement["bears_on"]
        if bearing["device"] == router["id"]
    ]
    assert found == [
        ("maker", "purpose", "supported"),
        ("maker", "activity", "contradicted"),
        ("port", "record", "supported"),
        ("port", "installer", "untested"),
        ("port", "installed", "untested"),
    ]
    assert router["answers"]["purpose"]["value"].startswith("claimed by the maker")
    assert router["answers"]["installer"]["value"].startswith("claimed by the port")
