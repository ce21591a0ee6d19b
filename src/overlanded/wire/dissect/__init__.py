"""The list of dissectors, and the one function that asks them.

A dissector is a plain function ``dissect(sample) -> Recognised | None`` that checks content; a
port only decides who is asked first. The list is visible and ordered; a module is imported the
first time a sample needs it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module

from msgspec import Struct
from msgspec.structs import replace

from overlanded.wire.dissect.fields import HOSTILE, is_group
from overlanded.wire.facts import Fact, Recognised, Sample

Dissector = Callable[[Sample], Recognised | None]


class Card(Struct, frozen=True):
    """One dissector: where it lives and when it is asked."""

    name: str
    module: str
    """Module below ``overlanded.wire.dissect`` that has ``dissect``."""
    layer: str
    """``eth``, ``llc``, ``ip``, ``udp`` or ``tcp`` (see ``Sample.layer``)."""
    numbers: tuple[int, ...] = ()
    """EtherTypes, DSAPs, IP protocols or ports on which it is asked first."""
    anywhere: bool = False
    """True when its check of the content is strong enough for any port."""


CARDS = (
    # Below IP: the EtherType (DSAP for LLC, protocol number for IP) leads to the dissector,
    # which still checks the content.
    Card("arp", "arp", "eth", (0x0806,)),
    Card("lldp", "lldp", "eth", (0x88CC,)),
    # One EtherType for all of PROFINET: frame ids keep discovery and real-time apart.
    Card("profinet-dcp", "profinet_dcp", "eth", (0x8892,)),
    Card("profinet-rt", "profinet_rt", "eth", (0x8892,)),
    Card("ethercat", "ethercat", "eth", (0x88A4,)),
    Card("powerlink", "powerlink", "eth", (0x88AB,)),
    Card("mrp", "mrp", "eth", (0x88E3,)),
    Card("goose", "goose", "eth", (0x88B8, 0x88BA)),
    Card("pppoe", "pppoe", "eth", (0x8863,)),
    Card("cdp", "cdp", "llc", (0xAA,)),
    Card("stp", "stp", "llc", (0x42, 0xAA)),
    Card("icmp", "icmp", "ip", (1,)),
    Card("nd", "nd", "ip", (58,)),
    Card("tunnels", "tunnels", "ip", (4, 41, 47, 50, 51, 97)),
    # UDP, most specific first: fixed words and sizes before grammars that more bytes could fit.
    Card("ssdp", "ssdp", "udp", (1900,), anywhere=True),
    Card("sip", "sip", "udp", (5060,), anywhere=True),
    Card("wsd", "wsd", "udp", (3702,), anywhere=True),
    Card("dhcp", "dhcp", "udp", (67, 68), anywhere=True),
    Card("dhcpv6", "dhcpv6", "udp", (546, 547)),
    Card("mndp", "mndp", "udp", (5678,)),
    Card("ubnt", "ubnt", "udp", (10001,)),
    Card("mdns", "mdns", "udp", (5353,)),
    Card("llmnr", "llmnr", "udp", (5355,)),
    Card("netbios", "netbios", "udp", (137, 138)),
    Card("ntp", "ntp", "udp", (123,)),
    Card("syslog", "syslog", "udp", (514,), anywhere=True),
    Card("rdp", "rdp", "udp", (3389,), anywhere=True),
    Card("openvpn", "openvpn", "udp", (1194,), anywhere=True),
    Card("stun", "stun", "udp", (3478,), anywhere=True),
    Card("dtls", "dtls", "udp", (443, 5684), anywhere=True),
    Card("quic", "quic", "udp", (443,), anywhere=True),
    Card("tunnels", "tunnels", "udp", (500, 1701, 2152, 4500, 4789, 8472, 51820), anywhere=True),
    Card("remote-tools", "remote_tools", "udp", (3544, 623, 664, 5350, 5351), anywhere=True),
    Card("first-bytes", "first_bytes", "udp", (5632, 21116, 41641), anywhere=True),
    Card("snmp", "snmp", "udp", (161, 162), anywhere=True),
    Card("dns", "dns", "udp", (53, 8053), anywhere=True),
    # Crane controls over UDP.
    Card("enip", "enip", "udp", (44818, 2222)),
    Card("profinet-cm", "profinet_cm", "udp", (34964,), anywhere=True),
    Card("ads", "ads", "udp", (48899,), anywhere=True),
    Card("dnp3", "dnp3", "udp", (20000,), anywhere=True),
    Card("slmp", "slmp", "udp", (5000, 5006, 5010, 5560), anywhere=True),
    # Too little in a header of theirs to be told on any port.
    Card("fins", "fins", "udp", (9600,)),
    Card("bacnet", "bacnet", "udp", (47808, 47809)),
    Card("hartip", "hartip", "udp", (5094, 5095)),
    Card("egd", "egd", "udp", (18246,)),
    Card("codesys", "codesys", "udp", (1740, 1741, 1742, 1743)),
    Card("ethercat", "ethercat", "udp", (0x88A4,)),
    # TCP, most specific first: a text that starts with a fixed word before one that must be parsed.
    Card("ssh", "ssh", "tcp", (22, 2222), anywhere=True),
    Card("vnc", "vnc", "tcp", (5900,), anywhere=True),
    Card("rtsp", "rtsp", "tcp", (554, 8554), anywhere=True),
    Card("sip", "sip", "tcp", (5060,), anywhere=True),
    Card("http", "http", "tcp", (80, 8080), anywhere=True),
    Card("tls", "tls", "tcp", (443, 8443), anywhere=True),
    Card("smb", "smb", "tcp", (445, 139), anywhere=True),
    Card("mqtt", "mqtt", "tcp", (1883,), anywhere=True),
    Card("ftp", "ftp", "tcp", (21,), anywhere=True),
    Card("stun", "stun", "tcp", (3478,), anywhere=True),
    Card("tunnels", "tunnels", "tcp", (1723,), anywhere=True),
    Card("openvpn", "openvpn", "tcp", (1194,), anywhere=True),
    Card("telnet", "telnet", "tcp", (23,), anywhere=True),
    # The desktop's request shares its frame with the controls' ISO-on-TCP: it comes before them.
    Card("rdp", "rdp", "tcp", (3389,), anywhere=True),
    Card("remote-tools", "remote_tools", "tcp", (4899, 5938), anywhere=True),
    Card("first-bytes", "first_bytes", "tcp", (1080, 1494, 2598), anywhere=True),
    Card("syslog", "syslog", "tcp", (514, 601), anywhere=True),
    Card("snmp", "snmp", "tcp", (161,)),
    Card("dns", "dns", "tcp", (53, 8053)),
    # Crane controls over TCP.
    Card("s7comm", "s7comm", "tcp", (102,), anywhere=True),
    Card("s7comm-plus", "s7comm_plus", "tcp", (102,), anywhere=True),
    Card("mms", "mms", "tcp", (102,), anywhere=True),
    Card("enip", "enip", "tcp", (44818,), anywhere=True),
    Card("opcua", "opcua", "tcp", (4840,), anywhere=True),
    Card("modbus", "modbus", "tcp", (502,), anywhere=True),
    Card("ads", "ads", "tcp", (48898,), anywhere=True),
    Card("fins", "fins", "tcp", (9600,), anywhere=True),
    Card("dnp3", "dnp3", "tcp", (20000,), anywhere=True),
    Card("slmp", "slmp", "tcp", (5007, 5562), anywhere=True),
    Card("fox", "fox", "tcp", (1911, 4911), anywhere=True),
    Card("codesys", "codesys", "tcp", (1200, 1217, 2455, 11740), anywhere=True),
    Card("iec104", "iec104", "tcp", (2404,)),
    Card("srtp", "srtp", "tcp", (18245,)),
    Card("hartip", "hartip", "tcp", (5094, 5095)),
    Card("cotp", "cotp", "tcp", (102,)),
)
"""Order is meaning: among cards asked on any port, the stricter check comes first."""

LONGEST_VALUE = 512
"""Characters of a fact's value that are kept: a banner, not a document."""


Hosts = tuple[str, tuple[int, int], tuple[int, int]]
"""A layer and two hosts, in one order for both directions."""


def recognise(sample: Sample, known: dict[Hosts, Card] | None = None) -> Recognised | None:
    """What the sample's content is and says, or None; total over all bytes.

    ``known`` remembers what two hosts last spoke on ports that hint at nothing, and is asked first:
    protocols that choose their ports themselves do so again and again.
    """
    cards, hosts = _candidates(sample), None
    if known is not None and cards is _ordered(sample.layer, -1, -1):
        ends = sorted((sample.src_ip, sample.dst_ip))
        hosts = (sample.layer, ends[0], ends[1])
        cards = (known[hosts], *cards) if hosts in known else cards
    for card in cards:
        try:
            found = dissector(card.module)(sample)
        except HOSTILE:
            continue
        if found is not None:
            if known is not None and hosts is not None:
                known[hosts] = card
            return _tidy(found, sample)
    return None


@cache
def dissector(module: str) -> Dissector:
    """The ``dissect`` function of a module of this package, imported on first use."""
    found: Dissector = import_module(f"{__name__}.{module}").dissect
    return found


def _candidates(sample: Sample) -> tuple[Card, ...]:
    return _plan(sample.layer, *_numbers(sample))


def _numbers(sample: Sample) -> tuple[int, int]:
    """The one or two numbers under which the sample's layer lists its cards (-1 = none)."""
    if sample.layer in ("udp", "tcp"):
        return sample.dst_port, sample.src_port
    if sample.layer == "llc":
        return (sample.payload[0] if sample.payload else -1), -1
    return sample.proto, -1


@cache
def _index() -> dict[tuple[str, int], tuple[Card, ...]]:
    """(layer, number) → cards in listed order; number -1 holds those asked anywhere."""
    index: dict[tuple[str, int], tuple[Card, ...]] = {}
    for card in CARDS:
        for number in (*card.numbers, *((-1,) if card.anywhere else ())):
            key = (card.layer, number)
            index[key] = (*index.get(key, ()), card)
    return index


@cache
def _fixed(layer: str) -> frozenset[int]:
    return frozenset(number for (name, number) in _index() if name == layer)


def _plan(layer: str, first: int, second: int) -> tuple[Card, ...]:
    """Cards to ask, hinted ones first, each once; ports without a hint share one plan."""
    known = _fixed(layer)
    return _ordered(layer, first if first in known else -1, second if second in known else -1)


@cache
def _ordered(layer: str, first: int, second: int) -> tuple[Card, ...]:
    index = _index()
    cards = (card for number in (first, second, -1) for card in index.get((layer, number), ()))
    # One module serves several cards (TCP and UDP, several ports); ask it once.
    return tuple({card.module: card for card in cards}.values())


def _tidy(found: Recognised, sample: Sample) -> Recognised:
    """Facts cut to length, each once, none about a group address or without a value."""
    kept: dict[Fact, None] = {}
    for fact in found.facts:
        if fact.value and not _about_group(fact, sample):
            kept[fact if len(fact.value) <= LONGEST_VALUE else _cut(fact)] = None
    # Most results are tidy already, and a copy of each costs more than looking.
    return (
        found
        if len(kept) == len(found.facts) and tuple(kept) == found.facts
        else replace(found, facts=tuple(kept))
    )


def _cut(fact: Fact) -> Fact:
    return replace(fact, value=fact.value[:LONGEST_VALUE])


def _about_group(fact: Fact, sample: Sample) -> bool:
    if fact.about == "dst":
        return is_group(sample.dst_mac, sample.dst_ip)
    return fact.about == "src" and is_group(sample.src_mac, sample.src_ip)
