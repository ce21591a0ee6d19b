"""Siemens S7 communication over ISO-on-TCP: python-snap7's server and client."""

from __future__ import annotations

import struct
import threading
from random import Random

from lab.programs import Host, Options, Program, main, pause, python, visits

MODULES = ("snap7",)
PROGRAMS = ()

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
    import snap7.server
    from snap7.type import SrvArea

    lists = {
        0x001C: component_identity(options["identity"]),
        0x0011: module_identity(options["identity"]),
    }

    class Plc(snap7.server.Server):
        def _get_szl_data(self, szl_id: int, szl_index: int) -> bytes | None:
            if szl_id in lists:
                return lists[szl_id]
            found: bytes | None = super()._get_szl_data(szl_id, szl_index)
            return found

    plc = Plc(log=False)
    for number, size in options["blocks"]:
        plc.register_area(SrvArea.DB, number, bytearray(size))
    plc.start(102)
    threading.Event().wait()


def _read(options: Options) -> None:
    import snap7.client
    import snap7.error

    rng = Random(options["seed"])
    for requests in visits(options):
        plc = snap7.client.Client()
        try:
            plc.connect(options["to"], 0, options.get("slot", 2))
            _requests(plc, options, requests, rng)
        except (OSError, RuntimeError, snap7.error.S7Error):
            pause({"every": 1.0}, rng)
        finally:
            plc.disconnect()


def _requests(plc, options: Options, requests: int, rng: Random) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001  snap7 is imported late
    if options.get("identify"):
        plc.get_cpu_info()
        plc.get_order_code()
    for number in range(requests):
        plc.db_read(*options["reads"][number % len(options["reads"])])
        pause(options, rng)


if __name__ == "__main__":
    main({"server": _serve, "client": _read})
