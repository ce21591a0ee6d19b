"""Name look-ups by the C library's own resolver (which asks the host's ``resolver``)."""

from __future__ import annotations

from lab.programs import Host, Options, Program
from lab.repeat import repeat

MODULES = ()
PROGRAMS = ("getent",)


def client(_host: Host, options: Options) -> Program:
    """Looks up each of ``names`` in turn."""
    return repeat((("getent", "ahostsv4", name) for name in options["names"]), options)
