"""A made-up but whole crane: 40 devices, one of them a router that the contract declined."""

from __future__ import annotations

from hashlib import sha256

from msgspec.structs import replace

from overlanded.model.certainty import probability
from overlanded.model.citing import Citation, Locator, Role, Search
from overlanded.model.devices import (
    Answer,
    Cluster,
    Comparison,
    Device,
    Hop,
    Identity,
    Link,
    Match,
    Path,
    Paths,
    Question,
    Standing,
    Weighed,
)
from overlanded.model.document import CaseDocument, Ledger, Produced
from overlanded.model.evidence import EvidenceItem, Scope, Side, Zone
from overlanded.model.findings import Advisory, Finding, Proof, Severity
from overlanded.model.identifiers import Identifier, imei, ip, mac, serial
from overlanded.model.intervals import Bound, End, Trust, between
from overlanded.model.observing import Coverage, Gap, Observation, Subject
from overlanded.model.records import Record, RecordStatus
from overlanded.model.statements import Bearing, Claim, Statement, Verdict
from overlanded.model.visits import Change, Visit

HOUR = 3600 * 10**9
START = 1_748_700_000 * 10**9

FILES = (
    ("evidence/mac-table.txt", "switch-text", Side.EVIDENCE, 4211, "port engineer", "2025-06-02"),
    ("evidence/span-2.pcapng", "pcapng", Side.EVIDENCE, 88_120_400, "port engineer", "2025-06-03"),
    ("evidence/span.pcapng", "pcapng", Side.EVIDENCE, 412_882_944, "port engineer", "2025-06-01"),
    ("evidence/visit-1.xlsx", "inspection", Side.EVIDENCE, 20_114, "marine surveyor", "2017-08-15"),
    ("evidence/visit-2.xlsx", "inspection", Side.EVIDENCE, 31_020, "port engineer", "2025-06-02"),
    ("evidence/broken.pcap", "pcap", Side.EVIDENCE, 9000, "", ""),
    ("paperwork/change-order-1.csv", "csv", Side.PAPERWORK, 812, "", ""),
    ("paperwork/contract.xlsx", "xlsx", Side.PAPERWORK, 61_402, "", ""),
    ("paperwork/network-plan.csv", "csv", Side.PAPERWORK, 2210, "", ""),
    ("statements.toml", "statements", Side.STATEMENT, 902, "", ""),
)


def _items() -> tuple[EvidenceItem, ...]:
    return tuple(
        EvidenceItem(
            id=f"item-{number}",
            path=path,
            sha256=sha256(path.encode()).hexdigest(),
            size=size,
            kind=kind,
            side=side,
            exhibit=number,
            collected_by=by,
            collected_at=at,
            collected_where="E-house, cabinet +K2" if by else "",
            holder="port" if side is Side.PAPERWORK else "",
        )
        for number, (path, kind, side, size, by, at) in enumerate(FILES, 1)
    )


ITEMS = _items()
IDS = {item.path: item.id for item in ITEMS}


def cite(path: str, kind: str = "item", place: str = "", excerpt: str = "", **rest) -> Citation:
    """A citation of the made-up case."""
    return Citation(IDS.get(path, "item-0"), path, Locator(kind, place), excerpt, **rest)


def frames(*numbers: int, path: str = "evidence/span.pcapng") -> tuple[Citation, ...]:
    return tuple(cite(path, "frame", str(number)) for number in numbers)


CONTRACT, PLAN = "paperwork/contract.xlsx", "paperwork/network-plan.csv"
PLANNED = (
    ("PLC", "plc", 1, "Siemens", "CPU 1518-4 PN/DP", "+K1"),
    ("safety PLC", "safety-plc", 1, "Siemens", "CPU 1516F-3 PN/DP", "+K1"),
    ("HMI", "hmi", 2, "Siemens", "TP1500 Comfort", "cab"),
    ("drive", "drive", 4, "ABB", "ACS880-07", "+K5"),
    ("remote I/O", "remote-io", 8, "Siemens", "ET 200SP", ""),
    ("switch", "switch", 4, "Hirschmann", "RSP25", "+K2"),
    ("firewall", "firewall", 1, "Fortinet", "FGR-60F", "+K2"),
    ("camera", "camera", 10, "Axis", "Q6135-LE", ""),
    ("video recorder", "nvr", 1, "Axis", "S2216", "+K2"),
    ("CMS server", "cms-server", 1, "Siemens", "IPC427E", "+K2"),
    ("OCR server", "ocr-server", 1, "", "", "+K2"),
    ("intercom", "intercom", 2, "Zenitel", "TCIS-3", ""),
    ("engineering station", "engineering-station", 1, "", "", "+K1"),
)
OPTION = Record(
    id="record-14.3",
    status=RecordStatus.DECLINED,
    description="Remote diagnostics via 4G router, 1 set 远程诊断",
    quantity=1,
    citation=cite(CONTRACT, "row", "Options › 31", "14.3 | Remote diagnostics via 4G router | 1"),
    line="14.3",
    device_class="cellular-gateway",
    purpose="remote diagnostics",
    holder="port",
)
SENSOR = Record(
    id="record-9.2",
    status=RecordStatus.ORDERED,
    description="Anemometer with Ethernet interface, boom tip",
    quantity=1,
    citation=cite(CONTRACT, "row", "Scope › 58", "9.2 | Anemometer, Ethernet | 1"),
    line="9.2",
    device_class="sensor",
    maker="Lufft",
    model="V200A",
    place="boom tip",
    holder="port",
)


SAME = Hop("", "vlan 20", "both were seen on it", frames(18, 101))
PATHS = Paths(
    (
        Path(
            "device-03",
            "PLC-1",
            "plc",
            "control",
            "S7, 4 812 reads, 0 writes",
            (Hop("", "vlan 20", "its sessions were seen on it", frames(204)),),
            frames(204, 377),
        ),
    ),
    (
        *(
            Path(
                f"device-{n:02d}",
                name,
                name.partition("-")[0].lower(),
                "control",
                "same network",
                (SAME,),
            )
            for n, name in enumerate(
                ("HMI-1", "HMI-2", "drive-1", "drive-2", "drive-3", "drive-4"), 5
            )
        ),
        Path(
            "",
            "zone port",
            "network",
            "port",
            "through firewall 1 (seen passing on packets of 10.9.0.4; its rules were not read)",
            (
                Hop("", "vlan 20", "it was seen on it", frames(18)),
                Hop("device-21", "firewall 1", "seen passing on packets of 10.9.0.4", frames(119)),
            ),
        ),
    ),
)


def _answer(question: Question, value: str, words: str, *cited: Citation, **rest) -> Answer:
    return Answer(question, value, words, citations=cited, **rest)


def _undetermined(question: Question, because: str) -> Answer:
    return Answer(question, "not determined", f"Not determined: {because}.", because=because)


def _planned(number: int, name: str, row: int, plan: tuple) -> tuple[Device, Record]:
    _, device_class, _, maker, model, place = plan
    address = mac(f"20:87:56:00:10:{number:02x}")
    at = ip(f"10.40.7.{number + 10}")
    record = Record(
        id=f"record-{number}",
        status=RecordStatus.ORDERED,
        description=f"{maker} {model} {name}".strip(),
        quantity=1,
        citation=cite(PLAN, "row", f"{row}", f"{name};{at.value};{maker} {model}"),
        device_class=device_class,
        maker=maker,
        model=model,
        place=place,
        holder="port",
        identifiers=(at,),
    )
    subject = Subject("mac", address.value, "vlan 20")
    seen = Observation(
        subject,
        "address",
        at.value,
        frames(100 + number)[0],
        first=START + number,
        last=START + 41 * HOUR,
        count=400 * number,
    )
    device_id = f"device-{number:02d}"
    comparisons = (
        Comparison("ip", at.value, at.value, 6.2),
        Comparison("class", device_class, device_class, 2.1),
        Comparison("maker", maker, maker, 1.8 if maker else 0.0),
        Comparison("place", place, "", 0.0),
    )
    weight = sum(comparison.weight for comparison in comparisons)
    identity = Identity(
        device_class,
        maker,
        model,
        evidence=(
            Weighed("name in the network plan's range", 1.2, "address", frames(100 + number)),
            Weighed(f"maker {maker or 'unknown'} by address block", 1.9, "oui", ()),
        ),
        probability=0.957,
    )
    device = Device(
        id=device_id,
        number=number,
        name=name,
        device_class=device_class,
        standing=Standing.DOCUMENTED,
        cluster=Cluster((subject,), (address, at), (seen,)),
        identity=identity,
        matches=(Match(record.id, device_id, weight, probability(weight), comparisons),),
        records=(record.id,),
        answers=(
            _answer(
                Question.IDENTITY,
                device_class,
                f"It is {'an' if name[0] in 'HO' else 'a'} {name}.",
                *frames(100 + number),
                probability=0.957,
            ),
            _answer(
                Question.PLACE, place or "not determined", f"In {place or 'an unknown place'}."
            ),
            _answer(
                Question.RECORD,
                "ordered",
                f"Ordered, network plan row {row}.",
                record.citation,
                probability=0.99,
            ),
            _undetermined(Question.INSTALLER, "no record names who fitted it"),
        ),
        probability=probability(weight),
    )
    return device, record


def _estate() -> tuple[tuple[Device, ...], tuple[Record, ...]]:
    devices, records = [], []
    number = 3
    for plan in PLANNED:
        for copy in range(1, plan[2] + 1):
            name = f"{plan[0]}-{copy}" if plan[2] > 1 or plan[0] == "PLC" else plan[0]
            device, record = _planned(number, name, number + 2, plan)
            devices.append(device)
            records.append(record)
            number += 1
    return tuple(devices), tuple(records)


ROUTER_MAC, ROUTER_IP = mac("00:1e:42:3a:10:07"), ip("10.40.7.250")
ROUTER = Subject("mac", ROUTER_MAC.value, "vlan 20")
PLC = Subject("ip", "10.40.7.13", "vlan 20")


def _router_observations() -> tuple[Observation, ...]:
    day = START + 3 * HOUR

    def seen(name: str, value: str, frame: int, number: int = 1, **rest) -> Observation:
        return Observation(ROUTER, name, value, frames(frame)[0], day, day + HOUR, number, **rest)

    return (
        seen("address", "10.40.7.250", 3, 8120),
        seen("http.title", "RUT955 - login", 811),
        seen("session", "s7comm", 204, 14, object=PLC, detail=(("read", "4812"), ("write", "0"))),
        seen("distance", "far", 18, 14, object=PLC, detail=(("distance_ms", "118"),)),
        seen("contact", "openvpn/udp/1194", 9001, 2, object=Subject("ip", "203.0.113.77")),
    )


VISIT = cite("evidence/visit-1.xlsx", "row", "+K2 › 14", "unlabelled box, two antennas")
FITTED = between(
    (
        Bound(
            "2017-06-10",
            End.EARLIEST,
            Trust.FAIR,
            "opened-without",
            "+K2 was opened on the factory visit and it was not listed there",
            cite("evidence/visit-1.xlsx", "row", "+K2 › 3"),
        ),
        Bound(
            "2017-08-15",
            End.LATEST,
            Trust.STRONG,
            "inspected",
            "an inspection found it at +K2 on the factory visit",
            VISIT,
        ),
        Bound(
            "2025-05-31T14:00:00Z",
            End.LATEST,
            Trust.STRONG,
            "sighted",
            "a sensor saw it for the first time",
            frames(3)[0],
        ),
        Bound(
            "2019-01-01T00:00:00Z",
            End.EARLIEST,
            Trust.WEAK,
            "certificate",
            "its certificate is valid from then",
            frames(811)[0],
        ),
    )
)


def _router_answers() -> tuple[Answer, ...]:
    return (
        _answer(
            Question.IDENTITY,
            "cellular router",
            "It is a cellular router, maker Teltonika, model RUT955.",
            *frames(811, 3),
            probability=0.984,
            would_change="A photograph of its label would settle model and serial number.",
        ),
        _answer(
            Question.PLACE,
            "behind switch SW1 port 7",
            "Behind switch SW1 port 7.",
            cite("evidence/mac-table.txt", "line", "41", "20  001e.423a.1007  DYNAMIC  Gi1/7"),
            probability=0.97,
        ),
        _answer(
            Question.RECORD,
            "declined: line 14.3, paperwork/contract.xlsx › Options › 31",
            "Option 14.3 “remote diagnostics” was declined. In none of the other 2 papers.",
            OPTION.citation,
            cite("paperwork/change-order-1.csv", role=Role.SUPPORTING),
            probability=0.98,
        ),
        _answer(
            Question.INSTALLED,
            "after 2017-06-10, before 2017-08-15 (before delivery)",
            "After 2017-06-10, before 2017-08-15 (before delivery).",
            VISIT,
            cite("statements.toml", "line", "12", "“around June 2017”", role=Role.SUPPORTING),
            interval=FITTED,
            probability=0.86,
        ),
        _undetermined(Question.INSTALLER, "no record names who fitted it"),
        _answer(
            Question.PURPOSE,
            "claimed by the maker (“diagnostics”), not contracted",
            "Claimed by the maker (“diagnostics”). Not contracted.",
            cite("statements.toml", "line", "4", "“for diagnostics”"),
            counter=(OPTION.citation,),
        ),
        _answer(
            Question.CAPABILITY,
            "cellular, vpn",
            "It can talk outside by a cellular uplink of its own and by OpenVPN.",
            *frames(811),
            probability=0.95,
        ),
        _answer(
            Question.ACTIVITY,
            "14 sessions through it come from 80–210 ms away",
            "14 sessions through it come from 80–210 ms away. 2 OpenVPN conversations with "
            "203.0.113.77.",
            *frames(18, 204, 377, 1021, 9001),
            probability=0.93,
            links=(
                Link("", "203.0.113.77", "observed", "OpenVPN, 2 sessions", True, frames(9001)),
            ),
        ),
        _answer(
            Question.INBOUND,
            "http, ssh",
            "It answers HTTP and SSH.",
            *frames(811, 977),
            probability=0.9,
        ),
        _answer(
            Question.REACH,
            "PLC-1: 4 812 reads, 0 writes (observed) · drives 1–4, HMI-1, HMI-2 (possible)",
            "PLC-1: 4 812 reads, 0 writes (observed). Drives 1–4, HMI-1 and HMI-2 (possible).",
            *frames(204, 377),
            probability=0.96,
            paths=PATHS,
        ),
        _answer(
            Question.BRIDGES,
            "crane and cellular network",
            "It joins the crane network to a cellular network.",
        ),
        _undetermined(Question.LISTED, "no list entry for this maker on 2017-08-15"),
        _answer(Question.STATE, "in service", "In service on 2025-06-02.", *frames(8120)),
        _answer(
            Question.CERTAINTY,
            "almost certain",
            "Almost certain: page title, address block and option line agree.",
            probability=0.98,
            would_change="Photograph its label. Ask who opened +K2 in summer 2017.",
        ),
    )


def _router() -> Device:
    comparisons = (
        Comparison("class", "cellular-gateway", "cellular-gateway", 3.4),
        Comparison("words", "4G router", "RUT955", 1.1),
        Comparison("quantity", "1", "1", 0.2),
        Comparison("maker", "", "Teltonika", 0.0),
        Comparison("place", "", "behind SW1 port 7", -0.3),
    )
    weight = sum(comparison.weight for comparison in comparisons)
    return Device(
        id="device-01",
        number=1,
        name="cellular router 1",
        device_class="cellular-gateway",
        standing=Standing.DECLINED,
        cluster=Cluster(
            (ROUTER, Subject("ip", "10.40.7.250", "vlan 20")),
            (
                ROUTER_MAC,
                ROUTER_IP,
                serial("1100233817"),
                imei("352099001761481"),
                Identifier("iccid", "8937002199900", False, "check digit fails"),
            ),
            _router_observations(),
        ),
        identity=Identity(
            "cellular-gateway",
            "Teltonika",
            "RUT955",
            ("cellular", "vpn"),
            (
                Weighed("page title “RUT955 - login”", 3.1, "http", frames(811)),
                Weighed("address block of Teltonika", 1.6, "oui", frames(3)),
                Weighed("answers HTTP, SSH and DNS, as such routers do", 0.7, "service"),
                Weighed("no DHCP server seen, which such routers usually are", -0.4, "role"),
            ),
            0.984,
        ),
        matches=(Match(OPTION.id, "device-01", weight, probability(weight), comparisons),),
        records=(OPTION.id,),
        searches=("search-1",),
        answers=_router_answers(),
        probability=0.981,
    )


def _missing() -> Device:
    return Device(
        id="device-02",
        number=2,
        name="sensor 1",
        device_class="sensor",
        standing=Standing.MISSING,
        cluster=None,
        identity=None,
        records=(SENSOR.id,),
        answers=(
            _answer(Question.PLACE, "boom tip", "The contract puts it at the boom tip."),
            _answer(
                Question.RECORD,
                "ordered: line 9.2, paperwork/contract.xlsx › Scope › 58",
                "Contract line 9.2, “Anemometer with Ethernet interface”, 1 ordered.",
                SENSOR.citation,
            ),
            _answer(
                Question.CERTAINTY,
                "likely",
                "Likely: the boom's network was captured for 41 h and it never sent a frame.",
                probability=0.74,
                would_change="Look at the boom tip.",
            ),
        ),
        probability=0.74,
    )


def _unknown(number: int) -> Device:
    address = mac(f"02:00:5e:00:53:{number:02x}")
    subject = Subject("mac", address.value, "vlan 20")
    seen = Observation(subject, "address", "10.40.7.99", frames(5012)[0], START, START, 2)
    return Device(
        id=f"device-{number:02d}",
        number=number,
        name="device 1",
        device_class="unknown",
        standing=Standing.UNKNOWN,
        cluster=Cluster((subject,), (address,), (seen,)),
        identity=Identity("unknown"),
        answers=(_undetermined(Question.IDENTITY, "it sent 2 ARP frames and nothing else"),),
        probability=0.5,
    )


def _findings() -> tuple[Finding, ...]:
    declined = Advisory(
        rule="record/declined-but-fitted",
        title="An option that the papers decline is on the crane",
        about="The contract offers the equipment as an option and the option was not taken.",
        severity=Severity.HIGH,
        audience="port",
        innocent=("A later change order that was not supplied accepts the option.",),
        remedy="Ask the holder of the contract for every later change order.",
        requirements=("33 CFR 101.650(b)(1)", "NIST SP 800-53 CM-8(3)"),
    )
    reach = Advisory(
        rule="reach/sessions-from-afar",
        title="Somebody far away reads a control device",
        about="Sessions to a control device come through it from a distance.",
        severity=Severity.CRITICAL,
        audience="port",
        innocent=("A maintenance contract that was not supplied.",),
        remedy="Disconnect its antenna after photographing it.",
        requirements=("33 CFR 101.650(e)(3)(v)", "33 CFR 101.650(f)(3)"),
    )
    clear = Advisory(
        rule="service/cleartext-management",
        title="A switch is managed in clear text",
        about="It answers Telnet.",
        severity=Severity.LOW,
        audience="auditor",
        remedy="Turn Telnet off.",
        requirements=("33 CFR 101.650(c)(2)",),
    )
    proof = Proof(
        "all",
        True,
        children=(
            Proof("standing is DECLINED", True, (OPTION.citation,)),
            Proof("family is communications", True, frames(811)),
            Proof("not: record-status is ordered", True),
        ),
    )
    afar = Proof("distance-ms is present", True, frames(18, 204))
    return (
        Finding("finding-1", reach, "device-01", 0.93, afar, frames(18, 204)),
        Finding("finding-2", declined, "device-01", 0.98, proof, (OPTION.citation,)),
        Finding(
            "finding-3", clear, "device-20", 0.9, Proof("cleartext is telnet", True), frames(6001)
        ),
    )


def _coverage() -> tuple[Coverage, ...]:
    return (
        Coverage(
            IDS["evidence/span.pcapng"],
            "evidence/span.pcapng",
            "capture",
            "mirror port of SW1, vlan 20",
            START,
            START + 29 * HOUR,
            3_120_554,
            112,
        ),
        Coverage(
            IDS["evidence/span-2.pcapng"],
            "evidence/span-2.pcapng",
            "capture",
            "mirror port of SW2, vlan 20 and 30",
            START + 30 * HOUR,
            START + 42 * HOUR,
            610_201,
            0,
        ),
        Coverage("item-4", "evidence/visit-1.xlsx", "inspection", "+K1, +K2", None, None, 2, 39),
        Coverage("item-5", "evidence/visit-2.xlsx", "inspection", "+K2", None, None, 1, 40),
    )


def _gaps() -> tuple[Gap, ...]:
    activity = ("activity", "reach")
    return (
        Gap(
            "gap-1",
            "cabinets +K3 and +K4",
            "neither visit opened them",
            "Open and photograph them.",
            weakens=("place", "identity"),
        ),
        Gap("gap-2", "the drives' serial links", "no sensor reads them", weakens=activity),
        Gap("gap-3", "the air", "no survey was handed in", "Survey 600–3800 MHz.", None, activity),
        Gap(
            "gap-4",
            "broken.pcap from byte 6412",
            "record length 4 294 967 295 exceeds the file",
            "Copy the file again from the recorder.",
            cite("evidence/broken.pcap", "byte", "6412"),
            activity,
            unread=True,
        ),
        Gap(
            "gap-5",
            "column “备注” of sheet Options",
            "its heading is in no synonym table",
            citation=cite(CONTRACT, "row", "Options › 3"),
            weakens=("record",),
        ),
    )


SAID_BY_MAKER = "It is for diagnostics during the warranty and was never connected."


def _statements() -> tuple[Statement, ...]:
    maker = Statement(
        "st-1",
        "Service manager, Example Heavy Industries",
        "maker",
        "2025-06-03",
        SAID_BY_MAKER,
        ("14.3",),
        (Claim("purpose", "diagnostics"), Claim("connected", "no")),
        cite("statements.toml", "line", "4", "“for diagnostics”"),
        (
            Bearing(
                "device-01",
                Question.ACTIVITY,
                "it was not connected to the outside",
                Verdict.CONTRADICTED,
                "14 sessions through it come from 80–210 ms away",
                frames(18, 204),
            ),
            Bearing(
                "device-01",
                Question.PURPOSE,
                "it is for “diagnostics”",
                Verdict.SUPPORTED,
                "line 14.3 “remote diagnostics” says the same and is declined",
                (OPTION.citation,),
            ),
        ),
    )
    port = Statement(
        "st-2",
        "Head of engineering, Port of Example",
        "port",
        "2025-06-03",
        "We saw a box with two antennas around June 2017.",
        ("+K2",),
        (Claim("installed_before", "2017-08-15"),),
        cite("statements.toml", "line", "12", "“around June 2017”"),
        (
            Bearing(
                "device-01",
                Question.INSTALLED,
                "it was fitted before 2017-08-15",
                Verdict.UNTESTED,
                "the dated facts leave both open",
            ),
        ),
    )
    return maker, port


def _visits(coverage: tuple[Coverage, ...]) -> tuple[Visit, ...]:
    wire, sheet = coverage[:2], coverage[2]
    change = Change(
        "device-01",
        "appeared",
        "factory visit 2017-08-15",
        "",
        "site visit 2025-05-31",
        "cellular router 1 was seen on the site visit 2025-05-31 and not on the factory visit "
        "2017-08-15, where +K2 was opened.",
        (*frames(18), cite("evidence/visit-1.xlsx", role=Role.SUPPORTING)),
    )
    day = 1_502_755_200 * 10**9
    return (
        Visit("factory visit 2017-08-15", "factory", day, day + 24 * HOUR - 1, (sheet,)),
        Visit("site visit 2025-05-31", "site", START, START + 42 * HOUR, wire, (change,)),
    )


def sts07() -> CaseDocument:
    """The whole made-up crane."""
    devices, records = _estate()
    search = Search(
        "search-1",
        "device-01",
        (CONTRACT, "paperwork/change-order-1.csv", PLAN),
        ("mac 00:1e:42:3a:10:07", "ip 10.40.7.250", "maker Teltonika", "class cellular-gateway"),
        212,
        "network-plan.csv › 9 (weight -4.2)",
    )
    return CaseDocument(
        crane=Scope(
            "STS-07",
            "Port of Example",
            "Pier 4",
            "Example Heavy Industries",
            "EHI-2017-0447",
            "C-2016-118",
            (
                ("factory acceptance", "2017-08-15"),
                ("shipment", "2017-09-02"),
                ("delivery", "2017-11-20"),
                ("site acceptance", "2018-02-01"),
            ),
            (Zone("control", ("10.40.7.0/24",), "crane control"),),
        ),
        evidence=ITEMS,
        records=(OPTION, SENSOR, *records),
        devices=(_router(), _missing(), *devices, _unknown(40)),
        findings=_findings(),
        searches=(search,),
        coverage=_coverage(),
        gaps=_gaps(),
        ledger=Ledger(sha256(b"ledger").hexdigest(), 31),
        produced=Produced("0.1.0", "2026.11.1", "2025-06-04T08:00:00Z"),
        statements=_statements(),
        visits=_visits(_coverage()),
    )


def without_papers() -> CaseDocument:
    """The same crane, captures only."""
    document = sts07()
    devices = tuple(
        replace(device, standing=Standing.UNKNOWN, records=(), matches=(), searches=())
        for device in document.devices
        if device.cluster
    )
    evidence = tuple(item for item in document.evidence if item.side is Side.EVIDENCE)
    return replace(
        document,
        devices=devices,
        records=(),
        searches=(),
        evidence=evidence,
        statements=(),
        visits=document.visits[1:],
    )


def two_routers() -> CaseDocument:
    """The crane with a second router, which no paper lists."""
    document = sts07()
    again = replace(
        document.devices[0],
        id="device-41",
        number=41,
        name="cellular router 2",
        standing=Standing.UNDOCUMENTED,
    )
    return replace(document, devices=(*document.devices, again))


def many(number: int) -> CaseDocument:
    """The crane with ``number`` documented devices beside the three that stand out."""
    document = sts07()
    first, *_ = _estate()[0]
    copies = tuple(
        replace(first, id=f"copy-{n}", number=n + 41, name=f"{first.name}-{n}")
        for n in range(max(0, number - 40))
    )
    return replace(document, devices=document.devices + copies)


def _hostile(paths: Paths, text: str) -> Paths:
    def renamed(those: tuple[Path, ...]) -> tuple[Path, ...]:
        hops = (Hop("", text, text), Hop("", text, text))
        return tuple(replace(one, name=text, zone=text, what=text, steps=hops) for one in those)

    return Paths(renamed(paths.observed), renamed(paths.possible))


def hostile(text: str) -> CaseDocument:
    """The crane with ``text`` wherever evidence can put text of its own."""
    document = sts07()
    router = document.devices[0]
    assert router.cluster
    assert router.identity
    here = cite(text, "row", text, text)
    named = Identifier("hostname", text, False, text)
    seen = Observation(ROUTER, "hostname", text, here, object=Subject("hostname", text, text))
    answers = tuple(
        replace(
            answer,
            value=text,
            words=text,
            because=text,
            would_change=text,
            citations=(here,),
            counter=(here,),
            links=tuple(replace(link, name=text, what=text) for link in answer.links),
            paths=answer.paths and _hostile(answer.paths, text),
        )
        for answer in router.answers
    )
    device = replace(
        router,
        name=text,
        cluster=Cluster((Subject("hostname", text, text),), (named,), (seen,)),
        identity=Identity("unknown", text, text, (f"by {text}",), (Weighed(text, 1.0, text),)),
        matches=(replace(router.matches[0], comparisons=(Comparison(text, text, text, 1.0),)),),
        answers=answers,
    )
    return replace(
        document,
        crane=replace(document.crane, crane=text, port=text, milestones=((text, text),)),
        evidence=tuple(replace(item, path=text, note=text) for item in document.evidence),
        records=(replace(OPTION, description=text, citation=here), *document.records[1:]),
        devices=(device, *document.devices[1:]),
        searches=(replace(document.searches[0], keys=(text,), documents=(text,), best=text),),
        coverage=tuple(replace(seen, where=text, path=text) for seen in document.coverage),
        gaps=tuple(replace(gap, what=text, why=text, mend=text) for gap in document.gaps),
        statements=tuple(_said(one, text, here) for one in document.statements),
        visits=tuple(
            replace(
                visit,
                name=text,
                changes=tuple(
                    replace(one, since=text, before=text, after=text, words=text, citations=(here,))
                    for one in visit.changes
                ),
            )
            for visit in document.visits
        ),
    )


def _said(statement: Statement, text: str, here: Citation) -> Statement:
    bearings = tuple(
        replace(one, claim=text, words=text, citations=(here,)) for one in statement.bears_on
    )
    claims = tuple(replace(one, value=text) for one in statement.claims)
    return replace(
        statement,
        speaker=text,
        role=text,
        text=text,
        about=(text,),
        claims=claims,
        citation=here,
        bears_on=bearings,
    )
