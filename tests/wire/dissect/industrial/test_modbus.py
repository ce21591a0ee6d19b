from __future__ import annotations

import struct

import pytest

from overlanded.wire.dissect import modbus
from overlanded.wire.facts import Fact

from .helper import corpus, needs_corpus, sample, streams

IDENTITY = b"\x2b\x0e\x01\x01\0\0\x03" + b"\0\x04ACME" + b"\x01\x03X-1" + b"\x02\x041.10"


def unit(body: bytes) -> bytes:
    return struct.pack(">HHHB", 1, 0, len(body) + 1, 1) + body


@pytest.mark.parametrize(
    ("body", "opener", "functions"),
    [
        (b"\x03\0\0\0\x0a", "src", ("read",)),
        (b"\x03\x04\0\0\0\0", "dst", ("read",)),
        (b"\x06\0\0\0\1", "", ("write",)),
        (b"\x10\0\0\0\1\x02\0\1", "src", ("write",)),
        (b"\x83\x02", "dst", ("read",)),
        (b"\x2b\x0e\x01\0", "src", ("identify",)),
        (b"\x5a\0\x41\xff\0", "src", ("stop",)),
        (b"\x5a\0\x10\xff\0", "src", ("program",)),
        (b"\x5a\0\xfe\0", "dst", ()),
    ],
)
def test_any_port(body: bytes, opener: str, functions: tuple[str, ...]) -> None:
    found = modbus.dissect(sample("tcp", unit(body)))
    assert found is not None
    assert (found.protocol, found.opener, found.functions) == ("modbus", opener, functions)


def test_server_id_has_a_text_of_its_own() -> None:
    found = modbus.dissect(sample("tcp", unit(b"\x11\x0c\x0a\xffFRENIC-VG1")))
    assert found is not None
    assert found.facts == (Fact("src", "model", "FRENIC-VG1"),)


def test_port_tells_the_side_of_an_echo() -> None:
    found = modbus.dissect(sample("tcp", unit(b"\x06\0\0\0\1"), src_port=502))
    assert found is not None
    assert found.opener == "dst"


def test_device_identification() -> None:
    found = modbus.dissect(sample("tcp", unit(IDENTITY)))
    assert found is not None
    assert found.facts == (
        Fact("src", "maker", "ACME"),
        Fact("src", "order-number", "X-1"),
        Fact("src", "firmware", "1.10"),
    )


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"GET / HTTP/1.0\r\n\r\n",
        bytes(12),
        unit(b"\x03\0\0\0\0"),
        unit(b"\x05\0\0\x12\x34"),
        unit(b"\x83\x63"),
        unit(b"\x03\0\0\0\1") + b"rest of something else",
    ],
)
def test_not_modbus_on_a_foreign_port(payload: bytes) -> None:
    assert modbus.dissect(sample("tcp", payload)) is None


@needs_corpus
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (
            "ics-icsnpp/testing/traces/modbus_example.pcap",
            {
                ("maker", "Zeek Modbus Test"),
                ("order-number", "Protocol Parsing is fun!"),
                ("firmware", "1.2.3.6"),
                ("model", "Zeek Modbus Test-Protocol Parsing is fun!-1.2.3.6"),
            },
        ),
        (
            "ics-iti/pcaps/modicon/modicon_test.pcap",
            {("model", "140 CPU 311 10"), ("firmware", "2.70")},
        ),
    ],
)
def test_identification(path: str, expected: set[tuple[str, str]]) -> None:
    found = [modbus.dissect(one) for one in streams(corpus(path))]
    assert {(fact.property, fact.value) for one in found if one for fact in one.facts} == expected
