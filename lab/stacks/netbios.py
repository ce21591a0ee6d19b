"""NetBIOS names over UDP (RFC 1001, 1002) and the announcements of [MS-BRWS]: as PCs send them.

The real daemon for it, Samba's nmbd, would bring a hundred packages.
"""

from __future__ import annotations

import select
import socket
import struct
import time
from random import Random

from lab import links
from lab.programs import Host, Options, Program, main, python

MODULES = ()
PROGRAMS = ()
NAMES, DATAGRAMS = 137, 138
WORKSTATION, SERVICE, GROUP_MEMBER, ELECTIONS = 0x00, 0x20, 0x00, 0x1D
REGISTRATION, REFRESH = 0x2910, 0x4010
QUERY = 0x0110
NB, NBSTAT, IN = 0x0020, 0x0021, 1
UNIQUE, GROUP = 0x0000, 0x8000
LIFE = 300_000
HOST_ANNOUNCEMENT = 1
SERVER_TYPE = 0x00001003
"""Workstation, server, and Windows NT (of [MS-BRWS], section 2.2.7)."""


def server(_host: Host, options: Options) -> Program:
    """A PC called ``name`` in ``group`` on ``interface``: claims its names, announces itself.

    It answers who asks for its names, says ``comment`` and ``version`` [10, 0] every ``every``
    seconds, and does no file sharing.
    """
    return python(__name__, "server", options)


def client(_host: Host, options: Options) -> Program:
    """Asks everybody on ``interface`` for each of ``names`` in turn, at its pace."""
    return python(__name__, "client", options)


def encoded(name: str, kind: int) -> bytes:
    """A name of sixteen octets in first-level encoding (RFC 1001, section 14.1)."""
    padded = name.upper()[:15].ljust(15).encode("latin-1") + bytes((kind,))
    if name == "*":
        padded = b"*".ljust(16, b"\0")
    letters = bytes(65 + half for octet in padded for half in (octet >> 4, octet & 15))
    return b"\x20" + letters + b"\0"


def registration(number: int, name: bytes, address: str, flags: int, what: int) -> bytes:
    """A claim of a name, or its refreshment, sent to everybody."""
    head = struct.pack(">HHHHHH", number, what, 1, 0, 0, 1)
    record = struct.pack(">HHHIHH", 0xC00C, NB, IN, LIFE, 6, flags)
    return head + name + struct.pack(">HH", NB, IN) + record + socket.inet_aton(address)


def question(number: int, name: bytes, kind: int = NB) -> bytes:
    """A question for a name, sent to everybody."""
    return struct.pack(">HHHHHH", number, QUERY, 1, 0, 0, 0) + name + struct.pack(">HH", kind, IN)


def own_names(options: Options) -> list[tuple[bytes, int]]:
    """The names that the PC holds, encoded, with their flags."""
    name, group = options["name"], options.get("group", "WORKGROUP")
    unique = [(encoded(name, kind), UNIQUE) for kind in (WORKSTATION, SERVICE)]
    return [*unique, (encoded(group, GROUP_MEMBER), GROUP)]


def answer(request: bytes, options: Options, address: str, mac: bytes) -> bytes | None:
    """The reply to a question for a name of this PC's, or for all of its names."""
    if len(request) < 50 or request[2] & 0xF8:
        return None
    number = struct.unpack_from(">H", request)[0]
    name, kind = request[12:46], struct.unpack_from(">H", request, 46)[0]
    held = dict(own_names(options))
    if kind == NBSTAT and (name in held or name == encoded("*", 0)):
        names = [(options["name"], WORKSTATION, 0x0400), (options["name"], SERVICE, 0x0400)]
        names += [(options.get("group", "WORKGROUP"), GROUP_MEMBER, 0x8400)]
        rows = b"".join(
            one.upper()[:15].ljust(15).encode("latin-1") + struct.pack(">BH", suffix, flags)
            for one, suffix, flags in names
        )
        body = bytes((len(names),)) + rows + mac + bytes(40)
    elif kind == NB and held.get(name) == UNIQUE:
        body = struct.pack(">H", UNIQUE) + socket.inet_aton(address)
    else:
        return None
    head = struct.pack(">HHHHHH", number, 0x8500, 0, 1, 0, 0)
    return head + name + struct.pack(">HHIH", kind, IN, LIFE if kind == NB else 0, len(body)) + body


def announcement(number: int, options: Options, address: str) -> bytes:
    """A host announcement in a mailslot in an SMB in a datagram ([MS-BRWS], section 2.2.1)."""
    name, group = str(options["name"]), str(options.get("group", "WORKGROUP"))
    major, minor = options.get("version", (10, 0))
    slot = b"\\MAILSLOT\\BROWSE\0"
    body = struct.pack("<BBI", HOST_ANNOUNCEMENT, 0, 720_000)
    body += name.upper().encode("latin-1")[:15].ljust(16, b"\0")
    body += struct.pack("<BBIHH", major, minor, SERVER_TYPE, 0x010F, 0xAA55)
    body += str(options.get("comment", "")).encode("latin-1") + b"\0"
    smb = b"\xffSMB\x25" + bytes(27)
    at = len(smb) + 1 + 34 + 2 + len(slot)
    words = struct.pack(
        "<HHHHBBHIHHHHHBB", 0, len(body), 0, 0, 0, 0, 0, 1000, 0, 0, 0, len(body), at, 3, 0
    )
    words += struct.pack("<HHH", 1, 1, 2)
    smb += bytes((len(words) // 2,)) + words
    smb += struct.pack("<H", len(slot) + len(body)) + slot + body
    names = encoded(name, WORKSTATION) + encoded(group, ELECTIONS)
    length = len(names) + len(smb)
    own = socket.inet_aton(address)
    return struct.pack(">BBH4sHHH", 0x11, 2, number, own, DATAGRAMS, length, 0) + names + smb


def _serve(options: Options) -> None:
    link, rng = options["interface"], Random(options["seed"])
    address, mac = links.up(link), links.mac(link)
    names, datagrams = links.datagrams(link, NAMES), links.datagrams(link, DATAGRAMS)
    everybody = links.broadcast(link)
    for again in range(3):
        for name, flags in own_names(options):
            claim = registration(rng.getrandbits(16), name, address, flags, REGISTRATION)
            names.sendto(claim, (everybody, NAMES))
        time.sleep(0.25 if again < 2 else 0)
    due = time.monotonic()
    while True:
        if time.monotonic() >= due:
            said = announcement(rng.getrandbits(16), options, address)
            datagrams.sendto(said, (everybody, DATAGRAMS))
            due += options.get("every", 60.0)
        for door in select.select((names, datagrams), (), (), max(0.0, due - time.monotonic()))[0]:
            request, asker = door.recvfrom(2048)
            reply = answer(request, options, address, mac) if door is names else None
            if reply and asker[0] != address:
                names.sendto(reply, asker)


def _ask(options: Options) -> None:
    rng = Random(options["seed"])
    links.up(options["interface"])
    door = links.datagrams(options["interface"], NAMES)
    while True:
        for name in options["names"]:
            asked = question(rng.getrandbits(16), encoded(name, options.get("suffix", SERVICE)))
            door.sendto(asked, (links.broadcast(options["interface"]), NAMES))
            time.sleep(options.get("every", 10.0))


if __name__ == "__main__":
    main({"server": _serve, "client": _ask})
