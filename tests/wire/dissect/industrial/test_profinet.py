from __future__ import annotations

import struct
from collections import Counter

import pytest

from overlanded.wire.dissect import profinet_cm, profinet_dcp, profinet_rt
from overlanded.wire.facts import Fact

from .helper import corpus, needs_corpus, sample, samples

RT = "ics-iti/pcaps/profinet/PROFINET-RT-DCP/"


def dcp(frame_id: int, service: int, kind: int, *blocks: bytes) -> bytes:
    body = b"".join(blocks)
    return struct.pack(">HBBIHH", frame_id, service, kind, 7, 0, len(body)) + body


def block(option: int, suboption: int, value: bytes) -> bytes:
    length = len(value) + 2
    return struct.pack(">BBHH", option, suboption, length, 0) + value + b"\0" * (length % 2)


STATED = (
    block(2, 1, b"ACS880"),
    block(2, 2, b"hoist-drive-1"),
    block(2, 3, struct.pack(">HH", 0x002A, 0x0A01)),
    block(2, 4, b"\x01\0"),
    block(1, 2, bytes((10, 0, 0, 9, 255, 255, 255, 0, 0, 0, 0, 0))),
)
EXPECTED = [
    ("model", "ACS880"),
    ("station-name", "hoist-drive-1"),
    ("maker", "Siemens"),
    ("device-type", "PROFINET device 002A:0A01"),
    ("role", "io-device"),
    ("address", "10.0.0.9"),
]


@pytest.mark.parametrize(
    ("frame_id", "service", "kind", "opener"),
    [(0xFEFF, 5, 1, "dst"), (0xFEFC, 6, 0, ""), (0xFEFD, 3, 1, "dst")],
)
def test_station_states_itself(frame_id: int, service: int, kind: int, opener: str) -> None:
    found = profinet_dcp.dissect(sample("eth", dcp(frame_id, service, kind, *STATED)))
    assert found is not None
    assert (found.protocol, found.opener) == ("profinet-dcp", opener)
    assert found.facts == tuple(Fact("src", *pair) for pair in EXPECTED)


def test_set_is_about_the_other() -> None:
    payload = dcp(0xFEFD, 4, 0, block(2, 2, b"trolley"), block(5, 2, b""))
    found = profinet_dcp.dissect(sample("eth", payload))
    assert found is not None
    assert (found.opener, found.functions) == ("src", ("write",))
    assert found.facts == (Fact("dst", "station-name", "trolley"),)


def test_search_says_nothing_about_the_searcher() -> None:
    found = profinet_dcp.dissect(sample("eth", dcp(0xFEFE, 5, 0, block(2, 2, b"pn-io"))))
    assert found is not None
    assert (found.opener, found.facts) == ("src", ())


CYCLIC = bytes(40) + b"\x12\x34\x35\x00"


@pytest.mark.parametrize(
    ("payload", "protocol", "functions"),
    [
        (b"\x80\x00" + CYCLIC, "profinet-rt", ("cyclic",)),
        (b"\x01\x00" + CYCLIC, "profinet-rt", ("cyclic",)),
        (b"\xfe\x01" + bytes(4) + b"\x11" + bytes(20), "profinet-rt", ()),
        (b"\xff\x00" + bytes(40), "ptcp", ()),
    ],
)
def test_real_time(payload: bytes, protocol: str, functions: tuple[str, ...]) -> None:
    found = profinet_rt.dissect(sample("eth", payload))
    assert found is not None
    assert (found.protocol, found.functions) == (protocol, functions)


@pytest.mark.parametrize("payload", [b"", b"\xfe\xff" + bytes(40), b"\x80\x00" + b"\xff" * 40])
def test_not_real_time(payload: bytes) -> None:
    assert profinet_rt.dissect(sample("eth", payload)) is None
    assert profinet_dcp.dissect(sample("eth", payload)) is None


def rpc(kind: int, operation: int, body: bytes, interface: int = 1) -> bytes:
    uuid = struct.pack(">I", 0xDEA00000) + profinet_cm.OBJECT + struct.pack(">3H", 1, 3, 0xB0)
    head = struct.pack(">BBBB", 4, kind, 0, 0) + bytes(4) + uuid
    head += (
        struct.pack(">I", 0xDEA00000 + interface)
        + profinet_cm.INTERFACE
        + bytes(23)
        + b"\x01"
        + bytes(4)
    )
    return head + struct.pack(">HHHH", operation, 0, 0, len(body)) + bytes(4) + body


def data(kind: int, body: bytes) -> bytes:
    return struct.pack(">HHBB", kind, len(body) + 2, 1, 0) + body


def test_connect_names_both_sides() -> None:
    initiator = struct.pack(">I", 0xDEA00000) + profinet_cm.OBJECT + struct.pack(">3H", 1, 16, 0x2A)
    body = struct.pack(">H", 1) + bytes(24) + initiator + bytes(8) + b"\0\x05plc-1"
    payload = rpc(0, 0, bytes(20) + data(0x0101, body))
    found = profinet_cm.dissect(sample("udp", payload))
    assert found is not None
    assert (found.protocol, found.opener, found.functions) == ("profinet-cm", "src", ("cyclic",))
    assert found.facts == (
        Fact("dst", "maker", "Phoenix Contact"),
        Fact("dst", "device-type", "PROFINET device 00B0:0003"),
        Fact("dst", "role", "io-device"),
        Fact("src", "role", "controller"),
        Fact("src", "station-name", "plc-1"),
        Fact("src", "maker", "Siemens"),
        Fact("src", "device-type", "PROFINET device 002A:0010"),
    )


def test_identification_record() -> None:
    header = data(0x8009, bytes(28) + struct.pack(">HI", 0xAFF0, 60) + bytes(24))
    record = struct.pack(">H20s16sHcBBB", 0x2A, b"6ES7 155-6AU01-0BN0 ", b"S C-1", 3, b"V", 4, 2, 1)
    found = profinet_cm.dissect(
        sample("udp", rpc(2, 2, bytes(20) + header + data(0x0020, record + bytes(10))))
    )
    assert found is not None
    assert (found.opener, found.functions) == ("dst", ("identify",))
    assert [fact.value for fact in found.facts[3:]] == [
        "Siemens",
        "6ES7 155-6AU01-0BN0",
        "S C-1",
        "3",
        "V4.2.1",
    ]


def test_device_calls_back() -> None:
    found = profinet_cm.dissect(sample("udp", rpc(0, 4, bytes(20), interface=2)))
    assert found is not None
    assert found.opener == "dst"


def test_endpoint_mapper() -> None:
    line = b"S7-1500".ljust(25) + b" 6ES7 511-1AK02-0AB0".ljust(21) + b"     5 V  2  8  1\0"
    body = bytes(40) + struct.pack(">II", 0, 64) + line
    payload = bytearray(rpc(2, 2, body))
    payload[24:40] = profinet_cm.MAPPER
    assert profinet_cm.dissect(sample("udp", bytes(payload), src_port=135)) is None
    found = profinet_cm.dissect(sample("udp", bytes(payload), src_port=34964))
    assert found is not None
    assert [fact.value for fact in found.facts] == ["S7-1500", "6ES7 511-1AK02-0AB0", "5", "V2.8.1"]


@needs_corpus
def test_stations_of_a_capture() -> None:
    found = [profinet_dcp.dissect(one) for one in samples(corpus(RT + "ChangeIPUsingDCP.pcap"))]
    assert [[fact.value for fact in one.facts] for one in found if one] == [
        [],
        ["INC", "X208-BORD", "Siemens", "PROFINET device 002A:0A01", "io-device", "192.168.0.6"],
        ["192.168.0.10"],
        [],
    ]


WORDS = {"Connect": "cyclic", "Read": "read", "Read Implicit": "read", "Write": "write"}


@needs_corpus
@pytest.mark.parametrize("name", ["connect", "read", "write", "control", "release", "device"])
def test_calls_as_icsnpp_logged_them(name: str) -> None:
    folder = f"ics-icsnpp/testing/baseline/tests.profinet_io_cm_{name}/profinet_io_cm.log"
    rows = [line.split("\t") for line in corpus(folder).read_text().splitlines()]
    logged = Counter(
        WORDS.get(row[31], "")
        for row in rows
        if len(row) > 32 and row[10] in ("Request", "Response")
    )
    path = corpus(f"ics-icsnpp/testing/traces/profinet_io_cm_{name}.pcapng")
    datagrams = [one for one in samples(path) if one.layer == "udp" and one.payload[1] in (0, 2)]
    read = [profinet_cm.dissect(one) for one in datagrams]
    ours = Counter("".join(one.functions) for one in read if one)
    assert ours == logged
