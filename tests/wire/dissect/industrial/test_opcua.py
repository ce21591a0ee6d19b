from __future__ import annotations

import struct

import pytest

from overlanded.wire.dissect import opcua
from overlanded.wire.facts import Fact, Recognised

from .helper import corpus, needs_corpus, sample, streams

URL = "opc.tcp://10.0.0.7:4840"


def chunk(kind: bytes, body: bytes) -> bytes:
    return kind + b"F" + struct.pack("<I", 8 + len(body)) + body


def string(value: str) -> bytes:
    return struct.pack("<i", len(value)) + value.encode()


def service(number: int, body: bytes = b"") -> bytes:
    return chunk(b"MSG", struct.pack("<IIIIBBH", 1, 1, 51, 1, 1, 0, number) + body)


def described(name: str, *urls: str) -> bytes:
    head = string(f"urn:{name}") + string("http://example.net") + b"\x02" + string(name)
    tail = struct.pack("<Iiii", 0, -1, -1, len(urls)) + b"".join(map(string, urls))
    return head + tail


ASKED = b"\0\0" + bytes(16) + struct.pack("<i", -1) + bytes(4) + bytes(3)
ANSWERED = bytes(16) + b"\0" + struct.pack("<i", -1) + bytes(3)
HELLO = chunk(b"HEL", struct.pack("<5I", 0, 65535, 65535, 0, 0) + string(URL))


def dissected(payload: bytes) -> Recognised:
    found = opcua.dissect(sample("tcp", payload))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("number", "opener", "functions"),
    [
        (428, "src", ("identify",)),
        (631, "src", ("read",)),
        (634, "dst", ("read",)),
        (673, "src", ("write",)),
        (712, "src", ("write",)),
        (488, "src", ("program",)),
        (826, "src", ("subscribe",)),
        (467, "src", ()),
        (12209, "dst", ("identify",)),
    ],
)
def test_functions_and_side(number: int, opener: str, functions: tuple[str, ...]) -> None:
    found = dissected(service(number))
    assert (found.protocol, found.opener, found.functions) == ("opcua", opener, functions)


def test_hello_names_the_endpoint_asked_for() -> None:
    assert dissected(HELLO).facts == (Fact("dst", "opcua.endpoint", URL),)
    assert dissected(HELLO).opener == "src"


def test_session_request_describes_both_sides() -> None:
    asked = ASKED + described("client") + string("urn:server") + string(URL) + string("s")
    assert dissected(service(461, asked)).facts == (
        Fact("src", "opcua.application", "client"),
        Fact("src", "opcua.application", "urn:client"),
        Fact("src", "opcua.application", "http://example.net"),
        Fact("dst", "opcua.application", "urn:server"),
        Fact("dst", "opcua.endpoint", URL),
    )


def test_servers_elsewhere_count_for_their_own_address() -> None:
    listed = struct.pack("<i", 2) + described("a", URL) + described("b", "opc.tcp://b:4840")
    facts = dissected(service(425, ANSWERED + listed)).facts
    assert {fact.about for fact in facts} == {"ip:10.0.0.7"}
    assert Fact("ip:10.0.0.7", "opcua.application", "urn:a") in facts


def test_build_info_in_a_read_answer() -> None:
    info = b"".join(map(string, ("urn:p", "ACME", "Server", "1.2.3")))
    value = b"\x01\0\x54\x01\x01" + struct.pack("<I", len(info)) + info
    facts = dissected(service(634, ANSWERED + value)).facts
    assert [fact.value for fact in facts] == ["urn:p", "ACME", "Server", "1.2.3"]


def test_certificate_on_an_encrypted_channel() -> None:
    policy = "http://opcfoundation.org/UA/SecurityPolicy#Basic256Sha256"
    certificate = b"\x30\x82\x86\x0burn:crane:7\x82"
    body = bytes(4) + string(policy) + struct.pack("<i", len(certificate)) + certificate
    facts = dissected(chunk(b"OPN", body + bytes(40))).facts
    assert facts == (Fact("src", "opcua.application", "urn:crane:7"),)


@pytest.mark.parametrize(
    "payload", [b"", b"HELO mail.example.net\r\n", b"MSG hello there everyone", b"HELF" + bytes(40)]
)
def test_not_opcua(payload: bytes) -> None:
    assert opcua.dissect(sample("tcp", payload, dst_port=4840)) is None


def rows(folder: str, log: str) -> list[list[str]]:
    """Rows of a log that icsnpp wrote of a capture, without its header."""
    path = corpus(f"ics-icsnpp/tests/baseline/{folder}/{log}.log")
    lines = path.read_text().splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


CAPTURES = {
    "analyzer.basic": "",
    "analyzer.non-standard-port": "-not-localhost-non-standard-port",
    "analyzer.no-handshake": "-no-handshake",
}


@needs_corpus
@pytest.mark.parametrize("folder", CAPTURES)
def test_applications_as_icsnpp_logged_them(folder: str) -> None:
    expected = set()
    for row in rows(folder, "opcua_binary_create_session"):
        expected |= {row[11], row[19]} if row[6] == "T" else set()
    for row in rows(folder, "opcua_binary_get_endpoints_description"):
        expected |= {row[11], row[12], row[13], row[16]}
    path = corpus(f"ics-icsnpp/pcaps/open62541_client-server_mainloop{CAPTURES[folder]}.pcap")
    found = [opcua.dissect(one) for one in streams(path, 1 << 16)]
    assert {fact.value for one in found if one for fact in one.facts} == expected - {"-"}
