"""The same traffic as a capture and as Zeek logs: the same answers, every difference explained.

Two oracles: the logs that ICSNPP's tests expect of their captures (in the corpus), and logs that
``zeeklike`` makes of the example crane by way of tshark.
"""

import json
import os
import shutil
from collections import Counter
from pathlib import Path

import pytest
import zeeklike
from proofs import AT

from overlanded.pipeline import Options, audit
from overlanded.wire.decode import decode

from . import baselines

CORPUS = os.environ.get("OVERLANDED_CORPUS", "")
needs_corpus = pytest.mark.skipif(not CORPUS, reason="OVERLANDED_CORPUS names no corpus")
needs_tshark = pytest.mark.skipif(not shutil.which("tshark"), reason="tshark is not installed")
EXAMPLE = Path(__file__).parents[3] / "examples" / "sts-07" / "evidence" / "mirror-sw1.pcapng"

SERVED, SESSIONS, CONTACTS = ("serves", "uses"), ("session",), ("contact", "resolved")
STATED = (
    "maker", "model", "order-number", "firmware", "hardware", "serial", "device-type", "hostname",
    "http.server", "http.user-agent", "http.host", "ssh.banner", "snmp.version", "snmp.description",
    "ntp.reference", "dhcp.vendor-class",
)  # fmt: skip
COMPARED = (*SERVED, *SESSIONS, *CONTACTS, *STATED)
"""Words that both a capture and a log may have; the others need what no log holds (see
docs/explanation/what-zeek-logs-cannot-show.md)."""

EXPLAINED = (
    # set, side that alone says it, address ("" = any), words, why
    ("modbus", "capture", "127.0.0.1", STATED, "modbus_read_device_identification.log is not kept"),
    ("s7ident", "capture", "", STATED, "what status lists hold is not logged"),
    ("s7ident", "capture", "", SERVED, "without conn.log, one host alone: client and server are one"),
    ("opcua", "capture", "", STATED, "build information inside values that were read"),
    ("fins", "capture", "", (*SESSIONS, *STATED), "replaced by the next"),
    ("fins", "logs", "", (*SESSIONS, *SERVED), "a capture keeps the first datagrams of two hosts, a log all"),
    ("fins-tcp", "capture", "", STATED, "the detail log is not made whole here"),
    ("profinet", "both", "192.168.0.1", COMPARED, "several plants in one capture: MACs tell them apart"),
    ("profinet", "both", "192.168.0.2", COMPARED, "as 192.168.0.1"),
    ("profinet", "both", "192.168.0.3", COMPARED, "as 192.168.0.1"),
    ("profinet", "both", "140.140.60.50", SERVED, "a public address without a MAC is outside"),
    ("profinet", "capture", "", STATED, "identification records are not logged"),
    ("profinet", "both", "", (*SESSIONS, "uses"), "as fins: a log has all messages of two hosts"),
    ("crane", "capture", "10.70.7.250", SESSIONS, "the status list that was read has a log of its own"),
    ("crane", "capture", "10.70.7.65", SESSIONS, "as 10.70.7.250"),
    ("crane", "logs", "10.70.7.250", SESSIONS, "as 10.70.7.250"),
    ("crane", "logs", "10.70.7.65", SESSIONS, "as 10.70.7.250"),
    ("crane", "both", "", SERVED, "Zeek has no parser for RTSP: that service has no name"),
    ("crane", "capture", "", STATED, "identities inside Modbus and S7 have logs that are not made here"),
)  # fmt: skip
"""Every difference there is, the first that fits counts."""


def audited(folder):
    audit(folder, Options(AT))
    return json.loads((folder / "outturn" / "case-document.json").read_bytes())


def addresses(device):
    return sorted(one["value"] for one in device["identifiers"] if one["kind"] == "ip")


def answers(case):
    """Address → (class, what was observed of it), of devices that have one address."""
    owner = {}
    for device in case["devices"]:
        for subject in device["subjects"]:
            owner[(subject["kind"], subject["value"])] = addresses(device)[:1] or [subject["value"]]
    found = {}
    for device in case["devices"]:
        if len(addresses(device)) == 1:
            told = {_told(one, owner) for one in device["observations"]}
            found[addresses(device)[0]] = (device["class"], told)
    return found


def _told(one, owner):
    other = one["object"] or {"kind": "", "value": ""}
    party = owner.get((other["kind"], other["value"]), [other["value"]])[0]
    detail = {part["name"]: part["value"] for part in one["detail"]}
    functions = detail.get("functions", "") if one["property"] in ("session", "uses") else ""
    return one["property"], one["value"], party, functions


def compared(captured, logs):
    """(what both say by word, what one alone says), of the addresses that both have."""
    both, alone = Counter(), set()
    for address in captured.keys() & logs.keys():
        ours, theirs = (
            {one for one in side[address][1] if one[0] in COMPARED} for side in (captured, logs)
        )
        both.update(word for word, *_ in ours & theirs)
        alone |= {("capture", address, *one) for one in ours - theirs}
        alone |= {("logs", address, *one) for one in theirs - ours}
    return both, alone


def reason(name, side, address, word):
    for known, where, only, words, why in EXPLAINED:
        fits = name.startswith(known) and where in (side, "both") and only in ("", address)
        if fits and word in words:
            return why
    return ""


def counted(both, captured, logs):
    """(devices, services, sessions, contacts) that agree."""
    devices = len(captured.keys() & logs.keys())
    return devices, *(sum(both[word] for word in words) for words in (SERVED, SESSIONS, CONTACTS))


@pytest.fixture
def pair(tmp_path, request):
    """The audits of a capture and of its logs."""
    capture, folder = baselines.SETS[request.param]
    root = Path(CORPUS) / "ics-icsnpp"
    (tmp_path / "capture").mkdir()
    (tmp_path / "logs").mkdir()
    shutil.copy(root / capture, tmp_path / "capture")
    with (root / capture).open("rb") as stream:
        ns = decode(stream, samples=False).first_ns
    for name, kind, text in baselines.logs(root / folder):
        (tmp_path / "logs" / name).write_text(baselines.restored(text, kind, ns))
    return answers(audited(tmp_path / "capture")), answers(audited(tmp_path / "logs"))


AGREED = {
    "modbus": (2, 2, 1, 1), "s7comm-plus": (3, 3, 2, 0), "s7ident": (1, 0, 0, 0),
    "cip": (6, 6, 3, 0), "cip-set": (2, 2, 1, 0), "cip-several": (2, 2, 1, 0),
    "opcua": (1, 1, 0, 0), "opcua-port": (1, 1, 0, 0), "opcua-gap": (0, 0, 0, 0),
    "fins": (2, 1, 0, 0), "fins-tcp": (2, 2, 1, 0), "profinet": (30, 57, 9, 0),
    "profinet_connect": (28, 28, 15, 0), "profinet_connect_minimal": (2, 2, 1, 0),
    "profinet_control": (24, 42, 10, 0), "profinet_device": (2, 2, 1, 0),
    "profinet_read": (7, 6, 2, 0), "profinet_release": (2, 2, 1, 0), "profinet_write": (20, 18, 6, 0),
}  # fmt: skip
"""Set → least (devices, services, sessions, contacts) on which capture and logs agree."""


@needs_corpus
@pytest.mark.parametrize(
    ("pair", "name"), [(name, name) for name in baselines.SETS], indirect=["pair"]
)
def test_icsnpps_logs_give_the_answers_of_their_captures(pair, name):
    both, alone = compared(*pair)
    assert {one for one in alone if not reason(name, *one[:3])} == set()
    agreed = counted(both, *pair)
    assert all(least <= found for least, found in zip(AGREED[name], agreed, strict=True)), agreed


@needs_corpus
@pytest.mark.parametrize(
    "pair", ["modbus", "s7comm-plus", "cip-set", "opcua", "fins-tcp"], indirect=True
)
def test_what_the_content_names_has_the_same_class(pair):
    captured, logs = pair
    assert {one: captured[one][0] for one in logs} == {one: logs[one][0] for one in logs}


@needs_tshark
def test_the_example_crane_has_the_same_devices_services_and_sessions(tmp_path):
    (tmp_path / "capture").mkdir()
    shutil.copy(EXAMPLE, tmp_path / "capture")
    zeeklike.write(EXAMPLE, tmp_path / "logs" / "zeek")
    captured, logs = answers(audited(tmp_path / "capture")), answers(audited(tmp_path / "logs"))
    both, alone = compared(captured, logs)
    assert {one for one in alone if not reason("crane", *one[:3])} == set()
    assert all(map(int.__ge__, counted(both, captured, logs), (21, 49, 13, 6)))
    same = {one for one in captured if captured[one][0] == logs[one][0]}
    # A web page's title and an OPC UA application name these two, and are in no log here.
    assert captured.keys() - same <= {"10.70.7.250", "10.70.7.60"}


@needs_corpus
@pytest.mark.parametrize("name", ["conn", "dns", "http", "ssl", "open_http", "open_ssl"])
def test_real_logs_say_the_same_in_ascii_and_in_json(tmp_path, name):
    found = []
    for kind in ("open_conns/open", "json_with_all_fields"):
        folder = tmp_path / kind.replace("/", "-")
        folder.mkdir()
        shutil.copy(Path(CORPUS) / "rita" / "test_data" / kind / f"{name}.log", folder)
        found.append({address: told for address, (_, told) in answers(audited(folder)).items()})
    assert found[0]
    assert found[0] == found[1]


@needs_corpus
def test_a_folder_of_real_logs_is_one_sensor_and_every_row_is_accounted_for(tmp_path):
    folder = Path(CORPUS) / "rita" / "test_data" / "proxy"
    shutil.copytree(folder, tmp_path / "zeek")
    case = audited(tmp_path)
    assert {item["kind"] for item in case["evidence"]} == {"zeek"}
    rows = sum(
        sum(line[:1] not in (b"#", b"") for line in path.read_bytes().split(b"\n"))
        for path in folder.glob("*.log")
        if path.stem not in ("stats", "capture_loss", "packet_filter", "loaded_scripts")
    )
    assert sum(seen["seen"] for seen in case["coverage"]) == rows
    assert not any(gap["unread"] for gap in case["gaps"])
