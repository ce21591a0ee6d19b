"""What an audit names in public captures, against what is known of them.

``corpus_truth.toml`` holds the facts; the floors here say how many of them must be found, and the
reasons why the rest is not. The whole table of misses is printed (``pytest -s``).
"""

from __future__ import annotations

import os
import re
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import Struct, field

from overlanded.model.devices import Device
from overlanded.model.document import CaseDocument
from overlanded.pipeline import Options, audit

CORPUS = Path(os.environ.get("OVERLANDED_CORPUS") or "/nonexistent")
TRUTH = tomllib.loads(Path(__file__).with_name("corpus_truth.toml").read_text(encoding="utf-8"))
AT = "2026-01-01T00:00:00Z"
SAYS_PROTOCOL = {"serves", "uses", "speaks", "session", "tunnel", "remote-control"}
CAPTURE = {".pcap", ".pcapng", ".cap", ".trace"}

FLOORS = {"ics-iti": (1.0, 0.99), "ics-icsnpp": (1.0, 1.0), "ndpi": (1.0, 0.71)}
"""Group → least share of roles and of protocols that must be found."""
AS_ONE_CASE = {"ics-iti": 1, "ics-icsnpp": 0, "ndpi": 0}
"""Group → roles that may be missed where all captures are one case, as equipment of several
places then shares addresses."""
RARE = "no dissector: not met on cranes"
FAR = "both ends are Internet hosts behind routers, which are no devices"
SECOND = "one service, named by the protocol that opens it"
REASONS = {
    "134.249.53.130": "the same PC loads programs in another capture",
    "modbusSmall": "one machine talks to itself at an Internet address",
    "NTPv": FAR,
    "openvpn_nohmac.pcapng": FAR,
    "teredo": FAR,
    "rmcp": FAR,
    "stun_dtls_unidirectional": FAR,
    "c1222": RARE,
    "pcap: can": RARE,
    "ether-s": RARE,
    "gtp": RARE,
    "c37118": RARE,
    "knx": RARE,
    "trdp": RARE,
    "openvpn_obfuscated": "a guess of nDPI from the port; no TLS is there",
    "rdp_over_tls": "named by what TLS carries",
    "stun_classic": "the older STUN has no cookie to know it by",
    "stun_msteams_unidir": "answers only, no request that names the service",
    ": dtls": SECOND,
    "upnp": "a search sent to everybody is no service",
}
"""Part of a miss → why it is missed."""

CONTROL = {"plc", "safety-plc", "hmi", "engineering-station", "drive", "remote-io"}
HAS_CONTROL = re.compile(
    r"dnp3|modbus|mms|goose|iec|bacnet|enip|cip|opcua|s7|profinet|ethercat|hart|ptp", re.IGNORECASE
)
"""Captures of other test suites whose names tell of control protocols."""

needs_corpus = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="OVERLANDED_CORPUS names no corpus of captures"
)


class Tally(Struct):
    """What was expected of a group of captures and what was found."""

    captures: int = 0
    devices: int = 0
    roles: int = 0
    protocols: int = 0
    roles_missed: list[str] = field(default_factory=list)
    protocols_missed: list[str] = field(default_factory=list)

    def shares(self) -> tuple[float, float]:
        """Shares of the roles and of the protocols that were found."""
        return (
            1 - len(self.roles_missed) / max(1, self.roles),
            1 - len(self.protocols_missed) / max(1, self.protocols),
        )

    def row(self, group: str) -> str:
        """One row of the table."""
        roles = f"{self.roles - len(self.roles_missed)}/{self.roles}"
        named = f"{self.protocols - len(self.protocols_missed)}/{self.protocols}"
        return f"| {group} | {self.captures} | {self.devices} | {roles} | {named} |"


def audited(path: Path, outturn: Path) -> CaseDocument:
    return audit(path, Options(at=AT, outturn=outturn)).document


def protocols_of(document: CaseDocument) -> set[str]:
    return {
        one.value.split("/")[0]
        for device in document.devices
        if device.cluster
        for one in device.cluster.observations
        if one.property in SAYS_PROTOCOL
    } | _below(document)


def _below(document: CaseDocument) -> set[str]:
    """Protocols that need no service to be seen: what a device says in them is their trace."""
    names = {"dhcp", "ssdp", "wsd", "stp"}
    properties = {
        one.property.split(".")[0]
        for device in document.devices
        if device.cluster
        for one in device.cluster.observations
    }
    return {"ssdp" if name == "upnp" else name for name in properties} & names


def addresses_of(device: Device) -> set[str]:
    if device.cluster is None:
        return set()
    stated = {one.value for one in device.cluster.observations if one.property == "address"}
    return stated | {subject.value for subject in device.cluster.subjects}


def roles_missed(document: CaseDocument, roles: dict[str, list[str]]) -> Iterator[str]:
    for role, addresses in roles.items():
        for address in addresses:
            there = [one for one in document.devices if address in addresses_of(one)]
            classes = {one.device_class for one in there}
            if role not in classes:
                yield f"{role} at {address}: {', '.join(sorted(classes)) or 'no device'}"


def taken(group: str, folder: Path) -> Tally:
    tally = Tally()
    for number, capture in enumerate(TRUTH["capture"]):
        name = capture["path"]
        if not name.startswith(f"{group}/") or not (CORPUS / name).exists():
            continue
        document = audited(CORPUS / name, folder / str(number))
        roles = capture.get("roles", {})
        tally.captures += 1
        tally.devices += len(document.devices)
        tally.roles += sum(map(len, roles.values()))
        tally.protocols += len(capture["protocols"])
        tally.roles_missed += [f"{name}: {miss}" for miss in roles_missed(document, roles)]
        missing = sorted(set(capture["protocols"]) - protocols_of(document))
        tally.protocols_missed += [f"{name}: {one}" for one in missing]
    return tally


def reason(miss: str) -> str:
    return next((why for part, why in REASONS.items() if part in miss), "not explained")


@needs_corpus
@pytest.mark.parametrize("group", FLOORS)
def test_roles_and_protocols(group, tmp_path):
    tally = taken(group, tmp_path)
    if not tally.captures:
        pytest.skip(f"the corpus has no {group}")
    print(f"\n| group | captures | devices | roles | protocols |\n{tally.row(group)}")
    for miss in (*tally.roles_missed, *tally.protocols_missed):
        print(f"  {miss} ({reason(miss)})")
    roles, protocols = FLOORS[group]
    assert tally.shares()[0] >= roles
    assert tally.shares()[1] >= protocols


@needs_corpus
@pytest.mark.parametrize("group", FLOORS)
def test_a_folder_of_captures_as_one_case(group, tmp_path):
    folder = tmp_path / "case"
    folder.mkdir()
    captures = [one for one in TRUTH["capture"] if one["path"].startswith(f"{group}/")]
    there = [one for one in captures if (CORPUS / one["path"]).exists()]
    for number, capture in enumerate(there):
        source = CORPUS / capture["path"]
        shutil.copyfile(source, folder / f"{number:03}-{source.name}")
    if not there:
        pytest.skip(f"the corpus has no {group}")
    document = audited(folder, tmp_path / "outturn")
    roles = {
        (role, address)
        for capture in there
        for role, addresses in capture.get("roles", {}).items()
        for address in addresses
    }
    missed = [miss for one in roles for miss in roles_missed(document, {one[0]: [one[1]]})]
    print(f"\n{group} as one case: {len(roles) - len(missed)}/{len(roles)} roles")
    for miss in missed:
        print(f"  {miss} ({reason(miss)})")
    assert len(missed) <= AS_ONE_CASE[group]


@needs_corpus
@pytest.mark.parametrize("group", ["zeek-btest", "tcpdump-tests"])
def test_no_control_equipment_where_there_is_none(group, tmp_path):
    found = [
        f"{path.name}: {device.device_class}"
        for number, path in enumerate(sorted((CORPUS / group).rglob("*")))
        if path.suffix in CAPTURE and not HAS_CONTROL.search(str(path.relative_to(CORPUS)))
        for device in audited(path, tmp_path / str(number)).devices
        if device.device_class in CONTROL
    ]
    assert found == []
