"""The tables of captured traffic: every column with its type and a sentence.

Columns are numpy arrays in memory and Parquet on disk, with these names and types in both.
Addresses are integers: a MAC is a u64 in network order; an IP is two u64 halves, IPv4 held as
``::ffff:a.b.c.d`` (RFC 4291 section 2.5.5.2). Times are i64 nanoseconds since 1970 UTC, 0 = never.
"""

from __future__ import annotations

from msgspec import Struct


class Column(Struct, frozen=True):
    """One column: its name, numpy dtype name and meaning."""

    name: str
    dtype: str
    about: str


class Table(Struct, frozen=True):
    """One table: what a row is, and its columns in order."""

    name: str
    row: str
    columns: tuple[Column, ...]


def _both(name: str, dtype: str, about: str) -> tuple[Column, Column]:
    return (
        Column(f"{name}_ab", dtype, f"{about}, client to server"),
        Column(f"{name}_ba", dtype, f"{about}, server to client"),
    )


FLOWS = Table(
    "flows",
    "one conversation (both directions) between two endpoints; a is the client where it is known; "
    "of packets in packets each IP header has a row, so rows of tunnel 0, PPPoE and MPLS add up "
    "to the frames with IP",
    (
        Column("file", "u4", "index of the capture or log in the case, from 0"),
        Column("part", "u4", "0, or the number of earlier rows of the same conversation"),
        Column(
            "first_frame",
            "u8",
            "number of its first frame in the file, or its line in a log, from 1",
        ),
        Column("first_ns", "i8", "time of the first frame"),
        Column("last_ns", "i8", "latest time of a frame"),
        Column("vlan", "u2", "outer VLAN id, 0 = untagged"),
        Column("inner_vlan", "u2", "inner VLAN id, 0 = none"),
        Column("tunnel", "u1", "what wrapped it, 0 = nothing: index into TUNNELS"),
        Column("proto", "u1", "IP protocol number"),
        Column("a_mac", "u8", "MAC that sent the client's first frame, 0 = link without MACs"),
        Column("b_mac", "u8", "MAC that sent the server's first frame, or that frame's target"),
        Column("a_ip_hi", "u8", "client address, upper half"),
        Column("a_ip_lo", "u8", "client address, lower half"),
        Column("b_ip_hi", "u8", "server address, upper half"),
        Column("b_ip_lo", "u8", "server address, lower half"),
        Column("a_port", "u2", "client port (ICMP: type)"),
        Column("b_port", "u2", "server port (ICMP: code)"),
        Column("client_known", "u1", "1 when a SYN or SYN-ACK told who is client, else guessed"),
        *_both("packets", "u8", "frames"),
        *_both(
            "bytes", "u8", "bytes on the wire with the link header; in a log from the IP header on"
        ),
        *_both("payload", "u8", "bytes of TCP, UDP or other payload"),
        *_both("segments", "u8", "frames that carried payload"),
        *_both("flags", "u1", "TCP flags seen, or-ed"),
        *_both("ttl_min", "u1", "lowest TTL or hop limit (255 when none seen)"),
        *_both("ttl_max", "u1", "highest TTL or hop limit (0 when none seen)"),
        *_both("mss", "u2", "TCP maximum segment size offered, 0 = none"),
        *_both("wscale", "u1", "TCP window scale offered, 255 = none"),
        *_both("stamp", "u4", "TCP timestamp of the first SYN or SYN-ACK, 0 = none"),
        *_both("ident", "u2", "IPv4 identification of the first packet"),
        Column("syn_ns", "i8", "time of the first SYN"),
        Column("synack_ns", "i8", "time of the first SYN-ACK"),
        Column("ack_ns", "i8", "time of the client's first ACK after the SYN-ACK"),
        Column("ask_ns", "i8", "time of the client's first payload"),
        Column("reply_ns", "i8", "time of the server's first payload"),
    ),
)

SIGHTINGS = Table(
    "sightings",
    "one (MAC, VLAN, IP) that sent frames; IP 0 = frames without IP",
    (
        Column("file", "u4", "index of the capture in the case"),
        Column("mac", "u8", "source MAC"),
        Column("vlan", "u2", "outer VLAN id"),
        Column("ip_hi", "u8", "source address, upper half"),
        Column("ip_lo", "u8", "source address, lower half"),
        Column("how", "u1", "1 = sent IP packets, 2 = claimed by ARP or ND, or-ed"),
        Column("first_frame", "u8", "number of the first such frame"),
        Column("first_ns", "i8", "first time"),
        Column("last_ns", "i8", "last time"),
        Column("packets", "u8", "frames"),
        Column("bytes", "u8", "bytes on the wire"),
        Column("ttl_min", "u1", "lowest TTL or hop limit (255 when none)"),
        Column("ttl_max", "u1", "highest TTL or hop limit"),
    ),
)

SERVICES = Table(
    "services",
    "one listening endpoint that answered, from the flows",
    (
        Column("file", "u4", "index of the capture in the case"),
        Column("vlan", "u2", "outer VLAN id"),
        Column("mac", "u8", "MAC that answered"),
        Column("ip_hi", "u8", "server address, upper half"),
        Column("ip_lo", "u8", "server address, lower half"),
        Column("proto", "u1", "IP protocol number"),
        Column("port", "u2", "server port"),
        Column("clients", "u8", "different client addresses"),
        Column("flows", "u8", "conversations"),
        Column("bytes", "u8", "bytes on the wire, both directions"),
        Column("first_ns", "i8", "first time"),
        Column("last_ns", "i8", "last time"),
        Column("first_frame", "u8", "first frame of the first conversation"),
    ),
)

TABLES = (FLOWS, SIGHTINGS, SERVICES)

TUNNELS = ("", "gre", "vxlan", "ip-in-ip", "pppoe", "mpls", "gtp-u", "teredo", "6in4", "l2tp")
"""Meaning of ``flows.tunnel``: the innermost wrapping that was opened."""
