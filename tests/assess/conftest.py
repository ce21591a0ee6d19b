"""A small crane: a router with sessions to a PLC, papers, a capture."""

from types import SimpleNamespace

import pytest

from overlanded.assess import Context, indexed
from overlanded.model.citing import Citation, Locator, Search
from overlanded.model.devices import (
    Cluster,
    Comparison,
    Device,
    Identity,
    Match,
    Standing,
    Weighed,
)
from overlanded.model.evidence import EvidenceItem, Scope, Side, Zone
from overlanded.model.identifiers import Identifier
from overlanded.model.observing import Coverage, Observation, Subject
from overlanded.model.records import Record, RecordStatus

START = 1_700_000_000_000_000_000
HOUR = 3_600_000_000_000
SHEET = Citation("p1", "contract.xlsx", Locator("row", "Options › 31"))
PAPER = EvidenceItem("p1", "contract.xlsx", "0" * 64, 1, "xlsx", Side.PAPERWORK, 1)
CAPTURE = EvidenceItem("e1", "span.pcapng", "1" * 64, 1, "pcapng", Side.EVIDENCE, 2)
COVERAGE = Coverage("e1", "span.pcapng", "capture", "span", START, START + 41 * HOUR, 1000, 0)
OPTION = Record(
    "r1",
    RecordStatus.DECLINED,
    "remote diagnostics, 4G router",
    1,
    SHEET,
    "14.3",
    "cellular-gateway",
    purpose="remote diagnostics",
)
SEARCH = Search("s-1", "d-1", ("contract.xlsx",), ("mac 00:1e:42:00:00:01",), 41, "Parts › 3: x")


def mac(last, network=""):
    return Subject("mac", f"00:1e:42:00:00:{last:02x}", network)


def saw(subject, name, value, *, count=1, to=None, at=START, **detail):
    cited = Citation("e1", "span.pcapng", Locator("frame", str(100 + len(name))))
    parts = tuple(sorted(detail.items()))
    return Observation(subject, name, value, cited, at, at + HOUR, count, to, parts)


def device(last, device_class, *seen, standing=Standing.UNKNOWN, network="", **fields):
    subject = mac(last, network)
    seen = (saw(subject, "vlan", "0"), *seen)
    subjects = tuple(sorted({one.subject for one in seen}))
    known = (
        Identifier("mac", subject.value),
        Identifier("ip", f"10.0.0.{last}"),
    )
    cited = Citation("e1", "span.pcapng", Locator("frame", "7"))
    evidence = (Weighed("MAC block", 3.0, "oui", (cited,)), Weighed("rival", -1.0, "rivals"))
    remote = ("cellular",) if device_class == "cellular-gateway" else ()
    identity = Identity(device_class, "Teltonika", "", remote, evidence, 0.9)
    defaults = {"probability": 0.9, **fields}
    return Device(
        f"d-{last}",
        last,
        f"{device_class} {last}",
        device_class,
        standing,
        Cluster(subjects, known, seen),
        identity,
        **defaults,
    )


def missing(standing=Standing.MISSING, records=("r1",)):
    return Device("d-9", 9, "PLC-9", "plc", standing, None, None, records=records, probability=0.7)


def declined(*seen, **fields):
    match = Match("r1", "d-1", 2.0, 0.88, (Comparison("class", "x", "x", 3.5),))
    return device(
        1,
        "cellular-gateway",
        *seen,
        standing=Standing.DECLINED,
        matches=(match,),
        records=("r1",),
        searches=("s-1",),
        **fields,
    )


def context(*devices, records=(OPTION,), searches=(SEARCH,), coverage=(COVERAGE,), **fields):
    return Context(
        fields.pop("scope", Scope("sts-07")),
        {record.id: record for record in records},
        {search.id: search for search in searches},
        devices,
        indexed(fields.pop("observations", ())),
        tuple(coverage),
        items=(PAPER, CAPTURE),
    )


@pytest.fixture(scope="session")
def world():
    return SimpleNamespace(
        mac=mac,
        saw=saw,
        device=device,
        missing=missing,
        declined=declined,
        context=context,
        option=OPTION,
        search=SEARCH,
        coverage=COVERAGE,
        start=START,
        hour=HOUR,
        Zone=Zone,
        Scope=Scope,
    )
