"""Shell access: dropbear, and a visitor who gets no further than the greeting and the keys."""

from __future__ import annotations

from lab.programs import Host, Options, Program
from lab.repeat import repeat

MODULES = ()
PROGRAMS = ("dropbear", "dropbearkey", "ssh-keyscan")


def server(host: Host, _options: Options) -> Program:
    """A dropbear with a key of its own that accepts no password."""
    key = host.folder / "dropbear.key"
    make = f"dropbearkey -t ed25519 -f {key} && exec dropbear -F -E -s -r {key} -P ''"
    return Program(("sh", "-c", make))


def client(_host: Host, options: Options) -> Program:
    """Collects the greeting and host key of each of ``to``."""
    return repeat((("ssh-keyscan", "-T", "5", address) for address in options["to"]), options)
