"""What the walk makes of frames, and that its two forms agree."""

import struct
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from overlanded.model.columns import TUNNELS
from overlanded.model.identifiers import ip_text

SYN, ACK, PSH = 2, 16, 8
FLOW = ("a_port", "b_port", "proto", "tunnel", "packets_ab", "packets_ba")


def test_a_handshake_tells_the_client_and_its_times(make):
    mss = b"\x02\x04\x05\xb4\x01\x03\x03\x07"
    frames = [
        make.ethernet(0x0800, make.ipv4(6, make.tcp(2000, 1000, SYN, seq=9, options=mss))),
        make.ethernet(
            0x0800,
            make.ipv4(6, make.tcp(1000, 2000, SYN | ACK, seq=5), "10.0.0.2", "10.0.0.1", ttl=30),
            make.B,
            make.A,
        ),
        make.ethernet(0x0800, make.ipv4(6, make.tcp(2000, 1000, ACK, seq=10))),
        make.ethernet(0x0800, make.ipv4(6, make.tcp(2000, 1000, ACK | PSH, b"hello", seq=10))),
        make.ethernet(
            0x0800,
            make.ipv4(6, make.tcp(1000, 2000, ACK, b"hi"), "10.0.0.2", "10.0.0.1"),
            make.B,
            make.A,
        ),
    ]
    found = make.walked(make.pcap(frames))
    second = 1_000_000_000
    start = 1_700_000_000 * second + 5000
    assert make.rows(found, "flows", *FLOW) == [(2000, 1000, 6, 0, 3, 2)]
    assert make.rows(
        found, "flows", "a_mac", "b_mac", "client_known", "mss_ab", "wscale_ab", "mss_ba"
    ) == [(make.A, make.B, 1, 1460, 7, 0)]
    times = make.rows(found, "flows", "syn_ns", "synack_ns", "ack_ns", "ask_ns", "reply_ns")
    assert times == [tuple(start + step * second for step in (0, 1, 2, 3, 4))]
    assert make.rows(
        found, "flows", "payload_ab", "payload_ba", "segments_ab", "flags_ab", "ttl_min_ba"
    ) == [(5, 2, 1, SYN | ACK | PSH, 30)]
    assert make.rows(found, "services", "port", "proto", "mac", "clients") == [(1000, 6, make.B, 1)]


@pytest.mark.parametrize(
    ("sport", "dport", "client"),
    [(502, 40000, 40000), (40000, 502, 40000), (50000, 40000, 50000), (5353, 5353, 5353)],
)
def test_ports_tell_the_client_where_no_syn_does(make, sport, dport, client):
    found = make.walked(
        make.pcap([make.ethernet(0x0800, make.ipv4(17, make.udp(sport, dport, b"x")))])
    )
    assert make.rows(found, "flows", "a_port", "client_known") == [(client, 0)]


def test_echo_and_reply_are_one_conversation(make):
    echo = make.ethernet(0x0800, make.ipv4(1, b"\x08\x00" + bytes(6)))
    reply = make.ethernet(0x0800, make.ipv4(1, bytes(8), "10.0.0.2", "10.0.0.1"), make.B, make.A)
    found = make.walked(make.pcap([reply, echo]))
    assert make.rows(found, "flows", *FLOW) == [(8, 0, 1, 0, 1, 1)]
    assert make.rows(found, "flows", "a_ip_lo") == [(0xFFFF0A000001,)]


def _inner(make):
    return make.ipv4(17, make.udp(40000, 502, b"payload"), "192.168.7.1", "192.168.7.2")


def _wrapped(make):
    inner = _inner(make)
    frame = make.ethernet(0x0800, inner)
    ppp = b"\x00\x21" + inner
    return {
        "": (0x0800, inner),
        "mpls": (0x8847, struct.pack(">II", 0x00010040, 0x00020140) + inner),
        "pppoe": (0x8864, b"\x11\x00\x00\x01" + struct.pack(">H", len(ppp)) + ppp),
        "gre": (0x0800, make.ipv4(47, b"\x20\x00\x08\x00\0\0\0\1" + inner)),
        "vxlan": (0x0800, make.ipv4(17, make.udp(50000, 4789, b"\x08" + bytes(7) + frame))),
        "ip-in-ip": (0x0800, make.ipv4(4, inner)),
        "gtp-u": (0x0800, make.ipv4(17, make.udp(2152, 2152, b"\x30\xff" + bytes(6) + inner))),
        "l2tp": (0x0800, make.ipv4(17, make.udp(1701, 1701, b"\x00\x02\0\1\0\1\xff\x03" + ppp))),
        "6in4": (0x0800, make.ipv4(41, make.ipv6(17, make.udp(40000, 502, b"payload")))),
        "teredo": (
            0x0800,
            make.ipv4(17, make.udp(3545, 3544, make.ipv6(17, make.udp(40000, 502, b"payload")))),
        ),
    }


@pytest.mark.parametrize("tunnel", TUNNELS)
def test_wrappings_are_opened(make, tunnel):
    kind, payload = _wrapped(make)[tunnel]
    found = make.walked(make.pcap([make.ethernet(kind, payload, tags=(0x2014, 7))]))
    inner = make.rows(found, "flows", *FLOW, "vlan", "inner_vlan", "payload_ab")[-1]
    assert inner == (40000, 502, 17, TUNNELS.index(tunnel), 1, 0, 20, 7, 7)
    assert len(make.column(found, "sightings", "ip_lo")) == 1
    assert found.parsed == 1


def test_later_fragments_belong_to_the_first(make):
    first = make.ethernet(
        0x0800, make.ipv4(17, make.udp(40000, 502, b"x" * 16), ident=7, part=0x2000)
    )
    later = make.ethernet(0x0800, make.ipv4(17, b"y" * 30, ident=7, part=3))
    orphan = make.ethernet(0x0800, make.ipv4(17, b"z" * 30, ident=8, part=3))
    found = make.walked(make.pcap([first, later, orphan]))
    assert make.rows(found, "flows", *FLOW, "payload_ab") == [
        (40000, 502, 17, 0, 2, 0, 46),
        (0, 0, 17, 0, 1, 0, 30),
    ]


def test_extension_headers_are_stepped_over(make):
    fragment = b"\x11\x00\x00\x01\x00\x00\x00\x09" + make.udp(40000, 502, b"x")
    packet = make.ipv6(0, b"\x3c\x00" + bytes(6) + b"\x2c\x00" + bytes(6) + fragment)
    later = make.ipv6(44, b"\x11\x00\x00\x10\x00\x00\x00\x09" + b"y" * 9)
    found = make.walked(make.pcap([make.ethernet(0x86DD, packet), make.ethernet(0x86DD, later)]))
    assert make.rows(found, "flows", *FLOW, "payload_ab") == [(40000, 502, 17, 0, 2, 0, 10)]
    assert ip_text(*make.rows(found, "flows", "b_ip_hi", "b_ip_lo")[0]) == "2001:db8::2"


senders = st.lists(
    st.tuples(st.integers(0, 2), st.booleans(), st.integers(1, 40)), min_size=1, max_size=90
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(senders)
def test_every_mac_that_sends_for_a_side_is_told_of_its_own_packets(make, sent):
    ends = [("10.0.0.1", "10.0.0.2", 40000, 9000), ("10.0.0.2", "10.0.0.1", 9000, 40000)]
    frames, packets, octets, last = [], Counter(), Counter(), {}
    for number, (router, back, size) in enumerate(sent):
        source, target, sport, dport = ends[back]
        packet = make.ipv4(17, make.udp(sport, dport, b"x" * size), source, target)
        frames.append(make.ethernet(0x0800, packet, make.A + router))
        seen = (make.A + router, 0xFFFF0A000001 + back)
        packets[seen] += 1
        octets[seen] += len(frames[-1])
        last[seen] = (1_700_000_000 + number) * 10**9 + 5000
    found = make.walked(make.pcap(frames))
    told = make.rows(found, "sightings", "mac", "ip_lo", "packets", "bytes", "last_ns")
    assert sorted(told) == sorted((*seen, packets[seen], octets[seen], last[seen]) for seen in last)


def test_claims_by_arp_and_neighbour_discovery_are_sightings(make):
    arp = b"\0\1\x08\0\6\4\0\1" + make.A.to_bytes(6, "big") + bytes([10, 0, 0, 9]) + bytes(10)
    option = b"\x02\x01" + make.B.to_bytes(6, "big")
    target = (0x20010DB8 << 96 | 5).to_bytes(16, "big")
    advert = make.ipv6(58, b"\x88\0\0\0\x60\0\0\0" + target + option, src=5, hops=255)
    found = make.walked(
        make.pcap([make.ethernet(0x0806, arp), make.ethernet(0x86DD, advert, make.B)])
    )
    assert make.rows(found, "sightings", "mac", "ip_lo", "how") == [
        (make.A, 0xFFFF0A000009, 2),
        (make.B, 5, 3),
    ]


def test_frames_without_ip_are_sighted_and_parsed(make):
    odd = [
        make.ethernet(0x88CC, b"\x02\x07"),
        make.ethernet(0x0026, b"\x42\x42\x03" + bytes(35)),
        make.ethernet(0x0800, b"\x45"),
        make.ethernet(0x0800, b"\x65" + bytes(40)),
    ]
    found = make.walked(make.pcap(odd))
    assert make.rows(found, "sightings", "mac", "ip_lo", "packets", "ttl_min") == [
        (make.A, 0, 4, 255)
    ]
    assert (found.parsed, found.skipped) == (4, {})


def test_frames_cut_by_the_snap_length_keep_their_true_sizes(make):
    whole = make.ethernet(0x0800, make.ipv4(6, make.tcp(40000, 502, ACK, b"q" * 500)))
    found = make.walked(make.pcap([whole[:38], whole[:60]], wires=[len(whole)] * 2))
    assert make.rows(found, "flows", "payload_ab", "bytes_ab") == [(1000, 2 * len(whole))]
    assert found.truncated == 2


LINKS = {
    0: b"\x02\0\0\0", 108: b"\0\0\0\x02", 9: b"\xff\x03\0\x21", 50: b"\0\x21", 12: b"", 14: b"", 101: b"",
    228: b"", 51: b"\x11\0\0\1\0\x40\0\x21", 104: b"\x0f\0\x08\0",
    113: b"\0\0\0\1\0\6" + bytes(8) + b"\x08\0", 276: b"\x08\0" + bytes(8) + b"\0\6" + bytes(8),
}  # fmt: skip


@pytest.mark.parametrize("link", LINKS)
def test_links_without_ethernet(make, link):
    found = make.walked(make.pcap([LINKS[link] + _inner(make)], link=link))
    assert make.rows(found, "flows", "a_port", "b_port") == [(40000, 502)]
    assert found.link_types == (link,)


def test_other_links_are_skipped_with_a_reason(make):
    found = make.walked(make.pcap([b"12345678"] * 3, link=105))
    assert (found.frames, found.parsed, found.skipped) == (3, 0, {"link type 105": 3})
    short = make.walked(make.pcap([b"", b"123"]))
    assert short.skipped == {"too short for its link header": 2}


def same(one, other):
    """Whether two results hold the same; the tables byte for byte."""
    assert one == other
    assert one.raw == other.raw


def _captures(folder):
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "pcap" in path.suffix and path.stat().st_size < 8000:
            yield path


@pytest.mark.parametrize(
    "folder", ["tcpdump-tests", "malformed-pcap", "zeek-btest", "ics-iti", "ndpi"]
)
def test_interpreted_and_compiled_agree_on_real_captures(
    compiled, interpreted, make, corpus, folder
):
    paths = list(_captures(corpus / folder))
    assert paths
    for path in paths[:: max(1, len(paths) // 60)]:
        data = path.read_bytes()
        same(make.walked(data), interpreted(data))


words = st.sampled_from(
    [0x0800, 0x86DD, 0x8100, 0x88A8, 0x8847, 0x8864, 0x0806, 0x8892, 0x88CC, 40]
)
heads = st.sampled_from(
    [b"\x45\0\0\x30\0\7\x20\0\x40\x06", b"\x45\0\0\x40\0\7\0\3\x40\x11", b"\x46\0\0\x50\0\7\0\0\x01\x2f",
     b"\x60\0\0\0\0\x20\x2c\xff", b"\x60\0\0\0\0\x28\x3a\xff", b"\0\1\x08\0\6\4\0\1", b"\xfe\xfe", b"\x45"]
)  # fmt: skip
bodies = st.builds(
    lambda kind, head, rest: kind.to_bytes(2, "big") + head + rest,
    words,
    heads,
    st.binary(max_size=90),
)
odd_frames = st.one_of(st.binary(max_size=120), st.builds(lambda body: bytes(12) + body, bodies))


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(odd_frames, min_size=1, max_size=8),
    st.sampled_from([1, 1, 1, 113, 276, 101, 0, 9, 51, 104]),
)
def test_interpreted_and_compiled_agree_on_any_frames(compiled, interpreted, make, frames, link):
    data = make.pcap(frames, link=link)
    one = make.walked(data)
    same(one, interpreted(data))
    assert one.parsed + sum(one.skipped.values()) == one.frames == len(frames)
