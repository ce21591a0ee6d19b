from __future__ import annotations

import struct

import pytest

from overlanded.wire.dissect import cotp, s7comm
from overlanded.wire.facts import Fact

from .helper import corpus, needs_corpus, sample, streams

CONNECT = bytes.fromhex("0300001611e00000000100c0010ac1020100c2020102")
COOKIE = bytes.fromhex("0300002722e00000000000") + b"Cookie: mstshash=eltons\r\n" + bytes(3)


LIST = b"\xff\x09\0\x04"


def tpkt(data: bytes) -> bytes:
    return struct.pack(">BBH", 3, 0, len(data) + 7) + b"\x02\xf0\x80" + data


def job(parameters: bytes, kind: int = 1, data: bytes = b"") -> bytes:
    errors = b"\0\0" if kind in (2, 3) else b""
    header = struct.pack(">BBHHHH", 0x32, kind, 0, 1, len(parameters), len(data))
    return tpkt(header + errors + parameters + data)


def answer(data: bytes, last: int = 0) -> bytes:
    parameters = bytes.fromhex("000112081284010007") + bytes([last]) + b"\0\0"
    return job(parameters, 7, b"\xff\x09" + struct.pack(">H", len(data)) + data)


def component(index: int, value: bytes) -> bytes:
    return struct.pack(">H", index) + value.ljust(32, b"\0")


@pytest.mark.parametrize(
    ("payload", "opener", "functions"),
    [
        (job(b"\xf0\0\0\1\0\1\1\xe0"), "src", ()),
        (job(b"\x04\x01"), "src", ("read",)),
        (job(b"\x05\x01", 3), "dst", ("write",)),
        (job(b"\x1a\0"), "src", ("download",)),
        (job(b"\x1b\0"), "dst", ("download",)),
        (job(b"\x1e\0"), "src", ("upload",)),
        (job(b"\x29\0\0\0\0\0\x09P_PROGRAM"), "src", ("stop",)),
        (job(b"\x28\0\0\0\0\0\0\xfd\0\0\x09P_PROGRAM"), "src", ("start",)),
        (job(b"\x28\0\0\0\0\0\0\xfd\0\0\x05_INSE"), "src", ("program",)),
        (job(bytes.fromhex("0001120411440100"), 7, LIST + b"\x00\x1c\0\0"), "src", ("identify",)),
        (job(bytes.fromhex("0001120411440100"), 7, LIST + b"\x04\x24\0\0"), "src", ("read",)),
        (job(bytes.fromhex("0001120411440200"), 7), "src", ("subscribe",)),
        (job(bytes.fromhex("0001120411470200"), 7), "src", ("write",)),
        (job(b"\x04\x01") + job(b"\x05\x01"), "src", ("read", "write")),
    ],
)
def test_functions_and_side(payload: bytes, opener: str, functions: tuple[str, ...]) -> None:
    found = s7comm.dissect(sample("tcp", payload, dst_port=102))
    assert found is not None
    assert (found.protocol, found.functions) == ("s7comm", functions)
    assert found.opener == opener


def test_opening_tells_what_the_client_asks_for() -> None:
    found = s7comm.dissect(sample("tcp", CONNECT + job(b"\xf0\0\0\1\0\1\1\xe0")))
    assert found is not None
    assert found.opener == "src"
    assert found.facts == (Fact("src", "s7.connection", "programming device, rack 0, slot 2"),)


def test_connection_alone_is_only_a_connection() -> None:
    found = cotp.dissect(sample("tcp", CONNECT))
    assert found is not None
    assert (found.protocol, found.opener, found.facts) == ("cotp", "src", ())


def test_remote_desktop_is_not_ours() -> None:
    assert cotp.dissect(sample("tcp", COOKIE, dst_port=3389)) is None


@pytest.mark.parametrize("payload", [b"", b"\x03", b"\x03\0\0\x07\x02\xf0\x80", b"\x16\x03\x01"])
def test_not_s7(payload: bytes) -> None:
    assert s7comm.dissect(sample("tcp", payload, dst_port=102)) is None


def test_long_list_over_two_units() -> None:
    records = component(1, b"crane 7") + component(5, b"S C-X4U421302009") + component(99, b"?")
    body = struct.pack(">HHHH", 0x1C, 0, 34, 3) + records
    found = s7comm.dissect(sample("tcp", answer(body[:40], 1) + answer(body[40:])))
    assert found is not None
    assert found.opener == "dst"
    assert found.facts == (
        Fact("src", "station-name", "crane 7"),
        Fact("src", "serial", "S C-X4U421302009"),
    )


@needs_corpus
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (
            "ics-icsnpp/tests/traces/s7ident.pcap",
            {
                ("order-number", "6ES7 315-2EH14-0AB0"),
                ("firmware", "3.2.6"),
                ("hardware", "1"),
                ("station-name", "SNAP7-SERVER"),
                ("station-name", "CPU 315-2 PN/DP"),
                ("model", "CPU 315-2 PN/DP"),
                ("serial", "S C-C2UR28922012"),
                ("maker", "Siemens"),
            },
        ),
        (
            "ics-iti/pcaps/s7/snap7_s300_everything.pcapng",
            {
                ("order-number", "6ES7 315-2EH14-0AB0"),
                ("firmware", "3.2.7"),
                ("hardware", "1"),
                ("station-name", "S7300/ET200M station_1"),
                ("station-name", "PLC_1"),
                ("model", "CPU 315-2 PN/DP"),
                ("serial", "S C-B1U393142011"),
                ("maker", "Siemens"),
            },
        ),
    ],
)
def test_identification(path: str, expected: set[tuple[str, str]]) -> None:
    facts = {
        (fact.property, fact.value)
        for one in streams(corpus(path))
        if (found := s7comm.dissect(one)) and one.src_port == 102
        for fact in found.facts
    }
    assert facts == expected
