from __future__ import annotations

import struct

import pytest

from overlanded.wire.dissect import enip
from overlanded.wire.facts import Fact

from .helper import corpus, needs_corpus, sample, samples

FOLDER = "ics-iti/pcaps/EthernetIP/"
IDENTITY = struct.pack("<HHHBBHI", 1, 12, 58, 4, 3, 0x30, 0x524D8E) + b"\x0b1756-ENBT/A"
ENBT = (
    Fact("src", "maker", "Rockwell Automation/Allen-Bradley"),
    Fact("src", "model", "1756-ENBT/A"),
    Fact("src", "device-type", "Communications Adapter"),
    Fact("src", "firmware", "4.3"),
    Fact("src", "serial", "00524D8E"),
)


def unit(command: int, data: bytes = b"", session: int = 7) -> bytes:
    return struct.pack("<HHII8sI", command, len(data), session, 0, b"", 0) + data


def item(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def explicit(message: bytes) -> bytes:
    return unit(0x6F, bytes(6) + struct.pack("<H", 2) + item(0, b"") + item(0xB2, message))


def several(*parts: bytes) -> bytes:
    at = [2 + 2 * len(parts) + sum(map(len, parts[:index])) for index in range(len(parts))]
    return struct.pack(f"<{1 + len(parts)}H", len(parts), *at) + b"".join(parts)


START = b"\x06\x02\x20\x8e\x24\x01"
TAG = b"\x03\x91\x04HOIS"


@pytest.mark.parametrize(
    ("payload", "opener", "functions"),
    [
        (unit(0x63, session=0), "src", ("identify",)),
        (unit(0x65, b"\1\0\0\0", 0), "src", ()),
        (unit(0x65, b"\1\0\0\0"), "dst", ()),
        (explicit(b"\x01\x02\x20\x01\x24\x01"), "src", ("identify",)),
        (explicit(b"\x10\x02\x20\x04\x24\x01"), "src", ("write",)),
        (explicit(b"\x4c" + TAG + b"\1\0"), "src", ("read",)),
        (explicit(b"\x4d" + TAG + b"\xc3\0\1\0\1\0"), "src", ("write",)),
        (explicit(b"\x07\x02\x20\x8e\x24\x01"), "src", ("stop",)),
        (explicit(b"\x4c\x04\x20\x8e\x24\x01\x20\x74\x24\x01"), "src", ("program",)),
        (explicit(b"\x54\x02\x20\x06\x24\x01" + bytes(34) + b"\x01\0"), "src", ("cyclic",)),
        (explicit(b"\x54\x02\x20\x06\x24\x01" + bytes(34) + b"\xa3\0"), "src", ()),
        (explicit(b"\x52\x02\x20\x06\x24\x01\x05\x99\x06\0" + START), "src", ("start",)),
        (
            explicit(b"\x0a\x02\x20\x02\x24\x01" + several(b"\x4c" + TAG, b"\x4e" + TAG)),
            "src",
            ("read", "write"),
        ),
        (
            explicit(b"\x4b\x02\x20\x67\x24\x01\x07\1\0\1\2\3\4\x0f\0\1\0\xaa\0"),
            "src",
            ("write",),
        ),
    ],
)  # fmt: skip
def test_functions_and_side(payload: bytes, opener: str, functions: tuple[str, ...]) -> None:
    found = enip.dissect(sample("tcp", payload))
    assert found is not None
    assert (found.protocol, found.opener, found.functions) == ("enip", opener, functions)


def test_identity_object() -> None:
    found = enip.dissect(sample("tcp", explicit(b"\x81\0\0\0" + IDENTITY)))
    assert found is not None
    assert (found.opener, found.facts) == ("dst", ENBT)


def test_unknown_maker_is_a_number() -> None:
    data = struct.pack("<HHHBBHI", 64000, 999, 1, 1, 1, 0, 0) + b"\x02AB"
    found = enip.dissect(sample("tcp", explicit(b"\x81\0\0\0" + data)))
    assert found is not None
    assert found.facts[0] == Fact("src", "maker", "ODVA vendor 64000")


def test_cyclic_data() -> None:
    payload = struct.pack("<H", 2) + item(0x8002, bytes(8)) + item(0xB1, bytes(20))
    found = enip.dissect(sample("udp", payload, src_port=2222, dst_port=2222))
    assert found is not None
    assert found.functions == ("cyclic",)
    assert enip.dissect(sample("udp", payload + b"x", dst_port=2222)) is None


@pytest.mark.parametrize("payload", [b"", bytes(24), b"GET / HTTP/1.1\r\nHost: x.y\r\n\r\n"])
def test_not_enip(payload: bytes) -> None:
    assert enip.dissect(sample("tcp", payload, dst_port=44818)) is None


@needs_corpus
@pytest.mark.parametrize(
    ("path", "functions"),
    [
        (FOLDER + "cip_start_plc.pcap", {"start"}),
        (FOLDER + "cip_stop_plc.pcap", {"stop"}),
        (FOLDER + "cip_unlock_cpu.pcap", {"program"}),
        (FOLDER + "cip-multiple-1.pcap", {"identify", "read"}),
        ("ics-icsnpp/tests/traces/set_attribute_single_service_cip.pcapng", {"write"}),
        ("ndpi/tests/cfgs/default/pcap/ethernetIP.pcap", {"read", "write"}),
        ("ndpi/tests/cfgs/default/pcap/cip_io.pcap", {"cyclic"}),
    ],
)
def test_function_named_by_the_capture(path: str, functions: set[str]) -> None:
    found = [enip.dissect(one) for one in samples(corpus(path)) if one.layer != "eth"]
    assert {word for one in found if one for word in one.functions} == functions


@needs_corpus
def test_identification() -> None:
    path = corpus("ics-icsnpp/tests/traces/enip_cip_example.pcap")
    found = [enip.dissect(one) for one in samples(path) if one.layer != "eth"]
    facts = {fact for one in found if one for fact in one.facts}
    assert facts == {*ENBT, Fact("src", "address", "10.1.1.164")}
