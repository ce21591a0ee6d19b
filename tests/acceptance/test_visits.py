"""Several visits, what parties said, and equipment that is no longer there: the whole way."""

from __future__ import annotations

import json
import shutil

import jsonschema
import pytest
from crane import CONTRACT
from plant import Host, Wire, s7
from program import document, run

YEAR = 365 * 86_400 * 10**9
PLC = Host("001b1b000001", "192.168.10.1")
HMI = Host("001b1b000002", "192.168.10.2")
MOVED = Host("001b1b000002", "192.168.10.9")
METER = Host("000e6b084ea3", "192.168.10.40")
ROUTER = Host("001e42000001", "192.168.10.254", ttl=63)
CRANE = """
[milestones]
"factory acceptance" = 2017-03-05
"site acceptance" = 2017-10-20

[[files]]
path = "evidence/bag.csv"
visit = "site"
"""
BAG = """Visit,Date,Inspector,Cabinet,Cabinet was,What,Maker,Model,Serial number,IMEI
site,2018-03-02,A. Surveyor,evidence bag 3,opened,4G modem,Sierra Wireless,AirLink RV50,LA63750012,
"""
REMOVED = """Work order WO-118,,,,,,
Item,Description,Manufacturer,Type,Serial number,Qty,Status
1,4G modem,Sierra Wireless,AirLink RV50,LA63750012,1,removed
2,Intercom station SIP,Zenitel,TCIS-3,10080931,1,removed
"""
SAID = """
[[statements]]
speaker = "Service manager, Example Crane Works"
role = "maker"
date = 2018-04-01
text = "The router was never connected."
about = "14.3"
claims = { connected = false, purpose = "remote diagnostics" }

[[statements]]
speaker = "Head of engineering"
role = "port"
date = 2018-04-01
text = "We did not order it."
about = ["00:1e:42:00:00:01"]
claims = { ordered = false, installer = "Example Crane Works" }
"""


def wire(start, *hosts, sessions=()):
    made = Wire(start)
    for _ in range(40):
        made.announce(*hosts)
        made.now += 300 * 10**9
    for client, far in sessions:
        s7(made, client, PLC, 5, far=far)
    return made.pcap()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    case = tmp_path_factory.mktemp("visits") / "sts-01"
    (case / "evidence").mkdir(parents=True)
    (case / "paperwork").mkdir()
    first = Wire().now
    (case / "crane.toml").write_text(CRANE)
    (case / "statements.toml").write_text(SAID)
    (case / "paperwork" / "contract.csv").write_text(CONTRACT)
    (case / "paperwork" / "work-order.csv").write_text(REMOVED)
    (case / "evidence" / "factory.pcap").write_bytes(
        wire(first, PLC, HMI, METER, sessions=[(HMI, 30_000)])
    )
    (case / "evidence" / "site.pcap").write_bytes(
        wire(first + YEAR, PLC, MOVED, ROUTER, sessions=[(MOVED, 30_000), (ROUTER, 80_000_000)])
    )
    (case / "evidence" / "bag.csv").write_text(BAG)
    return case


@pytest.fixture(scope="module")
def audited(folder):
    done = run("audit", folder, "--at", "2026-01-01T00:00:00Z")
    assert done.returncode == 0, done.stderr
    return document(folder), done.stdout


def named(case, text):
    return next(
        one
        for one in case["devices"]
        if text in json.dumps([one["identifiers"], one["records"], one["identity"]])
    )


def test_the_visits_are_told_apart_by_the_milestones(audited):
    case, _ = audited
    assert [visit["name"] for visit in case["visits"]] == [
        "factory visit 2017-03-01",
        "site visit 2018-03-01",
    ]


def test_what_is_different_between_them(audited):
    case, printed = audited
    router = named(case, "00:1e:42:00:00:01")
    found = {
        (change["what"], change["device"])
        for visit in case["visits"]
        for change in visit["changes"]
    }
    assert ("appeared", router["id"]) in found
    assert ("vanished", named(case, "00:0e:6b:08:4e:a3")["id"]) in found
    assert ("moved", named(case, "00:1b:1b:00:00:02")["id"]) in found
    assert {device for _, device in found} <= {one["id"] for one in case["devices"]}
    assert "Visits compared: factory visit 2017-03-01 → site visit 2018-03-01." in printed


def test_a_finding_says_that_it_appeared_since_the_factory_visit(audited):
    case, _ = audited
    router = named(case, "00:1e:42:00:00:01")
    found = [one for one in case["findings"] if one["rule"] == "appeared-after-factory-visit"]
    assert [(one["device"], one["severity"]) for one in found] == [(router["id"], "medium")]
    assert {"evidence/site.pcap", "evidence/factory.pcap"} == {
        cited["path"] for cited in found[0]["citations"] if "paperwork" not in cited["path"]
    }


def test_what_was_said_is_held_against_the_evidence(audited):
    case, printed = audited
    verdicts = {
        bearing["question"]: bearing["verdict"]
        for statement in case["statements"]
        for bearing in statement["bears_on"]
    }
    assert verdicts == {
        "activity": "contradicted",
        "purpose": "supported",
        "record": "supported",
        "installer": "untested",
    }
    router = named(case, "00:1e:42:00:00:01")["answers"]
    assert router["purpose"]["value"].startswith("claimed by the maker (“remote diagnostics”), not")
    assert router["installer"]["value"] == "claimed by the port (“Example Crane Works”)"
    assert "said by the maker" in printed
    assert "contradicted" in printed


def test_removed_equipment_is_listed_and_not_missing(audited):
    case, printed = audited
    bag = named(case, "LA63750012")
    assert bag["answers"]["state"]["value"] == "removed (by 2018-03-02)"
    assert bag["standing"] == "DOCUMENTED"
    paper = next(one for one in case["devices"] if one["class"] == "intercom")
    assert not [one for one in case["devices"] if one["standing"] == "MISSING"]
    assert (paper["standing"], paper["answers"]["state"]["value"]) == ("DOCUMENTED", "removed")
    assert "Known from earlier, removed or not seen since:" in printed


def test_a_statement_that_is_not_understood_is_told_and_the_rest_is_audited(folder, tmp_path):
    case = tmp_path / "sts-02"
    shutil.copytree(folder, case, ignore=shutil.ignore_patterns("outturn"))
    (case / "statements.toml").write_text(SAID.replace("connected", "conected"))
    done = run("audit", case)
    assert done.returncode == 3
    assert "Could not be read in full: statements.toml:2 (entry 1)." in done.stdout
    (gap,) = [one for one in document(case)["gaps"] if one["unread"]]
    assert gap["why"] == "unknown claim “conected”"
    assert len(document(case)["statements"]) == 1


def test_it_fits_the_schema_and_the_report_shows_it(audited, folder):
    case, _ = audited
    jsonschema.Draft202012Validator(json.loads(run("schema").stdout)).validate(case)
    page = (folder / "outturn" / "report.html").read_text()
    for heading in (
        "What was said, and how it stands",
        "Visits compared",
        "Known from earlier, removed",
    ):
        assert heading in page
