"""OPC UA over TCP: asyncua's server, and a client that subscribes."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import math
from random import Random
from typing import Any

from lab.programs import Host, Options, Program, late, main, pause, python, visits

MODULES = ("asyncua",)
PROGRAMS = ()
WARM = ("asyncua", "asyncua.server.standard_address_space.standard_address_space")


def server(_host: Host, options: Options) -> Program:
    """A controller's server: its application identity and some slowly moving variables."""
    return python(__name__, "server", options)


def client(host: Host, options: Options) -> Program:
    """Asks ``to`` for its endpoints and servers, then subscribes to its variables.

    With ``sessions`` it comes and goes, and reads all variables once for every request. ``name``,
    ``uri`` and ``product`` are what it calls itself, ``space`` (2) the namespace of the variables.
    """
    own = {"name": f"{host.id} client", "uri": f"urn:{host.id}:client", "product": "urn:client"}
    return python(__name__, "client", {"space": 2, "every": 1.0, **own, **options})


async def _serve(options: Options) -> None:
    asyncua = late("asyncua")
    ua = asyncua.ua
    server = asyncua.Server()
    server.name = options["name"]
    server.product_uri = options["product"]
    server.manufacturer_name = options["maker"]
    server.application_type = ua.ApplicationType.Server
    gc.disable()  # half a million small things are made here, and none goes
    await server.init()
    gc.enable()
    await server.set_application_uri(options["uri"])
    server.set_endpoint(options["endpoint"])
    server.set_security_policy([ua.SecurityPolicyType.NoSecurity])
    space = await server.register_namespace(f"{options['uri']}:crane")
    parent = await server.nodes.objects.add_object(space, "Crane")
    nodes = [await parent.add_variable(space, name, 0.0) for name in options["variables"]]
    async with server:
        for step in range(10**9):
            for place, node in enumerate(nodes):
                await node.write_value(round(10 * math.sin(step / 20 + place), 3))
            await asyncio.sleep(options["every"])


class Heed:
    """Takes notifications and does nothing with them."""

    def datachange_notification(self, *_change: Any) -> None:  # noqa: ANN401
        """Nothing to do."""


def _known(options: Options) -> Any:  # noqa: ANN401  asyncua is imported late
    client = late("asyncua").Client(f"opc.tcp://{options['to']}:4840")
    client.name = client.description = options["name"]
    client.application_uri, client.product_uri = options["uri"], options["product"]
    return client


async def _subscribe(options: Options) -> None:
    while True:
        try:
            client = _known(options)
            await client.connect_and_get_server_endpoints()
            await client.connect_and_find_servers()
            async with client:
                await _watch(client, options)
        except (TimeoutError, OSError):
            await asyncio.sleep(2)


async def _visit(options: Options) -> None:
    rng = Random(options["seed"])
    for requests in visits(options):
        with contextlib.suppress(TimeoutError, OSError):
            async with _known(options) as client:
                variables = await _variables(client, options)
                for _ in range(requests):
                    await client.read_values(variables)
                    await asyncio.to_thread(pause, options, rng)
            # The connection is closed by the loop, which stands still between visits.
            await asyncio.sleep(0.2)


async def _variables(client: Any, options: Options) -> list[Any]:  # noqa: ANN401
    parent = await client.nodes.objects.get_child([f"{options['space']}:Crane"])
    return list(await parent.get_children())


async def _watch(client: Any, options: Options) -> None:  # noqa: ANN401
    subscription = await client.create_subscription(options["every"] * 1000, Heed())
    await subscription.subscribe_data_change(await _variables(client, options))
    while True:
        await asyncio.sleep(60)


if __name__ == "__main__":
    main(
        {
            "server": lambda options: asyncio.run(_serve(options)),
            "client": lambda options: asyncio.run(
                (_visit if "sessions" in options else _subscribe)(options)
            ),
        }
    )
