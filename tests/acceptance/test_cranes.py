"""Cranes with known truth: the standing of every device, and a proof for all that is said."""

import openpyxl
import pytest
from msgspec.structs import replace
from plant import (
    BROADCAST,
    ENIP_ASK,
    MS,
    NTP_ASK,
    OPCUA_ACK,
    S7,
    Host,
    Wire,
    camera,
    dhcp,
    dns,
    enip_identity,
    lldp,
    modbus,
    modbus_identity,
    opcua_hello,
    packed,
    rtsp_ask,
    rtsp_reply,
    s7,
    udp,
    web,
)
from proofs import audited, check, standings

PLC = Host("001b1b0000a1", "192.168.10.1")
PLC2 = Host("001b1b0000a2", "192.168.10.11")
HMI = Host("0023470000b2", "192.168.10.20", ttl=128)
SWITCH = Host("0080630000c3", "192.168.10.2")
PC = Host("f8b1560000d4", "192.168.10.30", ttl=128)
ROUTER = Host("001e420000e5", "192.168.10.254")
SERVICE = Host("001e420000f7", "192.168.10.253")
NVR = Host("24b1050000f1", "192.168.10.90")
LAPTOP = Host("8cec4b0000ab", "192.168.10.77", ttl=128)
STICK = Host("0c5b8f279a64", "192.168.8.1")
CAMERAS = [Host(f"24b1050000{n:02x}", f"192.168.10.{100 + n}") for n in range(1, 6)]
EVERYBODY = Host(BROADCAST, "255.255.255.255")

HEAD = "Item,Description,Manufacturer,Type,Qty,Location,Status\n"
LINES = """1.1,PLC CPU,Siemens,S7-300 CPU 315-2 PN/DP,1,E-house +K1,ordered
1.2,Operator panel HMI,Siemens,TP1200 Comfort,1,Cabin,ordered
2.1,Managed Ethernet switch,Hirschmann,RS20-0800T1T1SDAE,1,E-house +K1,ordered
2.2,CCTV workstation PC,Dell,OptiPlex 7080,1,Cabin,ordered
3.1,IP camera,Hikvision,DS-2CD2043G0-I,4,Boom,ordered
"""
OPTION = "14.3,Remote diagnostics: 4G router,Teltonika,RUT950,1,E-house +K2,declined\n"
ORDERED = OPTION.replace("declined", "ordered")
SERVICE_LINE = "9.1,Service router VPN 4G,Teltonika,RUT955,1,E-house +K1,ordered\n"
CHANGE = "Change order 03,,,,,,\nItem,Contract item,Action,Description,Manufacturer,Type,Qty\n"


def crane(cameras=4, *, router=None, far=90 * MS):
    """A crane at work: PLC and HMI, switch, CCTV station, cameras, perhaps a router in between."""
    wire = Wire()
    wire.announce(PLC, HMI, SWITCH, PC)
    for _ in range(3):
        description = "Hirschmann Rail Switch RS20-0800T1T1SDAE SW: 09.0.0"
        wire.put(lldp(SWITCH, "SW1", description), 10 * MS)
    s7(wire, HMI, PLC, 4)
    web(wire, PC, SWITCH, "lighttpd", "Hirschmann RS20")
    wire.datagrams(PC, HMI, 123, NTP_ASK, None)
    for one in CAMERAS[:cameras]:
        wire.resolve(PC, one)
        camera(wire, PC, one, title="DS-2CD2043G0-I")
    if router:
        wire.announce(router)
        s7(wire, replace(router, ttl=63), PLC, 3, far=far)
        web(wire, PC, router, "uhttpd", "Teltonika-RUT950 - LuCI")
    return wire


def also(wire, *hosts, title="", server="uhttpd"):
    """More hosts on the crane that show a web page."""
    wire.announce(*hosts)
    for host in hosts:
        web(wire, PC, host, server, title)
    return wire


def case(folder, wire, **papers):
    """A case folder of one capture and papers by name (``a_csv`` is a.csv)."""
    (folder / "evidence").mkdir(parents=True)
    (folder / "paperwork").mkdir()
    if wire:
        (folder / "evidence" / "span.pcap").write_bytes(wire.pcap())
    for name, text in papers.items():
        (folder / "paperwork" / name.replace("_csv", ".csv")).write_text(text, "utf-8")
    return folder


def told(folder):
    """The document of a case, every proof in it checked."""
    document = audited(folder)
    check(folder, document)
    return document


def standing_of(document):
    """Standing of each MAC; of unseen pieces of a line, by its number."""
    return standings(document)


def everyone(document):
    return sorted(device["standing"] for device in document["devices"])


def rules(document):
    return {finding["rule"] for finding in document["findings"]}


# ---- the router ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("papers", "router", "standing"),
    [
        ({"list_csv": HEAD + LINES + OPTION}, ROUTER, "DECLINED"),
        ({"list_csv": HEAD + LINES + OPTION}, None, None),
        ({"list_csv": HEAD + LINES}, ROUTER, "UNDOCUMENTED"),
        ({"list_csv": HEAD + LINES + ORDERED}, ROUTER, "DOCUMENTED"),
        ({"list_csv": HEAD + LINES + OPTION.replace("RUT950", "RUT 950 HT06E")}, ROUTER, "DECLINED"),
        (
            {
                "list_csv": HEAD + LINES + ORDERED,
                "co_csv": CHANGE + "1,14.3,Deleted,4G router,Teltonika,RUT950,1\n",
            },
            ROUTER,
            "DECLINED",
        ),
        (
            {
                "list_csv": HEAD + LINES + ORDERED.replace("Teltonika,RUT950", "Moxa,OnCell G3150A"),
                "co_csv": CHANGE + "1,14.3,Replaced,4G router replaces OnCell,Teltonika,RUT950,1\n",
            },
            ROUTER,
            "DOCUMENTED",
        ),
        (
            {
                "list_csv": HEAD + LINES,
                "co_csv": CHANGE + "1,,Added,4G router for remote service,Teltonika,RUT950,1\n",
            },
            ROUTER,
            "DOCUMENTED",
        ),
        (
            {"list_csv": HEAD + LINES + ORDERED, "note_csv": HEAD + LINES + ORDERED},
            ROUTER,
            "DOCUMENTED",
        ),
    ],
    ids=[
        "declined", "declined and absent", "in no paper", "ordered", "declined, spelt otherwise",
        "removed by a change", "replaced by a change", "added by a change", "two papers",
    ],
)  # fmt: skip
def test_the_router(tmp_path, papers, router, standing):
    document = told(case(tmp_path / "sts", crane(router=router), **papers))
    found = standing_of(document)
    assert found.pop(ROUTER.mac, None) == standing
    assert set(found.values()) == {"DOCUMENTED"}
    assert ("control-session-from-undocumented-device" in rules(document)) == (
        standing in ("DECLINED", "UNDOCUMENTED")
    )


def test_a_type_that_was_replaced_on_paper_and_is_there_is_named(tmp_path):
    change = CHANGE + "1,14.3,Replaced,4G router OnCell replaces RUT950,Moxa,OnCell G3150A-LTE,1\n"
    papers = {"list_csv": HEAD + LINES + ORDERED, "co_csv": change}
    found = standing_of(told(case(tmp_path / "sts", crane(router=ROUTER), **papers)))
    assert found.pop(ROUTER.mac) == "DECLINED"
    assert sorted(found.values()) == ["DOCUMENTED"] * 8 + ["MISSING"]


def test_a_documented_service_router_of_the_same_maker_stays_quiet(tmp_path):
    wire = also(crane(router=ROUTER), SERVICE, title="Teltonika-RUT955 - LuCI")
    wire.datagrams(PC, SERVICE, 53, dns("a.example"), dns("a.example", "203.0.113.9"))
    document = told(case(tmp_path / "sts", wire, list_csv=HEAD + LINES + OPTION + SERVICE_LINE))
    found = standing_of(document)
    assert (found[ROUTER.mac], found[SERVICE.mac]) == ("DECLINED", "DOCUMENTED")
    (service,) = [d for d in document["devices"] if SERVICE.colons in str(d["subjects"])]
    loud = {f["rule"] for f in document["findings"] if f["device"] == service["id"]}
    assert loud <= {"cleartext-management"}


def test_a_router_that_only_answers_arp_is_found(tmp_path):
    wire = crane()
    wire.announce(ROUTER)
    found = standing_of(told(case(tmp_path / "sts", wire, list_csv=HEAD + LINES + OPTION)))
    assert found.pop(ROUTER.mac) == "DECLINED"
    assert set(found.values()) == {"DOCUMENTED"}


def test_one_direction_only_still_finds_it_and_claims_no_delay(tmp_path):
    wire = crane()
    wire.announce(ROUTER)
    for _ in range(3):
        wire.session(replace(ROUTER, ttl=63), PLC, 102, S7, far=90 * MS, oneway=True)
    document = told(case(tmp_path / "sts", wire, list_csv=HEAD + LINES + OPTION))
    assert standing_of(document)[ROUTER.mac] == "DECLINED"
    assert "control-session-from-undocumented-device" in rules(document)
    assert "control-session-from-far-away" not in rules(document)


def test_a_one_sided_mirror_is_a_gap(tmp_path):
    wire = Wire()
    wire.announce(PLC, HMI)
    for _ in range(4):
        wire.session(HMI, PLC, 102, S7, oneway=True)
    document = told(case(tmp_path / "half", wire, list_csv=HEAD + LINES))
    (gap,) = [one for one in document["gaps"] if one["id"] == "g-one-sided"]
    assert gap["what"] == "the answers in 4 of 4 connections"
    both = told(case(tmp_path / "both", crane(), list_csv=HEAD + LINES))
    assert "g-one-sided" not in {one["id"] for one in both["gaps"]}


def test_two_holders_disagree(tmp_path):
    packing = "Item,Description,Manufacturer,Type,Qty\n1,4G router,Teltonika,RUT950,1\n"
    papers = {"list_csv": HEAD + LINES + OPTION, "packing_csv": packing}
    plain = told(case(tmp_path / "a", crane(router=ROUTER), **papers))
    assert standing_of(plain)[ROUTER.mac] == "DOCUMENTED"
    (router,) = [d for d in plain["devices"] if ROUTER.colons in str(d["subjects"])]
    assert "Another paper says otherwise: line 14.3" in router["answers"]["record"]["words"]
    folder = case(tmp_path / "b", crane(router=ROUTER), **papers)
    (folder / "crane.toml").write_text(
        '[[files]]\npath = "paperwork/list.csv"\nholder = "port"\n'
        '[[files]]\npath = "paperwork/packing.csv"\nholder = "maker"\n'
    )
    held = told(folder)
    assert standing_of(held)[ROUTER.mac] == "DECLINED"


# ---- quantities ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seen", "others"), [(4, []), (5, ["UNDOCUMENTED"]), (3, ["MISSING"])], ids=str
)
@pytest.mark.parametrize("twice", [False, True], ids=["one paper", "and a delivery note"])
def test_a_line_of_four(tmp_path, seen, others, twice):
    papers = {"list_csv": HEAD + LINES} | ({"note_csv": HEAD + LINES} if twice else {})
    document = told(case(tmp_path / "sts", crane(seen), **papers))
    assert everyone(document) == sorted(["DOCUMENTED"] * (4 + min(seen, 4)) + others)


@pytest.mark.parametrize(("listed", "standing"), [(2, "DOCUMENTED"), (1, "UNDOCUMENTED")])
def test_two_plcs_of_one_model(tmp_path, listed, standing):
    wire = crane()
    wire.announce(PLC2)
    s7(wire, HMI, PLC2, 3)
    s7(wire, PLC, PLC2, 2)
    lines = LINES.replace("PN/DP,1", f"PN/DP,{listed}")
    document = told(case(tmp_path / "sts", wire, list_csv=HEAD + lines))
    assert sorted({*everyone(document)} - {"DOCUMENTED"}) == sorted({standing} - {"DOCUMENTED"})
    assert len(document["devices"]) == 9


# ---- lists of every kind ------------------------------------------------------------------------

CHINESE = """合同设备清单,,,,,,
序号,名称,品牌,型号,数量,安装位置,备注
1.1,可编程控制器,西门子,S7-300 CPU315-2PN/DP,1,电气房,标配
1.2,触摸屏,西门子,TP1200,1,司机室,标配
2.1,工业以太网交换机,赫斯曼,RS20-0800T1T1SDAE,1,电气房,标配
2.2,视频监控工作站电脑,戴尔,OptiPlex 7080,1,司机室,标配
3.1,网络摄像机,海康威视,DS-2CD2043G0-I,4,大梁,标配
14.3,远程诊断用4G路由器（含SIM卡及天线）,Teltonika,RUT950,1,电气房,客户不选
"""


def test_a_chinese_list(tmp_path):
    found = standing_of(told(case(tmp_path / "sts", crane(router=ROUTER), list_csv=CHINESE)))
    assert found.pop(ROUTER.mac) == "DECLINED"
    assert set(found.values()) == {"DOCUMENTED"}
    assert len(found) == 8


def test_a_workbook_with_an_option_sheet(tmp_path):
    folder = case(tmp_path / "sts", crane(router=ROUTER))
    book = openpyxl.Workbook()
    contract, options = book.active, book.create_sheet("Options")
    contract.title = "Contract"
    contract.append(["Annex A, equipment list"])
    for line in (HEAD + LINES).splitlines():
        contract.append([int(c) if c.isdigit() else c for c in line.split(",")[:6]])
    options.append(["Option", "Description", "Maker", "Type", "Qty", "Purchaser's decision"])
    options.append([14.3, "Remote diagnostics: 4G router", "Teltonika", "RUT950", 1, "No"])
    book.save(folder / "paperwork" / "contract.xlsx")
    document = told(folder)
    found = standing_of(document)
    assert found.pop(ROUTER.mac) == "DECLINED"
    assert set(found.values()) == {"DOCUMENTED"}
    (router,) = [d for d in document["devices"] if d["standing"] == "DECLINED"]
    places = [c["locator"]["place"] for c in router["answers"]["record"]["citations"]]
    assert "Options › 2" in places


MACS = "Item,Description,Manufacturer,Type,Qty,Location,MAC address,Serial number\n" + "".join(
    f"{line},{host.colons.upper()},\n"
    for line, host in (
        ("1.1,PLC CPU,Siemens,S7-300,1,E-house", PLC),
        ("1.2,Operator panel HMI,Siemens,TP1200,1,Cabin", HMI),
        ("2.1,Managed Ethernet switch,Hirschmann,RS20,1,E-house", SWITCH),
        ("2.2,CCTV workstation PC,Dell,OptiPlex 7080,1,Cabin", PC),
        ("14.3,4G router,Teltonika,RUT950,1,E-house", ROUTER),
    )
)


@pytest.mark.parametrize(
    ("listed", "standing"), [(ROUTER.colons, "DOCUMENTED"), ("00:1e:42:11:22:33", "MISDESCRIBED")]
)
def test_a_column_of_macs(tmp_path, listed, standing):
    papers = MACS.replace(ROUTER.colons.upper(), listed.upper())
    document = told(case(tmp_path / "sts", crane(0, router=ROUTER), plan_csv=papers))
    found = standing_of(document)
    assert found.pop(ROUTER.mac) == standing
    assert set(found.values()) == {"DOCUMENTED"}
    assert "documented-device-with-undocumented-radio" not in rules(document)


def test_an_unmanaged_switch_that_is_a_modem(tmp_path):
    modem = Host("0090e80000bb", "192.168.10.7")
    wire = also(crane(), modem, server="MoxaHttp/2.2", title="OnCell G3150A-LTE")
    head = HEAD.replace("Status", "Status,MAC")
    line = f"2.5,Unmanaged Ethernet switch,Moxa,EDS-205,1,Trolley,ordered,{modem.colons}\n"
    lines = LINES.replace(",ordered", ",ordered,")
    document = told(case(tmp_path / "sts", wire, list_csv=head + lines + line))
    found = standing_of(document)
    assert found.pop(modem.mac) == "MISDESCRIBED"
    assert set(found.values()) == {"DOCUMENTED"}
    assert "documented-device-with-undocumented-radio" in rules(document)


# ---- other equipment ----------------------------------------------------------------------------


def test_a_recorder_among_cameras_of_its_maker(tmp_path):
    wire = crane()
    wire.announce(NVR)
    for one in CAMERAS[:4]:
        talk = ((rtsp_ask(one.ip), rtsp_reply("Hipcam RealServer/V1.0")),)
        wire.session(NVR, one, 554, talk)
    also(wire, NVR, server="DNVRS-Webs", title="DS-7608NI-K2")
    line = "3.2,Network video recorder 8 ch,Hikvision,DS-7608NI-K2,1,E-house,ordered\n"
    listed = told(case(tmp_path / "a", wire, list_csv=HEAD + LINES + line))
    assert set(standing_of(listed).values()) == {"DOCUMENTED"}
    found = standing_of(told(case(tmp_path / "b", wire, list_csv=HEAD + LINES)))
    assert found.pop(NVR.mac) == "UNDOCUMENTED"
    assert set(found.values()) == {"DOCUMENTED"}


def test_an_engineering_laptop(tmp_path):
    wire = crane()
    wire.announce(LAPTOP)
    s7(wire, LAPTOP, PLC, 5)
    line = "5.1,Engineering laptop / programming device,Dell,Latitude 5420,1,E-house,ordered\n"
    listed = told(case(tmp_path / "a", wire, list_csv=HEAD + LINES + line))
    assert set(standing_of(listed).values()) == {"DOCUMENTED"}
    stranger = told(case(tmp_path / "b", wire, list_csv=HEAD + LINES))
    found = standing_of(stranger)
    assert found.pop(LAPTOP.mac) == "UNDOCUMENTED"
    assert set(found.values()) == {"DOCUMENTED"}
    assert "control-session-from-undocumented-device" in rules(stranger)


def hilink(wire, stick, computer):
    wire.announce(stick)
    wire.put(udp(computer, EVERYBODY, 68, 67, dhcp(computer, 1)))
    offer = [(54, packed(stick.ip)), (3, packed(stick.ip)), (1, packed("255.255.255.0"))]
    wire.put(udp(stick, computer, 67, 68, dhcp(computer, 2, offer, server=stick)))
    web(wire, computer, stick, "webserver", "HiLink")
    return wire


def test_a_stick_with_the_factory_mac(tmp_path):
    wire = hilink(crane(), STICK, replace(PC, ip="192.168.8.100"))
    document = told(case(tmp_path / "sts", wire, list_csv=HEAD + LINES))
    found = standing_of(document)
    assert found.pop(STICK.mac) == "UNDOCUMENTED"
    assert set(found.values()) == {"DOCUMENTED"}
    assert "shared-factory-identifier" in rules(document)


def test_equal_sticks_on_two_networks_are_two(tmp_path):
    wire = hilink(crane(), STICK, replace(PC, ip="192.168.8.100"))
    other = Host("f8b1560000d9", "192.168.8.100", ttl=128, vlan=30)
    wire.announce(other)
    hilink(wire, replace(STICK, vlan=30), other)
    line = "2.4,Workstation PC,Dell,OptiPlex 7080,1,Trolley,ordered\n"
    document = told(case(tmp_path / "sts", wire, list_csv=HEAD + LINES + line))
    sticks = [d for d in document["devices"] if STICK.colons in str(d["subjects"])]
    assert [one["standing"] for one in sticks] == ["UNDOCUMENTED"] * 2
    rest = {d["standing"] for d in document["devices"] if d not in sticks}
    assert rest == {"DOCUMENTED"}


def test_a_device_on_two_vlans_is_one(tmp_path):
    wire = crane()
    switch = Host("0090e80000aa", "192.168.10.3")
    inner = replace(switch, ip="192.168.20.3", vlan=20)
    viewer = replace(PC, ip="192.168.20.30", vlan=20)
    wire.announce(inner, viewer)
    also(wire, switch, server="MoxaHttp/2.2", title="EDS-408A")
    web(wire, viewer, inner, "MoxaHttp/2.2", "EDS-408A")
    line = "2.3,Managed switch,Moxa,EDS-408A,1,Trolley,ordered\n"
    document = told(case(tmp_path / "sts", wire, list_csv=HEAD + LINES + line))
    assert everyone(document) == ["DOCUMENTED"] * 9


def test_a_trunk_with_tagged_frames(tmp_path):
    wire = Wire()

    def tagged(host, vlan, ttl=64):
        return replace(host, vlan=vlan, ip=host.ip.replace(".10.", f".{vlan}."), ttl=ttl)

    plc, hmi, router = (tagged(one, 10) for one in (PLC, HMI, ROUTER))
    pc, eye = (tagged(one, 30) for one in (PC, CAMERAS[0]))
    wire.announce(plc, hmi, router, pc, eye)
    s7(wire, hmi, plc)
    camera(wire, pc, eye, title="DS-2CD2043G0-I")
    s7(wire, replace(router, ttl=63), plc, far=120 * MS)
    lines = LINES.replace("-I,4", "-I,1").splitlines()
    lines.pop(2)
    document = told(case(tmp_path / "sts", wire, list_csv=HEAD + "\n".join(lines) + "\n" + OPTION))
    found = standing_of(document)
    assert found.pop(ROUTER.mac) == "DECLINED"
    assert set(found.values()) == {"DOCUMENTED"}
    (one,) = [d for d in document["devices"] if d["standing"] == "DECLINED"]
    assert "vlan 10" in str(one["answers"]["place"]["value"]).lower()


def test_other_makers_and_protocols(tmp_path):
    wire = Wire()
    plc, meter = Host("0080f40000a1", "10.1.0.1"), Host("0080630000a2", "10.1.0.9")
    pc = Host("f8b1560000d4", "10.1.0.4", ttl=128)
    logix = Host("0000bc0000a5", "10.1.0.5")
    wire.announce(plc, pc, meter, logix)
    identity = enip_identity(logix, 1, 14, "1756-L61/B LOGIX5561")
    wire.datagrams(pc, logix, 44818, ENIP_ASK, identity)
    wire.session(pc, plc, 4840, ((opcua_hello("opc.tcp://10.1.0.1:4840"), OPCUA_ACK),))
    modbus(wire, pc, plc, modbus_identity("Schneider Electric", "BMX P34 2020", "v2.6"))
    web(wire, pc, meter, "lighttpd", "Hirschmann BRS40")
    lines = (
        "1,PLC,Schneider Electric,BMX P34 2020,1,E-house,ordered\n"
        "2,Workstation PC,Dell,OptiPlex,1,Cabin,ordered\n"
        "3,Managed switch,Hirschmann,BRS40,1,E-house,ordered\n"
        "4,PLC ControlLogix,Rockwell Automation,1756-L61,1,E-house,ordered\n"
    )
    document = told(case(tmp_path / "sts", wire, list_csv=HEAD + lines))
    assert standing_of(document) == {one.mac: "DOCUMENTED" for one in (plc, pc, meter, logix)}
    makers = {d["identity"]["maker"] for d in document["devices"] if d["class"] == "plc"}
    assert makers == {"Schneider Electric", "Rockwell Automation"}


# ---- half of the case is missing ----------------------------------------------------------------


def test_without_papers_nothing_is_claimed(tmp_path):
    document = told(case(tmp_path / "sts", crane(router=ROUTER)))
    assert set(everyone(document)) == {"UNKNOWN"}
    assert not {rule for rule in rules(document) if "documented" in rule or "declined" in rule}


def test_without_a_capture_nothing_is_missed(tmp_path):
    document = told(case(tmp_path / "sts", None, list_csv=HEAD + LINES + OPTION))
    assert set(everyone(document)) == {"UNKNOWN"}
    assert len(document["devices"]) == 8
    assert document["findings"] == []
    assert document["coverage"] == []
