"""HTTP, RTSP, SIP, TLS, certificates, JA4 and QUIC, with real stacks as makers of the bytes."""

from __future__ import annotations

import datetime as dt
import hashlib
import ipaddress
import ssl
import struct
from functools import cache
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.x509.oid import NameOID

from overlanded.wire.dissect import quic, recognise
from overlanded.wire.dissect.hello import Hello
from overlanded.wire.dissect.ja4 import ja4
from overlanded.wire.facts import Fact, Recognised

from .cases import Case, check
from .helper import made

PAGE = (
    b"HTTP/1.1 401 Unauthorized\r\nServer: uhttpd/1.0\r\nContent-Type: text/html\r\n"
    b'WWW-Authenticate: Basic realm="RUT955"\r\nSet-Cookie: id=1\r\n\r\n'
    b"<html><head><TITLE>\n Router login </TITLE>"
)
DESCRIPTION = (
    b'HTTP/1.0 200 OK\r\n\r\n<root xmlns="urn:schemas-upnp-org:device-1-0"><device>'
    b"<manufacturer>Axis</manufacturer><modelName>M1045</modelName>"
    b"<serialNumber>ACCC8E000001</serialNumber>"
)
CASES = (
    Case("an HTTP request",
         made("tcp", b"GET /a?token=x HTTP/1.1\r\nHost: Cloud.example:8080\r\nUser-Agent: curl/8\r\n\r\n"),
         "http", (("src", "http.user-agent", "curl/8"), ("src", "http.host", "cloud.example:8080")), "src"),
    Case("an HTTP answer with realm and title", made("tcp", PAGE, src_port=8080), "http",
         (("src", "http.server", "uhttpd/1.0"), ("src", "http.realm", "RUT955"),
          ("src", "http.title", "Router login")), "dst"),
    Case("a UPnP device description", made("tcp", DESCRIPTION, src_port=49152), "http",
         (("src", "maker", "Axis"), ("src", "model", "M1045"), ("src", "serial", "ACCC8E000001")), "dst"),
    Case("a camera's RTSP answer",
         made("tcp", b'RTSP/1.0 401 No\r\nServer: GStreamer\r\nWWW-Authenticate: Digest realm="C", n\r\n\r\n'),
         "rtsp", (("src", "rtsp.server", "GStreamer"), ("src", "http.realm", "C")), "dst"),
    Case("an RTSP viewer",
         made("tcp", b"DESCRIBE rtsp://u:p@10.0.0.7/1 RTSP/1.0\r\nUser-Agent: VLC\r\n\r\n"), "rtsp",
         (("src", "rtsp.server", "VLC"),), "src"),
    Case("SIP",
         made("udp", b"REGISTER sip:x SIP/2.0\r\nVia: SIP/2.0/UDP a\r\nUser-Agent: Intercom 2\r\n\r\n"),
         "sip", (("src", "sip.agent", "Intercom 2"),), "src"),
    Case("a TLS conversation caught in its middle",
         made("tcp", b"\x17\x03\x03\x00\x03abc\x17\x03\x03\x00\x01d"), "tls"),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_content(case: Case) -> None:
    check(case)


def values(found: Recognised | None) -> dict[str, str]:
    assert found is not None
    return {fact.property: fact.value for fact in found.facts}


@cache
def certificate(folder: Path) -> tuple[Path, bytes]:
    """(file with key and certificate, the certificate) of a made-up router."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Ünder Ltd"),
                         x509.NameAttribute(NameOID.COMMON_NAME, "gw.example")])  # fmt: skip
    names = x509.SubjectAlternativeName(
        [x509.DNSName("gw.example"), x509.IPAddress(ipaddress.ip_address("10.0.0.1"))]
    )
    start = dt.datetime(2017, 6, 10, tzinfo=dt.UTC)
    made_of = x509.CertificateBuilder().subject_name(subject).issuer_name(subject)
    made_of = made_of.public_key(key.public_key()).serial_number(77).not_valid_before(start)
    made_of = made_of.not_valid_after(start + dt.timedelta(days=9000))
    signed = made_of.add_extension(names, critical=False).sign(key, hashes.SHA256())
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                               serialization.NoEncryption())  # fmt: skip
    path = folder / "server.pem"
    path.write_bytes(secret + signed.public_bytes(serialization.Encoding.PEM))
    return path, signed.public_bytes(serialization.Encoding.DER)


def client(highest: ssl.TLSVersion) -> tuple[ssl.SSLObject, ssl.MemoryBIO, ssl.MemoryBIO]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.maximum_version = highest
    context.set_alpn_protocols(["h2", "http/1.1"])
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    return context.wrap_bio(incoming, outgoing, server_hostname="VPN.example"), incoming, outgoing


def hello(highest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> bytes:
    connection, _, outgoing = client(highest)
    with pytest.raises(ssl.SSLWantReadError):
        connection.do_handshake()
    return outgoing.read()


def answer(folder: Path, highest: ssl.TLSVersion) -> tuple[bytes, bytes]:
    """(first flight of a real server, its certificate)."""
    path, plain = certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    incoming.write(hello(highest))
    with pytest.raises(ssl.SSLWantReadError):
        context.wrap_bio(incoming, outgoing, server_side=True).do_handshake()
    return outgoing.read(), plain


def test_a_client_hello_of_a_real_stack() -> None:
    found = recognise(made("tcp", hello(), dst_port=9443))
    assert found is not None
    assert (found.protocol, found.opener) == ("tls", "src")
    assert values(found)["tls.sni"] == "vpn.example"
    assert values(found)["tls.version"] == "TLS 1.3"
    assert values(found)["tls.ja4"].startswith("t13d")
    assert values(found)["tls.ja4"][8:10] == "h2"


def test_a_cut_hello_still_gives_its_name_but_no_fingerprint() -> None:
    whole = hello()
    known = values(recognise(made("tcp", whole[:-20], complete=False)))
    assert known == {"tls.sni": "vpn.example"}


def test_the_certificate_of_a_real_server(tmp_path: Path) -> None:
    flight, plain = answer(tmp_path, ssl.TLSVersion.TLSv1_2)
    found = recognise(made("tcp", flight, src_port=443, from_client=False))
    assert found is not None
    assert found.opener == "dst"
    assert values(found) == {
        "tls.version": "TLS 1.2",
        "tls.fingerprint": hashlib.sha256(plain).hexdigest(),
        "tls.subject": "O=Ünder Ltd, CN=gw.example",
        "tls.issuer": "O=Ünder Ltd, CN=gw.example",
        "tls.not-before": "2017-06-10T00:00:00Z",
        "tls.alternative-names": "gw.example, 10.0.0.1",
    }


def test_a_newer_server_shows_its_version_alone(tmp_path: Path) -> None:
    flight, _ = answer(tmp_path, ssl.TLSVersion.TLSv1_3)
    assert values(recognise(made("tcp", flight, from_client=False))) == {"tls.version": "TLS 1.3"}


def numbers(listed: str) -> tuple[int, ...]:
    return tuple(int(one, 16) for one in listed.split(","))


def test_ja4_gives_the_published_example() -> None:
    """The Chrome example of FoxIO's specification, with placeholders (GREASE) added."""
    signatures = numbers("0403,0804,0401,0503,0805,0501,0806,0601")
    known = {
        0x00: b"\0\x06\0\0\x03a.b",
        0x10: b"\0\x0c\x02h2\x08http/1.1",
        0x2B: b"\x06" + struct.pack("!3H", 0x8A8A, 0x0304, 0x0303),
        0x0D: struct.pack("!9H", 16, *signatures),
    }
    ciphers = "0a0a,1301,1302,1303,c02b,c02f,c02c,c030,cca9,cca8,c013,c014,009c,009d,002f,0035"
    kinds = "1a1a,001b,0000,0033,0010,4469,0017,002d,000d,0005,0023,0012,002b,ff01,000b,000a,0015"
    extensions = tuple((kind, known.get(kind, b"")) for kind in numbers(kinds))
    chrome = Hello(0x0303, numbers(ciphers), extensions, whole=True)
    assert ja4(chrome, "t") == "t13d1516h2_8daaf6152771_e5627efa2ab1"


@pytest.mark.parametrize(
    ("alpn", "marks"),
    [(b"h2", "h2"), (b"http/1.1", "h1"), (b"x", "xx"), (b"\xab\xcd", "ad"), (b"", "00")],
)
def test_ja4_marks_the_first_protocol(alpn: bytes, marks: str) -> None:
    listed = bytes((len(alpn),)) + alpn if alpn else b""
    bare = Hello(0x0303, (), ((16, struct.pack("!H", len(listed)) + listed),), whole=True)
    assert ja4(bare, "q") == f"q12i0001{marks}_000000000000_000000000000"


# RFC 9001 appendix A.1 and RFC 9369 appendix A.1, both for this connection id.
CONNECTION = bytes.fromhex("8394c8f03e515708")
PUBLISHED = {
    0x00000001: "1f369613dd76d5467730efcbe3b1a22d fa044b2f42a3fd3b46fb255c 9f50449e04a0e810283a1e9933adedd2",
    0x6B3343CF: "8b1a0bc121284290a29e0971b5cd045d 91f73e2351d8fa91660e909f 45b95e15235d6f45a6b19cbcb0294ba9",
}


@pytest.mark.parametrize("version", PUBLISHED)
def test_quic_keys_are_the_published_ones(version: int) -> None:
    keys = quic._keys(CONNECTION, quic.VERSIONS[version])  # noqa: SLF001
    assert " ".join(key.hex() for key in keys) == PUBLISHED[version]


def initial(version: int, frames: bytes) -> bytes:
    """A client's initial packet of 1200 bytes, protected as RFC 9001 section 5.4 says."""
    key, iv, mask_key = (bytes.fromhex(one) for one in PUBLISHED[version].split())
    plain = frames.ljust(1200 - 18 - 4 - 16, b"\0")
    first = 0xC3 | quic.VERSIONS[version].initial << 4
    head = struct.pack("!BIB", first, version, 8) + CONNECTION + b"\0\0"
    head += struct.pack("!H", 0x4000 | len(plain) + 4 + 16) + struct.pack("!I", 2)
    nonce = iv[:-1] + bytes((iv[-1] ^ 2,))
    sealed = AESGCM(key).encrypt(nonce, plain, head)
    mask = Cipher(algorithms.AES(mask_key), modes.ECB()).encryptor().update(sealed[:16])  # noqa: S305
    number = bytes(a ^ b for a, b in zip(head[-4:], mask[1:5], strict=True))
    return bytes((head[0] ^ mask[0] & 0x0F,)) + head[1:-4] + number + sealed


def crypto(offset: int, data: bytes) -> bytes:
    return b"\x06" + struct.pack("!HH", 0x4000 | offset, 0x4000 | len(data)) + data


@pytest.mark.parametrize("version", PUBLISHED)
def test_a_quic_client_is_named_though_its_hello_comes_in_pieces(version: int) -> None:
    handshake = hello()[5:]
    pieces = crypto(100, handshake[100:]) + b"\x01" + crypto(0, handshake[:120])
    found = recognise(made("udp", initial(version, pieces), dst_port=4433))
    assert found is not None
    assert (found.protocol, found.opener) == ("quic", "src")
    assert values(found)["tls.sni"] == "vpn.example"
    assert values(found)["tls.ja4"].startswith("q13d")


def test_a_quic_packet_that_does_not_open_is_still_quic() -> None:
    broken = bytearray(initial(1, crypto(0, b"")))
    broken[-1] ^= 1
    assert recognise(made("udp", bytes(broken))) == Recognised("quic")


def test_a_datagram_hello_is_read_behind_its_cookie() -> None:
    """The hello of a real TLS stack, put into a DTLS record by hand."""
    body = hello()[9:]
    at = 35 + body[34]
    content = b"\xfe\xfd" + body[2:at] + b"\x02ck" + body[at:]
    message = b"\x01" + len(content).to_bytes(3, "big") + bytes(5) + len(content).to_bytes(3, "big")
    record = b"\x16\xfe\xff" + bytes(8) + struct.pack("!H", len(message + content))
    found = recognise(made("udp", record + message + content, dst_port=4443))
    assert found is not None
    assert (found.protocol, found.opener) == ("dtls", "src")
    assert values(found)["tls.sni"] == "vpn.example"
    assert values(found)["tls.ja4"].startswith("dd2d")


def test_facts_name_the_sender() -> None:
    found = recognise(made("tcp", hello()))
    assert found is not None
    assert all(isinstance(fact, Fact) and fact.about == "src" for fact in found.facts)
