from __future__ import annotations

import struct

import pytest

from overlanded.wire.dissect import s7comm_plus
from overlanded.wire.facts import Fact

from .helper import corpus, needs_corpus, sample, streams
from .test_s7comm import tpkt

FOLDER = "ics-iti/pcaps/s7/"


def unit(operation: int, function: int, body: bytes = b"", kind: int = 1) -> bytes:
    data = struct.pack(">BHH", operation, 0, function) + body.ljust(20, b"\0")
    return tpkt(struct.pack(">BBH", 0x72, kind, len(data)) + data + bytes((0x72, kind, 0, 0)))


@pytest.mark.parametrize(
    ("operation", "function", "body", "opener", "functions"),
    [
        (0x31, 0x04CA, b"", "src", ()),
        (0x31, 0x04F2, b"", "src", ("write",)),
        (0x31, 0x04F2, s7comm_plus.RUN_STATE + b"\x01", "src", ("stop",)),
        (0x31, 0x04F2, s7comm_plus.RUN_STATE + b"\x03", "src", ("start",)),
        (0x31, 0x0542, b"\x01\x01\x82\x32", "src", ()),
        (0x32, 0x054C, b"", "dst", ("read",)),
        (0x33, 0x0000, b"", "dst", ("subscribe",)),
    ],
)
def test_functions(
    operation: int, function: int, body: bytes, opener: str, functions: tuple[str, ...]
) -> None:
    found = s7comm_plus.dissect(sample("tcp", unit(operation, function, body)))
    assert found is not None
    assert (found.protocol, found.opener) == ("s7comm-plus", opener)
    assert found.functions == functions


def test_session_opening() -> None:
    ask = unit(0x31, 0x04CA, b"\xa3\x82\x2a\x00\x15\x05ES-01\xa3\x82\x2b")
    found = s7comm_plus.dissect(sample("tcp", ask))
    assert found is not None
    assert found.facts == (Fact("src", "hostname", "ES-01"),)


@needs_corpus
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("s7-1200-hmi.pcap", {"6ES7 211-1BE31-0XB0", "V3.0", "SIMATIC-ROOT-HMI"}),
        (
            "S7-1200-Uploading-OB1-TIAV12.pcap",
            {"6ES7 214-1HE30-0XB0", "V2.2", "VORTEX_21032491", "SIMATIC-ROOT-ES"},
        ),
        ("S7-1511_db2_var1_HMI.pcap", {"6ES7 511-1AK00-0AB0", "V1.0", "SIMATIC-ROOT-HMI"}),
    ],
)
def test_identification(name: str, expected: set[str]) -> None:
    found = [s7comm_plus.dissect(one) for one in streams(corpus(FOLDER + name))]
    assert {fact.value for one in found if one for fact in one.facts} == expected
