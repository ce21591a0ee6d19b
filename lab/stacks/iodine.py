"""A tunnel in DNS: iodine asks for names under a domain, iodined answers for it."""

from __future__ import annotations

from lab import keys
from lab.programs import Host, Options, Program

MODULES = ()
PROGRAMS = ("iodined", "iodine", "iptables")


def server(host: Host, options: Options) -> Program:
    """Answers for ``domain``; ``address`` with its prefix length is its own in the tunnel."""
    word = f"IODINED_PASS={keys.secret(host, _tunnel(options))}"
    argv = ("iodined", "-f", "-c", "-d", "dns0", options["address"], options["domain"])
    return Program(("env", word, *argv))


def client(host: Host, options: Options) -> Program:
    """Keeps the tunnel open through the name server ``to``; ``type`` of record (NULL), ``every``.

    It tries for some seconds how large an answer may be, unless ``fragment`` says so. The tunnel
    leads to this host alone; ``forwards`` lists [port here, address, port there] to lead on to.
    It never leaves DNS for a packet of its own kind, as it would where both ends see each other.
    """
    word = f"IODINE_PASS={keys.secret(host, _tunnel(options))}"
    argv = ("iodine", "-f", "-r", "-d", "dns0", "-T", options.get("type", "NULL"))
    fragment = ("-m", str(options["fragment"])) if "fragment" in options else ()
    pace = ("-I", str(options.get("every", 4)), *fragment)
    rules = "".join(
        f"iptables -t nat -A PREROUTING -i dns0 -p tcp --dport {here} -j DNAT --to {one}:{there}; "
        for here, one, there in options.get("forwards", ())
    )
    again = 'while :; do "$@"; sleep 2; done'
    whole = ("env", word, *argv, *pace, options["to"], options["domain"])
    return Program(("sh", "-c", rules + again, "sh", *whole), client=True)


def _tunnel(options: Options) -> str:
    return f"iodine-{options['domain']}"
