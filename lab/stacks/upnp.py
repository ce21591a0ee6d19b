"""An internet gateway as UPnP knows them: announced and described by ``ssdp``, ports by ``natpmp``.

The real daemon, miniupnpd, tells everybody the kernel of the machine that runs it and cannot be
told otherwise.
"""

from __future__ import annotations

from lab.programs import Host, Options, Program
from lab.stacks import ssdp

MODULES = ()
PROGRAMS = ()
GATEWAY = "urn:schemas-upnp-org:device:InternetGatewayDevice:1"


def gateway(host: Host, options: Options) -> Program:
    """Announces itself on ``interface`` as a gateway; the other options are those of ssdp.server.

    It is searched for by ``ssdp.client`` with its type among the ``targets``.
    """
    usual = {"kind": GATEWAY, "path": "/rootDesc.xml", "port": 5000}
    return ssdp.server(host, usual | options)
