"""Paths that switches and firewalls refuse by their configuration: the whole way, from the texts."""

import pytest
from plant import Host, Wire, s7, web
from proofs import audited, check

PLC = Host("001b1b0000a1", "192.168.10.1")
PLC2 = Host("001b1b0000a2", "192.168.10.11")
HMI = Host("0023470000b2", "192.168.10.20", ttl=128)
ROUTER = Host("001e420000e5", "192.168.10.254")
WALL = Host("906cac0000c1", "192.168.10.253")
TOML = """
[[files]]
path = "evidence/sw1.txt"
at = "2026-02-03"

[[files]]
path = "evidence/fw1.txt"
at = "2026-02-04"
"""
SWITCH = """\
SW1#show mac address-table
Vlan    Mac Address       Type        Ports
----    -----------       --------    -----
  30    001e.4200.00e5    DYNAMIC     Gi0/5
  20    001b.1b00.00a2    DYNAMIC     Gi0/7
SW1#show running-config
hostname SW1
interface GigabitEthernet0/5
 switchport access vlan 30
interface GigabitEthernet0/7
 switchport access vlan 20
"""
FIREWALL = """\
FW1#show running-config
hostname FW1
interface GigabitEthernet0/0
 ip address 192.168.10.253 255.255.255.0
 ip access-group CRANE in
interface GigabitEthernet0/1
 ip address 10.9.9.1 255.255.255.0
ip access-list extended CRANE
 {rule}
 deny ip any any
"""


@pytest.fixture(scope="module")
def wire():
    made = Wire()
    made.announce(PLC, PLC2, HMI, ROUTER, WALL)
    s7(made, HMI, PLC, 4)
    s7(made, HMI, PLC2, 4)
    web(made, HMI, ROUTER, "uhttpd", "Teltonika-RUT950 - LuCI")
    return made.pcap()


def reach(tmp_path, wire, **texts):
    """End → its possible path from the router; every proof checked, every line opened again."""
    folder = tmp_path / "sts-01"
    (folder / "evidence").mkdir(parents=True)
    (folder / "crane.toml").write_text(TOML)
    (folder / "evidence" / "span.pcap").write_bytes(wire)
    for name, text in texts.items():
        (folder / "evidence" / f"{name}.txt").write_text(text)
    document = audited(folder)
    check(folder, document)
    (router,) = [one for one in document["devices"] if one["class"] == "cellular-gateway"]
    paths = router["answers"]["reach"]["paths"]["possible"]
    for path in paths:
        for cited in path["citations"]:
            if cited["path"].endswith(".txt"):
                lines = (folder / cited["path"]).read_text().splitlines()
                line = " ".join(lines[int(cited["locator"]["place"]) - 1].split())
                assert cited["excerpt"].rpartition(" › ")[2] in line  # its block stands before
    return {path["name"]: path for path in paths}, document


def test_without_the_texts_all_is_one_wire(tmp_path, wire):
    paths, _ = reach(tmp_path, wire)
    assert paths["PLC-2"]["what"].startswith("on the same network")


def test_vlans_of_a_switch(tmp_path, wire):
    paths, _ = reach(tmp_path, wire, sw1=SWITCH)
    assert "refused by configuration as of 2026-02-03" in paths["PLC-2"]["what"]
    assert "port Gi0/5 in VLAN 30 and port Gi0/7 in VLAN 20" in paths["PLC-2"]["what"]
    lines = {one["locator"]["place"] for one in paths["PLC-2"]["citations"] if "sw1" in one["path"]}
    assert lines == {"4", "5", "9", "11"}
    assert paths["PLC-1"]["what"].startswith("on the same network")


@pytest.mark.parametrize(
    ("rule", "refused"),
    [
        ("permit tcp host 192.168.10.20 any", True),
        ("permit tcp host 192.168.10.254 any eq 443", False),
        ("permit tcp object-group OPS any", False),
    ],
)
def test_access_list_of_a_firewall(tmp_path, wire, rule, refused):
    paths, document = reach(tmp_path, wire, fw1=FIREWALL.format(rule=rule))
    beyond = paths["addresses of 10.9.9.0/24"]["what"]
    assert ("refused by configuration as of 2026-02-04: deny ip any any" in beyond) == refused
    gaps = [one for one in document["gaps"] if "access rules not understood" in one["what"]]
    assert len(gaps) == ("object-group" in rule)
