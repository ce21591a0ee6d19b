"""What the text of network equipment adds to the answers."""

import pytest
from program import document, run

SWITCH = """\
SW1#show mac address-table
Vlan    Mac Address       Type        Ports
----    -----------       --------    -----
  20    001e.4200.0001    DYNAMIC     Fa0/7
SW1#show ip arp
Protocol  Address          Age (min)  Hardware Addr   Type   Interface
Internet  192.168.20.77           3   001e.4200.0001  ARPA   Vlan20
"""
ROUTER = """\
config system
	option hostname 'GW-K3'
config interface 'mob1'
	option apn 'm2m.example'
config interface 'lan'
	option ipaddr '192.168.20.77'
config openvpn 'hq'
	option remote '203.0.113.9'
config login
	option username 'root'
"""
PAPER = "Item,Description,Maker,Qty\n1,Managed switch SW1,Hirschmann,1\n2,PLC,Siemens,1\n"


@pytest.fixture(scope="module")
def devices(tmp_path_factory):
    folder = tmp_path_factory.mktemp("case")
    (folder / "sw1.txt").write_text(SWITCH)
    (folder / "gw.txt").write_text(ROUTER)
    (folder / "list.csv").write_text(PAPER)
    assert run("audit", folder).returncode == 0
    return document(folder)["devices"]


@pytest.fixture(scope="module")
def modem(devices):
    (found,) = [one for one in devices if "00:1e:42:00:00:01" in str(one["identifiers"])]
    return found


def test_a_mac_in_a_table_that_no_paper_lists_is_undocumented(modem):
    assert modem["standing"] == "UNDOCUMENTED"


def test_its_settings_are_its_by_the_address(modem):
    assert {"hostname", "mac", "ip"} <= {one["kind"] for one in modem["identifiers"]}


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("place", "sw1 Fa0/7"),
        ("capability", "APN m2m.example"),
        ("inbound", "a tunnel to 203.0.113.9"),
        ("inbound", "1 account set up: root"),
        ("state", "no sensor saw it in service"),
        ("activity", "Not determined"),
    ],
)
def test_the_answers_say_what_the_text_says(modem, question, words):
    answer = modem["answers"][question]
    assert words in answer["words"]
    assert answer["citations"]
