"""conn.log as columns: who is client, what is never seen, and that batches do not matter."""

import json

import numpy as np
import pytest
from zeeklike import CONN, FIRST, log, talk

from overlanded.data import table
from overlanded.model.columns import FLOWS
from overlanded.model.identifiers import ip_halves, ip_text
from overlanded.wire.zeek import conn

from .helper import Read

PLC, HMI, FAR = "192.168.10.1", "192.168.10.2", "203.0.113.9"
MACS = {"orig_l2_addr": "00:1b:1b:00:00:02", "resp_l2_addr": "00:1b:1b:00:00:01"}


def read(*rows, **more):
    return Read(log("conn", CONN, rows, **more))


def test_a_conversation_has_the_columns_that_the_log_tells():
    one = read(talk(HMI, PLC, 502, **MACS))
    flow = {name: column.tolist()[0] for name, column in one.tables["flows"].items()}
    wanted = {
        "part": 0, "first_frame": 9, "first_ns": 1_700_000_000_000_000_000,
        "last_ns": 1_700_000_001_500_000_000, "proto": 6, "a_mac": 0x001B1B000002,
        "b_mac": 0x001B1B000001, "a_port": 50000, "b_port": 502, "client_known": 1,
        "packets_ab": 5, "packets_ba": 4, "bytes_ab": 220, "bytes_ba": 200, "payload_ab": 20,
        "payload_ba": 40, "flags_ab": 19, "flags_ba": 19,
    }  # fmt: skip
    assert wanted.items() <= flow.items()
    assert (flow["a_ip_hi"], flow["a_ip_lo"]) == ip_halves(HMI)
    assert (flow["b_ip_hi"], flow["b_ip_lo"]) == ip_halves(PLC)


def test_what_the_log_does_not_tell_was_never_seen():
    flows = read(talk(HMI, PLC, 502)).tables["flows"]
    never = {"ttl_min": 255, "ttl_max": 0, "wscale": 255, "mss": 0, "segments": 0}
    for stem, value in never.items():
        assert flows[f"{stem}_ab"].tolist() == flows[f"{stem}_ba"].tolist() == [value]
    for name in ("syn_ns", "synack_ns", "ack_ns", "ask_ns", "reply_ns", "tunnel"):
        assert flows[name].tolist() == [0]
    assert read(talk(HMI, PLC, 502)).rows("sightings", "ttl_min", "ttl_max") == [(255, 0)] * 2


@pytest.mark.parametrize(
    ("orig_port", "resp_port", "history", "proto", "client"),
    [
        (50000, 502, "ShADad", "tcp", "orig"), (502, 50000, "ShADad", "tcp", "orig"),
        (502, 50000, "hDad", "tcp", "orig"), (502, 50000, "HDad", "tcp", "resp"),
        (50000, 502, "sHDd", "tcp", "resp"), (502, 50000, "Dd", "tcp", "resp"),
        (50000, 502, "Dd", "tcp", "orig"), (40000, 50000, "Dd", "tcp", "resp"),
        (53, 33000, "Dd", "udp", "resp"), (33000, 53, "D", "udp", "orig"),
        (8, 0, "-", "icmp", "orig"), (0, 8, "-", "icmp", "resp"), (3, 3, "-", "icmp", "orig"),
    ],
)  # fmt: skip
def test_the_client_is_told_by_the_handshake_and_else_by_the_ports(
    orig_port, resp_port, history, proto, client
):
    one = read(talk(HMI, PLC, resp_port, proto=proto, history=history, **{"id.orig_p": orig_port}))
    ((high, low, ours, theirs),) = one.rows(
        "flows", "a_ip_hi", "a_ip_lo", "payload_ab", "packets_ba"
    )
    assert (ip_text(high, low), ours, theirs) == (
        (HMI, 20, 4) if client == "orig" else (PLC, 40, 5)
    )


def test_protocols_have_their_numbers_and_what_is_not_stated_is_none_of_them():
    rows = [
        talk(HMI, PLC, 1, proto=proto, at=n)
        for n, proto in enumerate(("tcp", "udp", "icmp", "sctp"))
    ]
    six = talk("fe80::2", "fe80::1", 0, proto="icmp", at=5)
    other = talk(HMI, PLC, 0, proto="unknown_transport", at=6)
    assert read(*rows, six, other).rows("flows", "proto") == [
        (1,),
        (6,),
        (17,),
        (58,),
        (132,),
        (255,),
    ]
    fields = (*CONN, "ip_proto")
    stated = Read(log("conn", fields, [{**other, "ip_proto": 47}]))
    assert stated.rows("flows", "proto") == [(47,)]


def test_sightings_are_of_those_who_sent_and_services_of_those_who_answered():
    unanswered = {"resp_pkts": 0, "resp_bytes": 0, "resp_ip_bytes": 0, "history": "S"}
    one = read(
        talk(HMI, PLC, 502, **MACS), talk(HMI, PLC, 502, at=60, **MACS),
        talk(FAR, PLC, 502, at=70, resp_l2_addr=MACS["resp_l2_addr"]),
        talk(HMI, PLC, 80, at=80, **MACS, **unanswered),
    )  # fmt: skip
    assert one.sightings() == [
        ("", FAR, 1, 5), (MACS["resp_l2_addr"], PLC, 1, 12), (MACS["orig_l2_addr"], HMI, 1, 15),
    ]  # fmt: skip
    assert one.rows("services", "port", "clients", "flows", "bytes", "first_frame") == [
        (502, 2, 3, 1260, 9)
    ]


def test_words_for_services_are_kept_with_the_line_that_first_says_them():
    one = read(
        talk(HMI, PLC, 102, service="-"), talk(HMI, PLC, 102, service="cotp,s7comm", at=1),
        talk(FAR, PLC, 102, service="cotp,s7comm", at=2), talk(HMI, FAR, 443, service="ssl", at=3),
        talk(HMI, FAR, 34964, service="spicy_profinet_io_cm", proto="udp", at=4),
        talk(HMI, FAR, 5222, service="xmpp", at=5),
    )  # fmt: skip
    votes = [
        (found.protocol, sample.dst_port, sample.frame, sample.layer)
        for sample, found in one.logged.reads
    ]
    assert sorted(votes) == [
        ("cotp", 102, 10, "tcp"), ("profinet-cm", 34964, 13, "udp"), ("s7comm", 102, 10, "tcp"),
        ("tls", 443, 12, "tcp"),
    ]  # fmt: skip
    assert one.logged.words == {
        "cotp": 1, "s7comm": 1, "ssl": 1, "profinet_io_cm": 1, "xmpp": 1
    }  # fmt: skip


def test_a_log_without_counts_counts_each_side_that_is_known_to_have_spoken():
    fields = ("id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "proto", "conn_state", "history")
    one = Read(log("conn", fields, [talk(HMI, PLC, 502), talk(HMI, PLC, 80, history="S")]))
    assert one.rows("flows", "b_port", "packets_ab", "packets_ba") == [(80, 1, 0), (502, 1, 1)]
    assert one.logged.with_counts == 0
    assert one.rows("flows", "first_ns") == [(0,), (0,)]


@pytest.mark.parametrize(
    ("field", "value", "why", "kept"),
    [
        ("id.resp_p", 93145, "its id.resp_p is larger than any", 1),
        ("orig_bytes", 10**17, "its orig_bytes is larger than any", 1),
        ("ts", "soon", "its time is none", 1), ("ts", "99999999999999.000000", "its time is none", 1),
        ("id.orig_h", "plc-1", "an address in it is none", 0),
    ],
)  # fmt: skip
def test_absurd_values_are_told_and_never_used(field, value, why, kept):
    one = read(talk(HMI, PLC, 502), talk(HMI, PLC, 502, at=1) | {field: value})
    assert one.logged.damages == {why: (1, 10)}
    assert len(one.tables["flows"]["proto"]) == 1 + kept


def test_json_gives_the_same_columns():
    rows = [talk(HMI, PLC, 502, **MACS), talk(HMI, FAR, 443, at=5, service="ssl", proto="udp")]
    whole = ("ts", "duration")
    objects = [
        {name: float(value) if name in whole else value for name, value in row.items()}
        for row in rows
    ]
    text, plain = read(*rows), Read("\n".join(map(json.dumps, objects)).encode() + b"\n")
    for name in ("flows", "sightings", "services"):
        for column in text.tables[name]:
            if column != "first_frame":
                assert text.tables[name][column].tolist() == plain.tables[name][column].tolist(), (
                    column
                )
    assert plain.rows("flows", "first_frame") == [(1,), (2,)]


@pytest.mark.parametrize("batch", [600, 2000, 1 << 20])
def test_batches_and_what_is_written_out_early_change_nothing(batch, monkeypatch):
    rows = [
        talk(f"10.0.0.{n % 7 + 1}", f"10.0.1.{n % 5 + 1}", 502 + n % 3, at=n % 50, service="modbus")
        for n in range(400)
    ]
    whole = read(*rows)
    bounds = dict(table("zeek")["bounds"], batch=batch, flows=50, held=20)
    monkeypatch.setitem(table("zeek"), "bounds", bounds)
    monkeypatch.setattr(conn, "SMALL", 10)
    parts = read(*rows)
    assert whole.rows("flows", *(column.name for column in FLOWS.columns)) == parts.rows(
        "flows", *(column.name for column in FLOWS.columns)
    )
    assert folded_sightings(whole) == folded_sightings(parts)
    assert sorted(map(str, whole.logged.reads)) == sorted(map(str, parts.logged.reads))


def folded_sightings(one):
    """Rows of equal MAC and address as one, as ``parties`` makes them."""
    found = {}
    for high, low, frame, first, last, packets in one.rows(
        "sightings", "ip_hi", "ip_lo", "first_frame", "first_ns", "last_ns", "packets"
    ):
        before = found.get((high, low), (first, frame, last, 0))
        found[(high, low)] = (
            *min(before[:2], (first, frame)), max(before[2], last), before[3] + packets,
        )  # fmt: skip
    return found


def test_the_file_number_and_the_times_are_those_of_the_log():
    one = Read(log("conn", CONN, [talk(HMI, PLC, 502, at=5), talk(HMI, PLC, 502, at=2)]), file=7)
    assert {row for name in one.tables for row in one.rows(name, "file")} == {(7,)}
    assert (one.logged.first_ns, one.logged.last_ns) == tuple(
        int(FIRST + at) * 10**9 for at in (2, 5)
    )
    assert np.issubdtype(one.tables["flows"]["first_ns"].dtype, np.int64)
