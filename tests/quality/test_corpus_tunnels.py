"""Tunnels and remote control in public captures: recall by kind, false alarms, and silence.

``tunnels_truth.toml`` says what the captures hold, by their names and the labels beside them. The
tables are printed (``pytest -s``).
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from overlanded.analyse.traffic import Taken, dns_tunnels, gather, pairs, tunnels
from overlanded.analyse.traffic.part import recognised
from overlanded.custody.streams import Stream
from overlanded.model.devices import Device, Question
from overlanded.model.evidence import EvidenceItem, Side
from overlanded.pipeline import Options, audit
from overlanded.wire.decode import arrays, decode

CORPUS = Path(os.environ.get("OVERLANDED_CORPUS") or "/nonexistent")
TRUTH = tomllib.loads(Path(__file__).with_name("tunnels_truth.toml").read_text(encoding="utf-8"))
CAPTURE = {".pcap", ".pcapng", ".cap", ".trace"}
OBSERVERS = (tunnels.observe, dns_tunnels.observe)
NDPI, PLANTS = ("ndpi",), ("ics-iti", "ics-icsnpp")
CONTROL = re.compile(
    r"(?<![a-z])(dnp3|modbus|mms|goose|iec|bacnet|enip|ethernetip|cip|opc-?ua|s7|profinet|ethercat"
    r"|hart|fins|ads|ethers|knx|c1222|beckhoff)",
    re.IGNORECASE,
)
"""Captures of other test suites whose names tell of control protocols."""
LEAST = 0.95
MISSED = {
    "dns2tcp_tunnel.pcap": (
        "its DNS is inside HTTPS to 1.1.1.1: 50 frames of TLS without a name, whose six requests are "
        "no longer than a browser's"
    ),
    "ultrasurf.pcap": (
        "TLS without any name, as many programs have; nDPI goes by a segment in the middle of a "
        "connection whose beginning was not captured"
    ),
}
REMOTE = {"tunnel", "remote-control", "contact", "further-contacts", "visit", "systems"}
"""Properties that each say something of a far end, with ``fronts`` outside and ``distance`` far."""
SAYS = {
    Question.ACTIVITY: re.compile(r"(?!not seen|not determined)"),
    Question.INBOUND: re.compile(r".*(?:from outside|by way of)"),
}
"""What an answer says where it is more than that services were answered here."""

pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="OVERLANDED_CORPUS names no corpus of captures"
)


def captures(*groups: str) -> Iterator[Path]:
    for group in groups:
        yield from sorted(
            path.relative_to(CORPUS)
            for path in (CORPUS / group).rglob("*")
            if path.suffix in CAPTURE
        )


def found(name: Path) -> set[tuple[str, str]]:
    """(kind, by what) of the tunnels and remote control in a capture."""
    with Stream(CORPUS / name) as stream:
        walked = decode(stream)
    flows, sightings = (arrays(table, walked.raw[table]) for table in ("flows", "sightings"))
    reads = tuple(recognised(0, walked.samples))
    item = EvidenceItem("e-1", name.name, "00", 1, "capture", Side.EVIDENCE, 1)
    traffic = gather([item], Taken(pairs.fold([pairs.of_flows(flows)]), [sightings], reads))
    return {
        (one.value, dict(one.detail)["by"]) for observe in OBSERVERS for one in observe(traffic)
    }


def labelled(*lists: str) -> dict[str, set[str]]:
    return {row["path"]: set(row["kinds"]) for name in lists for row in TRUTH[name]}


def test_kinds_are_recognised():
    wanted = missed = 0
    for path, kinds in labelled("holds").items():
        if (CORPUS / path).exists():
            told = {kind for kind, _ in found(Path(path))}
            wanted += len(kinds)
            for kind in sorted(kinds - told):
                missed += 1
                why = MISSED.get(Path(path).name, "not explained")
                print(f"  missed {kind} in {path}: {why}")
                assert Path(path).name in MISSED
    if not wanted:
        pytest.skip("the corpus has none of them")
    print(f"\nkinds recognised: {wanted - missed}/{wanted}")
    assert wanted - missed >= LEAST * wanted


def test_no_other_capture_is_said_to_hold_one():
    truth = labelled("holds", "besides")
    alarms, looked = [], 0
    for name in (*captures(*NDPI), *plants()):
        looked += 1
        told = {kind for kind, by in found(name) if by != "name"}
        alarms += [f"{kind} in {name}" for kind in told - truth.get(name.as_posix(), set())]
    if not looked:
        pytest.skip("the corpus has none of them")
    print(f"\nkinds that no label tells: {len(alarms)} in {looked} captures")
    assert alarms == []


def plants() -> Iterator[Path]:
    """Captures of local plant traffic: all of the plant groups, others by their names."""
    border = {row["path"] for row in TRUTH["border"]}
    suites = captures("tcpdump-tests", "zeek-btest", *NDPI)
    others = [name for name in suites if CONTROL.match(name.stem)]
    for name in (*captures(*PLANTS), *others):
        if name.as_posix() not in border:
            yield name


def statements(device: Device) -> Iterator[str]:
    """Everything said of a device that says that it communicated with somebody elsewhere."""
    for answer in device.answers:
        says = SAYS.get(answer.question)
        if says and says.match(answer.value):
            yield f"{answer.question}: {answer.value}"
    for one in device.cluster.observations if device.cluster else ():
        detail = dict(one.detail)
        local = "local" in (detail.get("direction"), detail.get("where"))
        far = (one.property, one.value) == ("distance", "far")
        fronts = one.property == "fronts" and detail.get("where") == "outside"
        if (one.property in REMOTE and not local) or far or fronts:
            yield f"{one.property} {one.value}"


def test_local_plant_traffic_is_no_remote_communication(tmp_path):
    stated, devices, looked = [], 0, 0
    for number, name in enumerate(plants()):
        options = Options(at="2026-01-01T00:00:00Z", outturn=tmp_path / str(number))
        looked += 1
        for device in audit(CORPUS / name, options).document.devices:
            devices += 1
            stated += [f"{name}: {device.name}: {one}" for one in statements(device)]
    if not looked:
        pytest.skip("the corpus has none of them")
    print(
        f"\nstatements of remote communication: {len(stated)}, {devices} devices, {looked} captures"
    )
    assert stated == []
