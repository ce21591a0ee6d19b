"""Modbus/TCP with device identification: pymodbus's server and client."""

from __future__ import annotations

import asyncio
from random import Random

from lab.programs import Host, Options, Program, main, pause, python, visits

MODULES = ("pymodbus",)
PROGRAMS = ()


def server(_host: Host, options: Options) -> Program:
    """A field device: ``registers`` holding registers, and an identity to ask for."""
    return python(__name__, "server", options)


def client(_host: Host, options: Options) -> Program:
    """Reads, and with ``writes`` writes, registers of ``to``; ``identify`` asks what it is."""
    return python(__name__, "client", options)


def _serve(options: Options) -> None:
    from pymodbus.pdu.device import ModbusDeviceIdentification
    from pymodbus.server import StartAsyncTcpServer
    from pymodbus.simulator import DataType, SimData, SimDevice

    values = [(n * 7919) % 1500 for n in range(options["registers"])]
    device = SimDevice(0, [SimData(0, values=values, datatype=DataType.REGISTERS)])
    identity = ModbusDeviceIdentification(info_name=options["identity"])
    asyncio.run(StartAsyncTcpServer(device, identity=identity, address=("0.0.0.0", 502)))


def _read(options: Options) -> None:
    from pymodbus.client import ModbusTcpClient
    from pymodbus.exceptions import ModbusException

    rng = Random(options["seed"])
    for requests in visits(options):
        device = ModbusTcpClient(options["to"], timeout=5)
        try:
            device.connect()
            _requests(device, options, requests, rng)
        except (OSError, ModbusException):
            pause({"every": 1.0}, rng)
        finally:
            device.close()


def _requests(device, options: Options, requests: int, rng: Random) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001  pymodbus is imported late
    if options.get("identify"):
        device.read_device_information(device_id=1)
    for number in range(requests):
        address, count = options["reads"][number % len(options["reads"])]
        device.read_holding_registers(address, count=count, device_id=1)
        for register in options.get("writes", ()):
            device.write_register(register, rng.randrange(1000), device_id=1)
        pause(options, rng)


if __name__ == "__main__":
    main({"server": _serve, "client": _read})
