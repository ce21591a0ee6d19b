"""Time: chronyd, forbidden to touch the machine's own clock."""

from __future__ import annotations

from lab.programs import Host, Options, Program

MODULES = ()
PROGRAMS = ("chronyd",)

COMMON = "cmdport 0\nbindcmdaddress /\npidfile {folder}/chronyd.pid\n"


def server(host: Host, options: Options) -> Program:
    """A time source of the given ``stratum``; with ``to`` it also asks another one."""
    upstream = f"server {options['to']} iburst minpoll 4 maxpoll 5\n" if "to" in options else ""
    return _chronyd(host, f"local stratum {options['stratum']}\nallow\n{upstream}")


def client(host: Host, options: Options) -> Program:
    """Asks ``to`` for the time every 2 to the power of ``poll`` seconds."""
    poll = options["poll"]
    lines = f"server {options['to']} iburst minpoll {poll} maxpoll {poll}\nport 0\n"
    return _chronyd(host, lines, client=True)


def _chronyd(host: Host, lines: str, *, client: bool = False) -> Program:
    settings = host.write("chrony.conf", COMMON.format(folder=host.folder) + lines)
    return Program(("chronyd", "-x", "-d", "-u", "root", "-f", str(settings)), client)
