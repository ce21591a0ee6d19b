"""Modbus/TCP with device identification: pymodbus's server and client."""

from __future__ import annotations

import asyncio
from random import Random
from typing import Any

from lab.programs import Host, Options, Program, late, main, pause, python, visits

MODULES = ("pymodbus",)
PROGRAMS = ()
WARM = ("pymodbus.server", "pymodbus.client", "pymodbus.simulator", "pymodbus.pdu.device")


def server(_host: Host, options: Options) -> Program:
    """A field device: ``registers`` holding registers, and an identity to ask for."""
    return python(__name__, "server", options)


def client(_host: Host, options: Options) -> Program:
    """Reads, and with ``writes`` writes, registers of ``to``; ``identify`` asks what it is."""
    return python(__name__, "client", options)


def _serve(options: Options) -> None:
    simulator, serving = late("pymodbus.simulator"), late("pymodbus.server")
    device_identity = late("pymodbus.pdu.device").ModbusDeviceIdentification
    values = [(n * 7919) % 1500 for n in range(options["registers"])]
    registers = simulator.SimData(0, values=values, datatype=simulator.DataType.REGISTERS)
    device = simulator.SimDevice(0, [registers])
    identity = device_identity(info_name=options["identity"])
    server = serving.StartAsyncTcpServer(device, identity=identity, address=("0.0.0.0", 502))
    asyncio.run(server)


def _read(options: Options) -> None:
    client, errors = late("pymodbus.client"), late("pymodbus.exceptions")
    rng = Random(options["seed"])
    for requests in visits(options):
        device = client.ModbusTcpClient(options["to"], timeout=5)
        try:
            device.connect()
            _requests(device, options, requests, rng)
        except (OSError, errors.ModbusException):
            pause({"every": 1.0}, rng)
        finally:
            device.close()


def _requests(device: Any, options: Options, requests: int, rng: Random) -> None:  # noqa: ANN401
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
