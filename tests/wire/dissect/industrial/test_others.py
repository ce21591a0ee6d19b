"""The smaller control protocols: one table of payloads, one of captures."""

from __future__ import annotations

import struct
from importlib import import_module

import pytest

from overlanded.wire.dissect import dnp3
from overlanded.wire.facts import Fact, Recognised

from .helper import corpus, needs_corpus, sample, samples

ADS = "5.13.117.96.1.1"


def ams(command: int, flags: int, data: bytes) -> bytes:
    net = bytes((5, 13, 117, 96, 1, 1)) + struct.pack("<H", 851)
    head = net + net + struct.pack("<HHIII", command, flags, len(data), 0, 1)
    return struct.pack("<HI", 0, len(head) + len(data)) + head + data


def route(command: int, *tags: tuple[int, bytes]) -> bytes:
    net = bytes((5, 13, 117, 96, 1, 1)) + struct.pack("<H", 10000)
    body = b"".join(struct.pack("<HH", tag, len(value)) + value for tag, value in tags)
    return b"\x03\x66\x14\x71" + struct.pack("<II", 0, command) + net + struct.pack("<I", len(tags)) + body  # fmt: skip


def fins(command: int, data: bytes = b"", icf: int = 0x80) -> bytes:
    return struct.pack(">10BH", icf, 0, 2, 0, 0, 0, 0, 99, 0, 1, command) + data


def fins_tcp(command: int, data: bytes) -> bytes:
    return b"FINS" + struct.pack(">III", 8 + len(data), command, 0) + data


def link(control: int, data: bytes) -> bytes:
    head = b"\x05\x64" + struct.pack("<BBHH", 5 + len(data), control, 1, 2)
    blocks = (data[at : at + 16] for at in range(0, len(data), 16))
    return (
        head
        + struct.pack("<H", dnp3.checksum(head))
        + b"".join(block + struct.pack("<H", dnp3.checksum(block)) for block in blocks)
    )


def srtp(kind: int, code: int) -> bytes:
    return bytes((kind,)) + bytes(30) + b"\xc0" + bytes(10) + bytes((code,)) + bytes(13)


def slmp(command: int) -> bytes:
    return b"\x50\0\0\xff\xff\x03\0" + struct.pack("<HHHH", 6, 16, command, 0)


def slmp_answer(data: bytes) -> bytes:
    return b"\xd0\0\0\xff\xff\x03\0" + struct.pack("<HH", 2 + len(data), 0) + data


def bacnet(unit: bytes, function: int = 0x0A) -> bytes:
    return struct.pack(">BBH", 0x81, function, 6 + len(unit)) + b"\x01\x04" + unit


def hart(kind: int, number: int, body: bytes = b"") -> bytes:
    return struct.pack(">BBBBHH", 1, kind, number, 0, 1, 8 + len(body)) + body


def ethercat(command: int) -> bytes:
    datagram = struct.pack("<BBHHHH", command, 0, 0, 0, 4, 0) + bytes(6)
    return struct.pack("<H", len(datagram) | 0x1000) + datagram


def mrp(kind: int) -> bytes:
    block = bytes((kind, 18)) + bytes(18) if kind == 2 else bytes((kind, 12)) + bytes(14)
    return b"\x00\x01" + block + b"\x01\x12\0\x07" + b"\xff" * 16 + b"\0\0"


FOX = b"fox a 1 -1 fox hello\n{\nhostName=s:ctrl-7\napp.name=s:Station\nid=i:1\n};;\n"
GOOSE = b"\0\x01\0\x1a\0\0\0\0\x61\x10\x80\x0eCRANE/LLN0$GO$a"[:-1]
NODE = b"\x06\xf0\x05\x01" + bytes(26) + struct.pack("<IIII", 1, 2, 3, 77) + bytes(24)
NODE += bytes((192, 168, 100, 1)) + bytes(8) + b"drive".ljust(80, b"\0")
START_ACT, GENERAL = b"\x68\x04\x07\0\0\0", b"\x68\x0e\0\0\0\0\x64\x01\x06\0\x01\0\0\0\0\x14"

CASES = [
    ("ads", "tcp", ams(2, 4, bytes(12)), "src", ("read",)),
    ("ads", "tcp", ams(3, 4, bytes(12)), "src", ("write",)),
    ("ads", "tcp", ams(5, 4, b"\x06\0\0\0\0\0\0\0"), "src", ("stop",)),
    ("ads", "tcp", ams(5, 4, b"\x05\0\0\0\0\0\0\0"), "src", ("start",)),
    ("ads", "tcp", ams(9, 4, struct.pack("<I", 123) + bytes(12)), "src", ("download",)),
    ("ads", "tcp", ams(8, 4, bytes(8)), "dst", ("subscribe",)),
    ("ads", "udp", route(1), "src", ("identify",)),
    ("ads", "udp", route(6, (13, b"Administrator\0"), (2, b"1\0")), "src", ("write",)),
    ("fins", "udp", fins(0x0101), "src", ("read",)),
    ("fins", "udp", fins(0x0402, b"\xff\xff"), "src", ("stop",)),
    ("fins", "udp", fins(0x0401, b"\0\0", 0xC0), "dst", ("start",)),
    ("fins", "tcp", fins_tcp(0, bytes(4)), "src", ()),
    ("fins", "tcp", fins_tcp(2, fins(0x0307)), "src", ("download",)),
    ("srtp", "tcp", bytes(56), "src", ()),
    ("srtp", "tcp", b"\x01" + bytes(55), "dst", ()),
    ("srtp", "tcp", srtp(2, 0x43), "src", ("identify",)),
    ("srtp", "tcp", srtp(2, 0x40), "src", ("download",)),
    ("egd", "udp", b"\x0d\x01\0\0\x0a\0\0\x07" + bytes(40), "", ("cyclic",)),
    ("ethercat", "eth", ethercat(12), "", ("cyclic",)),
    ("ethercat", "eth", ethercat(7), "", ()),
    ("mrp", "eth", mrp(2), "", ()),
    ("goose", "eth", GOOSE, "", ("cyclic",)),
    ("powerlink", "eth", b"\x01\xff\xf0\0" + bytes(40), "", ()),
    ("powerlink", "eth", b"\x04\xff\x05\0" + bytes(40), "", ("cyclic",)),
    ("iec104", "tcp", START_ACT, "src", ()),
    ("iec104", "tcp", START_ACT + GENERAL, "src", ("read",)),
    ("dnp3", "tcp", link(0xC4, b"\xc0\xc0\x01\x3c\x02\x06"), "src", ("read",)),
    ("dnp3", "udp", link(0xC4, b"\xc0\xc0\x0d"), "src", ("stop",)),
    ("bacnet", "udp", bacnet(b"\x10\x08"), "src", ("identify",)),
    ("bacnet", "udp", bacnet(b"\x00\x05\x01\x0f\x0c"), "src", ("write",)),
    ("fox", "tcp", FOX, "src", ("identify",)),
    ("slmp", "tcp", slmp(0x0401), "src", ("read",)),
    ("slmp", "udp", slmp(0x1002), "src", ("stop",)),
    ("hartip", "udp", hart(0, 0, b"\x01\0\0\x75\x30"), "src", ()),
    ("hartip", "udp", hart(0, 3, b"\x82\x26\x4e\0\0\xd2\0\0\x38"), "src", ("identify",)),
    ("codesys", "tcp", b"\xe8\x17\x01\x00" + struct.pack("<I", 16) + bytes(8), "", ()),
    ("codesys", "tcp", b"\xbb\xbb" + struct.pack(">I", 4) + bytes(4), "", ()),
    ("codesys", "udp", b"\xc5\x74\x40\x03" + bytes(12), "", ()),
]  # fmt: skip


def ask(module: str, layer: str, payload: bytes) -> Recognised | None:
    found: Recognised | None = import_module(f"overlanded.wire.dissect.{module}").dissect(
        sample(layer, payload)
    )
    return found


@pytest.mark.parametrize(("module", "layer", "payload", "opener", "functions"), CASES)
def test_functions_and_side(
    module: str, layer: str, payload: bytes, opener: str, functions: tuple[str, ...]
) -> None:
    found = ask(module, layer, payload)
    assert found is not None
    assert (found.protocol, found.opener, found.functions) == (module, opener, functions)


NAMED = [
    ("ads", "tcp", ams(1, 5, bytes(4) + b"\x02\x0b\x37\x08PLC Server".ljust(20, b"\0")),
     [("ads.netid", ADS), ("ads.name", "PLC Server 2.11.2103")]),
    ("ads", "udp", route(0x80000001, (5, b"CX_0D7560\0"), (3, b"\x02\x0b\xb4\x08")),
     [("ads.netid", ADS), ("hostname", "CX_0D7560"), ("ads.name", "TwinCAT 2.11.2228")]),
    ("fins", "udp", fins(0x0501, b"\0\0" + b"CJ2M-CPU33".ljust(20) + b"02.01".ljust(20), 0xC0),
     [("model", "CJ2M-CPU33"), ("firmware", "02.01")]),
    ("egd", "udp", b"\x0d\x01\0\0\x0a\0\0\x07" + bytes(40), [("address", "10.0.0.7")]),
    ("mrp", "eth", mrp(2), [("mrp.role", "manager, domain default")]),
    ("mrp", "eth", mrp(4), [("mrp.role", "client, domain default")]),
    ("goose", "eth", GOOSE, [("iec61850.publishes", "CRANE/LLN0$GO$")]),
    ("powerlink", "eth", NODE,
     [("device-type", "POWERLINK device 00000001:00000002"), ("hardware", "00000003"),
      ("serial", "77"), ("address", "192.168.100.1"), ("hostname", "drive")]),
    ("dnp3", "tcp", link(0x44, b"\xc0\xc0\x81\0\0" + b"\0\xfa\0\0\0\x01\x06SEL-35"),
     [("model", "SEL-35")]),
    ("bacnet", "udp", bacnet(b"\x10\x00\xc4\x02\0\0\x07\x22\x05\xc4\x91\x03\x21\x05"),
     [("device-type", "BACnet device 7"), ("maker", "BACnet vendor 5")]),
    ("bacnet", "udp", bacnet(b"\x30\x01\x0c\x0c\x02\0\0\x07\x19\x46\x3e\x75\x04\0NAE\x3f"),
     [("model", "NAE")]),
    ("slmp", "tcp", slmp_answer(b"Q03UDECPU".ljust(16) + b"\x68\x02"), [("model", "Q03UDECPU")]),
    ("hartip", "udp",
     hart(1, 3, b"\x86\x26\x4e\0\0\xd2\0\x10\0\xd0\xfe\x26\x4e\x05\x07\x04\x01\x0e\x0c\0\0\xd2\0\0"),
     [("device-type", "HART device 264E"), ("serial", "0000D2")]),
]  # fmt: skip


@pytest.mark.parametrize(("module", "layer", "payload", "expected"), NAMED)
def test_identification(
    module: str, layer: str, payload: bytes, expected: list[tuple[str, str]]
) -> None:
    found = ask(module, layer, payload)
    assert found is not None
    assert found.facts == tuple(Fact("src", *pair) for pair in expected)


@pytest.mark.parametrize("module", sorted({case[0] for case in CASES}))
@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: example.net\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(200)),
        bytes.fromhex("0001080006040001001b1b17f8820a0a0a0a0000000000000a0a0a0b") + bytes(18),
        bytes.fromhex("1a2b01000001000000000000076578616d706c65036e65740000010001"),
    ],
    ids=["empty", "http", "tls", "arp", "dns"],
)
def test_what_is_not_control(module: str, payload: bytes) -> None:
    for layer in ("tcp", "udp", "eth"):
        assert ask(module, layer, payload) is None


ITI = "ics-iti/pcaps/"
CAPTURES = [
    ("ads", ITI + "beckoff/beckofflink.pcapng", {"identify", "read", "subscribe"},
     {"192.168.1.99.1.1", ADS, "CX_0D7560", "TwinCAT 2.11.2228", "PLC Server 2.11.2103",
      "I/O Server 2.11.2100"}),
    ("ads", ITI + "beckoff/addroute1.pcapng", {"read", "write"},
     {"192.168.1.199.1.1", ADS, "SHENHUAJ6-PC"}),
    ("fins", ITI + "omron/omron_test.pcap", {"identify"}, {"CP1L-EL20DR-D", "01.00"}),
    ("fins", "ics-icsnpp/testing/traces/omron.pcap",
     {"read", "write", "program", "upload", "download", "start", "stop", "identify"},
     {"A" * 20, "B" * 20}),
    ("slmp", ITI + "MELSEC/melsoft_UDP_clean_2.pcap", {"identify"}, {"FX5U-32MT/ES"}),
    ("hartip", ITI + "hart/hart_ip.pcap", {"identify", "read", "write"},
     {"HART device 264E", "0000D2"}),
    ("bacnet", ITI + "BACnet/bacnet_test.pcap", {"read"},
     {"JCI", "5.1.0.4400", "KBRNAE", "MS-NAE4510-2"}),
    ("dnp3", ITI + "bro/dnp3/dnp3_read.pcap", {"read"}, set()),
    ("dnp3", ITI + "bro/dnp3/dnp3_select_operate.pcap", {"write"}, set()),
    ("dnp3", ITI + "bro/dnp3/dnp3_en_spon.pcap", {"subscribe"}, set()),
    ("iec104", ITI + "IEC60870-5-104/090813_diverse.pcap", {"subscribe", "read", "write"}, set()),
    ("goose", ITI + "IEC61850/GOOSE/GOOSE.pcap", {"cyclic"}, {"GEDeviceF650/LLN0$GO$gcb01"}),
]  # fmt: skip


@needs_corpus
@pytest.mark.parametrize(("module", "path", "functions", "values"), CAPTURES)
def test_capture(module: str, path: str, functions: set[str], values: set[str]) -> None:
    dissect = import_module(f"overlanded.wire.dissect.{module}").dissect
    found = [result for one in samples(corpus(path)) if (result := dissect(one))]
    assert {word for one in found for word in one.functions} == functions
    assert {fact.value for one in found for fact in one.facts} == values
