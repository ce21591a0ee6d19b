"""Siemens S7 communication over ISO-on-TCP: python-snap7's server and client."""

from __future__ import annotations

import struct
import threading
from random import Random
from typing import Any

from lab.programs import Host, Options, Program, late, main, pause, python, visits

MODULES = ("snap7",)
PROGRAMS = ()
WARM = ("snap7.server", "snap7.client")

RECORD = 34
"""Bytes of one record of system status list 0x001C: index and 32 characters."""


def server(_host: Host, options: Options) -> Program:
    """A PLC: data blocks, and an identity (name, module, order, serial, firmware) to ask for."""
    return python(__name__, "server", options)


def client(_host: Host, options: Options) -> Program:
    """Reads data blocks of ``to``; with ``identify`` also the module's identity and its blocks."""
    return python(__name__, "client", options)


def component_identity(identity: Options) -> bytes:
    """System status list 0x001C (component identification) after its id and index."""
    texts = {
        1: identity["name"],
        2: identity["module"],
        3: "",
        4: "Original Siemens Equipment",
        5: identity["serial"],
        7: identity["module"],
        8: "",
    }
    records = (struct.pack(">H32s", index, text.encode()) for index, text in texts.items())
    return struct.pack(">HH", RECORD, len(texts)) + b"".join(records)


def module_identity(identity: Options) -> bytes:
    """System status list 0x0011 (module identification) after its id and index."""
    order = identity["order"].encode().ljust(20)
    major, minor, patch = identity["firmware"]
    hardware = struct.pack(">H20sHHH", 1, order, 0x00C0, 0x0003, 0x0001)
    basic = struct.pack(">H20sHHH", 6, order, 0x00C0, 0x0003, 0x0001)
    firmware = struct.pack(">H20sHBBBB", 7, b" " * 20, 0, ord("V"), major, minor, patch)
    return struct.pack(">HH", 28, 3) + hardware + basic + firmware


def _serve(options: Options) -> None:
    snap7 = late("snap7.server")
    lists = {
        0x001C: component_identity(options["identity"]),
        0x0011: module_identity(options["identity"]),
    }

    def status_list(plc: Any, number: int, index: int) -> Any:  # noqa: ANN401
        return lists.get(number) or snap7.Server._get_szl_data(plc, number, index)  # noqa: SLF001

    plc = type("Plc", (snap7.Server,), {"_get_szl_data": status_list})(log=False)
    for number, size in options["blocks"]:
        plc.register_area(snap7.SrvArea.DB, number, bytearray(size))
    plc.start(102)
    threading.Event().wait()


def _read(options: Options) -> None:
    client, errors = late("snap7.client"), late("snap7.error")
    rng = Random(options["seed"])
    for requests in visits(options):
        plc = client.Client()
        try:
            plc.connect(options["to"], 0, options.get("slot", 2))
            _requests(plc, options, requests, rng)
        except (OSError, RuntimeError, errors.S7Error):
            pause({"every": 1.0}, rng)
        finally:
            plc.disconnect()


def _requests(plc: Any, options: Options, requests: int, rng: Random) -> None:  # noqa: ANN401
    if options.get("identify"):
        plc.get_cpu_info()
        plc.get_order_code()
    for number in range(requests):
        plc.db_read(*options["reads"][number % len(options["reads"])])
        pause(options, rng)


if __name__ == "__main__":
    main({"server": _serve, "client": _read})
