"""System messages (RFC 3164, RFC 5424): util-linux's logger, and a sink that takes them."""

from __future__ import annotations

import socket

from lab.programs import Host, Options, Program, main, python
from lab.repeat import repeat

MODULES = ()
PROGRAMS = ("logger", "unshare", "hostname")


def server(_host: Host, options: Options) -> Program:
    """Takes messages on UDP ``port`` (514) and says nothing."""
    return python(__name__, "server", options)


def client(host: Host, options: Options) -> Program:
    """Sends each of ``lines`` to ``to`` in turn, at its pace, as ``tag``.

    ``format`` is rfc3164 or rfc5424; in both stands ``hostname``, or else the device's id.
    """
    called = 'hostname "$0"; exec "$@"'
    own = ("unshare", "--uts", "sh", "-c", called, options.get("hostname", host.id))
    form = f"--{options.get('format', 'rfc3164')}"
    ask = ("logger", "--server", options["to"], "--port", str(options.get("port", 514)), "--udp")
    say = (form, "--tag", options["tag"], "--priority", options.get("priority", "daemon.notice"))
    return repeat(((*own, *ask, *say, "--", line) for line in options["lines"]), options)


def _serve(options: Options) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.bind(("0.0.0.0", options.get("port", 514)))
        while True:
            door.recv(4096)


if __name__ == "__main__":
    main({"server": _serve})
