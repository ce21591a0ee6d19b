"""Announcements by SSDP (UPnP Device Architecture 1.1, sections 1.2 and 1.3), and searches.

Daemons for it belong to media servers and gateways; cameras, printers and televisions say the same
with their own words, so the announcer is the lab's. A gateway is ``upnp.gateway``.
"""

from __future__ import annotations

import select
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from threading import Thread
from xml.sax.saxutils import escape

from lab import links
from lab.programs import Host, Options, Program, main, pause, python

MODULES = ()
PROGRAMS = ()
WARM = ("http.server", "xml.sax.saxutils")
GROUP, PORT = "239.255.255.250", 1900
LIFE = 1800
BASIC = "urn:schemas-upnp-org:device:Basic:1"

NOTIFY = "NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nNTS: ssdp:alive\r\n"
FOUND = "HTTP/1.1 200 OK\r\nEXT:\r\n"
SEARCH = (
    "M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\n"
    'MAN: "ssdp:discover"\r\nMX: {wait}\r\nST: {target}\r\n'
)
ABOUT = """\
<?xml version="1.0"?>
<root xmlns="urn:schemas-upnp-org:device-1-0">
<specVersion><major>1</major><minor>0</minor></specVersion>
<device><deviceType>{kind}</deviceType><friendlyName>{name}</friendlyName>
<manufacturer>{maker}</manufacturer><modelName>{model}</modelName>
<modelNumber>{number}</modelNumber><serialNumber>{serial}</serialNumber>
<UDN>uuid:{uuid}</UDN><presentationURL>http://{address}/</presentationURL></device>
</root>
"""


def server(_host: Host, options: Options) -> Program:
    """Announces a device on ``interface`` every ``every`` seconds and answers searches for it.

    ``server`` is what it calls its software, ``kind`` its type; ``name``, ``maker``, ``model``,
    ``number`` and ``serial`` stand in the description, at ``path`` on ``port`` (49152).
    """
    return python(__name__, "server", options)


def client(_host: Host, options: Options) -> Program:
    """Searches on ``interface`` for each of ``targets`` (ssdp:all) at its pace, as ``agent``."""
    return python(__name__, "client", options)


def identity(options: Options) -> str:
    """The device's own number, the same in every build."""
    words = "/".join(str(options.get(key, "")) for key in ("maker", "model", "serial", "seed"))
    return str(uuid.uuid5(uuid.NAMESPACE_URL, words))


def targets(options: Options) -> list[tuple[str, str]]:
    """What a device announces: its root, its number, its type; each with its unique name."""
    own = f"uuid:{identity(options)}"
    kind = options.get("kind", BASIC)
    return [("upnp:rootdevice", f"{own}::upnp:rootdevice"), (own, own), (kind, f"{own}::{kind}")]


def _tail(options: Options, address: str) -> str:
    where = f"http://{address}:{options.get('port', 49152)}{options.get('path', '/desc.xml')}"
    return f"LOCATION: {where}\r\nCACHE-CONTROL: max-age={LIFE}\r\nSERVER: {options['server']}\r\n"


def notices(options: Options, address: str) -> list[bytes]:
    """One round of announcements."""
    tail = _tail(options, address)
    return [
        f"{NOTIFY}{tail}NT: {nt}\r\nUSN: {usn}\r\n\r\n".encode() for nt, usn in targets(options)
    ]


def answers(request: str, options: Options, address: str) -> list[bytes]:
    """What a device says to a search."""
    fields = dict(line.split(":", 1) for line in request.split("\r\n") if ":" in line)
    wanted = {key.upper(): value.strip() for key, value in fields.items()}.get("ST", "")
    tail = _tail(options, address)
    return [
        f"{FOUND}{tail}ST: {target}\r\nUSN: {usn}\r\n\r\n".encode()
        for target, usn in targets(options)
        if request.startswith("M-SEARCH") and wanted in ("ssdp:all", target)
    ]


def _describe(options: Options, address: str) -> None:
    words = {key: escape(str(options.get(key, ""))) for key in ("name", "maker", "model", "serial")}
    words |= {"number": escape(str(options.get("number", "1"))), "kind": options.get("kind", BASIC)}
    text = ABOUT.format(**words, uuid=identity(options), address=address).encode()

    class Page(BaseHTTPRequestHandler):
        def version_string(self) -> str:
            return str(options["server"])

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/xml")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    pages = ThreadingHTTPServer(("0.0.0.0", options.get("port", 49152)), Page)
    Thread(target=pages.serve_forever, daemon=True).start()


def _announce(options: Options) -> None:
    address = links.up(options["interface"])
    _describe(options, address)
    door = links.multicast(options["interface"], GROUP, PORT, hops=2)
    due = time.monotonic()
    while True:
        if time.monotonic() >= due:
            for notice in notices(options, address):
                door.sendto(notice, (GROUP, PORT))
            due += options.get("every", 30.0)
        if select.select((door,), (), (), max(0.0, due - time.monotonic()))[0]:
            request, asker = door.recvfrom(2048)
            for reply in answers(request.decode("utf-8", "replace"), options, address):
                door.sendto(reply, asker)


def _search(options: Options) -> None:
    rng = Random(options["seed"])
    links.up(options["interface"])
    door = links.multicast(options["interface"], GROUP, 0, hops=2)
    agent = f"USER-AGENT: {options['agent']}\r\n" if "agent" in options else ""
    while True:
        for target in options.get("targets", ["ssdp:all"]):
            text = SEARCH.format(wait=options.get("wait", 2), target=target)
            door.sendto(f"{text}{agent}\r\n".encode(), (GROUP, PORT))
            pause(options, rng)


if __name__ == "__main__":
    main({"server": _announce, "client": _search})
