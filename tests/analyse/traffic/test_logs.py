"""Zeek logs of a case together, on their way through intake to observations."""

import pytest
from crane import capture
from zeeklike import CONN, ENDS, log, row, talk

from overlanded.analyse.traffic import part
from overlanded.analyse.traffic.intake import Intake
from overlanded.custody.streams import Stream
from overlanded.errors import InputError
from overlanded.model.evidence import EvidenceItem, Side
from overlanded.wire.zeek import reading

PLC, HMI, FAR = "192.168.10.1", "192.168.10.2", "93.184.216.34"
PLC_MAC, HMI_MAC, ROUTER = "00:1b:1b:00:00:01", "00:1b:1b:00:00:02", "00:1e:42:00:00:01"
NEAR = {"orig_l2_addr": HMI_MAC, "resp_l2_addr": PLC_MAC}
AWAY = {"orig_l2_addr": HMI_MAC, "resp_l2_addr": ROUTER}


def taken(folder, **logs):
    """Intake of logs by path (``a/conn``)."""
    one = Intake(folder / "columns")
    for number, (name, data) in enumerate(sorted(logs.items()), 1):
        path = folder / f"{number}.log"
        path.write_bytes(data)
        item = EvidenceItem(f"e-{number}", f"{name}.log", "", 1, "zeek", Side.EVIDENCE, number)
        with Stream(path) as stream:
            one.take(part.read_log(stream, one.folder, number - 1), item)
    return one


def seen(one, *words):
    return {
        (str(o.subject), o.property, o.value, str(o.object or ""), str(o.citation))
        for o in one.observations(())
        if not words or o.property in words
    }


def functions(one):
    return {
        (o.value, dict(o.detail).get("functions"))
        for o in one.observations(())
        if o.property == "session"
    }


def test_a_session_has_its_functions_and_is_cited_by_line(tmp_path):
    one = taken(
        tmp_path,
        **{
            "z/conn": log("conn", CONN, [talk(HMI, PLC, 502, service="modbus", **NEAR)]),
            "z/modbus": log(
                "modbus", (*ENDS, "func"), [row(HMI, PLC, 502) | {"func": "READ_COILS"}]
            ),
        },
    )
    assert functions(one) == {("modbus", "read")}
    assert seen(one, "session") == {
        (f"mac {HMI_MAC}", "session", "modbus", f"mac {PLC_MAC}", "z/conn.log:9")
    }
    assert (f"mac {PLC_MAC}", "serves", "modbus/tcp/502", "", "z/conn.log:9") in seen(one)
    assert not list(one.gaps())


def test_who_says_something_is_known_by_the_mac_that_conn_log_has_for_the_address(tmp_path):
    one = taken(
        tmp_path,
        **{
            "z/conn": log(
                "conn", (*CONN, "vlan"), [talk(HMI, PLC, 22, service="ssh", **NEAR) | {"vlan": 20}]
            ),
            "z/ssh": log("ssh", (*ENDS, "server"), [row(HMI, PLC, 22) | {"server": "SSH-2.0-x"}]),
        },
    )
    assert seen(one, "ssh.banner") == {
        (f"mac {PLC_MAC} on vlan 20", "ssh.banner", "SSH-2.0-x", "", "z/ssh.log:9")
    }
    assert (f"mac {PLC_MAC} on vlan 20", "serves", "ssh/tcp/22", "", "z/conn.log:9") in seen(one)


def test_a_contact_outside_has_the_name_that_was_asked_for(tmp_path):
    query = {"query": "vpn.example", "qtype_name": "A", "rcode": 0, "answers": FAR}
    one = taken(
        tmp_path,
        **{
            "z/conn": log(
                "conn",
                CONN,
                [
                    talk(HMI, FAR, 443, service="ssl", **AWAY),
                    talk(HMI, PLC, 53, proto="udp", history="Dd", **NEAR),
                ],
            ),
            "z/dns": log("dns", (*ENDS, *query), [row(HMI, PLC, 53) | query]),
        },
    )
    assert (f"mac {HMI_MAC}", "contact", "vpn.example", f"ip {FAR}", "z/conn.log:9") in seen(one)
    (gap,) = one.gaps()
    assert (gap.id, "ssl.log" in gap.why) == ("g-zeek-missing", True)


def test_without_conn_log_the_other_logs_show_the_conversations_and_a_gap_says_so(tmp_path):
    rows = [row(HMI, PLC, 502, n) | {"func": "WRITE_SINGLE_COIL"} for n in range(3)]
    one = taken(tmp_path, **{"z/modbus": log("modbus", (*ENDS, "func"), rows)})
    assert functions(one) == {("modbus", "write")}
    found = seen(taken(tmp_path, **{"z/modbus": log("modbus", (*ENDS, "func"), rows)}))
    assert (f"ip {HMI}", "address", HMI, "", "z/modbus.log:9") in found
    assert (f"ip {PLC}", "serves", "modbus/tcp/502", "", "z/modbus.log:9") in found
    assert [gap.id for gap in one.gaps()] == ["g-zeek-conn"]
    assert "z" in next(one.gaps()).what


def test_a_conversation_still_under_way_is_known_from_the_log_of_its_beginning(tmp_path):
    """conn.log has it when it is over, ssl.log when it begins: a tunnel that stays is in one only."""
    more = {"version": "TLSv12", "server_name": "vpn.example"}
    ssl = [row(HMI, FAR, 443) | more, row(HMI, PLC, 443) | more, row(PLC, HMI, 8443) | more]
    known = [talk(HMI, PLC, 443, **NEAR), talk(PLC, HMI, 8443, orig_l2_addr=PLC_MAC)]
    logs = {"z/conn": log("conn", CONN, known), "z/ssl": log("ssl", (*ENDS, *more), ssl)}
    one = taken(tmp_path, **logs)
    assert {(party, cited) for _, _, _, party, cited in seen(one, "contact")} == {
        (f"ip {FAR}", "z/ssl.log:9")
    }
    (gap,) = one.gaps()
    assert (gap.id, "in 1 of" in gap.what) == ("g-zeek-uncounted", True)


def test_a_certificate_is_of_whoever_showed_it_in_the_same_folder(tmp_path):
    key = {"cert_chain_fuids": "Fabc", "version": "TLSv12"}
    subject = ("ts", "id", "certificate.subject")
    logs = {
        "a/conn": log("conn", CONN, [talk(HMI, PLC, 443, service="ssl")]),
        "a/ssl": log("ssl", (*ENDS, *key), [row(HMI, PLC, 443) | key]),
        "a/x509": log("x509", subject, [("1.5", "Fabc", "CN=gw,C=LT")]),
        "b/x509": log("x509", subject, [("1.5", "Fabc", "CN=other")]),
    }
    assert seen(taken(tmp_path, **logs), "tls.subject") == {
        (f"ip {PLC}", "tls.subject", "C=LT, CN=gw", "", "a/x509.log:9")
    }
    hashed = {"cert_chain_fps": "ab" * 32, "version": "TLSv12"}
    logs["a/ssl"] = log("ssl", (*ENDS, *hashed), [row(HMI, PLC, 443) | hashed])
    logs["b/x509"] = log(
        "x509", ("ts", "fingerprint", "certificate.subject"), [("1.5", "AB" * 32, "CN=gw")]
    )
    assert seen(taken(tmp_path, **logs), "tls.subject", "tls.fingerprint") == {
        (f"ip {PLC}", "tls.subject", "CN=gw", "", "b/x509.log:9"),
        (f"ip {PLC}", "tls.fingerprint", "ab" * 32, "", "a/ssl.log:9"),
    }


def test_without_hop_limits_a_router_is_told_by_the_networks_behind_it(tmp_path):
    """Addresses of a network where nobody else is are passed on; second ones of this wire are held."""
    behind = [
        talk(f"10.9.{n}.7", PLC, 502, at=n, orig_l2_addr=ROUTER, resp_l2_addr=PLC_MAC)
        for n in (1, 2, 3)
    ]
    here = [talk(HMI, PLC, 502, 9, **NEAR), talk("192.168.10.77", PLC, 502, 10, **NEAR)]
    one = taken(tmp_path, **{"z/conn": log("conn", CONN, [*behind, *here])})
    found = seen(one, "role", "fronts", "address", "hops")
    assert {value for subject, word, value, *_ in found if word == "fronts"} == {
        "10.9.1.7", "10.9.2.7", "10.9.3.7",
    }  # fmt: skip
    held = {
        value
        for subject, word, value, *_ in found
        if (subject, word) == (f"mac {HMI_MAC}", "address")
    }
    assert held == {HMI, "192.168.10.77"}
    assert not any(word == "hops" for _, word, *_ in found)


def test_a_log_and_a_capture_of_one_case_are_each_cited_by_their_own_unit(tmp_path):
    (tmp_path / "span.pcap").write_bytes(capture())
    one = taken(tmp_path, **{"z/conn": log("conn", CONN, [talk(HMI, PLC, 8080)])})
    item = EvidenceItem("e-9", "span.pcap", "", 1, "capture", Side.EVIDENCE, 9)
    with Stream(tmp_path / "span.pcap") as stream:
        one.take(part.walk(stream, one.folder, 1), item)
    kinds = {(o.citation.path, o.citation.locator.kind) for o in one.observations(())}
    assert kinds == {("z/conn.log", "line"), ("span.pcap", "frame")}


def test_nothing_of_a_log_that_could_not_be_read_is_left(tmp_path, monkeypatch):
    path, real = tmp_path / "1.log", reading.read
    path.write_bytes(log("conn", CONN, [talk(HMI, PLC, 502, service="modbus")]))

    def failing(stream, *, spill, **more):
        done = real(stream, spill=spill, **more)
        spill("sightings", done.raw["sightings"])
        raise InputError("the disk failed")

    monkeypatch.setattr(reading, "read", failing)
    with Stream(path) as stream, pytest.raises(InputError):
        part.read_log(stream, tmp_path / "b", 0)
    assert not list((tmp_path / "b").rglob("*.parquet"))
