"""Stated names held against those that tshark, run as a program of its own, reads."""

from __future__ import annotations

import shutil
import subprocess
from importlib import import_module

import pytest

from .helper import corpus, needs_corpus, samples

TSHARK = shutil.which("tshark") or ""
needs_tshark = pytest.mark.skipif(not TSHARK, reason="tshark is not installed")

ITI, NPP = "ics-iti/pcaps/", "ics-icsnpp/"
CASES = [
    ("s7comm", "s7/tia_s300_goOnline.pcapng", "s7comm.szl.001c.0005.serialn", "serial"),
    ("s7comm", "s7/tia_s300_goOnline.pcapng", "s7comm.szl.001c.0007.cputypname", "model"),
    ("s7comm", "s7/s7comm_reading_plc_status.pcap", "s7comm.szl.001c.0005.serialn", "serial"),
    ("mms", "IEC61850/piccolo.pcap", "mms.vendorName", "maker"),
    ("mms", "IEC61850/piccolo.pcap", "mms.revision", "firmware"),
    ("goose", "IEC61850/GOOSE/Sample_File_GOOSE.pcap", "goose.gocbRef", "iec61850.publishes"),
    ("fins", "omron/omron_test.pcap", "omron.controller.model", "model"),
    ("bacnet", "BACnet/bacnet_test.pcap", "bacapp.object_name", "hostname"),
    ("enip", "EthernetIP/enip_test.pcap", "enip.lir.name", "model"),
    ("enip", "EthernetIP/enip_test.pcap", "enip.lir.serial", "serial"),
    ("profinet_dcp", "profinet/PROFINET-RT-DCP/ChangeIPUsingDCP.pcap",
     "pn_dcp.suboption_ip_ip", "address"),
    ("profinet_cm", "testing/traces/profinet_io_cm_connect_minimal.pcapng",
     "pn_io.cminitiator_station_name", "station-name"),
    ("opcua", "pcaps/open62541_client-server_mainloop-not-localhost.pcap",
     "opcua.EndpointUrl", "opcua.endpoint"),
]  # fmt: skip


def by_tshark(path: str, field: str) -> set[str]:
    done = subprocess.run(
        [TSHARK, "-r", path, "-T", "fields", "-E", "separator=/t", "-E", "aggregator=;", "-e", field],
        capture_output=True,
        check=True,
        text=True,
    )  # fmt: skip
    return {value.strip() for line in done.stdout.splitlines() for value in line.split(";")} - {""}


def plain(value: str) -> str:
    """Numbers in one notation: tshark writes 0x00524d8e where a report writes 00524D8E."""
    return value.lower().removeprefix("0x")


@needs_corpus
@needs_tshark
@pytest.mark.parametrize(("module", "name", "field", "word"), CASES)
def test_same_values(module: str, name: str, field: str, word: str) -> None:
    path = corpus((NPP if name.startswith(("testing/", "pcaps/")) else ITI) + name)
    dissect = import_module(f"overlanded.wire.dissect.{module}").dissect
    found = [result for one in samples(path) if (result := dissect(one))]
    ours = {fact.value for one in found for fact in one.facts if fact.property == word}
    assert {plain(value) for value in ours} == {plain(one) for one in by_tshark(str(path), field)}
