"""Protocols and fingerprints flow by flow against the baselines of another inspector."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from overlanded.model.identifiers import ip_text
from overlanded.wire.dissect import recognise
from overlanded.wire.facts import Recognised, Sample

from .helper import corpus, needs_corpus, samples

pytestmark = needs_corpus
FOLDER = "ndpi/tests/cfgs/default"
OURS = {
    "DHCP": {"dhcp"}, "DHCPV6": {"dhcp"}, "DNS": {"dns"}, "FTP_CONTROL": {"ftp"}, "HTTP": {"http"},
    "ICMP": {"icmp"}, "ICMPV6": {"icmp", "nd"}, "IPSec": {"ipsec"}, "MQTT": {"mqtt"},
    "NTP": {"ntp"}, "OpenVPN": {"openvpn"}, "PPTP": {"pptp"}, "QUIC": {"quic"}, "RDP": {"rdp"},
    "RTSP": {"rtsp"}, "SMBv1": {"netbios", "smb"}, "SNMP": {"snmp"}, "SSDP": {"ssdp"},
    "SSH": {"ssh"}, "Syslog": {"syslog"}, "DTLS": {"dtls", "stun"}, "STUN": {"stun"}, "TLS": {"tls"}, "Telnet": {"telnet"}, "UBNTAC2": {"ubnt"}, "VNC": {"vnc"},
    "WSD": {"wsd"}, "WireGuard": {"wireguard"},
}  # fmt: skip
FLOW = re.compile(r"^\t\d+\t(?:\(\w+\) ?)?(\S+) (\S+) (?:<->|->) (\S+) (.*)$")
LABEL = re.compile(r"\[proto: [\d.]+/([^]]+)\]")


def flows(path: Path) -> Iterator[tuple[frozenset[str], str, dict[str, str]]]:
    """(both endpoints, label, named details) of every flow in a baseline."""
    for line in path.read_text(errors="replace").splitlines():
        match = FLOW.match(line)
        label = LABEL.search(line) if match else None
        if match and label:
            details = dict(
                re.findall(
                    r"\[(JA4|Hostname/SNI|Subject|Issuer|ServerNames|Mapped IP/Port): ([^]]*?)(?::\d+)?\]",
                    line,
                )
            )
            yield frozenset(match.group(2, 3)), label[1], details


def endpoint(address: tuple[int, int], port: int, sample: Sample) -> str:
    host = ip_text(*address)
    if sample.layer not in ("tcp", "udp"):
        return f"{host}:0"
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def seen(path: Path) -> dict[frozenset[str], list[Recognised]]:
    """What each conversation was recognised as; those without any payload are left out."""
    found: dict[frozenset[str], list[Recognised]] = {}
    for one in filter(lambda sample: sample.payload, samples(path)):
        key = frozenset((endpoint(one.src_ip, one.src_port, one),
                         endpoint(one.dst_ip, one.dst_port, one)))  # fmt: skip
        result = recognise(one)
        found.setdefault(key, []).extend([result] if result else [])
    return found


@cache
def compared() -> tuple[
    tuple[str, str, str, frozenset[str], tuple[Recognised, ...], dict[str, str]], ...
]:
    """(capture, endpoints, label, names expected, what we say, details) of each flow in both."""
    rows = []
    for baseline in sorted(corpus(FOLDER).glob("result/*.out")):
        capture = corpus(FOLDER) / "pcap" / baseline.name.removesuffix(".out")
        known = seen(capture) if capture.exists() else {}
        for key, label, details in flows(baseline):
            names = [OURS[part] for part in label.split(".") if part in OURS]
            if known.get(key) is not None and names:
                rows.append((capture.name, " ".join(sorted(key)), label, frozenset().union(*names),
                             tuple(known[key]), details))  # fmt: skip
    return tuple(rows)


def test_flows_carry_the_same_protocol() -> None:
    right, total, wrong = Counter(), Counter(), []
    for capture, ends, label, names, said, _ in compared():
        total[label] += 1
        if names & {one.protocol for one in said}:
            right[label] += 1
        else:
            wrong.append((capture, ends, label, {one.protocol for one in said}))
    for label, count in total.most_common():
        print(f"{label:20} {right[label]:4} of {count}")
    print(*wrong, sep="\n")
    assert sum(total.values()) > 140
    assert sum(right.values()) > 0.95 * sum(total.values())


def settled(fingerprint: str) -> str:
    """Without the two marks where the baseline departs from JA4's specification.

    It calls a client named (``d``) that sends no server name, and takes the first two characters
    of the application protocol where the specification says the first and the last.
    """
    return fingerprint[:3] + fingerprint[4:8] + fingerprint[10:]


def test_fingerprints_of_clients_are_equal() -> None:
    pairs = [
        (
            capture,
            theirs,
            {fact.value for one in said for fact in one.facts if fact.property == "tls.ja4"},
        )
        for capture, _, _, _, said, details in compared()
        if said and (theirs := details.get("JA4"))
    ]
    different = [
        pair for pair in pairs if settled(pair[1]) not in {settled(one) for one in pair[2]}
    ]
    print(len(pairs), different)
    assert len(pairs) > 10
    assert not different


def test_names_and_certificates_are_equal() -> None:
    """Host names and parts of certificates that the baseline prints are in our facts.

    Not those of certificates split over datagrams, which we do not put together again, nor an
    outside address that is the client's own.
    """
    total, different = 0, []
    for capture, ends, _, _, said, details in compared():
        stated = {fact.value for one in said for fact in one.facts}
        stated |= {part for value in stated for part in value.split(", ")}
        for key in details.keys() - {"JA4"}:
            parts = details[key].split(",") if key == "ServerNames" else [details[key]]
            total += len(parts)
            different += [
                (capture, ends, key, part)
                for part in parts
                if part not in stated and part not in ends
            ]
    print(total, *different, sep="\n")
    assert total > 60
    assert len(different) <= 0.1 * total
