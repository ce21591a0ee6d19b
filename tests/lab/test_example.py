"""The example crane in the repository is what its scenario says."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tomllib
from collections import defaultdict

import openpyxl
import pdfplumber
import pytest
from lab.casefile import crane_toml, statements_toml
from lab.hosts import ROOT
from lab.truth import truth

from lab import inspections, paperwork, photos
from overlanded.readers.labels import codes, images

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
        "evidence/factory/IMG_0409.jpg",
        "evidence/factory/IMG_0417.jpg",
        "evidence/factory/inspection-factory.xlsx",
        "evidence/mirror-sw1.pcapng",
        "evidence/site/IMG_2231.jpg",
        "evidence/site/inspection-site.xlsx",
        "paperwork/change-order-03.csv",
        "paperwork/change-order-05.csv",
        "paperwork/contract-list.xlsx",
        "paperwork/technical-specification.pdf",
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
    for name in ("change-order-03.csv", "change-order-05.csv"):
        assert (CASE / "paperwork" / name).read_bytes() == (tmp_path / name).read_bytes()
    kept, made = (folder / "contract-list.xlsx" for folder in (CASE / "paperwork", tmp_path))
    assert cells(kept) == cells(made)
    specification = "technical-specification.pdf"
    assert text(CASE / "paperwork" / specification) == text(tmp_path / specification)


def cells(path):
    return [list(sheet.values) for sheet in openpyxl.load_workbook(path)]


def text(path):
    with pdfplumber.open(path) as pdf:
        return [page.extract_text() for page in pdf.pages]


def test_what_people_saw_is_that_of_the_scenario(sts07, tmp_path):
    pytest.importorskip("xlsxwriter", reason="xlsxwriter writes the lab's workbooks; not installed")
    inspections.write(sts07, tmp_path)
    photos.write(sts07, tmp_path)
    for sheet in sts07.inspections:
        assert cells(CASE / "evidence" / sheet.file) == cells(tmp_path / sheet.file)
    for photo in sts07.photos:
        both = (folder / photo.file for folder in (CASE / "evidence", tmp_path))
        ours, theirs = (images.opened(path.read_bytes()) for path in both)
        assert ours.taken == theirs.taken
        assert images.apart(ours.shows, theirs.shows) < images.SAME
        assert set(photo.codes.values()) == {code.text for code in codes.read(ours.grey)}


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
def done(tmp_path_factory):
    """A copy of the example that was audited, and what was printed."""
    copy = tmp_path_factory.mktemp("audit") / "sts-07"
    shutil.copytree(CASE, copy)
    argv = [sys.executable, "-m", "overlanded", "audit", str(copy)]
    ran = subprocess.run(
        argv, capture_output=True, text=True, check=False, env={**os.environ, "COLUMNS": "140"}
    )
    assert ran.returncode == 0, ran.stderr
    return copy, ran.stdout


@pytest.fixture(scope="module")
def audited(done):
    """The case document of the audit."""
    return json.loads((done[0] / "outturn/case-document.json").read_text("utf-8"))


def test_an_audit_changes_nothing_that_was_handed_in(done):
    kept, after = (
        {
            str(path.relative_to(folder)): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file() and "outturn" not in path.relative_to(folder).parts
        }
        for folder in (CASE, done[0])
    )
    assert after == kept


def test_an_audit_prints_the_router_its_line_and_what_it_reached(done):
    text = " ".join(done[1].split())
    for words in (
        "DECLINED cellular router 1, Teltonika RUT955",
        "mac 00:1e:42:1d:9c:3e",
        "contract-list.xlsx › Options › 8",
        "PLC-1: 14 sessions of s7comm, identify, read (observed)",
        "0 were not found in the records supplied.",
    ):
        assert words in text


def router_of(document):
    return next(one for one in document["devices"] if one["standing"] == "DECLINED")


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
    router = router_of(audited)
    reach = router["answers"]["reach"]
    assert "PLC-1" in reach["words"]
    assert "14 sessions" in reach["words"]
    assert "write" not in reach["words"]


def test_an_audit_holds_what_was_said_against_the_capture(audited):
    router = router_of(audited)
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
        ("port", "installed", "supported"),
    ]
    assert router["answers"]["purpose"]["value"].startswith("claimed by the maker")
    assert router["answers"]["installer"]["value"].startswith("claimed by the port")


def test_an_audit_dates_the_router_between_two_looks_into_its_cabinet(sts07, audited):
    interval = router_of(audited)["answers"]["installed"]["interval"]
    true = sts07.device("router-1").installed
    assert interval["earliest"]["at"] <= true["after"] <= true["before"] <= interval["latest"]["at"]
    assert (interval["earliest"]["at"], interval["latest"]["at"]) == ("2017-06-06", "2017-06-08")
    assert router_of(audited)["answers"]["place"]["value"].startswith("+K2")


def test_an_audit_joins_label_sheet_and_wire(audited):
    known = {(one["kind"], one["value"]) for one in router_of(audited)["identifiers"]}
    assert {
        ("mac", "00:1e:42:1d:9c:3e"),
        ("ip", "10.70.7.250"),
        ("imei", "861601042187354"),
        ("iccid", "8999902170318465528"),
        ("serial", "1105206817"),
    } <= known
    seen_in = {one["value"] for one in router_of(audited)["subjects"] if one["kind"] == "label"}
    assert {"evidence/factory/IMG_0417.jpg 1", "evidence/site/IMG_2231.jpg 1"} <= seen_in


def test_an_audit_compares_the_visits(audited):
    factory, site = audited["visits"]
    assert (factory["kind"], site["kind"]) == ("factory", "site")
    assert [change["what"] for change in site["changes"]] == ["changed firmware"]
    assert "3.2.12" in site["changes"][0]["words"]
    assert "3.2.14" in site["changes"][0]["words"]


def test_an_audit_tells_the_cabinet_that_stayed_closed(audited):
    assert "cabinet +K4" in {gap["what"] for gap in audited["gaps"]}
    assert not [gap for gap in audited["gaps"] if gap["unread"]]


def test_both_papers_decline_the_router(audited):
    cited = {one["path"] for one in router_of(audited)["answers"]["record"]["citations"]}
    papers = ("contract-list.xlsx", "technical-specification.pdf")
    assert {f"paperwork/{name}" for name in papers} <= cited
