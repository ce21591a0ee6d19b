"""What passes from the compiled walk to the dissectors, and from them to the reader."""

from __future__ import annotations

from msgspec import Struct


class Sample(Struct, frozen=True):
    """One frame that may name a device, or the start of one direction of a conversation.

    Chosen by the walk (see ``wire/kernels/samples.py``): discovery frames, datagrams and first
    payloads, de-duplicated and bounded per endpoint.
    """

    frame: int
    """Frame number in the file, from 1 (of the first frame, for a stream)."""
    ns: int
    layer: str
    """``eth`` (payload follows the EtherType), ``llc`` (payload starts at DSAP), ``ip``
    (payload follows the IP header, ``proto`` says what), ``udp``, ``tcp`` (one direction's
    first bytes in sequence order)."""
    proto: int
    """EtherType for ``eth``, IP protocol for the others, 0 for ``llc``."""
    vlan: int
    src_mac: int
    dst_mac: int
    src_ip: tuple[int, int]
    """(upper, lower) 64-bit halves, (0, 0) without IP."""
    dst_ip: tuple[int, int]
    src_port: int
    dst_port: int
    from_client: bool
    """TCP and UDP: True when sent by the side that opened the conversation."""
    payload: bytes
    complete: bool = True
    """False when the capture cut the payload or bytes before its end are missing."""


class Fact(Struct, frozen=True):
    """One thing that a payload says.

    ``about`` names who it is about: ``src``, ``dst`` (of the sample), ``ip:10.0.0.1`` or
    ``mac:aa:bb:cc:dd:ee:ff``. ``property`` is a word of ``data/properties.toml``. ``object`` is
    the other party in the same notation, when there is one.
    """

    about: str
    property: str
    value: str
    object: str = ""


class Recognised(Struct, frozen=True):
    """A dissector's result: the protocol it recognised, and the facts it read.

    An unrecognised payload gives ``None`` instead; facts may be empty.
    """

    protocol: str
    """Short lower-case name: ``s7comm``, ``modbus``, ``tls``, ``dns`` … (data/protocols.toml)."""
    facts: tuple[Fact, ...] = ()
    opener: str = ""
    """``src`` or ``dst`` when the payload itself tells who is client, e.g. a request."""
    functions: tuple[str, ...] = ()
    """Classes of control function seen: ``read``, ``write``, ``program``, ``stop`` …"""
