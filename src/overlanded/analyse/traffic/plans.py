"""Address plans: who has an address that does not belong to the wire it is on.

The mask of a network does not show in its packets. Blocks of addresses are one plan when stations
of both talk to each other straight, MAC to MAC, with no gateway between: each of the two then
takes the other for local.
"""

from __future__ import annotations

import ipaddress
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from overlanded import data
from overlanded.analyse.traffic.parties import GROUP, Sighting, network, outside, version
from overlanded.analyse.traffic.seen import Traffic
from overlanded.model.identifiers import ip_text, mac_text
from overlanded.model.observing import Observation, Subject

Block: TypeAlias = "tuple[int, int]"
"""(VLAN, the first 24 bits of an IPv4 address)."""


def observe(traffic: Traffic) -> Iterator[Observation]:
    """``off-plan`` for each holder of an address in a plan of few, where another is of many."""
    rows = [row for row in traffic.parties.held.values() if _plain(row)]
    plans = _plans(rows, _straight(traffic))
    sizes: dict[tuple[int, Block], set[int]] = defaultdict(set)
    for row in rows:
        sizes[(row.vlan, plans[_block(row)])].add(row.mac)
    stated = data.table("traffic")["plans"]
    for row in sorted(rows, key=lambda row: (row.mac, row.vlan, row.address)):
        others = {plan: macs for plan, macs in sizes.items() if plan[0] == row.vlan}
        main, many = max(others.items(), key=lambda pair: (len(pair[1]), pair[0]))
        mine = (row.vlan, plans[_block(row)])
        few = len(others[mine]) <= stated["few"] and len(many) >= stated["many"]
        if mine != main and few and not _zoned(traffic, row):
            yield _told(traffic, row, main[1])


def _plain(row: Sighting) -> bool:
    """A private IPv4 address of one station, no self-assigned one."""
    if not any(row.address) or version(row.address) != 4 or row.mac & GROUP or not row.mac:
        return False
    parsed = ipaddress.IPv4Address(row.address[1] & 0xFFFFFFFF)
    return parsed.is_private and not parsed.is_link_local and not outside(row.address)


def _block(row: Sighting) -> Block:
    return row.vlan, (row.address[1] & 0xFFFFFFFF) >> 8


def _straight(traffic: Traffic) -> Iterator[tuple[Block, Block]]:
    """Blocks of two stations that talked without anybody between."""
    held = traffic.parties.held
    for pair in traffic.conversations:
        row = pair.row
        ends = ((row.a_mac, row.vlan, pair.a_ip), (row.b_mac, row.vlan, pair.b_ip))
        if all(end in held and _plain(held[end]) for end in ends):
            yield _block(held[ends[0]]), _block(held[ends[1]])


def _plans(
    rows: Iterable[Sighting], straight: Iterable[tuple[Block, Block]]
) -> Mapping[Block, Block]:
    """Block → the least block of its plan."""
    plan = {_block(row): _block(row) for row in rows}

    def root(block: Block) -> Block:
        while plan[block] != block:
            block = plan[block]
        return block

    for one, other in straight:
        first, second = sorted((root(one), root(other)))
        plan[second] = first
    return {block: root(block) for block in plan}


def _zoned(traffic: Traffic, row: Sighting) -> bool:
    """True when the case says that the address belongs here."""
    address = ipaddress.ip_address(ip_text(*row.address))
    networks = [text for zone in traffic.zones for text in zone.networks]
    return any(address in ipaddress.ip_network(text, strict=False) for text in networks)


def _told(traffic: Traffic, row: Sighting, main: Block) -> Observation:
    subject = Subject("mac", mac_text(row.mac), network(row.vlan))
    cited = traffic.cite(row.file, row.first_frame)
    others = f"{ipaddress.IPv4Address(main[1] << 8)}/24"
    return Observation(
        subject, "off-plan", ip_text(*row.address), cited, row.first_ns, row.last_ns, row.packets,
        None, (("others", others),),
    )  # fmt: skip
