"""WS-Discovery (OASIS, version 1.1; ONVIF Core, section 7): as cameras, PCs and printers use it."""

from __future__ import annotations

import re
import select
import uuid
from random import Random

from lab import links
from lab.programs import Host, Options, Program, main, pause, python

MODULES = ()
PROGRAMS = ()
GROUP, PORT = "239.255.255.250", 3702
NAMESPACES = {
    "dn": "http://www.onvif.org/ver10/network/wsdl",
    "wsdp": "http://schemas.xmlsoap.org/ws/2006/02/devprof",
    "pub": "http://schemas.microsoft.com/windows/pub/2005/07",
    "wprt": "http://schemas.microsoft.com/windows/2006/08/wdp/print",
}
DISCOVERY = "http://schemas.xmlsoap.org/ws/2005/04/discovery"
ENVELOPE = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope" '
    'xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/08/addressing" '
    f'xmlns:wsd="{DISCOVERY}"{{others}}>'
    "<soap:Header><wsa:To>{to}</wsa:To><wsa:Action>" + DISCOVERY + "/{action}</wsa:Action>"
    "<wsa:MessageID>urn:uuid:{number}</wsa:MessageID>{relates}"
    '<wsd:AppSequence InstanceId="1" MessageNumber="{count}"/></soap:Header>'
    "<soap:Body>{body}</soap:Body></soap:Envelope>"
)
TARGET = (
    "<wsa:EndpointReference><wsa:Address>urn:uuid:{own}</wsa:Address></wsa:EndpointReference>"
    "<wsd:Types>{types}</wsd:Types><wsd:Scopes>{scopes}</wsd:Scopes>"
    "<wsd:XAddrs>{where}</wsd:XAddrs><wsd:MetadataVersion>1</wsd:MetadataVersion>"
)
EVERYBODY = "urn:schemas-xmlsoap-org:ws:2005:04:discovery"
ANONYMOUS = "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"


def server(_host: Host, options: Options) -> Program:
    """Says hello on ``interface`` and answers probes, as a device of ``types`` with ``scopes``.

    A camera's types are dn:NetworkVideoTransmitter; a PC's, wsdp:Device pub:Computer; a printer's,
    wsdp:Device wprt:PrintDeviceType. ``path`` is where it says its service is.
    """
    return python(__name__, "server", options)


def client(_host: Host, options: Options) -> Program:
    """Probes on ``interface`` for ``types`` at its pace, as recorders and PCs do."""
    return python(__name__, "client", options)


def message(rng: Random, action: str, body: str, *, relates: str = "", count: int = 1) -> bytes:
    """An envelope with an action and what it holds."""
    others = "".join(f' xmlns:{key}="{value}"' for key, value in NAMESPACES.items())
    link = f"<wsa:RelatesTo>{relates}</wsa:RelatesTo>" if relates else ""
    return ENVELOPE.format(
        others=others,
        to=ANONYMOUS if relates else EVERYBODY,
        action=action,
        number=uuid.UUID(int=rng.getrandbits(128), version=4),
        relates=link,
        count=count,
        body=body,
    ).encode()


def target(options: Options, address: str) -> str:
    """What a device says of itself."""
    words = f"{options['types']}/{options.get('seed', '')}"
    return TARGET.format(
        own=uuid.uuid5(uuid.NAMESPACE_URL, words),
        types=options["types"],
        scopes=" ".join(options.get("scopes", ())),
        where=f"http://{address}{options.get('path', '/onvif/device_service')}",
    )


def asked(request: bytes) -> tuple[str, str] | None:
    """The types that a probe looks for and its number; None if it is no probe."""
    text = request.decode("utf-8", "replace")
    number = re.search(r"MessageID>([^<]+)<", text)
    if "discovery/Probe<" not in text or number is None:
        return None
    types = re.search(r"Types[^>]*>([^<]*)<", text)
    return types.group(1).strip() if types else "", number.group(1)


def fits(types: str, options: Options) -> bool:
    """Whether a device is of a type that a probe looks for; prefixes are not compared."""
    have = {one.rpartition(":")[2] for one in options["types"].split()}
    return all(one.rpartition(":")[2] in have for one in types.split())


def _serve(options: Options) -> None:
    rng, link = Random(options["seed"]), options["interface"]
    address = links.up(link)
    door = links.multicast(link, GROUP, PORT)
    own = target(options, address)
    door.sendto(message(rng, "Hello", f"<wsd:Hello>{own}</wsd:Hello>"), (GROUP, PORT))
    count = 1
    while True:
        select.select((door,), (), ())
        request, asker = door.recvfrom(8192)
        probe = asked(request)
        if probe and fits(probe[0], options):
            count += 1
            match = f"<wsd:ProbeMatches><wsd:ProbeMatch>{own}</wsd:ProbeMatch></wsd:ProbeMatches>"
            reply = message(rng, "ProbeMatches", match, relates=probe[1], count=count)
            door.sendto(reply, asker)


def _probe(options: Options) -> None:
    rng, link = Random(options["seed"]), options["interface"]
    links.up(link)
    door = links.multicast(link, GROUP, 0)
    types = f"<wsd:Types>{options['types']}</wsd:Types>" if options.get("types") else ""
    while True:
        door.sendto(message(rng, "Probe", f"<wsd:Probe>{types}</wsd:Probe>"), (GROUP, PORT))
        pause(options, rng)


if __name__ == "__main__":
    main({"server": _serve, "client": _probe})
