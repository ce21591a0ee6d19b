"""Access rules in their common form, dialect by dialect, and what is not understood."""

import os
from pathlib import Path

import pytest

from overlanded.data import table
from overlanded.model.evidence import EvidenceItem, Side
from overlanded.model.observing import Gap, Observation
from overlanded.readers.evidence.devicetext import read

CORPUS = Path(os.environ.get("OVERLANDED_CORPUS") or "/nonexistent")
IOS = """\
hostname rt1
interface GigabitEthernet0/1
 ip address 10.0.10.1 255.255.255.0
 ip access-group CRANE in
interface GigabitEthernet0/5
 switchport access vlan 10
interface GigabitEthernet0/6
 switchport trunk native vlan 20
ip access-list extended CRANE
 {rule}
"""
ASA = """\
hostname fw1
interface GigabitEthernet0/1
 nameif crane
access-list crane_in {rule}
access-group crane_in in interface crane
"""
ROUTEROS = """\
# 2026-01-01 by RouterOS 7.16
/interface list member
add interface=bridge list=LAN
/ip firewall filter
add {rule}
/system identity
set name=ltap1
"""
UCI = """\
config system
	option hostname 'rut1'
config defaults
	option forward '{policy}'
config zone
	option name 'lan'
	list network 'lan'
config zone
	option name 'ctl'
	list network 'plc'
	list network 'drives'
config {rule}
"""
RULES = [
    # text, rule, (action, source, target, share, into, out) or None when it is left out
    (IOS, "permit ip any any", ("permit", "any", "any", "all", "", "")),
    (IOS, "10 deny ip 10.0.10.0 0.0.0.255 any log", ("deny", "10.0.10.0/24", "any", "all", "", "")),
    (IOS, "deny tcp any host 10.0.20.2 eq 102", ("deny", "any", "10.0.20.2/32", "some", "", "")),
    (IOS, "permit tcp any gt 1023 any", ("permit", "any", "any", "some", "", "")),
    (IOS, "deny ip any any dscp ef", ("deny", "any", "any", "some", "", "")),
    (IOS, "permit ip 10.0.0.0/8 any", ("permit", "10.0.0.0/8", "any", "all", "", "")),
    (IOS, "deny ip object-group A any", ("deny", "any", "any", "unread", "", "")),
    (IOS, "permit ip 10.0.0.0 0.255.0.255 any", ("permit", "any", "any", "unread", "", "")),
    (IOS, "permit ip any", ("permit", "any", "any", "unread", "", "")),
    (IOS, "permit 10.0.9.9", ("permit", "10.0.9.9/32", "any", "all", "", "")),
    (IOS, "permit tcp any any established", None),
    (IOS, "permit icmp any any", None),
    (
        ASA,
        "extended deny ip 10.0.10.0 255.255.255.0 any",
        ("deny", "10.0.10.0/24", "any", "all", "", ""),
    ),
    (ASA, "line 1 extended permit ip any any inactive", None),
    (ROUTEROS, "action=drop chain=forward", ("deny", "any", "any", "all", "", "")),
    (
        ROUTEROS,
        "action=drop chain=forward dst-address=10.0.20.0/24 in-interface-list=LAN",
        ("deny", "any", "10.0.20.0/24", "all", "bridge", ""),
    ),
    (
        ROUTEROS,
        "action=accept chain=forward dst-port=102 out-interface=ether2 protocol=tcp",
        ("permit", "any", "any", "some", "", "ether2"),
    ),
    (
        ROUTEROS,
        "action=accept chain=forward in-interface-list=!LAN",
        ("permit", "any", "any", "unread", "", ""),
    ),
    (ROUTEROS, "action=jump chain=forward", ("permit", "any", "any", "unread", "", "")),
    (ROUTEROS, "action=drop chain=input", None),
    (ROUTEROS, "action=accept chain=forward connection-state=established,related", None),
    (ROUTEROS, "action=drop chain=forward disabled=yes", None),
    (
        UCI,
        "forwarding\n\toption src 'lan'\n\toption dest 'ctl'",
        ("permit", "any", "any", "all", "lan", "plc"),
    ),
    (
        UCI,
        "rule\n\toption src '*'\n\toption dest 'lan'\n\toption proto 'all'\n\toption target 'DROP'",
        ("deny", "any", "any", "all", "", "lan"),
    ),
    (
        UCI,
        "rule\n\toption src 'lan'\n\toption dest 'ctl'\n\toption proto 'udp'\n\toption target 'ACCEPT'",
        ("permit", "any", "any", "some", "lan", "plc"),
    ),
    (
        UCI,
        "redirect\n\toption src 'lan'\n\toption dest_ip '10.0.20.2'",
        ("permit", "any", "10.0.20.2/32", "some", "lan", ""),
    ),
    (UCI, "rule\n\toption src 'lan'\n\toption target 'DROP'", None),
]


def told(text):
    item = EvidenceItem("e-1", "config.txt", "00", 1, "devicetext", Side.EVIDENCE, 1)
    return list(read(item, text.encode()))


def seen(text, word):
    return [one for one in told(text) if isinstance(one, Observation) and one.property == word]


def rules(text):
    """The rules in their order, without those that stand for the end of a list."""
    made = [dict(one.detail) for one in seen(text, "filter") if " is refused" not in one.value]
    parts = ("action", "source", "target", "share", "into", "out")
    return [tuple(one.get(part, "") for part in parts) for one in made]


@pytest.mark.parametrize(("text", "rule", "wanted"), RULES, ids=[rule for _, rule, _ in RULES])
def test_a_rule_in_its_common_form(text, rule, wanted):
    found = rules(text.format(rule=rule, policy="ACCEPT"))
    assert found[:1] == ([wanted] if wanted else [])


def test_the_end_of_an_access_list_refuses_the_rest():
    *_, last = seen(IOS.format(rule="permit icmp any any"), "filter")
    assert last.value == "all that list CRANE does not permit is refused"
    assert dict(last.detail)["action"] == "deny"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (IOS.format(rule="permit ip any any"), ("CRANE", "in", "GigabitEthernet0/1")),
        (ASA.format(rule="extended permit ip any any"), ("crane_in", "in", "GigabitEthernet0/1")),
        (ROUTEROS.format(rule="action=drop chain=forward"), ("forward", "through", None)),
        (UCI.format(rule="forwarding", policy="DROP"), ("forward", "through", None)),
    ],
)
def test_where_a_list_applies(text, wanted):
    (one,) = seen(text, "filter-at")
    detail = dict(one.detail)
    assert (one.value, detail["way"], detail.get("interface")) == wanted
    assert {dict(rule.detail)["list"] for rule in seen(text, "filter")} == {one.value}


@pytest.mark.parametrize(("policy", "wanted"), [("REJECT", ["deny"]), ("ACCEPT", [])])
def test_the_policy_between_zones_comes_last(policy, wanted):
    text = UCI.format(rule="forwarding\n\toption src 'lan'\n\toption dest 'ctl'", policy=policy)
    assert [one[0] for one in rules(text)] == ["permit", "permit", *wanted]


UNREAD = {
    "object group": IOS.format(rule="deny ip object-group A any"),
    "huawei": "sysname core\ninterface Vlanif10\n traffic-filter inbound acl 3000\n",
    "junos": "set system host-name fw1\nset firewall filter F term 1 then accept\nset system x y\n",
    "fortios": (
        "config system global\n    set hostname fgt1\nend\nconfig firewall policy\n    edit 1\n"
        '        set srcintf "port1"\n        set action accept\n    next\nend\n'
    ),
}


@pytest.mark.parametrize("text", UNREAD.values(), ids=UNREAD)
def test_rules_that_are_not_understood_are_a_gap_with_its_line(text):
    (gap,) = [one for one in told(text) if isinstance(one, Gap) and "access rules" in one.what]
    assert gap.weakens == ("reach",)
    assert int(gap.citation.locator.place) > 0
    assert any(one[3] == "unread" for one in rules(text))


def test_more_rules_than_the_bound_are_not_understood(monkeypatch):
    monkeypatch.setitem(table("configurations")["filters"], "most", 2)
    text = IOS.format(rule="permit ip any any\n permit ip any any\n permit ip any any")
    assert [one[3] for one in rules(text)] == ["all", "unread"]
    assert any("further rules" in one.what for one in told(text) if isinstance(one, Gap))


def test_vlans_of_ports():
    found = {
        dict(one.detail)["interface"].strip(): (one.value, dict(one.detail)["mode"])
        for one in seen(IOS.format(rule="permit ip any any"), "port-vlan")
    }
    assert found == {
        "GigabitEthernet0/5": ("10", "access"),
        "GigabitEthernet0/6": ("20", "trunk native"),
    }


@pytest.mark.skipif(not CORPUS.is_dir(), reason="OVERLANDED_CORPUS names no corpus of device text")
def test_real_access_lists_are_understood():
    folder = CORPUS / "config-batfish" / "networks" / "example" / "live" / "configs"
    texts = [path.read_text() for path in sorted(folder.glob("*.cfg"))]
    found = [one for text in texts for one in rules(text)]
    bound = {one.value for text in texts for one in seen(text, "filter-at")}
    assert len(found) >= 40
    assert {one[3] for one in found} <= {"all", "some"}
    assert {"OUTSIDE_TO_INSIDE", "RESTRICT_HOST_TRAFFIC_IN", "blocktelnet"} <= bound
