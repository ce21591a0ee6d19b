"""Who sent a frame: which addresses a MAC holds itself, and which it only passes on.

A MAC that answers ARP or neighbour discovery for an address holds it. A MAC that sends packets
from other addresses besides passes them on, as a router does. Where no claim was captured, the
TTL decides: a packet that a host sends itself carries one of the usual first values (RFC 1122
section 3.2.1.7 leaves the choice to the maker; ``data/traffic.toml`` lists them).
"""

from __future__ import annotations

import ipaddress
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from typing import TypeAlias

from msgspec import Struct, field

from overlanded import data
from overlanded.model.identifiers import ip_text, mac_text
from overlanded.model.observing import Subject
from overlanded.wire.folding import Columns

SENT, CLAIMED = 1, 2
GROUP = 1 << 40
"""The group bit of a MAC held as an integer (IEEE 802-2014 section 8.2.2)."""
V4 = 0xFFFF

Address: TypeAlias = "tuple[int, int]"
"""Upper and lower half."""


class Sighting(Struct, frozen=True):
    """One row of the sightings of a MAC, over all captures."""

    file: int
    mac: int
    vlan: int
    address: Address
    how: int
    first_frame: int
    first_ns: int
    last_ns: int
    packets: int
    ttl_min: int
    ttl_max: int


class Parties(Struct, dict=True):
    """The holders of addresses on every network of the case."""

    sightings: tuple[Sighting, ...]
    held: dict[tuple[int, int, Address], Sighting] = field(default_factory=dict)
    """(MAC, VLAN, address) that the MAC holds itself."""
    passed: dict[tuple[int, int, Address], Sighting] = field(default_factory=dict)
    """(MAC, VLAN, address) that the MAC only passes on."""
    _subjects: dict[tuple[int, int, Address, bool], Subject | None] = field(default_factory=dict)
    """Answers given before: the same few senders are asked for again and again."""

    def subject(
        self, mac: int, vlan: int, address: Address, *, reached: bool = False
    ) -> Subject | None:
        """Who sends from, or is ``reached`` at, this pair of addresses; None for groups."""
        asked = (mac, vlan, address, reached)
        if asked not in self._subjects:
            self._subjects[asked] = self._subject(*asked)
        return self._subjects[asked]

    def _subject(
        self,
        mac: int,
        vlan: int,
        address: Address,
        reached: bool,  # noqa: FBT001 - as asked
    ) -> Subject | None:
        if not usable(address) or (mac & GROUP and (0, vlan, address) not in self.held):
            return None
        key = (mac, vlan, address)
        beyond = key in self.passed or (reached and self._leads_on(*key))
        if mac and not mac & GROUP and not beyond:
            return Subject("mac", mac_text(mac), network(vlan))
        return Subject("ip", ip_text(*address), network(vlan)) if any(address) else None

    def _leads_on(self, mac: int, vlan: int, address: Address) -> bool:
        """True when packets to this address only went by way of the MAC: it never sent from it."""
        if not any(address) or (mac, vlan, address) in self.held:
            return False
        return outside(address) or (mac, vlan, version(address)) in self._homes

    @cached_property
    def _homes(self) -> set[tuple[int, int, int]]:
        """(MAC, VLAN, 4 or 6) of those that hold an address."""
        return {(mac, vlan, version(address)) for mac, vlan, address in self.held if any(address)}

    def holder(self, vlan: int, address: Address) -> Subject:
        """The device that holds an address, by its MAC where one is known."""
        mac = self._holders.get((vlan, address))
        if mac is not None:
            return Subject("mac", mac_text(mac), network(vlan))
        return Subject("ip", ip_text(*address), network(vlan))

    @cached_property
    def _holders(self) -> dict[tuple[int, Address], int]:
        return {(vlan, address): mac for mac, vlan, address in sorted(self.held, reverse=True)}


def parties(sightings: Iterable[Columns]) -> Parties:
    """Sort out holders and passers-on from the sightings of all captures."""
    every = _merged(row for columns in sightings for row in _rows(columns))
    rows = tuple(row for row in every if usable(row.address))
    between = _between(rows)
    claims = {
        (row.vlan, row.address): row.mac
        for row in rows
        if row.how & CLAIMED and (row.mac, row.vlan) not in between
    }
    private = {row.vlan for row in rows if _is_private(row.address)}
    neighbours, locals_ = _neighbours(rows, "bits"), _neighbours(rows, "local")
    found = Parties(rows)
    for (mac, vlan), own in _by_mac(rows).items():
        told = _told(own)
        for row in own:
            near = _near(row, neighbours)
            here = near and (_timed(row) or _shared(row, locals_))
            mine = _holds(row, claims, told, near=here) and not _foreign(row, private, near=near)
            mine = mine and row.address not in between.get((mac, vlan), ())
            (found.held if mine else found.passed)[(mac, vlan, row.address)] = row
    return found


def network(vlan: int) -> str:
    """The name of a network inside the crane."""
    return f"vlan {vlan}" if vlan else ""


def version(address: Address) -> int:
    """4 or 6."""
    return 4 if address[0] == 0 and address[1] >> 32 == V4 else 6


@lru_cache(maxsize=1 << 16)
def outside(address: Address) -> bool:
    """True for an address of the public Internet (IANA special-purpose registries)."""
    parsed = _parsed(address)
    return parsed.is_global and not parsed.is_multicast


@lru_cache(maxsize=1 << 16)
def usable(address: Address) -> bool:
    """False for groups and broadcasts: nobody in particular is there. True for no address."""
    if not any(address):
        return True
    parsed = _parsed(address)
    return not (parsed.is_multicast or parsed.is_unspecified or address[1] == BROADCAST)


BROADCAST = (V4 << 32) | 0xFFFFFFFF


def hops(ttl: int) -> int:
    """Routers a packet has passed, from its TTL; 0 when it carries a usual first value."""
    firsts = data.table("traffic")["ttl"]["first_values"]
    above = min((first for first in firsts if first >= ttl), default=ttl)
    far = above - ttl
    return far if far <= data.table("traffic")["ttl"]["most_hops"] else 0


class Told(Struct, frozen=True):
    """Of one MAC: how many addresses of each IP version it sent from, claimed or not."""

    claimed: Counter[int]
    others: Counter[int]


def _told(own: Iterable[Sighting]) -> Told:
    told = Told(Counter(), Counter())
    for row in own:
        if any(row.address):
            (told.claimed if row.how & CLAIMED else told.others)[version(row.address)] += 1
    return told


def _holds(
    row: Sighting, claims: dict[tuple[int, Address], int], told: Told, *, near: bool
) -> bool:
    if not any(row.address) or row.how & CLAIMED:
        return True
    if row.mac == 0 or (row.vlan, row.address) in claims:
        return row.mac == 0
    if _parsed(row.address).is_link_local:
        return True
    alone = told.others[version(row.address)] == 1
    if told.claimed[version(row.address)]:
        return alone and _is_second(row)
    return alone or (near and hops(row.ttl_max) == 0)


def _timed(row: Sighting) -> bool:
    """Whether a hop limit was seen at all: a log has none."""
    return row.ttl_min <= row.ttl_max


def _shared(row: Sighting, locals_: dict[tuple[int, Address], set[int]]) -> bool:
    """True for an address that begins like that of another MAC here: one network on one wire.

    Without hop limits this is what tells a host's second address from one that a router passes on.
    """
    return any(row.address) and len(locals_[(row.vlan, _block(row.address, "local"))]) > 1


def _is_second(row: Sighting) -> bool:
    """True for a further address of a host that was not asked for it while the capture ran.

    It is private and fresh from its sender by its TTL, and the only one: a router passes on
    several, each a hop older.
    """
    return hops(row.ttl_min) == hops(row.ttl_max) == 0 and not outside(row.address)


def _near(row: Sighting, neighbours: dict[tuple[int, Address], set[int]]) -> bool:
    """True for an address of this network: private, or beginning like that of another MAC here.

    A plant may have public addresses of its own.
    """
    if not any(row.address) or not outside(row.address):
        return True
    return len(neighbours[(row.vlan, _block(row.address))]) > 1


def _foreign(row: Sighting, private: set[int], *, near: bool) -> bool:
    """True for an Internet host that a MAC leads to, although it leads to no other.

    Its packets passed routers, or it is the stranger on a network of private addresses.
    """
    if near or row.mac == 0 or row.how & CLAIMED:
        return False
    return hops(row.ttl_max) > 0 or (version(row.address) == 4 and row.vlan in private)


def _neighbours(rows: Iterable[Sighting], kind: str) -> dict[tuple[int, Address], set[int]]:
    """(VLAN, first bits of an address) → the MACs that sent from such an address."""
    found: dict[tuple[int, Address], set[int]] = defaultdict(set)
    for row in rows:
        if any(row.address):
            found[(row.vlan, _block(row.address, kind))].add(row.mac)
    return found


def _block(address: Address, kind: str = "bits") -> Address:
    """An address without its last bits: what one site has at most, or one wire (``local``)."""
    bits = data.table("traffic")["site"][f"{kind}{version(address)}"]
    if version(address) == 4:
        return 0, address[1] >> (32 - bits)
    return address[0] >> (64 - bits), 0


def _between(rows: Iterable[Sighting]) -> dict[tuple[int, int], set[Address]]:
    """(MAC, VLAN) → addresses of others that it claims: it stands between two stations or more.

    A router that answers for others (RFC 1027), or a tap that works by answering for both ends.
    Each of the addresses is also sent from by a MAC of its own.
    """
    senders: dict[tuple[int, Address], set[int]] = defaultdict(set)
    claimed: dict[tuple[int, int], set[Address]] = defaultdict(set)
    for row in rows:
        if any(row.address):
            senders[(row.vlan, row.address)].add(row.mac)
            if row.how & CLAIMED and row.mac:
                claimed[(row.mac, row.vlan)].add(row.address)
    found: dict[tuple[int, int], set[Address]] = {}
    for (mac, vlan), addresses in claimed.items():
        others = {one: frozenset(senders[(vlan, one)] - {mac, 0}) for one in addresses}
        if len({macs for macs in others.values() if macs}) > 1:
            found[(mac, vlan)] = {one for one, macs in others.items() if macs}
    return found


def _is_private(address: Address) -> bool:
    """A private IPv4 address, which says that the network it was seen on has such a plan."""
    if not any(address) or version(address) == 6:
        return False
    parsed = _parsed(address)
    return parsed.is_private and not (parsed.is_link_local or parsed.is_loopback)


def _parsed(address: Address) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    if version(address) == 4:
        return ipaddress.IPv4Address(address[1] & 0xFFFFFFFF)
    return ipaddress.IPv6Address((address[0] << 64) | address[1])


def _by_mac(rows: Iterable[Sighting]) -> dict[tuple[int, int], list[Sighting]]:
    grouped: dict[tuple[int, int], list[Sighting]] = defaultdict(list)
    for row in rows:
        if not row.mac & GROUP:
            grouped[(row.mac, row.vlan)].append(row)
    return grouped


def _rows(columns: Columns) -> Iterator[Sighting]:
    names = (
        "file",
        "mac",
        "vlan",
        "ip_hi",
        "ip_lo",
        "how",
        "first_frame",
        "first_ns",
        "last_ns",
        "packets",
    )
    lists = [columns[name].tolist() for name in (*names, "ttl_min", "ttl_max")]
    for file, mac, vlan, high, low, *rest in zip(*lists, strict=True):
        # No station has a group MAC; a sender with one is known by its IP address alone.
        yield Sighting(file, 0 if mac & GROUP else mac, vlan, (high, low), *rest)


def _merged(rows: Iterable[Sighting]) -> Iterator[Sighting]:
    """One sighting for each (MAC, VLAN, address), over all captures, cited at the earliest."""
    grouped: dict[tuple[int, int, Address], list[Sighting]] = defaultdict(list)
    for row in rows:
        grouped[(row.mac, row.vlan, row.address)].append(row)
    for same in grouped.values():
        first = min(same, key=lambda row: (row.first_ns, row.file))
        yield Sighting(
            first.file,
            first.mac,
            first.vlan,
            first.address,
            _any_of(row.how for row in same),
            first.first_frame,
            first.first_ns,
            max(row.last_ns for row in same),
            sum(row.packets for row in same),
            min(row.ttl_min for row in same),
            max(row.ttl_max for row in same),
        )


def _any_of(flags: Iterable[int]) -> int:
    total = 0
    for flag in flags:
        total |= flag
    return total
