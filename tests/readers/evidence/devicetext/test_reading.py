"""What the text of network equipment tells, with its lines."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from samples import ALL, planted

from overlanded.data import table
from overlanded.model.evidence import EvidenceItem, Side
from overlanded.model.observing import Coverage, Gap, Observation
from overlanded.readers import READERS
from overlanded.readers import sniff as first
from overlanded.readers.evidence.devicetext import read, sniff
from overlanded.readers.evidence.devicetext.sections import prompt, sections
from overlanded.readers.evidence.devicetext.text import Line
from overlanded.readers.evidence.devicetext.text import read as lines_of

CASES = [
    # format, unit, property, value, line
    ("ios", "00:1e:42:00:00:01", "port-mac", "sw1 Fa0/7", 5),
    ("ios", "00:1e:42:00:00:01", "address", "192.168.20.77", 9),
    ("ios", "rut955", "neighbour", "sw1 FastEthernet0/7", 12),
    ("ios", "rut955", "cdp.platform", "Teltonika", 12),
    ("ios", "sw1", "user", "portadmin", 27),
    ("ios", "sw1", "vpn-peer", "203.0.113.9", 34),
    ("ios", "sw1", "address", "192.168.20.1", 42),
    ("ios", "sw1", "apn", "m2m.example", 49),
    ("ios", "sw1", "route", "0.0.0.0 0.0.0.0 192.168.20.77", 51),
    ("vrp", "core", "apn", "m2m.example", 19),
    ("vrp", "core", "vpn-peer", "203.0.113.9", 11),
    ("vrp", "core", "nat", "nat outbound 2000", 14),
    ("vrp", "core", "vpn-peer", "203.0.113.19", 22),
    ("vrp", "core", "apn", "backup.example", 24),
    ("junos", "fw1", "user", "portadmin", 4),
    ("junos", "fw1", "vpn-peer", "203.0.113.9", 7),
    ("braces", "fw2", "address", "192.168.21.1", 19),
    ("braces", "fw2", "user", "portadmin", 10),
    ("routeros", "ltap1", "vpn-peer", "203.0.113.9", 9),
    ("routeros", "ltap1", "apn", "m2m.example", 7),
    ("routeros", "ltap1", "serial", "AA111AAAAAAB", 3),
    ("routeros", "ltap1", "user", "remote", 23),
    ("uci", "rut955-k3", "apn", "m2m.example", 5),
    ("uci", "rut955-k3", "vpn-peer", "203.0.113.9", 20),
    ("uci", "rut955-k3", "user", "root", 23),
    ("uci-show", "rut955-k4", "apn", "m2m.example", 5),
    ("fortios", "fgt1", "address", "192.168.20.2", 12),
    ("fortios", "fgt1", "vpn-peer", "203.0.113.9", 22),
    ("pfsense", "pf1", "address", "192.168.20.3", 8),
    ("pfsense", "pf1", "apn", "m2m.example", 11),
    ("modem", "gw", "imei", "356938035643809", 5),
    ("modem", "gw", "iccid", "89490200001234567890", 21),
    ("modem", "gw", "operator", "Example Mobile", 6),
    ("hios", "grs-k2", "model", "GRS1042-6T6ZTHH00V9HHSE3AMR", 8),
    ("hios", "grs-k2", "firmware", "HiOS-3A-09.4.04 2024-06-19 12:08", 7),
    ("hios", "grs-k2", "serial", "942135999000101022", 9),
    ("hios", "grs-k2", "mac", "EC:74:BA:00:00:70", 11),
    ("hios", "grs-k2", "address", "192.168.20.4", 15),
    ("hios", "00:1e:42:00:00:01", "address", "192.168.20.77", 20),
    ("hios", "64:60:38:00:00:e1", "lldp.system-name", "BRS-K5", 26),
    ("hios", "64:60:38:00:00:e1", "neighbour", "grs-k2 1/7", 26),
    ("hios", "d8:cb:8a:00:00:c8", "neighbour", "grs-k2 1/8", 34),
    ("hios", "00:1e:42:00:00:01", "port-mac", "grs-k2 1/7", 38),
    ("classic", "mach-k1", "address", "192.168.20.5", 5),
    ("classic", "mach-k1", "user", "portadmin", 12),
    ("rox", "rx-k2", "user", "portadmin", 4),
    ("rox", "rx-k2", "apn", "m2m.example", 12),
    ("rox", "rx-k2", "address", "192.168.20.6", 17),
    ("rox", "rx-k2", "vpn-peer", "203.0.113.9", 21),
    ("robustel", "r3000-k6", "apn", "m2m.example", 5),
    ("robustel", "r3000-k6", "address", "192.168.20.8", 11),
    ("robustel", "r3000-k6", "vpn-peer", "203.0.113.9", 13),
    ("robustel", "r3000-k6", "user", "portadmin", 16),
    ("robustel", "r3000-k6", "phone-number", "+4915112345678", 9),
    ("aleos", "rv50-k3", "imei", "356938035643809", 3),
    ("aleos", "rv50-k3", "apn", "m2m.example", 4),
    ("aleos", "rv50-k3", "vpn-peer", "203.0.113.9", 5),
    ("ros", "rsg-k4", "hostname", "RSG-K4", 4),
    ("ros", "rsg-k4", "user", "portadmin", 9),
    ("ros", "rsg-k4", "address", "192.168.20.9", 19),
    ("ros", "rsg-k4", "route", "192.168.20.1", 24),
    ("ros", "rsg-k4", "port-label", "to the drives", 29),
    ("routeros-terse", "wap-lte", "interface", "bridge of the crane", 5),
    ("routeros-terse", "wap-lte", "mac", "48:A9:8A:00:00:70", 6),
    ("routeros-terse", "wap-lte", "apn", "m2m.example", 7),
    ("routeros-terse", "wap-lte", "vpn-peer", "203.0.113.9", 9),
    ("routeros-terse", "wap-lte", "address", "192.168.88.1", 10),
    ("routeros-terse", "wap-lte", "user", "portadmin", 14),
    ("eaton", "ups-k1", "hostname", "ups-k1", 11),
    ("eaton", "ups-k1", "address", "192.168.20.12", 8),
    ("eaton", "ups-k1", "firmware", "2.3.3", 19),
    ("routeros-peers", "ltap9", "vpn-peer", "203.0.113.9", 2),
]


def item(path="evidence/text.txt", at=""):
    return EvidenceItem("e-1", path, "00", 1, "devicetext", Side.EVIDENCE, 1, collected_at=at)


def told(text, **of):
    return list(read(item(**of), text.encode()))


def observed(text, **of):
    return [one for one in told(text, **of) if isinstance(one, Observation)]


@pytest.mark.parametrize(("name", "unit", "word", "value", "line"), CASES)
def test_it_tells_with_its_line(name, unit, word, value, line):
    text, _ = planted(ALL[name])
    found = {
        (one.subject.value, one.property, one.value): one.citation.locator.place
        for one in reversed(observed(text))
    }
    assert found.get((unit, word, value)) == str(line)


def test_groups_and_the_switchs_own_entries_are_no_devices():
    text, _ = planted(ALL["ios"])
    ports = [one.subject.value for one in observed(text) if one.property == "port-mac"]
    assert ports == ["00:1e:42:00:00:01", "00:1b:1b:00:00:02"]


def test_a_modems_make_is_of_the_module_and_not_of_what_it_sits_in():
    text, _ = planted(ALL["modem"])
    found = [(one.property, one.value) for one in observed(text)]
    assert ("module", "EC25") in found
    assert "model" not in dict(found)


@pytest.mark.parametrize("command", ["", "[admin@ltap9] > /interface lte apn print terse\n"])
def test_the_access_points_of_a_list_are_told_in_any_order_of_its_pairs(command):
    text = command + (
        "0  * name=default apn=internet use-peer-dns=yes ip-type=auto authentication=none\n"
        "1    name=m2m ip-type=ipv4 authentication=none apn=m2m.example\n"
        "2  X name=bare authentication=none\n"
    )
    found = [(one.property, one.value) for one in observed(text)]
    assert [one for one in found if one[0] == "apn"] == [
        ("apn", "internet"),
        ("apn", "m2m.example"),
    ]


MAIL = """\
From: bob@port.example
Content-Transfer-Encoding: {encoding}

see below

> SW-K2#show mac address-table
> Vlan    Mac Address       Type        Ports
> ----    -----------       --------    -----
>  10    001e.421d.9c3e    DYNAMIC     {port}
> SW-K2#show running-config
> hostname SW-K2
> username bob password{is} x9 {fold}x8
"""


@pytest.mark.parametrize(
    ("encoding", "port", "equals", "fold"),
    [("8bit", "Gi1/0/4", "", ""), ("quoted-printable", "Gi1=2F0/4", "=3D", "=\n")],
)
def test_tables_that_an_e_mail_quotes_are_read_and_masked(encoding, port, equals, fold):
    text = MAIL.format(encoding=encoding, port=port, fold=fold, **{"is": equals})
    told = {(one.property, one.value, one.citation.locator.place) for one in observed(text)}
    assert ("port-mac", "sw-k2 Gi1/0/4", "9") in told
    assert ("user", "bob", "12") in told
    assert "x8" not in "".join(line.text for line in lines_of(text.encode()).lines)


@pytest.mark.parametrize("encoding", ["UTF-16", "ATF-8", "hex"])
def test_what_a_declaration_says_of_the_bytes_holds_no_more_once_they_are_decoded(encoding):
    text = f"<?xml version='1.0' encoding='{encoding}'?><pfsense><system><hostname>pf</hostname></system></pfsense>"
    assert ("hostname", "pf") in {(one.property, one.value) for one in observed(text)}


ARP = """\
<SW>display arp
IP ADDRESS      MAC ADDRESS     EXPIRE(M) TYPE        INTERFACE   VPN-INSTANCE
                                          VLAN/CEVLAN PVC
------------------------------------------------------------------------------
10.70.9.40      001e-421d-9c3e  12        D-0         GE0/0/4
                                            10/-
------------------------------------------------------------------------------
Total:1         Dynamic:1       Static:0     Interface:0
"""


def test_a_command_of_several_makers_is_read_as_the_one_that_fits():
    assert ("address", "10.70.9.40") in {(one.property, one.value) for one in observed(ARP)}


MODEMS = {
    "AT+CGMM\nEC25\n\nOK\nAT+CGSN\n\n356938035643809\n\nOK\nat+cimi\n204080123456789\nOK\n": {
        ("module", "EC25"), ("imei", "356938035643809"), ("imsi", "204080123456789"),
    },
    "FGT # diagnose sys lte-modem info\nManufacturer: Sierra Wireless, Incorporated\n"
    "IMEI (International Mobile Equipment Identity): 356938035643809\n": {
        ("imei", "356938035643809"),
    },
    "[admin@MT] > /interface lte info lte1 once\n  pin-status: ok\n  model: \"R11e-LTE\"\n"
    "  current-operator: Example Net\n  uicc: 8931086018112345674\n": {
        ("module", "R11e-LTE"), ("operator", "Example Net"), ("iccid", "8931086018112345674"),
    },
    "admin@srx> show chassis hardware\nHardware inventory:\n"
    "Item             Version  Part number  Serial number     Description\n"
    "Chassis                                CW1234AF5678      SRX320\n": {
        ("model", "SRX320"), ("serial", "CW1234AF5678"),
    },
}  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), MODEMS.items())
def test_what_modems_and_chassis_say_of_themselves(text, wanted):
    found = {(one.property, one.value) for one in observed(text)}
    assert found >= wanted
    assert ("model", "R11e-LTE") not in found


def test_the_time_is_that_of_collecting_and_of_nobody_else():
    text, _ = planted(ALL["ios"])
    assert {one.first for one in observed(text)} == {None}
    dated = observed(text, at="2026-01-02T06:00:00Z")
    assert {(one.first, one.last) for one in dated} == {(1767333600 * 10**9,) * 2}


@pytest.mark.parametrize("at", ["2026-01-02", "2.1.2026", "2 January 2026"])
def test_a_day_of_collecting_is_meant_as_a_whole(at):
    text, _ = planted(ALL["ios"])
    day = 1767312000 * 10**9
    assert {(one.first, one.last) for one in observed(text, at=at)} == {
        (day, day + 86400 * 10**9 - 1)
    }


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("hostname CRANE-SW\ninterface Vlan1\n ip address 10.0.0.1 255.0.0.0\n", "hostname crane-sw"),
        ("hostname Router\ninterface Vlan1\n ip address 10.0.0.1 255.0.0.0\n", "ip 10.0.0.1"),
        ("imei: 356938035643809\noperator: Example Net\n", "imei 356938035643809"),
        ("imei: 356938035643800\noperator: Example Net\n", "file evidence/text.txt"),
        ("SW9#show users\nx\nSW9#show run\ninterface Vlan1\ninterface Vlan2\ninterface Vlan3\n", "hostname sw9"),
    ],
)  # fmt: skip
def test_the_unit_has_its_name_or_the_surest_number(text, unit):
    assert str(observed(text)[0].subject) == unit


def test_coverage_says_what_tables_there_were_and_a_gap_that_they_are_of_one_moment():
    found = told(planted(ALL["ios"])[0])
    (seen,) = [one for one in found if isinstance(one, Coverage)]
    assert (seen.what, seen.where) == ("device-text", "sw1")
    assert dict(seen.detail)["MAC table"] == "3 rows"
    assert "g-device-text-moment" in {one.id for one in found if isinstance(one, Gap)}


def test_a_table_that_no_template_reads_is_named_without_secrets():
    text = "SW1#show frobnication password hunter22\nsome output\n"
    (gap, *_) = [one for one in told(text) if isinstance(one, Gap)]
    assert "show frobnication" in gap.what
    assert "hunter22" not in gap.what


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hostname x\n" * 3,
        "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><pfsense><system>&b;</system></pfsense>",
        "<pfsense><system><hostname>x",
        "<pfsense>" + "<a>" * 3000,
        "SW1#show mac address-table\n" + "x" * 100_000,
        "SW1#show version\n" * 500,
        "/ip address\nadd \\\n" * 300,
        "config system global\n" + "edit 1\n" * 2000,
        "\x1b[2K\x08\x08--More-- hostname a\r\r\n",
        '{"dmeData": {"a": [' + "[" * 5000,
        '{"dmeData": "\\ud800\\x", "hostname": "' + "x" * 9000,
    ],
)
def test_hostile_text_gives_facts_and_gaps_and_no_error(text):
    found = told(text)
    assert any(isinstance(one, Coverage) for one in found)
    for gap in (one for one in found if isinstance(one, Gap)):
        assert "\n" not in gap.what + gap.why


def test_a_long_certificate_hides_nothing_after_it():
    key = f"-----BEGIN CERTIFICATE-----{'QUJD' * 500}-----END CERTIFICATE-----"
    text = planted(ALL["eaton"])[0].replace('"contact": ""', f'"contact": "{key}"')
    assert ("firmware", "2.3.3") in {(one.property, one.value) for one in observed(text)}


def test_entities_are_refused_in_one_line():
    bomb = "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><pfsense><x>&b;</x></pfsense>"
    (gap,) = [one for one in told(bomb) if isinstance(one, Gap)]
    assert gap.unread
    assert "entities" in gap.why


@pytest.mark.parametrize(
    ("line", "command", "host"),
    [
        ("SW1#show mac address-table", "show mac address-table", "SW1"),
        ("SW1(config-if)>sh  arp", "sh arp", "SW1"),
        ("<CORE>display arp", "display arp", "CORE"),
        ("[~CORE-GE1/0/1]display this", "display this", "CORE-GE1/0/1"),
        ("[admin@LTAP 1] /ip> arp print", "arp print", "LTAP 1"),
        ("admin@fw1> show arp no-resolve", "show arp no-resolve", "fw1"),
        ("root@gw:~# mmcli -m 0", "mmcli -m 0", "gw"),
        ("show arp", "show arp", ""),
    ],
)
def test_prompts(line, command, host):
    assert prompt(line) == (command, host)


@pytest.mark.parametrize(
    "line", ["Vlan    Mac Address", "interface Vlan1", "", "1 > 2", "see display"]
)
def test_lines_that_are_no_prompts(line):
    assert prompt(line) is None


def test_sections_keep_their_lines():
    made = sections([Line(1, "a"), Line(2, "S#show arp"), Line(3, "b"), Line(4, "S#show users")])
    assert [(one.command, [line.number for line in one.lines]) for one in made] == [
        ("", [1]), ("show arp", [3]),
    ]  # fmt: skip


def test_output_that_is_kept_as_comments_ends_with_them():
    text = "! show environment power-consumption\n! a\n!\n! b\nhostname x\n! c\n"
    lines = [Line(at, one) for at, one in enumerate(text.splitlines(), 1)]
    assert [(one.command, [line.number for line in one.lines]) for one in sections(lines)] == [
        ("show environment power-consumption", [2, 3, 4]), ("", [5, 6]),
    ]  # fmt: skip


def test_lines_lose_the_marks_of_terminals_and_pagers_and_folds():
    text = b"\x1b[2Ka\r\n --More-- \x08\x08b\r\n/ip address\r\nadd x=1 \\\r\n    y=2\r\nend"
    assert [(line.number, line.text) for line in lines_of(text).lines] == [
        (1, "a"), (2, "b"), (3, "/ip address"), (4, "add x=1 y=2"), (6, "end"),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ALL)
def test_the_text_is_taken_by_this_reader_and_no_other(name):
    assert first(planted(ALL[name])[0].encode()[:4096], "list.csv").name == "devicetext"


@pytest.mark.parametrize(
    "text",
    [
        "Item,Description,Maker,Qty\n1,Router,Moxa,2\n2,Switch,Moxa,1\n",
        "Item;MAC address;Type\n1;00:1e:42:00:00:01;router\n2;00:1e:42:00:00:02;router\n",
        "Dear Sir,\nthe modem was declined.\n",
        "%PDF-1.7\nhostname x\n",
        "#separator \\x09\n#path\tconn\n",
    ],
)
def test_papers_and_letters_are_left_to_others(text):
    assert not sniff(text.encode(), "x")


def test_every_industrial_form_says_what_its_reading_rests_on():
    for name, form in table("devicetext")["forms"].items():
        assert form["by"] in ("sample", "manual"), name
        assert len(form["source"]) > 20, name


def test_it_comes_before_lists_and_after_captures():
    names = [card.name for card in READERS]
    assert names.index("capture") < names.index("devicetext") < names.index("csv")
