"""OPC UA over TCP: asyncua's server, and a client that subscribes."""

from __future__ import annotations

import asyncio
import math
from typing import Any

from lab.programs import Host, Options, Program, late, main, python

MODULES = ("asyncua",)
PROGRAMS = ()


def server(_host: Host, options: Options) -> Program:
    """A controller's server: its application identity and some slowly moving variables."""
    return python(__name__, "server", options)


def client(_host: Host, options: Options) -> Program:
    """Asks ``to`` for its endpoints and servers, then subscribes to its variables."""
    return python(__name__, "client", options)


async def _serve(options: Options) -> None:
    asyncua = late("asyncua")
    ua = asyncua.ua
    server = asyncua.Server()
    server.name = options["name"]
    server.product_uri = options["product"]
    server.manufacturer_name = options["maker"]
    server.application_type = ua.ApplicationType.Server
    await server.init()
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


async def _subscribe(options: Options) -> None:
    asyncua = late("asyncua")
    while True:
        try:
            client = asyncua.Client(f"opc.tcp://{options['to']}:4840")
            client.name = client.description = options["name"]
            client.application_uri, client.product_uri = options["uri"], options["product"]
            await client.connect_and_get_server_endpoints()
            await client.connect_and_find_servers()
            async with client:
                await _watch(client, options)
        except (TimeoutError, OSError):
            await asyncio.sleep(2)


async def _watch(client: Any, options: Options) -> None:  # noqa: ANN401  asyncua is imported late
    parent = await client.nodes.objects.get_child([f"{options['space']}:Crane"])
    subscription = await client.create_subscription(options["every"] * 1000, Heed())
    await subscription.subscribe_data_change(await parent.get_children())
    while True:
        await asyncio.sleep(60)


if __name__ == "__main__":
    main(
        {
            "server": lambda options: asyncio.run(_serve(options)),
            "client": lambda options: asyncio.run(_subscribe(options)),
        }
    )
