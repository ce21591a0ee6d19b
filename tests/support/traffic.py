"""Small captures as columns, written the way a person would tell them."""

import numpy as np

from overlanded.analyse.traffic import openings, pairs, visits
from overlanded.analyse.traffic.parties import CLAIMED, parties
from overlanded.analyse.traffic.seen import Read, Traffic
from overlanded.model.columns import FLOWS, SIGHTINGS
from overlanded.model.evidence import EvidenceItem, Side
from overlanded.model.identifiers import ip_halves, mac
from overlanded.wire.facts import Recognised, Sample
from overlanded.wire.kernels import layout as at
from overlanded.wire.rhythms import Rhythms

ITEM_NS = 1_700_000_000_000_000_000


def number(text):
    return int(mac(text).value.replace(":", ""), 16)


def table(kind, rows):
    columns = {}
    for column in kind.columns:
        columns[column.name] = np.array([row.get(column.name, 0) for row in rows], column.dtype)
    return columns


def sighting(mac_text, ip="", how=1, ttl=64, vlan=0, frame=1, ns=ITEM_NS, packets=1):
    high, low = ip_halves(ip) if ip else (0, 0)
    return {
        "mac": number(mac_text), "vlan": vlan, "ip_hi": high, "ip_lo": low, "how": how,
        "first_frame": frame, "first_ns": ns, "last_ns": ns, "packets": packets, "bytes": 60,
        "ttl_min": ttl, "ttl_max": ttl,
    }  # fmt: skip


def flow(a, b, port, *, a_mac, b_mac, proto=6, vlan=0, ns=ITEM_NS, frame=1, ack_after=None, file=0):
    """One answered conversation; ``ack_after`` ns after the SYN-ACK when its start was seen."""
    a_high, a_low = ip_halves(a)
    b_high, b_low = ip_halves(b)
    row = {
        "file": file, "first_frame": frame, "first_ns": ns, "last_ns": ns + 10, "vlan": vlan,
        "proto": proto, "a_mac": number(a_mac), "b_mac": number(b_mac), "a_ip_hi": a_high,
        "a_ip_lo": a_low, "b_ip_hi": b_high, "b_ip_lo": b_low, "a_port": 50000, "b_port": port,
        "packets_ab": 3, "packets_ba": 2, "bytes_ab": 200, "bytes_ba": 150, "payload_ab": 20,
        "payload_ba": 20, "ttl_min_ab": 64, "ttl_max_ab": 64, "ttl_min_ba": 64, "ttl_max_ba": 64,
    }  # fmt: skip
    if ack_after is not None:
        row |= {
            "client_known": 1, "flags_ab": 0x12, "flags_ba": 0x12, "syn_ns": ns,
            "synack_ns": ns + 1, "ack_ns": ns + 1 + ack_after,
        }  # fmt: skip
    return row


def flows(*rows):
    return table(FLOWS, rows)


def sightings(*rows):
    return table(SIGHTINGS, rows)


def sample(
    src,
    dst,
    *,
    src_mac,
    dst_mac,
    layer="tcp",
    src_port=50000,
    dst_port=102,
    from_client=True,
    frame=1,
    ns=ITEM_NS,
):
    return Sample(
        frame, ns, layer, {"tcp": 6, "udp": 17}.get(layer, 0), 0, number(src_mac), number(dst_mac),
        ip_halves(src) if src else (0, 0), ip_halves(dst) if dst else (0, 0), src_port, dst_port,
        from_client, b"",
    )  # fmt: skip


def world(flow_rows, sighting_rows, reads=(), zones=()):
    """The traffic of one capture named span.pcap."""
    item = EvidenceItem("e-1", "span.pcap", "00", 1, "capture", Side.EVIDENCE, 1)
    rows = flows(*flow_rows)
    folded = pairs.fold([pairs.of_flows(rows)])
    single = visits.joined([visits.kept(rows)])
    known = parties([sightings(*sighting_rows)])
    first = openings.kept(rows)
    return Traffic({0: item}, folded, known, tuple(reads), zones, single, first)


def rhythm(client, server, port, intervals=(), *, side=0, lasted=1, answered_us=None):
    """The rhythm of one connection; ``intervals``: bucket → how many; a is the lower address.

    ``answered_us``: how long the client took to answer one probe.
    """
    words = np.zeros(at.RHYTHM_WORDS, "<u8")
    ends = sorted([(ip_halves(client), 50_000), (ip_halves(server), port)])
    (a, a_port), (b, b_port) = ends
    words[at.RH_FRAME], words[at.RH_PORTS] = 7, a_port << 48 | b_port << 32
    words[[at.RH_A_HI, at.RH_A_LO, at.RH_B_HI, at.RH_B_LO]] = (*a, *b)
    words[at.RH_FIRST], words[at.RH_BEAT] = ITEM_NS, ITEM_NS + int(lasted * 1e9)
    counts = words.view("<u2")
    for bucket, count in dict(intervals).items():
        counts[at.RH_BEATS * 4 + side * at.BEAT_BUCKETS + bucket] = count
    if answered_us is not None:
        client_side = int(a != ip_halves(client))
        words[at.RH_PROMPT + client_side] = 1 << 48 | answered_us << 24 | answered_us
    return Rhythms(words.tobytes(), 0)


PLC, HMI, ROUTER = "00:1b:1b:00:00:01", "00:1b:1b:00:00:02", "00:1e:42:00:00:01"
PLC_IP, HMI_IP, ROUTER_IP = "192.168.10.1", "192.168.10.2", "192.168.10.254"
HELD = [
    sighting(PLC, PLC_IP, CLAIMED),
    sighting(HMI, HMI_IP, CLAIMED),
    sighting(ROUTER, ROUTER_IP, CLAIMED),
]
MS = 1_000_000


def s7(src, src_mac, functions=()):
    """A control session's first words, read as S7."""
    asked = sample(src, PLC_IP, src_mac=src_mac, dst_mac=PLC)
    return Read(0, asked, Recognised("s7comm", functions=functions))


def only(observations, word):
    """The observations of one property."""
    return [one for one in observations if one.property == word]
