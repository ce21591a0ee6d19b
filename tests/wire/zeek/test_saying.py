"""What a row of each kind of log says: the same words as the dissectors give for the traffic."""

import pytest
from zeeklike import ENDS, log, row

from overlanded.data import table
from overlanded.wire.zeek.statements import teller

from .helper import Read

PLC, HMI, FAR = "192.168.10.1", "192.168.10.2", "93.184.216.34"
MAC = "00:1b:1b:00:00:02"


def said(path, port, *rows, orig=HMI, resp=PLC):
    """What rows say: a row is its fields beyond the ends."""
    whole = [row(orig, resp, port, n) | one for n, one in enumerate(rows)]
    fields = dict.fromkeys((*ENDS, *(name for one in rows for name in one)))
    return Read(log(path, tuple(fields), whole)).said()


def facts(*pairs, about="src"):
    return {(about, word, value, "") for word, value in pairs}


TABLE = [
    ("http", 80, {"user_agent": "curl/8", "host": "CAM-1.local", "status_code": 200, "password": "x"},
     {(HMI, "http"): facts(("http.user-agent", "curl/8"), ("http.host", "cam-1.local")),
      (PLC, "http"): set()}),
    ("ssh", 22, {"client": "SSH-2.0-PuTTY", "server": "SSH-2.0-dropbear"},
     {(HMI, "ssh"): facts(("ssh.banner", "SSH-2.0-PuTTY")),
      (PLC, "ssh"): facts(("ssh.banner", "SSH-2.0-dropbear"))}),
    ("snmp", 161, {"version": "2c", "community": "public", "get_responses": 3, "display_string": "SW-1"},
     {(HMI, "snmp"): facts(("snmp.version", "2c")),
      (PLC, "snmp"): facts(("snmp.version", "2c"), ("snmp.description", "SW-1"))}),
    ("snmp", 161, {"version": "1", "get_responses": 0}, {(HMI, "snmp"): facts(("snmp.version", "1"))}),
    ("ntp", 123, {"mode": 4, "stratum": 1, "ref_id": "GPS"},
     {(PLC, "ntp"): facts(("role", "ntp-server"), ("ntp.reference", "stratum 1 GPS"))}),
    ("ntp", 123, {"mode": 4, "stratum": 16, "ref_id": "INIT"}, {(PLC, "ntp"): set()}),
    ("ntp", 123, {"mode": 3, "xmt_time": "259200.500000"},
     {(HMI, "ntp"): facts(("ntp.clock", "3 days after 1970-01-01"))}),
    ("ntp", 123, {"mode": 3, "xmt_time": "1700000000.000000"}, {(HMI, "ntp"): set()}),
    ("rdp", 3389, {"cookie": "j.doe", "client_name": "LAPTOP-7", "result": "encrypted"},
     {(HMI, "rdp"): facts(("hostname", "laptop-7")), (PLC, "rdp"): set()}),
    ("ntlm", 445, {"username": "j.doe", "hostname": "LAPTOP-7", "server_nb_computer_name": "NVR"},
     {(HMI, "smb"): facts(("hostname", "laptop-7")), (PLC, "smb"): facts(("hostname", "nvr"))}),
    ("ntlm", 80, {"hostname": "LAPTOP-7"}, {(HMI, ""): facts(("hostname", "laptop-7"))}),
    ("mqtt_connect", 1883, {"client_id": "rut-1", "connect_status": "Accepted"},
     {(HMI, "mqtt"): facts(("mqtt.client", "rut-1")), (PLC, "mqtt"): set()}),
    ("smb_mapping", 445, {"path": r"\\10.0.0.1\share"}, {(HMI, "smb"): set()}),
    ("dns", 53, {"query": "VPN.Example.com", "qtype_name": "A", "rcode": 0, "answers": "gw,93.184.216.34"},
     {(HMI, "dns"): facts(("resolved", "vpn.example.com")),
      (PLC, "dns"): facts(("role", "dns-server"))
      | {("dst", "resolved", "vpn.example.com", "ip:93.184.216.34")}}),
    ("dns", 53, {"query": "plc", "qtype_name": "A", "rcode": 0, "answers": "10.0.0.9"},
     {(HMI, "dns"): facts(("resolved", "plc")),
      (PLC, "dns"): facts(("role", "dns-server")) | facts(("domain-name", "plc"), about="ip:10.0.0.9")
      | {("dst", "resolved", "plc", "ip:10.0.0.9")}}),
    ("dns", 53, {"query": "9.0.0.10.in-addr.arpa", "qtype_name": "PTR", "rcode": 0, "answers": "PLC"},
     {(HMI, "dns"): set(),
      (PLC, "dns"): facts(("role", "dns-server")) | facts(("domain-name", "plc"), about="ip:10.0.0.9")}),
    ("dns", 53, {"query": "x.example", "qtype_name": "A"}, {(HMI, "dns"): facts(("resolved", "x.example"))}),
    ("dns", 5355, {"query": "NVR", "qtype_name": "A", "answers": "10.0.0.7"},
     {(HMI, "llmnr"): facts(("resolved", "nvr")) | facts(("hostname", "nvr"), about="ip:10.0.0.7")}),
    ("dns", 137, {"query": "FILESERVER"}, {(HMI, "netbios"): set()}),
    ("ssl", 443, {"version": "TLSv12", "server_name": "rms.example", "established": "T",
                  "subject": r"CN=gw,O=Maker\\, Inc.,C=LT", "cert_chain_fps": "ab" * 32, "ja4": "t13d"},
     {(HMI, "tls"): facts(("tls.sni", "rms.example"), ("tls.ja4", "t13d")),
      (PLC, "tls"): facts(("tls.version", "TLS 1.2"), ("tls.subject", "C=LT, O=Maker, Inc., CN=gw"),
                          ("tls.fingerprint", "ab" * 32))}),
    ("ssl", 443, {"version": "DTLSv12"}, {(HMI, "dtls"): set(),
                                          (PLC, "dtls"): facts(("tls.version", "DTLS 1.2"))}),
    ("ssl", 443, {"subject": "CN=AnyDesk Client"},
     {(HMI, "tls"): set(), (PLC, "anydesk"): facts(("tls.subject", "CN=AnyDesk Client"))}),
    ("modbus", 502, {"func": "WRITE_SINGLE_COIL_EXCEPTION"}, {(HMI, "modbus"): {"write"}}),
    ("modbus", 502, {"func": "READ_COILS", "pdu_type": "RESP"}, {(PLC, "modbus"): {"read"}}),
    ("modbus_read_device_identification", 502,
     {"is_orig": "F", "object_id_code": "0x00", "object_value": "Janitza"},
     {(PLC, "modbus"): facts(("maker", "Janitza")) | {"identify"}}),
    ("dnp3", 20000, {"fc_request": "COLD_RESTART", "fc_reply": "RESPONSE"}, {(HMI, "dnp3"): {"stop"}}),
    ("s7comm", 102, {"is_orig": "T", "rosctr_code": 1, "function_code": "0x05"},
     {(HMI, "s7comm"): {"write"}}),
    ("s7comm", 102, {"is_orig": "T", "rosctr_code": 1, "function_code": "0x28",
                     "subfunction_code": "P_PROGRAM"}, {(HMI, "s7comm"): {"start"}}),
    ("s7comm", 102, {"is_orig": "T", "rosctr_code": 7, "function_code": "0x47",
                     "subfunction_code": "0x02"}, {(HMI, "s7comm"): {"write"}}),
    ("s7comm", 102, {"is_orig": "F", "rosctr_code": 3, "function_code": "0xf0"}, {(PLC, "s7comm"): set()}),
    ("s7comm_read_szl", 102, {"is_orig": "T", "szl_id": "0x001c"}, {(HMI, "s7comm"): {"identify"}}),
    ("s7comm_read_szl", 102, {"is_orig": "T", "szl_id": "0x0424"}, {(HMI, "s7comm"): {"read"}}),
    ("s7comm_upload_download", 102, {"is_orig": "T", "function_name": "Start Upload"},
     {(HMI, "s7comm"): {"upload"}}),
    ("s7comm_known_devices", 102, {"module_name": "CPU 315", "module_serial": "S C-1"},
     {(PLC, "s7comm"): facts(("model", "CPU 315"), ("serial", "S C-1")) | {"identify"}}),
    ("s7comm_plus", 102, {"is_orig": "T", "opcode": "0x31", "function_code": "0x04f2"},
     {(HMI, "s7comm-plus"): {"write"}}),
    ("s7comm_plus", 102, {"is_orig": "F", "opcode": "0x33"}, {(PLC, "s7comm-plus"): {"subscribe"}}),
    ("enip", 44818, {"is_orig": "T", "enip_command_code": "0x63"}, {(HMI, "enip"): {"identify"}}),
    ("cip", 44818, {"is_orig": "T", "direction": "request", "cip_service_code": "0x10", "class_id": "0x01"},
     {(HMI, "enip"): {"write"}}),
    ("cip", 44818, {"is_orig": "T", "direction": "request", "cip_service_code": "0x4d"},
     {(HMI, "enip"): {"write"}}),
    ("cip", 44818, {"is_orig": "F", "direction": "response", "cip_service_code": "0x10"},
     {(PLC, "enip"): set()}),
    ("cip_identity", 44818, {"is_orig": "F", "socket_address": PLC, "vendor_id": 1, "serial_number": "0x2a",
                             "device_type_id": 12, "product_name": "1756-ENBT/A", "revision": "4.3"},
     {(PLC, "enip"): facts(("maker", "Rockwell Automation/Allen-Bradley"), ("model", "1756-ENBT/A"),
                           ("device-type", "Communications Adapter"), ("firmware", "4.3"),
                           ("serial", "0000002A"), ("address", PLC)) | {"identify"}}),
    ("cip_io", 2222, {"is_orig": "T", "connection_id": "0x1"}, {(HMI, "enip"): {"cyclic"}}),
    ("opcua_binary", 4840, {"msg_type": "HEL", "endpoint_url": "opc.tcp://plc:4840"},
     {(HMI, "opcua"): facts(("opcua.endpoint", "opc.tcp://plc:4840"), about="dst")}),
    ("opcua_binary", 4840, {"msg_type": "MSG", "req_identifier": 673, "res_identifier": 676},
     {(HMI, "opcua"): {"write"}, (PLC, "opcua"): set()}),
    ("opcua_binary_get_endpoints_description", 4840, {"application_uri": "urn:x", "text": "CX"},
     {(PLC, "opcua"): facts(("opcua.application", "urn:x"), ("opcua.application", "CX")) | {"identify"}}),
    ("opcua_binary_create_session", 4840, {"is_orig": "T", "application_uri": "urn:me",
                                           "server_uri": "urn:you"},
     {(HMI, "opcua"): facts(("opcua.application", "urn:me"))
      | facts(("opcua.application", "urn:you"), about="dst")}),
    ("profinet_io_cm", 34964,
     {"source_h": HMI, "packet_type": "Request", "operation_num": "Connect",
      "object_uuid": "DEA00000-6C97-11D1-8271-00010003002A",
      "interface_uuid": "DEA00001-6C97-11D1-8271-00A02442DF7D"},
     {(HMI, "profinet-cm"): facts(("maker", "Siemens"), ("device-type", "PROFINET device 002A:0003"),
                                  ("role", "io-device"), about="dst") | {"cyclic"}}),
    ("opcua_binary_create_session_endpoints", 4840, {"endpoint_url": "opc.tcp://plc:4840"},
     {(PLC, "opcua"): facts(("opcua.endpoint", "opc.tcp://plc:4840")) | {"identify"}}),
    ("profinet_dce_rpc", 34964, {"operation": "Read", "packet_type": 0,
                                 "interface_uuid": "dea00001-6c97-11d1-8271-00a02442df7d"},
     {(HMI, "profinet-cm"): facts(("role", "io-device"), about="dst") | {"read"}}),
    ("profinet_io_cm", 34964,
     {"source_h": PLC, "packet_type": "Response", "operation_num": "Read",
      "object_uuid": "0000A0DE-976C-D111-8271-00010003002A",
      "interface_uuid": "0100A0DE-976C-D111-8271-00A02442DF7D"},
     {(PLC, "profinet-cm"): facts(("maker", "Siemens"), ("device-type", "PROFINET device 002A:0003"),
                                  ("role", "io-device")) | {"read"}}),
    ("bacnet", 47808, {"is_orig": "T", "pdu_type": "CONFIRMED_REQUEST", "pdu_service": "write_property"},
     {(HMI, "bacnet"): {"write"}}),
    ("bacnet", 47808, {"is_orig": "F", "pdu_type": "SIMPLE_ACK", "pdu_service": "write_property"},
     {(PLC, "bacnet"): set()}),
    ("bacnet_discovery", 47808, {"is_orig": "F", "pdu_service": "i-am", "instance_number": 7,
                                 "vendor": "Wago"},
     {(PLC, "bacnet"): facts(("device-type", "BACnet device 7"), ("maker", "Wago"))}),
    ("bacnet_property", 47808, {"is_orig": "F", "pdu_service": "read_property_ack", "property": "model-name",
                                "object_type": "device", "value": "PFC200"},
     {(PLC, "bacnet"): facts(("model", "PFC200"))}),
    ("omron_fins_general", 9600, {"proto": "udp", "icf_data_type": "Command (0)",
                                  "command_code": "Stop (0x0402)"}, {(HMI, "fins"): {"stop"}}),
    ("omron_fins_detail", 9600, {"icf_data_type": "Response (1)", "controller_model": "CJ2M",
                                 "command_code": "Controller Data Read (0x0501)"},
     {(PLC, "fins"): facts(("model", "CJ2M")) | {"identify"}}),
]  # fmt: skip


@pytest.mark.parametrize(("path", "port", "fields", "wanted"), TABLE)
def test_a_row_says_what_its_fields_say(path, port, fields, wanted):
    assert said(path, port, fields) == wanted


def test_every_kind_that_is_read_has_a_row_here():
    logs = table("zeek")["logs"]
    alone = {"conn", "x509", "known_certs", "known_hosts", "known_devices", "known_services", "arp",
             "known_modbus", "dhcp", "software"}  # fmt: skip
    plain = {name for name, entry in logs.items() if entry.get("how") == "plain"}
    told = {path for path, *_ in TABLE} | alone | plain
    assert {name for name, entry in logs.items() if "how" in entry} <= told
    assert all(
        callable(teller(entry["how"]))
        for entry in logs.values()
        if entry.get("how", "conn") != "conn"
    )


def test_words_of_functions_properties_and_protocols_are_those_of_the_vocabulary():
    zeek, words = table("zeek"), set(table("properties")["properties"])
    protocols = set(table("protocols")["protocols"]) | {""}
    assert set(zeek["services"].values()) <= protocols
    assert {entry.get("protocol", "") for entry in zeek["logs"].values()} <= protocols
    said_words = {s.split()[1] for e in zeek["logs"].values() for s in e.get("says", {}).values()}
    assert said_words | set(zeek["software"].values()) <= words
    assert {n for e in zeek["logs"].values() for n in e.get("functions", {}).values()} <= set(
        zeek["functions"]
    )


def alone(path, **fields):
    return Read(log(path, ("ts", *fields), [{"ts": "1700000000.000000", **fields}]))


def test_an_announcement_to_all_is_of_its_sender():
    told = said(
        "dns", 5353, {"query": "_http._tcp.local", "qtype_name": "PTR", "answers": "CAM 1._http._tcp.local"},
        {"query": "cam-1.local", "qtype_name": "A", "answers": HMI},
        {"query": "other.local", "qtype_name": "A", "answers": "10.0.0.5"}, resp="224.0.0.251",
    )  # fmt: skip
    assert told == {
        (HMI, "mdns"): facts(("mdns.service", "_http._tcp"), ("mdns.instance", "CAM 1"),
                             ("hostname", "cam-1"))
        | facts(("hostname", "other"), about="ip:10.0.0.5")
    }  # fmt: skip
    one_to_one = said("dns", 5353, {"query": "a.local", "qtype_name": "A", "answers": "10.0.0.5"})
    assert one_to_one == {(HMI, "mdns"): set()}


def test_a_lease_names_the_client_by_its_mac_and_the_server_by_its_address():
    one = alone(
        "dhcp", server_addr="10.0.0.254", mac=MAC, host_name="CAM-1", assigned_addr="10.0.0.7",
        domain="crane.example", msg_types="DISCOVER,OFFER,REQUEST,ACK", client_software="udhcp",
    )  # fmt: skip
    about = f"mac:{MAC}"
    assert one.said() == {
        ("", "dhcp"): facts(("hostname", "cam-1"), ("dhcp.vendor-class", "udhcp"),
                            ("address", "10.0.0.7"), about=about),
        ("10.0.0.254", "dhcp"): facts(("role", "dhcp-server"), ("offers", "domain crane.example"))
        | {("src", "offers", "lease 10.0.0.7", about)},
    }  # fmt: skip
    offered = alone(
        "dhcp",
        mac=MAC,
        server_addr=FAR,
        assigned_addr="10.0.0.7",
        msg_types="DISCOVER,OFFER",
    )
    assert offered.said()[("", "dhcp")] == set()


def test_the_older_form_of_dhcp_log_is_a_lease_a_row():
    told = said("dhcp", 67, {"mac": MAC, "assigned_ip": "10.0.0.7"})
    assert told[(HMI, "dhcp")] == facts(("address", "10.0.0.7"), about=f"mac:{MAC}")
    assert ("src", "role", "dhcp-server", "") in told[(PLC, "dhcp")]


@pytest.mark.parametrize(
    ("path", "fields", "seen"),
    [
        ("known_hosts", {"host": HMI}, [("", HMI, 1, 1)]),
        ("known_devices", {"mac": MAC, "dhcp_host_name": "-"}, [(MAC, "", 1, 1)]),
        ("arp", {"operation": "reply", "sha": MAC, "spa": HMI}, [(MAC, HMI, 2, 1)]),
        ("arp", {"mac_src": MAC, "orig_h": HMI, "resp_h": PLC}, [(MAC, HMI, 2, 1)]),
        ("arp", {"src_mac": MAC, "src_ip": "0.0.0.0"}, [(MAC, "0.0.0.0", 1, 1)]),  # noqa: S104
        ("arp", {"operation": "bad"}, []),
    ],
)  # fmt: skip
def test_logs_of_hosts_are_sightings(path, fields, seen):
    assert alone(path, **fields).sightings() == seen


def test_logs_of_single_hosts_name_them():
    services = alone(
        "known_services", host=PLC, port_num="502", port_proto="tcp", service="MODBUS,NTLM"
    )
    ((sample, found),) = services.logged.reads
    assert (found.protocol, sample.src_port, sample.layer, sample.from_client) == (
        "modbus",
        502,
        "tcp",
        False,
    )
    assert alone("known_modbus", host=PLC, device_type="Known::MODBUS_SLAVE").said() == {
        (PLC, "modbus"): set()
    }
    assert alone(
        "known_certs", host=PLC, port_num=443, subject="CN=a,C=LT", issuer_subject="CN=b"
    ).said() == {(PLC, "tls"): facts(("tls.subject", "C=LT, CN=a"), ("tls.issuer", "CN=b"))}
    server = alone(
        "software", host=PLC, software_type="HTTP::SERVER", unparsed_version="lighttpd/1.4"
    )
    assert server.said() == {(PLC, ""): facts(("http.server", "lighttpd/1.4"))}
    assert (
        alone("software", host=PLC, software_type="SSH::SERVER", unparsed_version="x").said() == {}
    )
    named = alone("known_devices", mac=MAC, dhcp_host_name="CAM-1")
    assert named.said() == {("", ""): facts(("hostname", "cam-1"), about=f"mac:{MAC}")}


def test_a_certificate_waits_for_whoever_showed_it():
    one = alone(
        "x509", id="Fabc", **{"certificate.subject": "CN=gw,C=LT", "san.dns": r"a.example,b\x2cc",
                              "certificate.not_valid_before": "1600000000.000000"})  # fmt: skip
    found, _, line = one.logged.certificates["Fabc"]
    assert line == 9
    assert {(fact.property, fact.value) for fact in found.facts if fact.value} == {
        ("tls.subject", "C=LT, CN=gw"), ("tls.alternative-names", "a.example, b,c"),
        ("tls.not-before", "2020-09-13T12:26:40Z"),
    }  # fmt: skip
    shown = Read(log("ssl", (*ENDS, "version", "cert_chain_fuids"), [
        row(HMI, PLC, 443) | {"version": "TLSv12", "cert_chain_fuids": "Fabc,Fdef"}]))  # fmt: skip
    assert [one.key for one in shown.logged.shown] == ["Fabc"]


def test_the_same_row_again_is_one_statement_at_its_first_and_last_place():
    whole = [
        row(HMI, PLC, 502, at) | {"func": "READ_COILS", "id.orig_p": 40000 + at}
        for at in (3, 1, 9, 2)
    ]
    one = Read(log("modbus", (*ENDS, "func"), whole))
    places = [(sample.frame, sample.ns // 10**9 - 1_700_000_000) for sample, _ in one.logged.reads]
    assert places == [(10, 1), (11, 9)]


def test_two_hosts_with_endless_different_rows_are_bounded(monkeypatch):
    monkeypatch.setitem(table("zeek"), "bounds", dict(table("zeek")["bounds"], per_pair=5, rows=8))
    names = [row(HMI, FAR, 53, n) | {"query": f"{n}.tunnel.example"} for n in range(20)]
    others = [row(PLC, FAR, 53, n) | {"query": f"{n}.tunnel.example"} for n in range(20)]
    one = Read(log("dns", (*ENDS, "query", "qtype_name"), [*names, *others]))
    assert (len(one.logged.reads), one.logged.over) == (8, 32)
