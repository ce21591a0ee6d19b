"""Field by field against tshark, run as a process of its own on public captures."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable
from functools import cache

import pytest
from msgspec import Struct

from overlanded.wire.dissect import recognise
from overlanded.wire.facts import Recognised

from .helper import corpus, needs_corpus, samples

pytestmark = [
    needs_corpus,
    pytest.mark.skipif(not shutil.which("tshark"), reason="tshark is not installed"),
]
TCPDUMP, ZEEK = "tcpdump-tests/tests", "zeek-btest/testing/btest/Traces"
NDPI, ITI = "ndpi/tests/cfgs/default/pcap", "ics-iti/pcaps"
NOTHING = {"", "0.0.0.0", "<Root>"}  # noqa: S104


class Row(Struct, frozen=True):
    """A capture; which of its frames, and their field; our protocol and property.

    ``word`` is what our value starts with (``router`` of an offer), ``part`` a pattern whose first
    group is the part of our value to compare.
    """

    capture: str
    field: str
    protocol: str
    word: str
    where: str = ""
    part: str = "(.*)"

    def __str__(self) -> str:
        return f"{self.capture.rsplit('/', 1)[-1]}-{self.field}"


ROWS = (
    Row(f"{TCPDUMP}/LLDP_and_CDP.pcap", "lldp.tlv.system.name", "lldp", "lldp.system-name"),
    Row(f"{TCPDUMP}/lldp_mudurl.pcap", "lldp.mgn.addr.ip4", "lldp", "lldp.management", part=r"([\d.]+)$"),
    Row(f"{TCPDUMP}/LLDP_and_CDP.pcap", "lldp.chassis.id.mac", "lldp", "lldp.chassis"),
    Row(f"{TCPDUMP}/LLDP_and_CDP.pcap", "cdp.platform", "cdp", "cdp.platform"),
    Row(f"{TCPDUMP}/LLDP_and_CDP.pcap", "cdp.deviceid", "cdp", "cdp.device"),
    Row(f"{ZEEK}/cdp-v1.pcap", "cdp.portid", "cdp", "cdp.port"),
    Row(f"{ITI}/profinet/Profinet_Failed.pcap", "lldp.tlv.system.desc", "lldp", "lldp.system-description"),
    Row(f"{TCPDUMP}/802.1w_rapid_STP.pcap", "stp.bridge.hw", "stp", "stp.bridge", part=r"bridge \d+/(\S+)"),
    Row(f"{TCPDUMP}/spb_bpduv4.pcap", "stp.root.hw", "stp", "stp.bridge", part=r".*root \d+/(\S+)"),
    Row(f"{ITI}/beckoff/addroute1.pcapng", "arp.src.proto_ipv4", "arp", "address"),
    Row(f"{TCPDUMP}/icmpv6.pcap", "icmpv6.opt.prefix", "nd", "offers prefix ", "icmpv6.type==134",
        r"(.*)/\d+"),
    Row(f"{TCPDUMP}/dhcp-mud.pcap", "dhcp.option.hostname", "dhcp", "hostname"),
    Row(f"{TCPDUMP}/dhcp-mud.pcap", "dhcp.option.vendor_class_id", "dhcp", "dhcp.vendor-class"),
    Row(f"{TCPDUMP}/dhcp-rfc3004.pcap", "dhcp.option.router", "dhcp", "offers router "),
    Row(f"{TCPDUMP}/dhcp-rfc3004.pcap", "dhcp.ip.your", "dhcp", "offers lease "),
    Row(f"{TCPDUMP}/dns_udp.pcap", "dns.qry.name", "dns", "resolved", "udp"),
    Row(f"{ITI}/beckoff/addroute.pcapng", "dns.qry.name", "llmnr", "resolved",
        "llmnr && dns.flags.response==0"),
    Row(f"{ITI}/MELSEC/melsoft_UDP_unclean_1.pcap", "nbdgm.source_name", "netbios", "netbios.name",
        part="(.*)"),
    Row(f"{NDPI}/ssdp-m-search-ua.pcap", "http.user_agent", "ssdp", "http.user-agent", "ssdp"),
    Row("malformed-pcap/assets/wireshark_samples-test.pcapng", "http.location", "ssdp",
        "upnp.location", "ssdp"),
    Row(f"{ZEEK}/vlan-collisions.pcap", "http.server", "http", "http.server"),
    Row(f"{NDPI}/ftp.pcap", "ftp.response.arg", "ftp", "ftp.banner", "ftp.response.code==220",
        r"220 (.*)"),
    Row(f"{TCPDUMP}/mptcp-v0.pcap", "ssh.protocol", "ssh", "ssh.banner"),
    Row(f"{ZEEK}/mqtt.pcap", "mqtt.clientid", "mqtt", "mqtt.client"),
    Row(f"{NDPI}/pptp.pcap", "pptp.vendor_name", "pptp", "maker"),
    Row(f"{NDPI}/tor.pcap", "tls.handshake.extensions_server_name", "tls", "tls.sni"),
    Row(f"{TCPDUMP}/quic_handshake.pcap", "tls.handshake.extensions_server_name", "quic", "tls.sni"),
)  # fmt: skip


@cache
def found(capture: str) -> tuple[Recognised, ...]:
    results = (recognise(one) for one in samples(corpus(capture)) if one.payload)
    return tuple(one for one in results if one)


def plain(values: Iterable[str]) -> set[str]:
    """Compared without case, line ends, the last dot and the explanations in brackets."""
    cleaned = {re.sub(r"(\\[rnt]|\s)+", " ", one).strip().rstrip(".").lower() for one in values}
    return {re.sub(r"(<[0-9a-f]{2}>) \(.*\)$", r"\1", one) for one in cleaned - NOTHING}


def ours(row: Row) -> set[str]:
    word, _, start = row.word.partition(" ")
    stated = [
        fact.value.removeprefix(start)
        for one in found(row.capture)
        if one.protocol == row.protocol
        for fact in one.facts
        if fact.property == word and fact.value.startswith(start)
    ]
    return plain(match[1] for match in (re.match(row.part, one) for one in stated) if match)


def theirs(row: Row) -> set[str]:
    command = ["tshark", "-n", "-r", str(corpus(row.capture)), "-Y", row.where or row.field]
    command += ["-T", "fields", "-e", row.field, "-E", "aggregator=\x01"]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    return plain(re.split("[\n\x01]", done.stdout))


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_field(row: Row) -> None:
    wanted = theirs(row)
    assert wanted
    assert ours(row) == wanted
