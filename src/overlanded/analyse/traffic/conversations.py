"""Who talks with whom: the pairs as values, with their parties and the protocol recognised."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from msgspec import Struct

from overlanded.analyse.traffic.parties import Address, Parties, outside
from overlanded.model.observing import Subject
from overlanded.wire.folding import Columns

if TYPE_CHECKING:
    from numpy.typing import NDArray

UDP = 17
TRANSPORTS = {6: "tcp", 17: "udp"}
"""IP protocol numbers (IANA)."""

Service: TypeAlias = "tuple[int, Address, int, int]"
"""(VLAN, server address, IP protocol, port)."""
Ends: TypeAlias = "tuple[int, Address, Address, int]"
"""(VLAN, client address, server address, server port)."""


class Row(Struct, frozen=True):
    """The columns of one pair that are used here, by their names in ``pairs``."""

    file: int
    first_frame: int
    first_ns: int
    last_ns: int
    vlan: int
    proto: int
    a_mac: int
    b_mac: int
    a_ip_hi: int
    a_ip_lo: int
    b_ip_hi: int
    b_ip_lo: int
    b_port: int
    flows: int
    established: int
    answered: int
    delays: int
    delay_min: int
    delay_max: int
    packets_ab: int
    packets_ba: int
    bytes_ab: int
    bytes_ba: int
    payload_ab: int
    payload_ba: int
    mss_ab: int
    mss_ba: int


class Pair(Struct, frozen=True):
    """One row of the pairs with its parties and the protocol recognised at the server."""

    place: int
    """Its row of the pairs."""
    row: Row
    client: Subject
    server: Subject
    protocol: str

    @property
    def a_ip(self) -> Address:
        """The client's address."""
        return self.row.a_ip_hi, self.row.a_ip_lo

    @property
    def b_ip(self) -> Address:
        """The server's address."""
        return self.row.b_ip_hi, self.row.b_ip_lo

    @property
    def ends(self) -> Ends:
        """Who asked whom for what, without the MACs on the way."""
        return self.row.vlan, self.a_ip, self.b_ip, self.row.b_port

    @property
    def service(self) -> str:
        """``s7comm/tcp/102``; ``unknown`` stands for a protocol that was not recognised."""
        return f"{self.protocol or 'unknown'}/{TRANSPORTS[self.row.proto]}/{self.row.b_port}"

    @property
    def asked(self) -> bool:
        """True when the client got through: an answer, or words of its own that make sense.

        A mirror port may show one direction only, and nobody sends payload over a TCP connection
        that was not accepted.
        """
        return bool(self.row.answered or (self.protocol and self.row.payload_ab))

    @property
    def served(self) -> bool:
        """True when somebody listened at the server's end."""
        if self.row.proto == UDP:
            return bool(self.row.answered and self.protocol)
        return bool(
            self.row.answered or (self.protocol and self.row.payload_ab + self.row.payload_ba)
        )


def conversations(
    pairs: Columns,
    parties: Parties,
    protocols: Mapping[Service, str],
    among: Container[int] = TRANSPORTS,
    places: NDArray[np.intp] | None = None,
) -> Iterator[Pair]:
    """The rows of the pairs between two parties, in their order.

    ``among`` these IP protocols; ``places``: the rows that are looked at, all when not given.
    """
    if places is None:
        places = np.arange(len(pairs["proto"]))
    lists = [pairs[name][places].tolist() for name in Row.__struct_fields__]
    subject = parties.subject
    for place, *cells in zip(places.tolist(), *lists, strict=True):
        row = Row(*cells)
        a_ip, b_ip = (row.a_ip_hi, row.a_ip_lo), (row.b_ip_hi, row.b_ip_lo)
        client = subject(row.a_mac, row.vlan, a_ip, reached=not row.packets_ab)
        server = subject(row.b_mac, row.vlan, b_ip, reached=not row.packets_ba)
        if row.proto in among and client and server:
            service = (row.vlan, b_ip, row.proto, row.b_port)
            yield Pair(place, row, client, server, protocols.get(service, ""))


def here(subject: Subject, address: Address) -> bool:
    """On the captured network: by a MAC of its own, or by an address that is not public."""
    return subject.kind == "mac" or not outside(address)
