"""EtherNet/IP: cpppo's controller, run as a program of its own, and pycomm3's driver as client."""

from __future__ import annotations

import sys
from random import Random
from typing import Any

from lab.programs import Host, Options, Program, late, main, pause, python, visits

MODULES = ("cpppo", "pycomm3")
PROGRAMS = ()
WARM = ("pycomm3",)
IDENTITY = """\
[Identity]
Vendor Number = {vendor}
Device Type = {type}
Product Code Number = {code}
Product Revision = {revision}
Status Word = 12384
Serial Number = {serial}
Product Name = {name}
"""


def server(host: Host, options: Options) -> Program:
    """A controller with ``tags`` ({HOIST: REAL[8]}) and an identity to ask for.

    ``identity``: ``vendor`` and ``type`` as ODVA numbers them, ``code``, ``revision`` [20, 11],
    ``serial``, ``name``.
    """
    identity = dict(options["identity"])
    major, minor = identity.pop("revision")
    settings = host.write("cpppo.cfg", IDENTITY.format(**identity, revision=minor << 8 | major))
    tags = (f"{name}={kind}" for name, kind in options["tags"].items())
    argv = (sys.executable, "-m", "cpppo.server.enip", "--no-print", "-a", "0.0.0.0:44818")
    return Program((*argv, "-c", str(settings), *tags))


def client(_host: Host, options: Options) -> Program:
    """Reads ``reads`` ([tag, type, count] each) of ``to`` at its pace, and writes ``writes``.

    Opening a session asks for the identity, as pycomm3 does; ``slot`` is where the controller is.
    Writes go several in one packet (the first one twice: pycomm3 spoils packets with a single one).
    """
    return python(__name__, "client", options)


def _tag(types: Any, name: str, kind: str, count: int) -> Options:  # noqa: ANN401
    """What pycomm3 would have learned of a tag from a controller that lists its tags."""
    return {
        "tag_name": name,
        "tag_type": "atomic",
        "data_type": kind,
        "data_type_name": kind,
        "type_class": types.DataTypes[kind],
        "dim": 1,
        "dimensions": [count, 0, 0],
        "instance_id": 1,
        "alias": False,
        "external_access": "Read/Write",
    }


def _read(options: Options) -> None:
    driver, types, errors = late("pycomm3"), late("pycomm3.cip"), late("pycomm3.exceptions")
    rng = Random(options["seed"])
    door = f"{options['to']}/{options.get('slot', 0)}"
    known = {name: _tag(types, name, kind, count) for name, kind, count in options["reads"]}
    for requests in visits(options):
        try:
            plc = driver.LogixDriver(door, init_tags=False, init_program_tags=False)
            with plc:
                plc._tags = known  # noqa: SLF001  it has no other way of being told
                plc._cfg["use_instance_ids"] = False  # noqa: SLF001
                _requests(plc, options, requests, rng)
        except (OSError, errors.PycommError):
            pause({"every": 1.0}, rng)


def _requests(plc: Any, options: Options, requests: int, rng: Random) -> None:  # noqa: ANN401
    for number in range(requests):
        name, _, count = options["reads"][number % len(options["reads"])]
        plc.read(f"{name}{{{count}}}")
        if options.get("writes"):
            values = [(tag, rng.randrange(100)) for tag in options["writes"]]
            plc.write(*values, values[0])
        pause(options, rng)


if __name__ == "__main__":
    main({"client": _read})
