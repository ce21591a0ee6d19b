"""What dns, ssl, x509, ntp, snmp and the known_* logs say."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from datetime import UTC, datetime

from overlanded.data import table
from overlanded.wire.dissect import mdns as multicast
from overlanded.wire.dissect.fields import names_host
from overlanded.wire.dissect.ntp import FRESH_BOOT, UNSYNCHRONISED
from overlanded.wire.dissect.tls import PROGRAMS
from overlanded.wire.facts import Fact, Recognised
from overlanded.wire.zeek.row import Certificate, Row, Said, Seen

MDNS, LLMNR, NETBIOS = 5353, 5355, 137
ANSWERED = ("0", "3")
"""Response codes of a server that does its work, as in ``wire/dissect/dns.py``."""
VERSIONS = {
    "SSLv3": "SSL 3.0", "TLSv10": "TLS 1.0", "TLSv11": "TLS 1.1", "TLSv12": "TLS 1.2",
    "TLSv13": "TLS 1.3", "DTLSv10": "DTLS 1.0", "DTLSv12": "DTLS 1.2", "DTLSv13": "DTLS 1.3",
}  # fmt: skip
CLIENT, SERVER = "3", "4"
"""NTP modes (RFC 5905 figure 10)."""
SHA256 = 64


def dns(row: Row) -> Iterator[Said]:
    """Names asked for with the addresses they got; the server's role when it answers."""
    ports = (row.port("id.orig_p"), row.port("id.resp_p"))
    if MDNS in ports:
        yield from _multicast(row)
    elif NETBIOS in ports:
        yield Said("orig", Recognised("netbios"))
    elif LLMNR in ports:
        yield from _link_local(row)
    else:
        yield from _unicast(row)


def _unicast(row: Row) -> Iterator[Said]:
    query, pointer = row.text("query").lower(), row.text("qtype_name") == "PTR"
    asked = (Fact("src", "resolved", query),) if query and not pointer else ()
    yield Said("orig", Recognised("dns", asked, "src"))
    if not row.text("rcode") and not row.many("answers"):
        return
    facts = [Fact("src", "role", "dns-server")] if row.text("rcode") in ANSWERED else []
    for answer in row.many("answers"):
        if pointer and _reversed(query):
            facts.append(Fact(f"ip:{_reversed(query)}", "domain-name", answer.lower()))
        elif _is_address(answer):
            facts.append(Fact("dst", "resolved", query, f"ip:{answer}"))
            facts += [Fact(f"ip:{answer}", "domain-name", query)] if _is_local(answer) else []
    yield Said("resp", Recognised("dns", tuple(facts), "dst"))


def _link_local(row: Row) -> Iterator[Said]:
    query = row.text("query").lower()
    facts = [Fact("src", "resolved", query)] if query and row.text("qtype_name") != "PTR" else []
    facts += [
        Fact(f"ip:{answer}", "hostname", query)
        for answer in row.many("answers")
        if _is_address(answer) and names_host(answer)
    ]
    yield Said("orig", Recognised("llmnr", tuple(facts), "src"))


def _multicast(row: Row) -> Iterator[Said]:
    """An answer to all is of the row's originator: services and names that it announces."""
    facts: list[Fact] = []
    query, answers = row.text("query"), row.many("answers")
    to_all = ipaddress.ip_address(row.text("id.resp_h") or "0.0.0.0").is_multicast  # noqa: S104
    for answer in answers if to_all else ():
        label = query.lower().removesuffix(".local")
        if _is_address(answer):
            if label and "._" not in f".{label}" and names_host(answer):
                own = row.text("id.orig_h") == answer
                facts.append(Fact("src" if own else f"ip:{answer}", "hostname", label))
        elif row.text("qtype_name") in ("PTR", "SRV", "*"):
            facts += multicast.service(query, answer)
    yield Said("orig", Recognised("mdns", tuple(facts), "" if facts else "src"))


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_local(text: str) -> bool:
    return names_host(text) and ipaddress.ip_address(text).is_private


def _reversed(query: str) -> str:
    """The private IPv4 address under in-addr.arpa that a query is about, else empty."""
    parts = query.split(".")
    text = ".".join(reversed(parts[:4]))
    four = parts[4:] == ["in-addr", "arpa"] and _is_address(text)
    return text if four and _is_local(text) else ""


def ssl(row: Row) -> Iterator[Said]:
    """The name a client asked for; the server's version and certificate."""
    version = VERSIONS.get(row.text("version"), "")
    protocol = "dtls" if version.startswith("DTLS") else "tls"
    facts = [Fact("src", "tls.sni", row.text("server_name"))]
    facts.append(Fact("src", "tls.ja4", row.text("ja4")))
    yield Said("orig", Recognised(protocol, tuple(facts), "src"))
    shown = (*row.many("cert_chain_fps"), *row.many("cert_chain_fuids"))[:1]
    stated = [Fact("src", "tls.version", version), *_names(row, "subject", "issuer")]
    if shown and len(shown[0]) == SHA256:
        stated.append(Fact("src", "tls.fingerprint", shown[0].lower()))
    program = PROGRAMS.get(name(row.text("subject")), protocol)
    if version or len(stated) > 1:
        recognised = Recognised(program, tuple(stated), "dst")
        yield Said("resp", recognised, shown[0] if shown else "")


def x509(row: Row) -> Iterator[Certificate]:
    """What a certificate says; who showed it, ssl.log tells."""
    key = row.text("fingerprint") or row.text("id")
    alternatives = [*row.many("san.dns"), *row.many("san.uri"), *row.many("san.ip")]
    facts = [*_names(row, "certificate.subject", "certificate.issuer")]
    facts.append(Fact("src", "tls.alternative-names", ", ".join(alternatives[:16])))
    since = row.moment("certificate.not_valid_before")
    if since is not None:
        day = datetime.fromtimestamp(since // 1_000_000_000, UTC)
        facts.append(Fact("src", "tls.not-before", day.isoformat().replace("+00:00", "Z")))
    if key:
        yield Certificate(key, Recognised("tls", tuple(facts), "dst"))


def _names(row: Row, subject: str, issuer: str) -> Iterator[Fact]:
    for field, word in ((subject, "tls.subject"), (issuer, "tls.issuer")):
        if row.text(field):
            yield Fact("src", word, name(row.text(field)))


def name(text: str) -> str:
    """A name as RFC 2253 writes it, last part first, in the order and with the blanks of ours."""
    parts, part = [], ""
    for piece in text.split(","):
        part += piece
        if part.endswith("\\"):
            part = f"{part[:-1]},"
            continue
        parts.append(part)
        part = ""
    return ", ".join(one for one in reversed([*parts, part]) if one)


def known_certs(row: Row) -> Iterator[Said]:
    """A certificate that a host was seen to show."""
    facts = tuple(_names(row, "subject", "issuer_subject"))
    yield Said("host", Recognised("tls", facts, "dst"))


def known_services(row: Row) -> Iterator[Said]:
    """What a host was seen to serve."""
    words = table("zeek")["services"]
    for word in row.many("service"):
        protocol = words.get(word.lower(), "")
        if protocol:
            yield Said("host", Recognised(protocol, (), "dst"))


def known_hosts(row: Row) -> Iterator[Seen]:
    """A host that took part in a conversation."""
    yield Seen(0, row.ip("host"), 1)


def ntp(row: Row) -> Iterator[Said]:
    """A server's stratum and reference; of a client only whether its clock was ever set."""
    mode = row.text("mode")
    if mode == SERVER:
        stratum = row.number("stratum") or 0
        stated = f"stratum {stratum} {row.text('ref_id')}".rstrip()
        facts = (Fact("src", "role", "ntp-server"), Fact("src", "ntp.reference", stated))
        good = 0 < stratum < UNSYNCHRONISED
        yield Said("resp", Recognised("ntp", facts if good else (), "dst"))
    elif mode == CLIENT:
        sent = row.moment("xmt_time")
        days = (sent // 1_000_000_000) // 86_400 if sent else FRESH_BOOT
        unset = days < FRESH_BOOT // 86_400
        said = (Fact("src", "ntp.clock", f"{days} days after 1970-01-01"),) if unset else ()
        yield Said("orig", Recognised("ntp", said, "src"))
    else:
        yield Said("orig", Recognised("ntp"))


def snmp(row: Row) -> Iterator[Said]:
    """The version in use, and the agent's description; the community is not looked at."""
    version = (Fact("src", "snmp.version", row.text("version")),)
    yield Said("orig", Recognised("snmp", version, "src"))
    if (row.number("get_responses") or 0) > 0:
        facts = (*version, Fact("src", "snmp.description", row.text("display_string")))
        yield Said("resp", Recognised("snmp", facts, "dst"))
