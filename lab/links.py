"""What a small stack needs to know of its own link, and sockets that speak frames or multicast."""

from __future__ import annotations

import fcntl
import ipaddress
import socket
import struct
import time

SOL_PACKET, ADD_MEMBERSHIP = 263, 1
SIOCGIFADDR, SIOCGIFNETMASK, SIOCGIFHWADDR = 0x8915, 0x891B, 0x8927


def _ask(link: str, what: int) -> bytes:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        return fcntl.ioctl(door, what, struct.pack("256s", link.encode()[:15]))


def mac(link: str) -> bytes:
    """The link's own MAC."""
    return _ask(link, SIOCGIFHWADDR)[18:24]


def address(link: str) -> str:
    """The link's IPv4 address."""
    return socket.inet_ntoa(_ask(link, SIOCGIFADDR)[20:24])


def broadcast(link: str) -> str:
    """The address of everybody on the link."""
    wire = ipaddress.ip_network(f"{address(link)}/{mask(link)}", strict=False)
    return str(wire.broadcast_address)


def frames(link: str, kind: int) -> socket.socket:
    """A socket that sends and receives whole frames of one EtherType."""
    door = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(kind))
    door.bind((link, kind))
    return door


def join(door: socket.socket, link: str, group: bytes) -> None:
    """Also take frames that are sent to a group's MAC."""
    request = struct.pack("iHH8s", socket.if_nametoindex(link), 0, len(group), group)
    door.setsockopt(SOL_PACKET, ADD_MEMBERSHIP, request)


def multicast(link: str, group: str, port: int, *, hops: int = 1) -> socket.socket:
    """A UDP socket on a port, a member of a multicast group, that sends by the link."""
    door = datagrams(link, port)
    own = socket.inet_aton(address(link))
    door.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(group) + own)
    door.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, own)
    door.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, hops)
    door.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 0)
    return door


def datagrams(link: str, port: int) -> socket.socket:
    """A UDP socket on a port that may also send to everybody on the link."""
    door = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, link.encode())
    door.bind(("", port))
    return door


def up(link: str, within: float = 20.0) -> str:
    """Wait until the link has an address, as one that is leased does after a while; give it."""
    until = time.monotonic() + within
    while True:
        try:
            return address(link)
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def mask(link: str) -> str:
    """The link's network mask."""
    return socket.inet_ntoa(_ask(link, SIOCGIFNETMASK)[20:24])
